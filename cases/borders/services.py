"""Sending a case on, hearing that it arrived, telling who placed a child, and deciding to share or not."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import transaction
from django.utils import timezone

from cases.borders.models import AuthorityTransfer, PlacingNotice, SharingDecision
from cases.chronology.models import EntryKind
from cases.chronology.services import add_entry
from cases.record.models.case import Case, CaseRecord
from cases.record.services import agency_of, lock_open
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotAllowedNow
from cse_portal.keys import free_key

R = TypeVar("R", bound=CaseRecord)


@dataclass(frozen=True)
class Acknowledgement:
    """By whom and when, and the reference under which the other authority goes on."""

    by: str
    on: dt.date
    reference: str = ""


@transaction.atomic
def send_on(
    *, case: Case, authority: str, contact: str, sent_on: dt.date, by: User, authority_name: str = "",
    key: uuid.UUID | None = None,
) -> AuthorityTransfer:  # fmt: skip
    """Write down that the case was sent on to another authority. The same key again finds the same one."""
    said = {"authority": authority, "authority_name": authority_name, "contact": contact, "sent_on": sent_on}
    made, is_new = _add(AuthorityTransfer, case, said, by, key)
    if is_new:
        _tell(made, sent_on, f"Case sent on to {made.to}. It has still to acknowledge it.", by)
    return made


@transaction.atomic
def acknowledge(*, transfer: AuthorityTransfer, said: Acknowledgement, by: User) -> AuthorityTransfer:
    """The other authority works with the child from now on."""
    locked = _lock_waiting(transfer, by)
    if said.on < locked.sent_on:
        raise NotAllowedNow(
            "The acknowledgement cannot be before the day on which the case was sent on.", "acknowledged_on"
        )
    locked.acknowledged_by, locked.acknowledged_on = said.by, said.on
    locked.their_reference = said.reference
    _answer(locked, by)
    _tell(locked, said.on, f"{locked.to} acknowledged the transfer: {said.by}.", by)
    return locked


@transaction.atomic
def withdraw(*, transfer: AuthorityTransfer, reason: str, by: User) -> AuthorityTransfer:
    """It was sent in error, or the child did not move."""
    locked = _lock_waiting(transfer, by)
    locked.withdrawn_reason = reason
    _answer(locked, by)
    _tell(locked, timezone.localdate(), f"Transfer to {locked.to} withdrawn: {reason}", by)
    return locked


@transaction.atomic
def tell_placing_authority(
    *, case: Case, told_on: dt.date, social_worker: str, contact: str, by: User, key: uuid.UUID | None = None
) -> PlacingNotice:
    """The authority that placed the child was told, by way of their own social worker."""
    if not case.child.placing_authority:
        raise NotAllowedNow("The child’s details name no placing authority. Enter it there first.")
    said = {"told_on": told_on, "social_worker": social_worker, "contact": contact}
    return _add(PlacingNotice, case, {**said, "authority": case.child.placing_authority}, by, key)[0]


@transaction.atomic
def decide_sharing(
    *, case: Case, said: dict[str, Any], by: User, key: uuid.UUID | None = None
) -> SharingDecision:
    """A decision to share outside the portal, or not to: with whom, what, on which lawful basis, and why."""
    return _add(SharingDecision, case, said, by, key)[0]


def _add(model: type[R], case: Case, said: dict[str, Any], by: User, key: uuid.UUID | None) -> tuple[R, bool]:
    """The row, and whether it is new: the same key again finds the same one."""
    locked = lock_open(case, Permission.CASE_CHANGE, by)
    rows: Any = model.objects
    if key and (there := rows.filter(pk=key, case=locked).first()):
        return there, False
    agency = agency_of(locked, by)
    made: R = rows.create(pk=free_key(model, key), case=locked, recorded_by=by, agency=agency, **said)
    record(Action.BORDER_RECORDED, by=by, obj=made, case=locked, detail={"kind": model._meta.model_name})
    return made, True


def _lock_waiting(transfer: AuthorityTransfer, by: User) -> AuthorityTransfer:
    lock_open(transfer.case, Permission.CASE_CHANGE, by)
    locked = (
        AuthorityTransfer.objects.select_for_update(of=("self",)).select_related("case").get(pk=transfer.pk)
    )
    if not locked.is_waiting:
        raise NotAllowedNow("This transfer is acknowledged or withdrawn already.")
    return locked


def _answer(transfer: AuthorityTransfer, by: User) -> None:
    transfer.save(update_fields=["acknowledged_by", "acknowledged_on", "their_reference", "withdrawn_reason"])
    record(Action.TRANSFER_ANSWERED, by=by, obj=transfer, case=transfer.case)


def _tell(transfer: AuthorityTransfer, on: dt.date, text: str, by: User) -> None:
    add_entry(
        case=transfer.case, kind=EntryKind.CASE, happened_on=on, text=text, source_id=transfer.pk, by=by
    )
