"""The way of a return: started, checked, sent back or signed off. Two people answer for it."""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from cases.concerns import services as concern_reading
from cases.missing.services import episodes as missing_reading
from cases.reviews.selectors import LeadReview
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.user_context import people_who_may
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotAllowedNow, NotVisible
from cse_portal.jobs.services import enqueue, notify
from cse_portal.reference.quarters import Quarter
from cse_portal.ui.presenters import counted
from intelligence.disruption import services as order_reading
from intelligence.profiles import services as subject_reading
from intelligence.submissions import services as submission_reading
from mase.meetings.models.meeting import Meeting
from mase.meetings.services import meeting_reading
from mase.plans.services import readers
from reporting.measures.models import CountedThing
from reporting.returns.models import (
    RegionalReturn,
    ReturnExplanation,
    ReturnState,
    Severity,
    ValidationResult,
)
from reporting.returns.selectors.changes import Cell, changes
from reporting.returns.selectors.returns import (
    JOB_KIND,
    FiguresChanged,
    ReturnIsSigned,
    job_key,
    last_ended_quarter,
)
from reporting.workforce.services import record_view as record_training


@transaction.atomic
def start(*, quarter: str, by: User | None) -> RegionalReturn:
    """Ask for a quarter's figures, or for new ones of a draft. Asking while they are worked out is asking once.

    `by` is nobody when the daily task asks.
    """
    if by is not None:
        gate.require(by, Permission.RETURN_PREPARE)
    period = _ended(quarter)
    wanted = RegionalReturn(quarter=period.slug, starts_on=period.starts_on, ends_on=period.ends_on)
    RegionalReturn.objects.bulk_create([wanted], ignore_conflicts=True)
    locked = RegionalReturn.objects.select_for_update().get(quarter=period.slug)
    _refuse_after_draft(locked)
    if not locked.is_computing:
        locked.requested_revision += 1
        locked.prepared_by = by
        locked.version += 1
        locked.save(update_fields=["requested_revision", "prepared_by", "version"])
        detail = {"quarter": locked.quarter, "revision": locked.requested_revision}
        record(Action.RETURN_STARTED, by=by, obj=locked, detail=detail)
    payload = {"return": str(locked.pk), "revision": locked.requested_revision}
    enqueue(kind=JOB_KIND, key=job_key(locked), requested_by=by, payload=payload)
    return locked


def start_due() -> RegionalReturn | None:
    """Every day: start the return of the quarter that has ended, once. A day without a worker is made up for."""
    due = last_ended_quarter().slug
    if RegionalReturn.objects.filter(quarter=due).exists():
        return None
    return start(quarter=due, by=None)


@transaction.atomic
def check(
    *, regional_return: RegionalReturn, note: str = "", revision: int | None = None, by: User
) -> RegionalReturn:
    """An analyst answers for the figures. A failed rule that must hold stops it; any other needs a note."""
    gate.require(by, Permission.RETURN_PREPARE)
    locked = _locked(regional_return, revision)
    _refuse_after_draft(locked)
    if locked.is_computing or not locked.revision:
        raise NotAllowedNow("The figures are still being worked out. Wait until the job has finished.")
    failed = ValidationResult.objects.filter(regional_return=locked, revision=locked.revision, passed=False)
    grave = [result.severity == Severity.ERROR for result in failed]
    if any(grave):
        raise NotAllowedNow(
            "At least one check that must be right has failed. Put the records right and start again."
        )
    if waiting := sum(each.is_unexplained for each in changes(by, locked)):
        raise NotAllowedNow(f"Say first why {counted(waiting, 'number')} changed so much since last quarter.")
    if grave and not note.strip():
        raise NotAllowedNow("Say why the checks that failed may stand. The person who signs off reads it.")
    locked.state, locked.check_note = ReturnState.CHECKED, note.strip()
    locked.checked_by, locked.checked_at = by, timezone.now()
    locked.version += 1
    locked.save(update_fields=["state", "check_note", "checked_by", "checked_at", "version"])
    record(Action.RETURN_CHECKED, by=by, obj=locked, reason=locked.check_note, detail=_detail(locked))
    for person in people_who_may(Permission.RETURN_SIGN):
        text = f"The return for {locked.label} has been checked and waits for you to sign it off."
        notify(user=person, text=text, url=locked.get_absolute_url())
    return locked


