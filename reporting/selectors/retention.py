"""What comes due, what holds it, and what would go: by reference, class and date, and never by what a record says.

Asked of the gate as the person, and of the tables as the system, since whoever keeps the schedule sees no record. A
record that its reader is shut out of is not there for them, here as anywhere.
"""

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case as Choose
from django.db.models import Q, QuerySet, Value, When

from cases.selectors.exclusions import shut_to
from cse_portal import acting
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.errors import NotVisible
from cse_portal.reference import selectors as reference
from reporting.choices import DisposalState, HoldScope
from reporting.models import Disposal, KeptLonger, LegalHold
from reporting.selectors.dry_run import DryRun, held_with_others
from reporting.selectors.records import Record, find

HIDDEN = "something you cannot see"


def records_due(user: User, *, before: dt.date) -> list[Record]:
    """What is due, or becomes due, before this day, the longest due first."""
    gate.require(user, Permission.RETENTION_MANAGE)
    shut = shut_to(user)
    with acting.for_the_system():
        found = [
            each
            for each in find(before=before)
            if each.goes_from and each.goes_from < before and each.pk not in shut
        ]
    return sorted(found, key=lambda each: (each.goes_from, each.reference))


def record_by_reference(user: User, reference_word: str) -> Record:
    """One record; NotVisible if there is none, or its reader is shut out of it."""
    gate.require(user, Permission.RETENTION_MANAGE)
    shut = shut_to(user)
    with acting.for_the_system():
        for each in find(only=Q(reference=reference_word)):
            if each.pk not in shut:
                return each
    raise NotVisible


def _open_to(rows: QuerySet[Any], user: User) -> QuerySet[Any]:
    """Without what is about a child or a concern that they are excluded from."""
    return rows.exclude(record_id__in=shut_to(user))


def record_as_it_is(kind: str, pk: uuid.UUID) -> Record | None:
    """For the system: the record now, if it is still there."""
    return next(iter(find(only=Q(pk=pk), kinds=[kind])), None)


def schedule() -> tuple[Any, ...]:
    """How long what is kept, in force today."""
    return reference.retention_rules()


def holds(user: User, *, lifted: bool = False) -> QuerySet[LegalHold]:
    """The legal holds in force, or those that were lifted, the newest first."""
    gate.require(user, Permission.RETENTION_MANAGE)
    rows = _open_to(LegalHold.objects.filter(lifted_at__isnull=not lifted), user)
    return rows.select_related("set_by", "lifted_by")


@dataclass(frozen=True)
class HeldWith:
    """What keeps a record that nothing covers itself: `along` would go with it, it is part of what is `around`, and
    something `is_done` still against somebody, or a place, that would go with it, or was against somebody within the
    year.

    By reference or class, for who lifts it; `told` are the rows of those that the reader is not shut out of.
    """

    along: list[str]
    around: list[str]
    told: list[LegalHold | KeptLonger]
    is_done: bool = False

    def __bool__(self) -> bool:
        return bool(self.along or self.around or self.is_done)


def held_with(user: User, kind: str, pk: uuid.UUID, run: DryRun) -> HeldWith:
    """What a hold or a decision to keep covers that would go with this record, or that this record is part of.

    Of what the reader is shut out of, only that there is something.
    """
    along: list[LegalHold | KeptLonger] = [each for each in run.holds if not each.covers(kind, pk)]
    along += [each for each in run.kept if each.record_id != pk]
    if not along and not run.around:
        return HeldWith([], [], [], run.is_done)
    shut = shut_to(user)
    told = [each for each in (*along, *run.around) if each.record_id not in shut]
    return HeldWith(_words(along, shut), _words(run.around, shut), told, run.is_done)


def _words(rows: Sequence[LegalHold | KeptLonger], shut: Collection[uuid.UUID]) -> list[str]:
    return sorted({HIDDEN if each.record_id in shut else _covered(each) for each in rows})


def _covered(row: LegalHold | KeptLonger) -> str:
    return row.reference or str(HoldScope(row.scope).label) if isinstance(row, LegalHold) else row.reference


def held_among(records: Sequence[Record]) -> dict[uuid.UUID, bool]:
    """Which of a list do not go for something else that is held or kept longer, or against which something is still
    done, which is said; of what is decided itself, none.
    """
    open_still = [each for each in records if not each.holds and each.facts.ended_on is not None]
    return held_with_others(open_still) if open_still else {}


def class_holds() -> list[LegalHold]:
    """Holds on every record of a class."""
    return list(LegalHold.objects.in_force().on_classes())


def hold_for(user: User, pk: uuid.UUID) -> LegalHold:
    """One hold in force; NotVisible for none."""
    found = holds(user).filter(pk=pk).first()
    if found is None:
        raise NotVisible
    return found


def disposals(user: User) -> QuerySet[Disposal]:
    """Every disposal, what waits for somebody first, then the newest."""
    gate.require(user, Permission.RETENTION_APPROVE)
    order = [DisposalState.PROPOSED, DisposalState.APPROVED]
    rank = Choose(
        *(When(state=each, then=Value(n)) for n, each in enumerate(order)), default=Value(len(order))
    )
    rows = _open_to(Disposal.objects.all(), user)
    rows = rows.select_related("proposed_by", "decided_by", "withdrawn_by")
    return rows.order_by(rank, "-proposed_at", "pk")


def disposals_to_decide(user: User) -> QuerySet[Disposal]:
    """What somebody else proposed."""
    return disposals(user).filter(state=DisposalState.PROPOSED).exclude(proposed_by=user)


def disposal_for(user: User, pk: uuid.UUID) -> Disposal:
    """One disposal; NotVisible for none."""
    found = disposals(user).filter(pk=pk).first()
    if found is None:
        raise NotVisible
    return found


def certified(user: User, pk: uuid.UUID) -> Disposal:
    """A disposal that was done; NotVisible for any other."""
    found = disposal_for(user, pk)
    if found.state != DisposalState.DONE:
        raise NotVisible
    return found


def event_of(disposal: Disposal) -> AuditEvent | None:
    """The audit's event of it, for its number: whoever reads a certificate need not read the audit."""
    with acting.for_the_system():
        return AuditEvent.objects.filter(action=Action.RECORD_DISPOSED, object_id=disposal.pk).first()
