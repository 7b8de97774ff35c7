"""Who may do what with a hand-off."""

from cases.handoffs.models import HandOff
from cse_portal.access.permissions import Permission
from cse_portal.access.rules import rule, rule_of_the_lists
from cse_portal.access.user_context import UserContext

rule_of_the_lists(Permission.HANDOFF_VIEW, HandOff)


@rule(Permission.HANDOFF_ANSWER, seen_by=Permission.HANDOFF_VIEW)
def may_answer_hand_off(user_context: UserContext, hand_off: HandOff) -> bool:
    """The people of the agency that was asked."""
    return hand_off.agency_id == user_context.agency.pk


@rule(Permission.HANDOFF_REASSIGN, seen_by=Permission.HANDOFF_VIEW)
def may_pass_on_hand_off(user_context: UserContext, hand_off: HandOff) -> bool:
    """The CSE team: a hand-off that nobody accepted comes back to them."""
    return True
