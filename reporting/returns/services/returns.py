"""The way of a return: started, checked, sent back or signed off. Two people answer for it."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

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
    NotSigned,
    ReturnIsSigned,
    job_key,
    last_ended_quarter,
)


class AlreadyRestated(NotAllowedNow):
    """One return is corrected by one other."""

    field = "because"


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
    return _ask_for_figures(RegionalReturn.objects.at(period.slug).get(), by)


@transaction.atomic
def work_out_again(*, regional_return: RegionalReturn, by: User) -> RegionalReturn:
    """Ask for new figures of a draft."""
    gate.require(by, Permission.RETURN_PREPARE)
    return _ask_for_figures(regional_return, by)


@transaction.atomic
def restate(*, regional_return: RegionalReturn, because: str, by: User) -> RegionalReturn:
    """Correct a signed-off return by another one, with a reason; both stay. It is worked out and signed anew.

    What was said of large changes and of failed checks goes with it, to be changed where it is no longer right.
    """
    gate.require(by, Permission.RETURN_PREPARE)
    locked = locked_return(regional_return)
    if not locked.is_signed:
        raise NotSigned
    if locked.correction is not None:
        raise AlreadyRestated(f"Version {locked.correction.version_number} already corrects this return.")
    made = RegionalReturn.objects.create(
        quarter=locked.quarter, starts_on=locked.starts_on, ends_on=locked.ends_on, restates=locked,
        restatement=locked.restatement + 1, restated_because=because.strip(), check_note=locked.check_note,
    )  # fmt: skip
    said = ("measure", "dimension", "row", "column", "text", "by_id", "at")
    ReturnExplanation.objects.bulk_create(
        ReturnExplanation(regional_return=made, **each) for each in locked.explanations.values(*said)
    )
    record(Action.RETURN_RESTATED, by=by, obj=made, reason=made.restated_because, detail=_detail(made))
    return _ask_for_figures(made, by)


def _ask_for_figures(regional_return: RegionalReturn, by: User | None) -> RegionalReturn:
    locked = locked_return(regional_return)
    _refuse_after_draft(locked)
    if not locked.is_computing:
        asked = locked.requested_revision + 1
        detail = {"quarter": locked.slug, "revision": asked}
        take_step(locked, Action.RETURN_STARTED, by, detail, requested_revision=asked, prepared_by=by)
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
    locked = locked_return(regional_return, revision)
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
    take_step(
        locked, Action.RETURN_CHECKED, by, reason=note.strip(), check_note=note.strip(),
        state=ReturnState.CHECKED, checked_by=by, checked_at=timezone.now(),
    )  # fmt: skip
    _tell(people_who_may(Permission.RETURN_SIGN), locked, "has been checked and waits for you to sign it off")
    return locked


@transaction.atomic
def explain(*, regional_return: RegionalReturn, cell: Cell, text: str, by: User) -> ReturnExplanation:
    """An analyst says why a headline changed so much; the last words count."""
    gate.require(by, Permission.RETURN_PREPARE)
    locked = locked_return(regional_return)
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
    locked = locked_return(regional_return)
    _refuse_unless_checked(locked)
    if not reason.strip():
        raise NotAllowedNow("Say why you are sending this return back.")
    told = dict.fromkeys((locked.prepared_by, locked.checked_by))
    take_step(
        locked, Action.RETURN_SENT_BACK, by, reason=reason.strip(),
        state=ReturnState.DRAFT, checked_by=None, checked_at=None,
    )  # fmt: skip
    _tell(told, locked, "has been sent back with a reason")
    return locked


@transaction.atomic
def sign(*, regional_return: RegionalReturn, revision: int | None = None, by: User) -> RegionalReturn:
    """Another person signs it off. From here on PostgreSQL itself refuses a change to it."""
    gate.require(by, Permission.RETURN_SIGN)
    locked = locked_return(regional_return, revision)
    _refuse_unless_checked(locked)
    if locked.is_made_by(by):
        raise NotAllowedNow("You worked out or froze this return, so another person has to sign it off.")
    now = timezone.now()
    take_step(locked, Action.RETURN_SIGNED, by, state=ReturnState.SIGNED, signed_by=by, signed_at=now)
    _tell([locked.checked_by], locked, "has been signed off")
    return locked


def take_step(
    locked: RegionalReturn, action: Action, by: User | None, detail: dict[str, Any] | None = None, *,
    reason: str = "", **fields: Any,
) -> None:  # fmt: skip
    """A step of a return: these fields of it, and who did it."""
    for name, value in fields.items():
        setattr(locked, name, value)
    locked.version += 1
    locked.save(update_fields=[*fields, "version"])
    record(action, by=by, obj=locked, reason=reason, detail=detail or _detail(locked))


def _tell(people: Iterable[User | None], locked: RegionalReturn, what: str) -> None:
    for person in filter(None, people):
        notify(user=person, text=f"The return for {locked.label} {what}.", url=locked.get_absolute_url())


def _ended(quarter: str) -> Quarter:
    try:
        period = Quarter.parse(quarter)
    except ValueError:
        raise NotVisible from None
    if period.ends_on >= timezone.localdate():
        raise NotAllowedNow("This quarter has not ended yet. Start its return on the day after it ends.")
    return period


def locked_return(regional_return: RegionalReturn, revision: int | None = None) -> RegionalReturn:
    """The return as it is now, for this transaction alone. Raises FiguresChanged for a page drawn before."""
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
    return {"quarter": locked.slug, "revision": locked.revision}


def record_view(*, regional_return: RegionalReturn | None, by: User) -> None:
    """Somebody opened a return, or the list of them."""
    detail = {"quarter": regional_return.slug} if regional_return else {"list": True}
    record(Action.RETURN_VIEWED, by=by, obj=regional_return, detail=detail)


def record_home(*, cases: Iterable[uuid.UUID | None], by: User) -> None:
    """Somebody's home page named the children of these cases; of none there is nothing to note."""
    if shown := [each for each in cases if each]:
        record(Action.HOME_SHOWN, by=by, cases=shown)


def record_attendance(*, by: User) -> None:
    """Somebody read how agencies came to meetings over the quarters."""
    record(Action.RETURN_VIEWED, by=by, detail={"attendance": True})


@transaction.atomic(savepoint=False)
def record_success(*, by: User) -> None:
    """A person read the measures of success."""
    record(Action.STRATEGIC_VIEWED, by=by, detail={"page": "success"})


@transaction.atomic(savepoint=False)
def record_report(*, copy: uuid.UUID, sha256: str, by: User) -> None:
    """A person took the report: the number on it, and its fingerprint."""
    gate.require(by, Permission.STRATEGIC_VIEW)
    record(Action.STRATEGIC_DOWNLOADED, by=by, detail={"copy": str(copy), "sha256": sha256})