@transaction.atomic
def explain(*, regional_return: RegionalReturn, cell: Cell, text: str, by: User) -> ReturnExplanation:
    """An analyst says why a headline changed so much; the last words count."""
    gate.require(by, Permission.RETURN_PREPARE)
    locked = _locked(regional_return, None)
    _refuse_after_draft(locked)
    measure, dimension, row, column = cell
    explanation, _ = ReturnExplanation.objects.update_or_create(
        regional_return=locked, measure=measure, dimension=dimension, row=row, column=column,
        defaults={"text": text.strip(), "by": by, "at": timezone.now()},
    )  # fmt: skip
    detail = {**_detail(locked), "measure": measure}
    record(Action.RETURN_EXPLAINED, by=by, obj=locked, reason=text.strip(), detail=detail)
    return explanation


@transaction.atomic
def send_back(*, regional_return: RegionalReturn, reason: str, by: User) -> RegionalReturn:
    """Anyone who would sign it wants it changed, and says why."""
    gate.require(by, Permission.RETURN_SIGN)
    locked = _locked(regional_return, None)
    _refuse_unless_checked(locked)
    if not reason.strip():
        raise NotAllowedNow("Say why you are sending this return back.")
    told = {person.pk: person for person in (locked.prepared_by, locked.checked_by) if person is not None}
    locked.state = ReturnState.DRAFT
    locked.checked_by = locked.checked_at = None
    locked.version += 1
    locked.save(update_fields=["state", "checked_by", "checked_at", "version"])
    record(Action.RETURN_SENT_BACK, by=by, obj=locked, reason=reason.strip(), detail=_detail(locked))
    for person in told.values():
        text = f"The return for {locked.label} has been sent back with a reason."
        notify(user=person, text=text, url=locked.get_absolute_url())
    return locked


@transaction.atomic
def sign(*, regional_return: RegionalReturn, revision: int | None = None, by: User) -> RegionalReturn:
    """Another person signs it off. From here on PostgreSQL itself refuses a change to it."""
    gate.require(by, Permission.RETURN_SIGN)
    locked = _locked(regional_return, revision)
    _refuse_unless_checked(locked)
    if by.pk in (locked.prepared_by_id, locked.checked_by_id):
        raise NotAllowedNow("You prepared or checked this return, so another person has to sign it off.")
    locked.state = ReturnState.SIGNED
    locked.signed_by, locked.signed_at = by, timezone.now()
    locked.version += 1
    locked.save(update_fields=["state", "signed_by", "signed_at", "version"])
    record(Action.RETURN_SIGNED, by=by, obj=locked, detail=_detail(locked))
    if locked.checked_by is not None:
        text = f"The return for {locked.label} has been signed off."
        notify(user=locked.checked_by, text=text, url=locked.get_absolute_url())
    return locked


def _ended(quarter: str) -> Quarter:
    try:
        period = Quarter.parse(quarter)
    except ValueError:
        raise NotVisible from None
    if period.ends_on >= timezone.localdate():
        raise NotAllowedNow("This quarter has not ended yet. Start its return on the day after it ends.")
    return period


def _locked(regional_return: RegionalReturn, revision: int | None) -> RegionalReturn:
    locked = RegionalReturn.objects.select_for_update().get(pk=regional_return.pk)
    if revision is not None and revision != locked.revision:
        raise FiguresChanged
    return locked


def _refuse_after_draft(locked: RegionalReturn) -> None:
    if locked.is_signed:
        raise ReturnIsSigned
    if locked.state == ReturnState.CHECKED:
        raise NotAllowedNow(
            "This return has been checked and waits to be signed off. It must be sent back before it "
            "can be changed."
        )


def _refuse_unless_checked(locked: RegionalReturn) -> None:
    if locked.is_signed:
        raise ReturnIsSigned
    if locked.state != ReturnState.CHECKED:
        raise NotAllowedNow("This return has not been checked yet. An analyst checks it first.")


def _detail(locked: RegionalReturn) -> dict[str, object]:
    return {"quarter": locked.quarter, "revision": locked.revision}


