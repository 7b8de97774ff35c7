"""Keeping an address confidential, and adding to the health detail of a case."""

import datetime as dt
import uuid

import structlog
from django.db import transaction
from django.utils import timezone

from cases.family.models import (
    AddressKind,
    ConfidentialAddress,
    ConfidentialReason,
    HealthNote,
    HealthSummary,
    HealthTopic,
    SealedAddress,
)
from cases.family.selectors import OF_THE_CHILD
from cases.record.models.case import Case
from cases.record.models.child import Child
from cases.record.services import lock_open
from cases.sharing.services.exclusions import find_of
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import membership_of, record
from cse_portal.encryption import Unreadable, encrypt
from cse_portal.errors import NotAllowedNow
from cse_portal.keys import free_key


class AddressIsConfidential(NotAllowedNow):
    """Where a confidential address holds, the open record has none, anyone who writes it."""

    message = (
        "Where this child or young person lives is confidential, so no address or postcode is written here. "
        "Record it on the page for confidential addresses, or ask the lead professional to."
    )
    field = "address"


log = structlog.get_logger(__name__)


@transaction.atomic
def record_address(
    *,
    case: Case,
    kind: AddressKind,
    address: str,
    reason: ConfidentialReason,
    by: User,
    key: uuid.UUID | None = None,
) -> ConfidentialAddress:
    """Seal an address; one of the same kind that held until now ends. The same key again finds the same address.

    Where it is the child's own, the address that everybody could read leaves the record.
    """
    locked = lock_open(case, Permission.ADDRESS_RECORD, by)
    if key and (made := ConfidentialAddress.objects.filter(pk=key, case=locked).first()):
        return made
    _end(locked, kind, by)
    membership = membership_of(by)
    marked = ConfidentialAddress.objects.create(
        pk=free_key(ConfidentialAddress, key), case=locked, kind=kind, marked_by=by,
        agency=membership.agency if membership else locked.lead_agency,
    )  # fmt: skip
    SealedAddress.objects.create(address=marked, reason=reason, encrypted=encrypt(address))
    if kind in OF_THE_CHILD:
        _clear_open_address(locked)
        find_of(locked)
    record(Action.ADDRESS_RECORDED, by=by, obj=marked, case=locked, detail={"kind": kind})
    return marked


@transaction.atomic
def show_address(*, address: ConfidentialAddress, by: User) -> str:
    """What it says, to somebody who asked for it deliberately. The look is on record, in this transaction."""
    gate.require(by, Permission.ADDRESS_VIEW, address.case)
    sealed = SealedAddress.objects.visible_to(by).get(address=address)
    record(Action.ADDRESS_SHOWN, by=by, obj=address, case=address.case, detail={"kind": address.kind})
    try:
        return sealed.in_clear()
    except Unreadable as problem:
        log.error("address_cannot_be_read", address=str(address.pk))
        raise NotAllowedNow(
            "This address cannot be read any more. Ask the person who said that it is confidential to write "
            "it down again, and tell anyone who runs the portal."
        ) from problem


@transaction.atomic
def end_address(*, address: ConfidentialAddress, by: User) -> ConfidentialAddress:
    """It is no longer current. What it said stays sealed in the record."""
    locked = lock_open(address.case, Permission.ADDRESS_RECORD, by)
    if not _end(locked, AddressKind(address.kind), by, address.pk):
        raise NotAllowedNow("This address is no longer current. What holds now is shown below.")
    address.refresh_from_db()
    return address


def _end(case: Case, kind: AddressKind, by: User, pk: uuid.UUID | None = None) -> bool:
    rows = ConfidentialAddress.objects.filter(case=case, kind=kind, ended_at__isnull=True)
    held = rows.first()
    if held is None or pk not in (None, held.pk):
        return False
    held.ended_at, held.ended_by = timezone.now(), by
    held.save(update_fields=["ended_at", "ended_by"])
    record(Action.ADDRESS_ENDED, by=by, obj=held, case=case, detail={"kind": kind})
    return True


def _clear_open_address(case: Case) -> None:
    child = Child.objects.select_for_update().get(pk=case.child_id)
    child.address = child.postcode = child.ward = ""
    child.version += 1
    child.save(update_fields=["address", "postcode", "ward", "version"])


@transaction.atomic
def add_note(
    *,
    case: Case,
    topic: HealthTopic,
    happened_on: dt.date,
    text: str,
    by: User,
    for_others: str = "",
    key: uuid.UUID | None = None,
) -> HealthNote:
    """A health agency writes down what it knows and, apart from it, what a meeting may hear. A key adds one note."""
    locked = lock_open(case, Permission.HEALTH_RECORD, by)
    if key and (made := HealthNote.objects.filter(pk=key, case=locked).first()):
        return made
    membership = membership_of(by)
    agency = membership.agency if membership else locked.lead_agency
    note = HealthNote.objects.create(
        pk=free_key(HealthNote, key), case=locked, topic=topic, happened_on=happened_on, text=text,
        recorded_by=by, agency=agency,
    )  # fmt: skip
    if for_others:
        HealthSummary.objects.create(case=locked, text=for_others, recorded_by=by, agency=agency)
    # Of what kind it is is in no event: even that is detail.
    detail = {"for_others": bool(for_others)}
    record(Action.HEALTH_RECORDED, by=by, obj=note, case=locked, detail=detail)
    return note
