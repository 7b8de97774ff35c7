"""Holding records, keeping them longer, and the two people's yes or no to letting one go."""

import datetime as dt
import uuid
from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from cases.models import Case
from cases.selectors.exclusions import shut_to
from cse_portal import acting
from cse_portal.access import gate
from cse_portal.access.people import people_who_may
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record as note
from cse_portal.jobs.services import notify
from cse_portal.keys import free_key
from cse_portal.reference.choices import RecordKind
from cse_portal.reference.retention import add_years
from cse_portal.ui.presenters import counted, display_date
from reporting.choices import DisposalState, HoldScope
from reporting.errors import (
    DisposalDecided,
    DisposalUnderWay,
    HeldWithIt,
    HoldLifted,
    IsAskedFor,
    IsHeld,
    IsKeptLonger,
    NotDueYet,
    OwnProposal,
    ReviewedYearly,
    StillDisrupted,
)
from reporting.models import Disposal, KeptLonger, LegalHold, SubjectAccessRequest
from reporting.selectors.dry_run import DryRun, dry_run
from reporting.selectors.records import Record
from reporting.selectors.retention import held_with

WINDOW = dt.timedelta(days=30)
Decision = LegalHold | KeptLonger


@transaction.atomic(savepoint=False)
def record_read(
    *,
    by: User,
    page: str,
    record: Record | Disposal | None = None,
    listed: Sequence[Record | Disposal | Decision] = (),
) -> None:
    """Note which page about retention somebody read, about which record, or which it listed."""
    rows = [*([record] if record else []), *listed]
    about = [row.pk if isinstance(row, Record) else row.record_id for row in rows]
    note(
        Action.RETENTION_VIEWED, by=by, case=_case(record), detail={"page": page}, cases=_cases(listed), about=about
    )  # fmt: skip


@transaction.atomic(savepoint=False)
def record_printed(*, disposal: Disposal, by: User) -> None:
    """Note that somebody opened a certificate, which is a page for paper."""
    detail, about = {"page": "certificate"}, [disposal.record_id]
    note(Action.CERTIFICATE_PRINTED, by=by, obj=disposal, detail=detail, about=about)


@transaction.atomic
def set_hold(
    *,
    scope: HoldScope,
    record: Record | None,
    authority: str,
    reason: str,
    review_on: dt.date,
    by: User,
    key: uuid.UUID | None = None,
) -> LegalHold:
    """Nothing this covers is disposed of until somebody lifts it; what was approved and not yet done stops too.

    The same key again finds the same hold.
    """
    who = gate.require_standing(by, Permission.RETENTION_MANAGE)
    if key and (made := LegalHold.objects.filter(pk=key, set_by=by).first()):
        return made
    with acting.acting(who.actor):
        hold = LegalHold.objects.create(
            pk=free_key(LegalHold, key), scope=scope,
            record_id=record.pk if record else None, reference=record.reference if record else "",
            authority=authority, reason=reason, review_on=review_on, set_by=by,
        )  # fmt: skip
    note(
        Action.HOLD_SET,
        by=by,
        obj=hold,
        case=_case(record),
        detail={"scope": scope, "reference": hold.reference},
        about=[hold.record_id],
    )
    return hold


@transaction.atomic
def lift_hold(*, hold: LegalHold, why: str, by: User) -> LegalHold:
    """End a hold, once. Whoever decides on disposals is told, since something may be due now."""
    who = gate.require_standing(by, Permission.RETENTION_MANAGE)
    with acting.acting(who.actor):
        locked = LegalHold.objects.select_for_update().get(pk=hold.pk)
        if not locked.holds:
            raise HoldLifted
        locked.lifted_by, locked.lifted_at, locked.lifted_why = by, timezone.now(), why
        locked.save(update_fields=["lifted_by", "lifted_at", "lifted_why"])
    detail = {"scope": locked.scope, "reference": locked.reference}
    about = [locked.record_id]
    note(Action.HOLD_LIFTED, by=by, obj=locked, detail=detail, cases=_cases([locked]), about=about)
    for person in people_who_may(Permission.RETENTION_APPROVE):
        if person != by and locked.record_id not in shut_to(person):
            notify(user=person, text="A legal hold was lifted.", url=reverse("reporting:disposals"))
    return locked


