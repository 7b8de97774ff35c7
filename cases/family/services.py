"""Family members, keeping an address confidential, and adding to the health detail of a case."""

import datetime as dt
import uuid
from dataclasses import asdict, dataclass

import structlog
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from cases.family.models import (
    AddressKind,
    ConfidentialAddress,
    ConfidentialReason,
    HealthNote,
    HealthSummary,
    HealthTopic,
    NetworkMember,
    SealedAddress,
    YesNoUnknown,
)
from cases.family.selectors import OF_THE_CHILD
from cases.record.models.case import Case
from cases.record.models.child import Child
from cases.record.selectors import case_for
from cases.record.services import agency_of, lock_open
from cases.sharing.services.exclusions import find_of
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.encryption import Unreadable, encrypt
from cse_portal.errors import NotAllowedNow, NotPermitted, NotVisible, StaleEdit
from cse_portal.keys import free_key, new_key


class AddressIsConfidential(NotAllowedNow):
    """Where a confidential address holds, the open record has none, no matter who writes it."""

    message = (
        "Where this child or young person lives is confidential, so no address or postcode is written here. "
        "Record it on the page for confidential addresses, or ask the lead professional to."
    )
    field = "address"


class RecordedAlready(NotAllowedNow):
    """One person is listed once: two rows might disagree on whether it is safe to contact them."""

    message = (
        "Somebody with this name is recorded already. Change what is recorded of them, or say in the name how the "
        "two differ, like “Sam Ward, uncle”."
    )
    field = "name"


class NotYourCase(NotAllowedNow):
    """A sibling is linked by somebody who works on both cases."""

    message = (
        "No case with this reference can be linked by you. Leave it empty, or ask its lead professional."
    )
    field = "sibling_case"


