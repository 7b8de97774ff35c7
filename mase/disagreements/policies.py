"""Who may do what with a disagreement."""

from cases.record.models.case import Case
from cases.record.policies import works_on
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.rules import rule
from cse_portal.access.user_context import UserContext
from mase.disagreements.models import Disagreement
from mase.meetings.models.meeting import Invitation
from mase.meetings.policies import _chairs, _is_invited


@rule(Permission.DISAGREEMENT_VIEW)
def may_view_disagreement(user_context: UserContext, disagreement: Disagreement) -> bool:
    """Anyone who may see the child's case, as every list of disagreements shows."""
    return gate.allows(user_context, Permission.CASE_VIEW, disagreement.case)


@rule(Permission.DISAGREEMENT_RAISE, seen_by=Permission.CASE_VIEW)
def may_raise_disagreement(user_context: UserContext, case: Case) -> bool:
    """Those who work on the case, and those invited to a meeting about it, by name, as a deputy or through their
    agency."""
    return works_on(user_context, case) or _is_invited(
        user_context, case, Invitation.objects.filter(meeting__case=case)
    )


@rule(Permission.DISAGREEMENT_ANSWER, seen_by=Permission.DISAGREEMENT_VIEW)
def may_answer_disagreement(user_context: UserContext, disagreement: Disagreement) -> bool:
    """Either agency, and the CSE Team Manager who chairs."""
    is_party = user_context.agency.pk in (disagreement.agency_id, disagreement.against_id)
    return is_party or _chairs(user_context, disagreement.case)


@rule(Permission.DISAGREEMENT_SETTLE, seen_by=Permission.DISAGREEMENT_VIEW)
def may_settle_disagreement(user_context: UserContext, disagreement: Disagreement) -> bool:
    """The agency that raised it, and the CSE Team Manager who chairs, unless it was raised with their own agency.

    Whom it was raised with cannot call it resolved: the other side says when it is.
    """
    if user_context.agency.pk == disagreement.against_id:
        return False
    return user_context.agency.pk == disagreement.agency_id or _chairs(user_context, disagreement.case)


@rule(Permission.DISAGREEMENT_WITHDRAW, seen_by=Permission.DISAGREEMENT_VIEW)
def may_withdraw_disagreement(user_context: UserContext, disagreement: Disagreement) -> bool:
    """The agency that raised it."""
    return user_context.agency.pk == disagreement.agency_id
