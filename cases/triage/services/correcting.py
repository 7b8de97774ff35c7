"""Correcting a wrong decision within 5 working days, on record."""

from django.db import transaction
from django.utils import timezone

from cases.casework.services import OPENED_IN_ERROR, Check, close_case
from cases.chronology.models import EntryKind
from cases.chronology.services import add_entry
from cases.concerns.choices import ConcernOutcome, ConcernState
from cases.concerns.models import Concern, ConcernDecision
from cases.concerns.services import return_to_triage
from cases.handoffs import services as handoffs
from cases.record.models.case import Case
from cases.record.services import lock_open
from cases.sharing.services.telling import notify_about_case, notify_about_concern
from cases.strategy import services as strategy
from cases.triage.selectors import correctable_until
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotAllowedNow
from cse_portal.reference import selectors as reference
from cse_portal.ui.presenters import display_date


class TooLateToCorrect(NotAllowedNow):
    """After 5 working days the work has begun: it is ended, not undone."""


@transaction.atomic
def correct(*, concern: Concern, reason: str, by: User) -> Concern:
    """The decision was wrong. It stays on record as corrected, and the concern waits for another.

    A case that it opened closes as opened in error. From a case that it was added to, it goes out again. What an
    agency was asked is taken back.
    """
    gate.require(by, Permission.CONCERN_CORRECT, concern)
    locked = (
        Concern.objects.select_for_update(of=("self",)).select_related("case", "author").get(pk=concern.pk)
    )
    if locked.state != ConcernState.DECIDED or locked.decision_id is None:
        raise NotAllowedNow("This concern waits for a decision, so there is nothing to correct.")
    decision = ConcernDecision.objects.select_for_update().get(pk=locked.decision_id)
    if timezone.localdate() > (last := correctable_until(decision)):
        raise TooLateToCorrect(f"This decision could be corrected until {display_date(last)}.")
    decision.corrected_by, decision.corrected_at, decision.correction_reason = by, timezone.now(), reason
    decision.save(update_fields=["corrected_by", "corrected_at", "correction_reason"])
    record(Action.DECISION_CORRECTED, by=by, obj=decision, case=locked.case, about=[locked.pk])
    handoffs.take_back(concern=locked, since=decision.decided_at, reason=reason, by=by)
    if locked.case is not None:
        _leave(locked, locked.case, decision, reason, by)
    waiting = return_to_triage(concern=locked, by=by)
    told = f"The decision on concern {locked.reference} was corrected. It waits for another decision."
    for person in {locked.author, decision.decided_by} - {by}:
        notify_about_concern(waiting, told, person=person)
    return waiting


def _leave(concern: Concern, case: Case, decision: ConcernDecision, reason: str, by: User) -> None:
    """Out of the case, which closes if this decision opened it."""
    locked = lock_open(case, Permission.CASE_CHANGE, by)
    text = f"Concern {concern.reference} went back to triage: the decision on it was wrong. {reason}"
    add_entry(
        case=locked, kind=EntryKind.CONCERN, happened_on=timezone.localdate(), text=text[:1000], by=by,
        source_id=concern.pk,
    )  # fmt: skip
    if decision.outcome == ConcernOutcome.OPEN_CASE:
        why = f"Opened in error. {reason}"
        asked = reference.codes("step-down")
        checklist = [Check(entry.code, done=False, reason=why) for entry in asked]
        close_case(case=locked, code=OPENED_IN_ERROR, reason=why, checklist=checklist, by=by)
    else:
        told = (
            f"Concern {concern.reference} is no longer part of case {case.reference}: the decision was wrong."
        )
        notify_about_case(locked, told, person=locked.lead_professional, by=by)
    Concern.objects.filter(pk=concern.pk).update(case=None)
    strategy.leave_case(concern=concern)
