"""Who may do what with a CMOG."""

from cse_portal.access.permissions import Permission
from cse_portal.access.rules import rule
from cse_portal.access.user_context import UserContext
from mase.meetings.models.agenda import AgendaItem


@rule(Permission.CMOG_ITEM_VIEW)
def may_view_cmog_item(user_context: UserContext, item: AgendaItem) -> bool:
    """Exactly the items that this person's agenda shows."""
    return AgendaItem.objects.visible_to(user_context.user).filter(pk=item.pk).exists()


@rule(Permission.CMOG_WRITE, seen_by=Permission.CMOG_ITEM_VIEW)
def may_write_on_cmog_item(user_context: UserContext, item: AgendaItem) -> bool:
    """The CSE team and the police intelligence unit, so that what one of them may not see another writes down."""
    return True
