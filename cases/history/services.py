"""Writing down where a child lives or learns, or their legal status, from a day."""

import datetime as dt
import uuid
from dataclasses import dataclass, fields

from django.db import transaction
from django.db.models import QuerySet

from cases.family.selectors import hides_home
from cases.family.services import AddressIsConfidential
from cases.history.models import LifePeriod, PeriodKind
from cases.record.models.case import Case
from cases.record.models.child import Child
from cases.record.services import agency_of, lock_open
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotAllowedNow, StaleEdit
from cse_portal.keys import free_key


class BeganBefore(NotAllowedNow):
    """Of each kind one period is current, and it is the newest."""

    message = "The present one began on this day or later. Enter the last day of this one, or change the present one."
    field = "ended_on"


class PlaceIsConfidential(AddressIsConfidential):
    """Where the child lives is confidential: only the kind of placement is written here."""

    field = "name"


@dataclass(frozen=True)
class Period:
    """What is recorded of a period."""

    code: str
    name: str
    began_on: dt.date
    ended_on: dt.date | None = None
    reason: str = ""
    school: Agency | None = None
    attendance: int | None = None
    exclusions: int | None = None
    special_needs: str = ""


@transaction.atomic
def record_period(
    *, case: Case, kind: PeriodKind, said: Period, by: User, key: uuid.UUID | None = None
) -> LifePeriod:
    """Add a period. One without a last day is the present one: the one before it ends on its first day.

    A key adds one period. Raises BeganBefore and PlaceIsConfidential, which name their field.
    """
    locked = lock_open(case, Permission.CASE_CHANGE, by)
    if key and (made := LifePeriod.objects.filter(pk=key, case=locked).first()):
        return made
    _refuse_confidential(locked, kind, said)
    if said.ended_on is None:
        _end_present(locked, kind, said.began_on)
    agency = agency_of(locked, by)
    made = LifePeriod.objects.create(
        pk=free_key(LifePeriod, key), case=locked, kind=kind, recorded_by=by, agency=agency, **_values(said)
    )
    _repeat(locked, kind, made)
    record(Action.PERIOD_RECORDED, by=by, obj=made, case=locked, detail={"kind": kind})
    return made


@transaction.atomic
def change_period(*, period: LifePeriod, version: int, said: Period, by: User) -> LifePeriod:
    """Save what a page drawn at this version says. Raises StaleEdit when somebody saved in between."""
    case = lock_open(period.case, Permission.CASE_CHANGE, by)
    locked = LifePeriod.objects.select_for_update(of=("self",)).get(pk=period.pk)
    kind, values = PeriodKind(locked.kind), _values(said)
    changed = [name for name, value in values.items() if getattr(locked, name) != value]
    if not changed:
        return locked
    if locked.version != version:
        raise StaleEdit
    _refuse_confidential(case, kind, said)
    if said.ended_on is None and _present(case, kind).exclude(pk=locked.pk).exists():
        raise BeganBefore
    for name in changed:
        setattr(locked, name, values[name])
    locked.version += 1
    locked.save()
    _repeat(case, kind, locked)
    record(Action.PERIOD_CHANGED, by=by, obj=locked, case=case, detail={"fields": changed})
    return locked


def _values(said: Period) -> dict[str, object]:
    return {each.name: getattr(said, each.name) for each in fields(Period)}


def _present(case: Case, kind: PeriodKind) -> QuerySet[LifePeriod]:
    return LifePeriod.objects.filter(case=case, kind=kind, ended_on__isnull=True)


def _end_present(case: Case, kind: PeriodKind, on: dt.date) -> None:
    present = _present(case, kind).first()
    if present is None:
        return
    if present.began_on >= on:
        raise BeganBefore
    present.ended_on = on
    present.version += 1
    present.save(update_fields=["ended_on", "version"])


def _refuse_confidential(case: Case, kind: PeriodKind, said: Period) -> None:
    if kind == PeriodKind.HOME and said.ended_on is None and said.name and hides_home(case):
        raise PlaceIsConfidential


def _repeat(case: Case, kind: PeriodKind, period: LifePeriod) -> None:
    """The child's record says the present school, for lists and matching."""
    if kind == PeriodKind.SCHOOL and period.ended_on is None and period.name:
        Child.objects.filter(pk=case.child_id).update(school=period.name)
