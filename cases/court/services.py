"""Recording an investigation, what happens in court, a child's wishes as a witness, and a referral to the NRM."""

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

from django.db import transaction
from django.utils import timezone
from django.utils.text import capfirst

from cases.chronology.models import EntryKind
from cases.chronology.services import add_entry
from cases.court.choices import Grounds, Status, Wish
from cases.court.models import CourtEvent, CourtRecord, Investigation, NrmReferral, SpecialMeasure
from cases.record.services import agency_of, lock_open
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotAllowedNow, StaleEdit
from cse_portal.keys import free_key
from cse_portal.reference.selectors import clock_rule
from cse_portal.ui.presenters import display_date

R = TypeVar("R", bound=CourtRecord)
ENDED = (Status.NO_ACTION, Status.ENDED)
# A day, and the answer that belongs to it.
PAIRS = (
    ("told_on", "told_by"), ("answered_on", "granted"), ("reasonable_on", "reasonable"),
    ("conclusive_on", "conclusive"),
)  # fmt: skip
# A day, the day that it cannot be before, and what happened then.
ORDER = (
    ("ended_on", "opened_on", "The investigation opened"),
    ("applied_on", "offered_on", "It was offered"),
    ("answered_on", "applied_on", "It was applied for"),
    ("reasonable_on", "referred_on", "The referral was made"),
    ("conclusive_on", "reasonable_on", "Reasonable grounds were decided"),
)


@transaction.atomic
def save(*, row: R, said: Mapping[str, Any], version: int, by: User, key: uuid.UUID | None = None) -> R:
    """Save what a page drawn at this version says of a row, new or not, and tell the chronology of this part.

    The same key again finds the same row. Raises StaleEdit when somebody saved in between.
    """
    case = lock_open(row.case, Permission.COURT_RECORD, by)
    model = type(row)
    pk = key if row._state.adding and key else row.pk
    locked: Any = model._default_manager.select_for_update(of=("self",)).filter(case=case, pk=pk).first()
    if locked is None:
        locked, row.pk = row, free_key(model, pk)
        row.recorded_by, row.agency = by, agency_of(case, by)
    locked.case = case
    before = "" if locked._state.adding else locked.words
    changed = [name for name, value in said.items() if getattr(locked, name, None) != value]
    if locked.version and not changed:
        return cast(R, locked)
    if locked.version != version:
        raise StaleEdit
    for name in changed:
        setattr(locked, name, said[name])
    _check_days(locked)
    if model in CHECKS:
        CHECKS[model](locked)
    locked.version += 1
    locked.save()
    if locked.words != before:
        day = min(getattr(locked, "happens_on", timezone.localdate()), timezone.localdate())
        add_entry(
            case=case, kind=EntryKind.COURT, happened_on=day, text=locked.words, by=by, source_id=locked.pk,
            significant=isinstance(locked, Investigation | CourtEvent),
        )  # fmt: skip
    record(Action.COURT_RECORDED, by=by, obj=locked, case=case, detail={"fields": changed})
    return cast(R, locked)


def _check_days(row: CourtRecord) -> None:
    for day, answer in PAIRS:
        if hasattr(row, day) and bool(getattr(row, day)) != bool(getattr(row, answer)):
            missing = answer if getattr(row, day) else day
            name = row._meta.get_field(missing).verbose_name  # type: ignore[union-attr]
            raise NotAllowedNow(
                f"{capfirst(name)}: fill in both the answer and its day, or neither.", missing
            )
    for day, first, what in ORDER:
        if hasattr(row, day):
            _not_before(day, getattr(row, day), getattr(row, first), what)


def _check_investigation(row: Investigation) -> None:
    if bool(row.no_action_reason) != (row.status == Status.NO_ACTION):
        raise NotAllowedNow("Say why there is no further action, and only then.", "no_action_reason")
    if bool(row.ended_on) != (row.status in ENDED):
        raise NotAllowedNow("Enter the day on which it ended, and only if it has.", "ended_on")
    if row.status == Status.ENDED and not row.outcome:
        raise NotAllowedNow("Say how it ended.", "outcome")
    first = None if row._state.adding else row.events.first()
    if first and first.happens_on < row.opened_on:
        raise NotAllowedNow(f"{first.words} This day is after it.", "opened_on")


def _check_event(row: CourtEvent) -> None:
    """An event follows the opening, and what must have happened before it."""
    if not row.rule("ahead") and row.happens_on > timezone.localdate():
        raise NotAllowedNow("Enter today, or a day before it.", "happens_on")
    _not_before("happens_on", row.happens_on, row.investigation.opened_on, "The investigation opened")
    if not row.rule("ahead"):
        _not_before("told_on", row.told_on, row.happens_on, "It happened")
    events = [row, *row.investigation.events.exclude(pk=row.pk)]
    for later in events:
        earlier = later.rule("follows")
        days = [each.happens_on for each in events if each.kind == earlier]
        if earlier and (later is row or row.kind == earlier) and not (days and min(days) <= later.happens_on):
            follows = f"{later.label} on {display_date(later.happens_on)} follows"
            words = f"{follows} the {CourtEvent(kind=earlier).label.lower()}"
            known = f", which is on {display_date(min(days))}." if days else ". Record that first."
            raise NotAllowedNow(words + known, "happens_on")


def _check_measure(row: SpecialMeasure) -> None:
    if row.applied_on and row.wish == Wish.NO:
        raise NotAllowedNow("Apply only for what the child wants.", "applied_on")
    if row.granted and not row.applied_on:
        raise NotAllowedNow("Enter the day of the application that the court answered.", "applied_on")


def _check_referral(row: NrmReferral) -> None:
    """And by when the next decision is expected."""
    if row.conclusive and row.reasonable != Grounds.POSITIVE:
        raise NotAllowedNow("It follows a positive reasonable-grounds decision.", "conclusive")
    row.due_on = None
    if not row.reasonable:
        row.due_on = clock_rule("NRM_REASONABLE").due(row.referred_on)
    elif row.reasonable == Grounds.POSITIVE and row.reasonable_on and not row.conclusive:
        row.due_on = clock_rule("NRM_CONCLUSIVE").due(row.reasonable_on)


CHECKS: dict[type[CourtRecord], Callable[[Any], None]] = {
    Investigation: _check_investigation,
    CourtEvent: _check_event,
    SpecialMeasure: _check_measure,
    NrmReferral: _check_referral,
}


def _not_before(field: str, day: dt.date | None, first: dt.date | None, what: str) -> None:
    if day and first and day < first:
        raise NotAllowedNow(f"{what} on {display_date(first)}. Enter that day or a later one.", field)