@transaction.atomic
def keep_longer(
    *, record: Record, reason: str, until: dt.date, by: User, key: uuid.UUID | None = None
) -> KeptLonger:
    """The record is due and still needed. The same key again finds the same decision."""
    who = gate.require_standing(by, Permission.RETENTION_MANAGE)
    if key and (made := KeptLonger.objects.filter(pk=key, decided_by=by).first()):
        return made
    if record.kind == RecordKind.PERSON and until > add_years(timezone.localdate(), 1):
        raise ReviewedYearly
    with acting.acting(who.actor):
        kept = KeptLonger.objects.create(
            pk=free_key(KeptLonger, key), record_id=record.pk, reference=record.reference, reason=reason,
            until=until, decided_by=by,
        )  # fmt: skip
    detail = {"reference": record.reference, "until": until.isoformat()}
    note(Action.RECORD_KEPT_LONGER, by=by, obj=kept, case=_case(record), detail=detail, about=[record.pk])
    return kept


@transaction.atomic
def propose(*, record: Record, reason: str, by: User, key: uuid.UUID | None = None) -> Disposal:
    """Propose to let a record go: it is due, nothing holds it, and the counts of now are what both people sign.

    The same key again finds the same proposal.
    """
    who = gate.require_standing(by, Permission.RETENTION_MANAGE)
    if key and (made := Disposal.objects.filter(pk=key, proposed_by=by).first()):
        return made
    _refuse_unless_due(record)
    if record.due is None or record.facts.ended_on is None:
        raise NotDueYet
    run = dry_run(record.kind, record.pk)
    _refuse_what_goes_along(record.kind, record.pk, run, by)
    disposal = Disposal(
        pk=free_key(Disposal, key), record=record.kind,
        record_id=record.pk, reference=record.reference, record_class=record.due.rule.title,
        rule=record.due.rule.code, rule_words=rule_words(record), ended_on=record.facts.ended_on,
        due_on=record.due.on, counts=run.counts, proposed_by=by, reason=reason,
    )  # fmt: skip
    try:
        with acting.acting(who.actor), transaction.atomic():
            disposal.save(force_insert=True)
    except IntegrityError:
        raise DisposalUnderWay from None
    _note(Action.DISPOSAL_PROPOSED, disposal, by)
    _tell_others(disposal, by)
    return disposal


def _tell_others(disposal: Disposal, by: User) -> None:
    page = reverse("reporting:disposal", args=[disposal.pk])
    for person in people_who_may(Permission.RETENTION_APPROVE):
        if person != by and disposal.record_id not in shut_to(person):
            notify(user=person, text="A disposal waits for a second person.", url=page)


@transaction.atomic
def decide(*, disposal: Disposal, agree: bool, note_of_it: str, by: User) -> Disposal:
    """Another person's yes or no. After a yes thirty days pass in which either can still be sorry."""
    who = gate.require_standing(by, Permission.RETENTION_APPROVE)
    # Before PostgreSQL is told who decides: from then its month runs, and what follows must not begin it anew.
    if agree and disposal.state == DisposalState.PROPOSED and disposal.proposed_by_id != by.pk:
        _refuse_if_held(disposal, by)
    with acting.acting(who.actor):
        locked = Disposal.objects.select_for_update().get(pk=disposal.pk)
        if locked.state != DisposalState.PROPOSED:
            raise DisposalDecided
        if locked.proposed_by_id == by.pk:
            raise OwnProposal
        locked.state = DisposalState.APPROVED if agree else DisposalState.REFUSED
        locked.decided_by, locked.decided_at, locked.decision_note = by, timezone.now(), note_of_it
        locked.goes_at = locked.decided_at + WINDOW if agree else None
        locked.save(update_fields=["state", "decided_by", "decided_at", "decision_note", "goes_at"])
    action = Action.DISPOSAL_APPROVED if agree else Action.DISPOSAL_REFUSED
    _note(action, locked, by)
    said = "yes" if agree else "no"
    page = reverse("reporting:disposal", args=[locked.pk])
    notify(user=locked.proposed_by, text=f"A second person said {said} to a disposal you proposed.", url=page)
    return locked


