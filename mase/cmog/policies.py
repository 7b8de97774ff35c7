"""Who may do what with a CMOG."""

from cse_portal.access.permissions import Permission
from cse_portal.access.rules import rule
from cse_portal.access.user_context import UserContext
from mase.cmog.models.cmog import CmogItem, CmogMeeting


@rule(Permission.CMOG_VIEW)
def may_view_cmog(user_context: UserContext, meeting: CmogMeeting) -> bool:
    """Who sits on it each month, and who was asked to this one: exactly the CMOGs that the lists show."""
    return CmogMeeting.objects.visible_to(user_context.user).filter(pk=meeting.pk).exists()


@rule(Permission.CMOG_ITEM_VIEW)
def may_view_cmog_item(user_context: UserContext, item: CmogItem) -> bool:
    """Exactly the items that this person's agenda shows."""
    return CmogItem.objects.visible_to(user_context.user).filter(pk=item.pk).exists()


@rule(Permission.CMOG_WRITE, seen_by=Permission.CMOG_ITEM_VIEW)
def may_write_on_cmog_item(user_context: UserContext, item: CmogItem) -> bool:
    """The CSE team and the police intelligence unit, so that what one of them may not see another writes down."""
    return True


@rule(Permission.CMOG_RUN, seen_by=Permission.CMOG_VIEW)
def may_run_cmog(user_context: UserContext, meeting: CmogMeeting) -> bool:
    """The CSE Team Manager (local default: the strategy names no chair)."""
    return True
