"""What a meeting decides: the category and its reasons, who does not agree, and the day of the next review."""

import datetime as dt
import uuid
from dataclasses import asdict, dataclass

from django.db import transaction
from django.utils import timezone

from cases.choices import HarmStatus, RiskCategory
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.ui.presenters import display_date
from mase.errors import CategoryStep, ReviewTooLate
from mase.models import Decision, Dissent, MaseMeeting
from mase.selectors.checks import latest_review
from mase.services.locking import already_made, hold_running
from mase.services.sections import Edit, save_edited


@dataclass(frozen=True)
class Decided:
    """A category, the harm beside it, and why."""

    category: RiskCategory
    harm_status: HarmStatus
    rationale: str


@transaction.atomic
def save_decision(*, meeting: MaseMeeting, decided: Decided, edit: Edit, by: User) -> Decision:
    """Record the decision; it is confirmed on the case when the meeting ends. It falls one step at a time."""
    gate.require(by, Permission.MEETING_CHAIR, meeting)
    held = hold_running(meeting)
    if held.case.category - decided.category > 1:
        raise CategoryStep
    found = Decision.objects.filter(meeting=held).first()
    if found is not None:
        return save_edited(found, asdict(decided), edit=edit, meeting=held, by=by)
    decision = Decision.objects.create(meeting=held, saved_at=timezone.now(), saved_by=by, **asdict(decided))
    detail = {"category": decided.category, "harm": decided.harm_status}
    record(Action.MEETING_DECIDED, by=by, obj=held, case=held.case, detail=detail)
    return decision


@transaction.atomic
def record_dissent(*, meeting: MaseMeeting, key: uuid.UUID, agency: Agency, reason: str, by: User) -> Dissent:
    """An agency does not agree; its reason stands in the minutes beside the decision."""
    gate.require(by, Permission.MEETING_CHAIR, meeting)
    held = hold_running(meeting)
    if found := already_made(Dissent, key, meeting_id=held.pk):
        return found
    dissent, _ = Dissent.objects.update_or_create(
        meeting=held, agency=agency, defaults={"reason": reason, "recorded_by": by, "recorded_at": timezone.now()},
        create_defaults={"pk": key, "reason": reason, "recorded_by": by},
    )  # fmt: skip
    detail = {"meeting": str(held.pk), "agency": str(agency.pk)}
    record(Action.MEETING_CHANGED, by=by, obj=dissent, case=held.case, detail=detail)
    return dissent


@transaction.atomic
def remove_dissent(*, dissent: Dissent, by: User) -> None:
    """The agency agrees after all, or it was written down by mistake."""
    gate.require(by, Permission.MEETING_CHAIR, dissent.meeting)
    held = hold_running(dissent.meeting)
    detail = {"meeting": str(held.pk), "removed": True}
    record(Action.MEETING_CHANGED, by=by, obj=dissent, case=held.case, detail=detail)
    dissent.delete()


@transaction.atomic
def set_review(*, meeting: MaseMeeting, review_on: dt.date, by: User) -> MaseMeeting:
    """The day of the next review: no later than the clock of the decided category allows."""
    gate.require(by, Permission.MEETING_CHAIR, meeting)
    held = hold_running(meeting)
    decision = Decision.objects.filter(meeting=held).first()
    category = decision.category if decision else held.case.category
    latest = latest_review(category)
    if review_on > latest:
        raise ReviewTooLate(
            f"Category {category} is reviewed by {display_date(latest)}. Choose an earlier date."
        )
    if held.review_on != review_on:
        held.review_on = review_on
        held.save(update_fields=["review_on"])
        record(
            Action.MEETING_CHANGED,
            by=by,
            obj=held,
            case=held.case,
            detail={"review_on": review_on.isoformat()},
        )
    return held
