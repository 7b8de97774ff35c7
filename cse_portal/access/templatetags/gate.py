"""The gate, asked from a template."""

from django import template
from django.db.models import Model
from django.template.context import RequestContext

from cse_portal.access import gate
from cse_portal.access.permissions import Permission

register = template.Library()


@register.simple_tag(takes_context=True)
def can(context: RequestContext, permission: str, obj: Model | None = None) -> bool:
    """`{% can "CASE_CLOSE" case as may_close %}`: whether the signed-in person may do this."""
    return gate.can(context["request"].user, Permission[permission], obj)
