"""Holding records, and the two people's part in disposing of one."""

import datetime as dt
import uuid
from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from cases.sharing.selectors.exclusions import excluded_records_for
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.user_context import people_who_may
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record as note
from cse_portal.errors import NotAllowedNow
from cse_portal.jobs.services import notify
from cse_portal.keys import free_key
from reporting.retention.models import Disposal, HoldScope, LegalHold
from reporting.retention.selectors import Record, dry_run
from reporting.retention.services.disposal import note_disposal, stop_disposal


class IsHeld(NotAllowedNow):
    """A legal hold covers the record, or what would go with it."""

    message = "A legal hold covers this record, or something that would go with it."


class DisposalDecided(NotAllowedNow):
    """Decided, stopped or done by now."""

    message = "This disposal no longer waits for that."


def record_read(*, by: User, page: str, of: Sequence[Record | Disposal | LegalHold] = ()) -> None:
    """Note which page about retention somebody read, and which records it named."""
    about = [row.pk if isinstance(row, Record) else row.record_id for row in of]
    note(Action.RETENTION_VIEWED, by=by, detail={"page": page}, cases=about, about=about)


@transaction.atomic
def set_hold(
    *,
    scope: HoldScope = HoldScope.RECORD,
    record: Record | None,
    authority: str,
    reason: str,
    review_on: dt.date,
    by: User,
    key: uuid.UUID | None = None,
) -> LegalHold:
    """Nothing that this covers is disposed of until somebody lifts it. The same key again finds the same hold."""
    gate.require(by, Permission.RETENTION_MANAGE)
    if key and (made := LegalHold.objects.filter(pk=key, set_by=by).first()):
        return made
    hold = LegalHold.objects.create(
        pk=free_key(LegalHold, key), scope=scope, record_id=record.pk if record else None,
        reference=record.reference if record else "", authority=authority, reason=reason, review_on=review_on,
        set_by=by,
    )  # fmt: skip
    _note_hold(Action.HOLD_SET, hold, by)
    return hold


@transaction.atomic
def lift_hold(*, hold: LegalHold, why: str, by: User) -> None:
    """End a hold, once. People who decide on disposals are told, since something may be due now."""
    gate.require(by, Permission.RETENTION_MANAGE)
    locked = LegalHold.objects.select_for_update().get(pk=hold.pk)
    if locked.lifted_at is not None:
        raise NotAllowedNow("This hold has been lifted already.")
    locked.lifted_by, locked.lifted_at, locked.lifted_why = by, timezone.now(), why
    locked.save(update_fields=["lifted_by", "lifted_at", "lifted_why"])
    _note_hold(Action.HOLD_LIFTED, locked, by)
    _tell_approvers("A legal hold was lifted.", reverse("reporting:disposals"), locked.record_id, by)


@transaction.atomic
def propose(*, record: Record, reason: str, by: User, key: uuid.UUID | None = None) -> Disposal:
    """Propose to dispose of a record that is due and not held. The same key again finds the same proposal."""
    gate.require(by, Permission.RETENTION_MANAGE)
    if key and (made := Disposal.objects.filter(pk=key, proposed_by=by).first()):
        return made
    if record.due is None or not record.is_due:
        raise NotAllowedNow("This record is not due. It cannot be disposed of before its day.")
    run = dry_run(record.kind, record.pk)
    if run.holds:
        raise IsHeld
    if record.is_asked_for:
        raise NotAllowedNow("Somebody has asked to see this record and has no answer yet. Answer them first.")
    disposal = Disposal(
        pk=free_key(Disposal, key), record=record.kind, record_id=record.pk, reference=record.reference,
        rule=record.rule, due_on=record.due.on, counts=run.counts, proposed_by=by, reason=reason,
    )  # fmt: skip
    try:
        with transaction.atomic():
            disposal.save(force_insert=True)
    except IntegrityError:
        raise NotAllowedNow("A disposal of this record is under way already.") from None
    note_disposal(Action.DISPOSAL_PROPOSED, disposal, by)
    page = reverse("reporting:disposal", args=[disposal.pk])
    _tell_approvers("A disposal waits for a second person.", page, record.pk, by)
    return disposal


@transaction.atomic
def approve(*, disposal: Disposal, why: str, by: User) -> None:
    """Another person agrees. Thirty days pass in which either can still stop it."""
    locked = _under_way(disposal, by)
    if locked.approved_at is not None:
        raise DisposalDecided
    if locked.proposed_by_id == by.pk:
        raise NotAllowedNow("You proposed this yourself. Another person must decide.")
    if dry_run(locked.record, locked.record_id).holds:
        raise IsHeld
    locked.approved_by, locked.approved_at, locked.approved_why = by, timezone.now(), why
    locked.save(update_fields=["approved_by", "approved_at", "approved_why"])
    note_disposal(Action.DISPOSAL_APPROVED, locked, by)
    page = reverse("reporting:disposal", args=[locked.pk])
    notify(user=locked.proposed_by, text="A second person approved a disposal that you proposed.", url=page)


@transaction.atomic
def stop(*, disposal: Disposal, why: str, by: User) -> None:
    """Refuse a proposal, or withdraw what was approved, until it is done."""
    stop_disposal(_under_way(disposal, by), why=why, by=by)


@transaction.atomic
def announce_year() -> int:
    """On 1 April: tell the privacy officers that the year's list is there; returns how many were told."""
    officers = people_who_may(Permission.RETENTION_MANAGE)
    for officer in officers:
        text = "The yearly list of records that come due is ready for your review."
        notify(user=officer, text=text, url=reverse("reporting:retention"))
    return len(officers)


def _under_way(disposal: Disposal, by: User) -> Disposal:
    gate.require(by, Permission.RETENTION_APPROVE)
    locked = Disposal.objects.select_for_update().get(pk=disposal.pk)
    if not locked.is_under_way:
        raise DisposalDecided
    return locked


def _tell_approvers(text: str, page: str, record_id: uuid.UUID | None, by: User) -> None:
    for person in people_who_may(Permission.RETENTION_APPROVE):
        if person != by and record_id not in excluded_records_for(person):
            notify(user=person, text=text, url=page)


def _note_hold(action: Action, hold: LegalHold, by: User) -> None:
    detail = {"scope": hold.scope, "reference": hold.reference}
    note(action, by=by, obj=hold, detail=detail, cases=[hold.record_id], about=[hold.record_id])
