"""Writing down what a child says of who they are, and the phones and accounts that are theirs."""

import datetime as dt
import uuid
from dataclasses import asdict, dataclass

from django.db import transaction

from cases.identity.models import ContactPoint, IdentityAnswer
from cases.record.models.case import Case
from cases.record.services import agency_of, lock_open
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotAllowedNow, StaleEdit
from cse_portal.keys import free_key


class ListedAlready(NotAllowedNow):
    """The same phone or account is listed once as long as it is in use."""

    message = "This is listed already. Change what is recorded of it instead."
    field = "value"


@dataclass(frozen=True)
class Identity:
    """What is recorded of who the child is, in codes and in their own words."""

    gender_identity: str
    sexual_orientation: str
    told_by: str
    own_words: str = ""
    who_knows: str = ""


@dataclass(frozen=True)
class Contact:
    """What is recorded of a phone, an account or a card."""

    kind: str
    value: str
    provenance: str
    platform: str = ""
    used_for: str = ""
    began_on: dt.date | None = None
    ended_on: dt.date | None = None


@transaction.atomic
def record_identity(*, case: Case, said: Identity, by: User, key: uuid.UUID | None = None) -> IdentityAnswer:
    """Anyone who works on the case and holds the health and identity detail. The audit's event says no answer."""
    gate.require(by, Permission.HEALTH_VIEW, case)
    locked = lock_open(case, Permission.CASE_CHANGE, by)
    if key and (made := IdentityAnswer.objects.filter(pk=key, case=locked).first()):
        return made
    made = IdentityAnswer.objects.create(
        pk=free_key(IdentityAnswer, key),
        case=locked,
        recorded_by=by,
        agency=agency_of(locked, by),
        **asdict(said),
    )
    record(Action.IDENTITY_RECORDED, by=by, obj=made, case=locked)
    return made


@transaction.atomic
def record_contact(*, case: Case, said: Contact, by: User, key: uuid.UUID | None = None) -> ContactPoint:
    """Anyone who works on the case adds one. A key adds one. Raises ListedAlready, which names its field."""
    locked = lock_open(case, Permission.CASE_CHANGE, by)
    if key and (made := ContactPoint.objects.filter(pk=key, case=locked).first()):
        return made
    _refuse_twice(locked, said)
    made = ContactPoint.objects.create(
        pk=free_key(ContactPoint, key),
        case=locked,
        recorded_by=by,
        agency=agency_of(locked, by),
        **asdict(said),
    )
    record(Action.CONTACT_RECORDED, by=by, obj=made, case=locked, detail={"kind": said.kind})
    return made


@transaction.atomic
def change_contact(*, contact: ContactPoint, version: int, said: Contact, by: User) -> ContactPoint:
    """Save what a page drawn at this version says. Raises StaleEdit when somebody saved in between."""
    case = lock_open(contact.case, Permission.CASE_CHANGE, by)
    locked = ContactPoint.objects.select_for_update(of=("self",)).get(pk=contact.pk)
    changed = [name for name, value in asdict(said).items() if getattr(locked, name) != value]
    if not changed:
        return locked
    if locked.version != version:
        raise StaleEdit
    _refuse_twice(case, said, but=locked.pk)
    for name in changed:
        setattr(locked, name, getattr(said, name))
    locked.version += 1
    locked.save()
    record(Action.CONTACT_CHANGED, by=by, obj=locked, case=case, detail={"fields": changed})
    return locked


def _refuse_twice(case: Case, said: Contact, but: uuid.UUID | None = None) -> None:
    if said.ended_on or not said.value:
        return
    rows = ContactPoint.objects.filter(case=case, kind=said.kind, ended_on=None)
    others = rows.exclude(pk=but) if but else rows
    if others.filter(value__iexact=said.value, platform__iexact=said.platform).exists():
        raise ListedAlready