def record_view(*, regional_return: RegionalReturn | None, by: User) -> None:
    """Somebody opened a return, or the list of them."""
    detail = {"quarter": regional_return.quarter} if regional_return else {"list": True}
    record(Action.RETURN_VIEWED, by=by, obj=regional_return, detail=detail)


def record_home(*, cases: Iterable[uuid.UUID | None], by: User) -> None:
    """Somebody's home page named the children of these cases; of none there is nothing to note."""
    if shown := [each for each in cases if each]:
        record(Action.HOME_SHOWN, by=by, cases=shown)


def record_attendance(*, by: User) -> None:
    """Somebody read how agencies came to meetings over the quarters."""
    record(Action.RETURN_VIEWED, by=by, detail={"attendance": True})


def record_behind(*, things: CountedThing, shown: Sequence[Any], which: str, by: User) -> None:
    """Somebody saw which meetings, actions or other things a number counts."""
    match things:
        case CountedThing.ACTIONS:
            readers.record_listed(shown=shown, by=by, which=which)
        case CountedThing.DISAGREEMENTS:
            meeting_reading.record_listed(shown=shown, by=by, action=Action.DISAGREEMENTS_LISTED, which=which)
        case CountedThing.STAGES:
            disagreements = list(dict.fromkeys(each.disagreement for each in shown))
            meeting_reading.record_listed(
                shown=disagreements, by=by, action=Action.DISAGREEMENTS_LISTED, which=which
            )
        case CountedThing.INVITATIONS:
            _record_meetings([each.meeting for each in shown], which, by)
        case CountedThing.INITIALS:
            meeting_reading.record_to_book(shown=[each.episode.case for each in shown], which=which, by=by)
        case CountedThing.REVIEWS:
            by_lead = [each.case for each in shown if isinstance(each, LeadReview)]
            set_by = [each for each in shown if not isinstance(each, LeadReview)]
            held = [each.booked for each in set_by if each.booked]
            _record_meetings([*(each.after for each in set_by), *held], which, by)
            if by_lead:
                meeting_reading.record_to_book(shown=by_lead, which=which, by=by)
        case CountedThing.TRAINING | CountedThing.STAFF:
            record_training(by=by, page=which)
        case CountedThing.EPISODES:
            missing_reading.record_listed(shown=shown, by=by, which=which)
        case CountedThing.CHILDREN:
            meeting_reading.record_to_book(shown=shown, which=which, by=by)
        case CountedThing.SUBJECTS:
            subject_reading.record_subjects(shown=shown, by=by, which=which)
        case CountedThing.OUTCOMES:
            subject_reading.record_subjects(shown=[each.subject for each in shown], by=by, which=which)
        case CountedThing.ORDERS:
            order_reading.record_shown(shown=list(shown), by=by, page=which)
        case CountedThing.PERIODS | CountedThing.COURT:
            meeting_reading.record_to_book(shown=[each.case for each in shown], which=which, by=by)
        case CountedThing.CONCERNS:
            concern_reading.record_listed(shown=list(shown), by=by, detail={"which": which})
        case CountedThing.DECISIONS:
            concerns = list(dict.fromkeys(each.concern for each in shown))
            concern_reading.record_listed(shown=concerns, by=by, detail={"which": which})
        case CountedThing.SUBMISSIONS:
            submission_reading.record_list(action=Action.SUBMISSIONS_LISTED, by=by, which=which)
        case _:
            _record_meetings(shown, which, by)


def _record_meetings(meetings: Iterable[Meeting], which: str, by: User) -> None:
    meeting_reading.record_listed(shown=list(dict.fromkeys(meetings)), by=by, which=which)


@transaction.atomic(savepoint=False)
def record_success(*, by: User) -> None:
    """A person read the measures of success."""
    record(Action.STRATEGIC_VIEWED, by=by, detail={"page": "success"})


@transaction.atomic(savepoint=False)
def record_report(*, copy: uuid.UUID, sha256: str, by: User) -> None:
    """A person took the report: the number on it, and its fingerprint."""
    gate.require(by, Permission.STRATEGIC_VIEW)
    record(Action.STRATEGIC_DOWNLOADED, by=by, detail={"copy": str(copy), "sha256": sha256})
