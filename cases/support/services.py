"""Asking a service for a child, saying what became of it, and keeping the list of services."""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from cases.chronology.models import EntryKind
from cases.chronology.services import add_entry
from cases.record.models.case import Case
from cases.record.services import agency_of, apply_edit, lock_open
from cases.support.models import Answer, Service, SupportReferral
from cases.support.selectors import same_service
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotAllowedNow
from cse_portal.keys import free_key
from cse_portal.ui.presenters import display_date

# A day, and the day that it cannot be before.
ORDER = (
    ("answered_on", "asked_on"),
    ("first_on", "asked_on"),
    ("ended_on", "first_on"),
    ("ended_on", "asked_on"),
)


@transaction.atomic
def refer(
    *, case: Case, need: str, service: Service | None, asked_on: dt.date, by: User, why: str = "",
    key: uuid.UUID | None = None,
) -> SupportReferral:  # fmt: skip
    """Ask a service to meet a need, or record that none does. The same key again finds the same referral."""
    locked = lock_open(case, Permission.CASE_CHANGE, by)
    if key and (made := SupportReferral.objects.filter(pk=key, case=locked).first()):
        return made
    if service is not None and not service.is_funded:
        raise NotAllowedNow("This service is no longer funded. Choose another, or none.", "service")
    row = SupportReferral(
        pk=free_key(SupportReferral, key), case=locked, need=need, service=service, asked_on=asked_on, why=why,
        recorded_by=by, agency=agency_of(locked, by),
    )  # fmt: skip
    _check(row)
    row.save(force_insert=True)
    _tell(row, asked_on, by, fields=["need", "service"])
    return row


@transaction.atomic
def record_progress(
    *, referral: SupportReferral, said: Mapping[str, Any], version: int, by: User
) -> SupportReferral:
    """What the service said, when it began, how it went and ended. StaleEdit when somebody saved in between."""
    case = lock_open(referral.case, Permission.CASE_CHANGE, by)
    locked = SupportReferral.objects.select_for_update(of=("self",)).get(pk=referral.pk)
    locked.case = case
    before = locked.words
    changed = apply_edit(locked, said, version)
    if not changed:
        return locked
    _check(locked)
    locked.save()
    day = max(day for day in (locked.asked_on, locked.answered_on, locked.first_on, locked.ended_on) if day)
    _tell(locked, day if locked.words != before else None, by, fields=changed)
    return locked


@transaction.atomic
def keep_service(
    *, service: Service, said: Mapping[str, Any], version: int, by: User, key: uuid.UUID | None = None
) -> Service:
    """Add a service to the list, or change one. The same key again finds the same service."""
    gate.require(by, Permission.SERVICE_CHANGE)
    is_new = service._state.adding
    locked = Service.objects.select_for_update().filter(pk=key if is_new and key else service.pk).first()
    if locked is not None and is_new:
        return locked
    row = locked or service
    apply_edit(row, said, version)
    if row.age_from > row.age_to:
        raise NotAllowedNow("Enter the youngest age first, then the oldest.", "age_to")
    if same_service(row):
        raise NotAllowedNow("This provider's service is on the list already.", "name")
    row.pk = free_key(Service, key) if is_new else row.pk
    row.save(force_insert=is_new)
    record(Action.SERVICE_CHANGED, by=by, obj=row, detail={"added": is_new})
    return row


def record_services_view(*, by: User, service: Service | None = None, shown: Collection[Case] = ()) -> None:
    """A person read the list or a page of a service, and the children on it."""
    record(Action.SERVICES_VIEWED, by=by, obj=service, cases=[case.pk for case in shown])


def _tell(row: SupportReferral, day: dt.date | None, by: User, *, fields: list[str]) -> None:
    """The chronology tells how far it is, where that changed."""
    if day is not None:
        add_entry(
            case=row.case, kind=EntryKind.EVENT, happened_on=day, text=f"Support: {row.words}", by=by,
            source_id=row.pk,
        )  # fmt: skip
    record(Action.SUPPORT_RECORDED, by=by, obj=row, case=row.case, detail={"fields": fields})


def _check(row: SupportReferral) -> None:
    """How the answers and days of a referral fit together."""
    if row.asked_on > timezone.localdate():
        raise NotAllowedNow("Enter today, or a day before it.", "asked_on")
    for day, first in ORDER:
        later, earlier = getattr(row, day), getattr(row, first)
        if later and earlier and later < earlier:
            raise NotAllowedNow(f"Enter {display_date(earlier)} or a later day.", day)
    if bool(row.answer) != bool(row.answered_on):
        raise NotAllowedNow(
            "Fill in both the answer and its day, or neither.", "answered_on" if row.answer else "answer"
        )
    if row.answer in (Answer.WAITING, Answer.DECLINED) and not row.answer_reason:
        raise NotAllowedNow("Say why it declined, or how long the wait is.", "answer_reason")
    if row.answer == Answer.DECLINED and row.first_on:
        raise NotAllowedNow("The service declined. Change its answer first.", "first_on")
    if bool(row.ended_on) != bool(row.outcome):
        missing = "outcome" if row.ended_on else "ended_on"
        raise NotAllowedNow("Fill in both the day it ended and how, or neither.", missing)
    if not row.scale and (row.scale_before is not None or row.scale_after is not None):
        raise NotAllowedNow("Say which scale the numbers are of.", "scale")