@transaction.atomic
def withdraw(*, disposal: Disposal, why: str, by: User) -> Disposal:
    """Anybody who decides on disposals takes one back, until it is done."""
    who = gate.require_standing(by, Permission.RETENTION_APPROVE)
    with acting.acting(who.actor):
        locked = Disposal.objects.select_for_update().get(pk=disposal.pk)
        if not locked.is_under_way:
            raise DisposalDecided
        locked.state = DisposalState.WITHDRAWN
        locked.withdrawn_by, locked.withdrawn_at, locked.withdrawn_why = by, timezone.now(), why
        locked.save(update_fields=["state", "withdrawn_by", "withdrawn_at", "withdrawn_why"])
    _note(Action.DISPOSAL_WITHDRAWN, locked, by)
    return locked


@transaction.atomic
def announce_year() -> int:
    """On 1 April: tell the privacy officers that the year's list is there; returns how many were told."""
    officers = people_who_may(Permission.RETENTION_MANAGE)
    for officer in officers:
        text = "The yearly list of records that come due is ready for your review."
        notify(user=officer, text=text, url=reverse("reporting:retention"))
    return len(officers)


def rule_words(record: Record) -> str:
    """The class and its rule as both people sign it; the day tells nothing about the child: see `retention.due`."""
    if record.due is None:
        return ""
    rule = record.due.rule
    years = counted(rule.years, "year")
    return f"{rule.title}: {years} from {rule.counted_from.label}, until {display_date(record.due.on)}"


def _refuse_unless_due(record: Record) -> None:
    today = timezone.localdate()
    if record.due is None or record.due.on > today:
        raise NotDueYet
    if record.holds:
        raise IsHeld
    if not record.is_due(today):
        raise IsKeptLonger
    with acting.for_the_system():
        if SubjectAccessRequest.objects.filter(case=record.pk).open().exists():
            raise IsAskedFor


def _refuse_if_held(disposal: Disposal, by: User) -> None:
    """Since it was proposed somebody may have held or kept it, or what would go along with it."""
    if LegalHold.objects.covering(disposal.record, disposal.record_id).exists():
        raise IsHeld
    run = dry_run(disposal.record, disposal.record_id)
    if any(each.record_id == disposal.record_id for each in run.kept):
        raise IsKeptLonger
    _refuse_what_goes_along(disposal.record, disposal.record_id, run, by)


def _refuse_what_goes_along(kind: str, pk: uuid.UUID, run: DryRun, by: User) -> None:
    held = held_with(by, kind, pk, run)
    if held.along or held.around:
        raise HeldWithIt(held.along, held.around)
    if held.is_done:
        raise StillDisrupted


def _case(about: Record | Disposal | None) -> Case | None:
    """The case an event is about, by its key."""
    if isinstance(about, Record):
        return Case(pk=about.pk) if about.kind == RecordKind.CASE else None
    if about is not None and about.record == RecordKind.CASE:
        return Case(pk=about.record_id)
    return None


def _cases(listed: Sequence[Record | Disposal | Decision]) -> list[uuid.UUID]:
    """Which of these are children's cases; a hold, or a decision to keep, names its record by key, whatever it is."""
    found = [case.pk for row in listed if not isinstance(row, Decision) and (case := _case(row))]
    if held := [row.record_id for row in listed if isinstance(row, Decision) and row.record_id]:
        with acting.for_the_system():
            found += Case.objects.filter(pk__in=held).values_list("pk", flat=True)
    return found


def _note(action: Action, disposal: Disposal, by: User) -> None:
    detail, about = _detail(disposal), [disposal.record_id]
    note(action, by=by, obj=disposal, case=_case(disposal), detail=detail, about=about)


def _detail(disposal: Disposal) -> dict[str, object]:
    return {"reference": disposal.reference, "rule": disposal.rule, "due_on": disposal.due_on.isoformat()}