log = structlog.get_logger(__name__)
SIBLING = "SIBLING"  # of the reference list of relations


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
    marked = ConfidentialAddress.objects.create(
        pk=free_key(ConfidentialAddress, key), case=locked, kind=kind, marked_by=by,
        agency=agency_of(locked, by),
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
        return sealed.decrypted()
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
    # The present home in the child's history (cases/history, above this flat) keeps its kind alone.
    case.life_periods.filter(kind="home", ended_on__isnull=True).update(name="", version=F("version") + 1)


@transaction.atomic
def add_note(
    *,
    case: Case,
    topic: HealthTopic,
    happened_on: dt.date,
    by: User,
    text: str = "",
    for_others: str = "",
    camhs: str = "",
    camhs_worker: str = "",
    next_on: dt.date | None = None,
    key: uuid.UUID | None = None,
) -> HealthNote:
    """A health agency writes down what it knows and, apart from it, what a meeting may hear. A key adds one note."""
    locked = lock_open(case, Permission.HEALTH_RECORD, by)
    if key and (made := HealthNote.objects.filter(pk=key, case=locked).first()):
        return made
    agency = agency_of(locked, by)
    note = HealthNote.objects.create(
        pk=free_key(HealthNote, key), case=locked, topic=topic, happened_on=happened_on, text=text,
        camhs=camhs, camhs_worker=camhs_worker, next_on=next_on, recorded_by=by, agency=agency,
    )  # fmt: skip
    if for_others:
        HealthSummary.objects.create(case=locked, text=for_others, recorded_by=by, agency=agency)
    # Of what kind it is is in no event: even that is detail.
    detail = {"for_others": bool(for_others)}
    record(Action.HEALTH_RECORDED, by=by, obj=note, case=locked, detail=detail)
    return note


@dataclass(frozen=True)
class Member:
    """What is recorded of somebody in the family or network."""

    name: str
    relation: str
    organisation: str = ""
    sex: str = ""
    date_of_birth: dt.date | None = None
    lives_with_child: bool = False
    is_trusted: bool = False
    parental_responsibility: str = YesNoUnknown.UNKNOWN
    contact_safe: str = YesNoUnknown.UNKNOWN
    contact_reason: str = ""
    first_language: str = ""
    needs_interpreter: bool = False
    phone: str = ""
    notes: str = ""
    sibling_case: str = ""


@transaction.atomic
def record_member(*, case: Case, member: Member, by: User, key: uuid.UUID | None = None) -> NetworkMember:
    """Somebody who works on the case adds to the family; a sibling with a case of their own is linked both ways.

    A key adds one member. Raises RecordedAlready and NotYourCase, which name their field.
    """
    locked = lock_open(case, Permission.CASE_CHANGE, by)
    if key and (made := NetworkMember.objects.filter(pk=key, case=locked).first()):
        return made
    other = _case_of_sibling(locked, member, by)
    made = _add(locked, member, by, free_key(NetworkMember, key))
    _link_back(locked, other, member, by)
    return made


@transaction.atomic
def change_member(*, member: NetworkMember, version: int, said: Member, by: User) -> NetworkMember:
    """Save what a page drawn at this version says. Raises StaleEdit when somebody saved in between."""
    locked_case = lock_open(member.case, Permission.CASE_CHANGE, by)
    locked = NetworkMember.objects.select_for_update(of=("self",)).get(pk=member.pk)
    values = asdict(said)
    changed = [name for name, value in values.items() if getattr(locked, name) != value]
    if not changed:
        return locked
    if locked.version != version:
        raise StaleEdit
    _refuse_twice(locked_case, said, but=locked.pk)
    other = _case_of_sibling(locked_case, said, by) if "sibling_case" in changed else None
    for name in changed:
        setattr(locked, name, values[name])
    locked.version += 1
    locked.save()
    record(Action.FAMILY_CHANGED, by=by, obj=locked, case=locked_case, detail={"fields": changed})
    _link_back(locked_case, other, said, by)
    return locked


@transaction.atomic
def end_member(*, member: NetworkMember, by: User) -> None:
    """They are no longer part of the family or household; what was recorded stays. Twice is once."""
    case = lock_open(member.case, Permission.CASE_CHANGE, by)
    rows = NetworkMember.objects.filter(pk=member.pk, ended_on__isnull=True)
    if rows.update(ended_on=timezone.localdate(), version=member.version + 1):
        record(Action.FAMILY_CHANGED, by=by, obj=member, case=case, detail={"fields": ["ended_on"]})


def _add(case: Case, member: Member, by: User, key: uuid.UUID | None = None) -> NetworkMember:
    _refuse_twice(case, member)
    made = NetworkMember.objects.create(
        pk=key or new_key(), case=case, recorded_by=by,
        agency=agency_of(case, by), **asdict(member),
    )  # fmt: skip
    record(Action.FAMILY_RECORDED, by=by, obj=made, case=case, detail={"relation": member.relation})
    return made


def _link_back(case: Case, other: Case | None, member: Member, by: User) -> None:
    """The sibling's case shows this child too, once."""
    if other is None:
        return
    child, home = case.child, member.lives_with_child
    there = NetworkMember.objects.filter(case=other, ended_on=None)
    if there.filter(sibling_case=case.reference).exists():
        return
    listed = there.filter(relation=SIBLING, name__iexact=child.name, sibling_case="").first()
    if listed is not None:
        listed.sibling_case, listed.version = case.reference, listed.version + 1
        listed.save(update_fields=["sibling_case", "version"])
        record(Action.FAMILY_CHANGED, by=by, obj=listed, case=other, detail={"fields": ["sibling_case"]})
        return
    _add(
        other,
        Member(
            child.name,
            SIBLING,
            sex=child.sex,
            date_of_birth=child.date_of_birth,
            lives_with_child=home,
            sibling_case=case.reference,
        ),
        by,
    )


def _refuse_twice(case: Case, member: Member, but: uuid.UUID | None = None) -> None:
    rows = NetworkMember.objects.filter(case=case, ended_on__isnull=True, name__iexact=member.name)
    if (rows.exclude(pk=but) if but else rows).exists():
        raise RecordedAlready


def _case_of_sibling(case: Case, member: Member, by: User) -> Case | None:
    """The sibling's open case, locked for somebody who works on it; none where no reference is given."""
    if not member.sibling_case:
        return None
    try:
        found = case_for(by, member.sibling_case)
        if found == case or found.is_restricted or case.is_restricted:
            raise NotYourCase  # people who see the one need not know of a restricted other
        return lock_open(found, Permission.CASE_CHANGE, by)
    except (NotVisible, NotPermitted) as problem:
        raise NotYourCase from problem
