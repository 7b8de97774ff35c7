"""The gate, asked from a template."""

from django import template
from django.db.models import Model
from django.template.context import RequestContext

from cse_portal.access import gate
from cse_portal.access.permissions import Permission

register = template.Library()


@register.simple_tag(takes_context=True)
def can(context: RequestContext, permission: str, obj: Model | None = None) -> bool:
    """`{% can "CASE_CLOSE" case as may_close %}`: whether the signed-in person may do this.

    Nobody may where nobody was asked who they are: on the page of a request that was refused before, and on that of a
    fault, which is drawn without asking the database anything and says that its `user` is None.
    """
    user = getattr(context["request"], "user", None)
    if user is None or context.get("user", user) is None:
        return False
    return gate.can(user, Permission[permission], obj)
