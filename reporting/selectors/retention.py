"""What comes due, what holds it, and what would go: by reference, class and date, and never by what a record says.

Asked of the gate as the person, and of the tables as the system, since whoever keeps the schedule sees no record. A
record that its reader is shut out of is not there for them, here as anywhere.
"""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case as Choose
from django.db.models import DateTimeField, Exists, F, Max, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Greatest

from cases.choices import CaseStatus, ConcernState
from cases.models import Case, CategoryDecision, Concern, Episode
from cases.selectors.exclusions import cases_shut_to
from cse_portal import acting
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.errors import NotVisible
from cse_portal.reference import selectors as reference
from cse_portal.reference.choices import AppliesTo, CountedFrom, Ending, RecordKind
from cse_portal.reference.retention import Due, Facts, Keeping, add_years, due
from cse_portal.ui.presenters import local_date
from intelligence.choices import SubmissionState
from intelligence.models import IntelligenceFeedback, IntelligenceSubmission, Link
from reporting.choices import DisposalState
from reporting.models import Disposal, KeptLonger, LegalHold

LOOKED_AFTER = ("LAC", "CARE_LEAVER")


@dataclass(frozen=True)
class Record:
    """A record as the schedule knows it, and what else is decided about it."""

    kind: RecordKind
    pk: uuid.UUID
    reference: str
    facts: Facts
    due: Due | None
    holds: list[LegalHold] = field(default_factory=list)
    kept: KeptLonger | None = None
    disposal: Disposal | None = None

    @property
    def goes_from(self) -> dt.date | None:
        """The day its rule gives, or the later one until which somebody keeps it."""
        if self.due is None:
            return None
        return max(self.due.on, self.kept.until) if self.kept else self.due.on

    def is_due(self, today: dt.date) -> bool:
        """Whether its time has come."""
        return self.goes_from is not None and self.goes_from <= today


def records_due(user: User, *, before: dt.date) -> list[Record]:
    """What is due, or becomes due, before this day, the longest due first."""
    gate.require(user, Permission.RETENTION_MANAGE)
    with acting.for_the_system():
        shut = list(cases_shut_to(user).values_list("case", flat=True))
        found = [
            each
            for kind in _ROWS
            for each in _records(kind, before=before)
            if each.goes_from and each.goes_from < before and each.pk not in shut
        ]
    return sorted(found, key=lambda each: (each.goes_from, each.reference))


def record_by_reference(user: User, reference_word: str) -> Record:
    """One record; NotVisible if there is none, or its reader is shut out of it."""
    gate.require(user, Permission.RETENTION_MANAGE)
    with acting.for_the_system():
        shut = list(cases_shut_to(user).values_list("case", flat=True))
        for kind in _ROWS:
            for each in _records(kind, only=Q(reference=reference_word)):
                if each.pk not in shut:
                    return each
    raise NotVisible


def record_as_it_is(kind: str, pk: uuid.UUID) -> Record | None:
    """For the system: the record now, if it is still there."""
    return next(iter(_records(RecordKind(kind), only=Q(pk=pk))), None)


def schedule() -> tuple[Any, ...]:
    """How long what is kept, in force today."""
    return reference.retention_rules()


def holds(user: User, *, lifted: bool = False) -> QuerySet[LegalHold]:
    """The legal holds in force, or those that were lifted, the newest first."""
    gate.require(user, Permission.RETENTION_MANAGE)
    return LegalHold.objects.filter(lifted_at__isnull=not lifted).select_related("set_by", "lifted_by")


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
    rows = Disposal.objects.select_related("proposed_by", "decided_by", "withdrawn_by")
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


def _records(kind: RecordKind, *, only: Q | None = None, before: dt.date | None = None) -> list[Record]:
    schedule_of_kind = [row for row in reference.retention_rules() if row.record == kind]
    rules = [row.keeping for row in schedule_of_kind if row.ending == Ending.TWO_PEOPLE]
    rows = _ROWS[kind]()
    rows = rows.filter(only) if only is not None else rows
    if before is not None:
        rows = rows.filter(ended__date__lte=add_years(before, -_least_years(rules)))
    found = list(rows)
    keys = [row.pk for row in found]
    held, kept, under_way = _holds_on(kind, keys), _kept_longer(keys), _disposals_of(keys)
    return [
        Record(
            kind=kind, pk=row.pk, reference=row.reference, facts=(facts := _facts(row)), due=due(facts, rules),
            holds=held(row.pk), kept=kept.get(row.pk), disposal=under_way.get(row.pk),
        )
        for row in found
    ]  # fmt: skip


def _least_years(rules: Iterable[Keeping]) -> int:
    """No record of the kind goes sooner after its end: what lets the database leave out most of them."""
    every = [
        rule.years
        for rule in rules
        if rule.applies_to == AppliesTo.EVERY and rule.counted_from == CountedFrom.END
    ]
    return max(every, default=0)


def _facts(row: Any) -> Facts:
    return Facts(
        made_on=local_date(row.made) or dt.date.max,
        ended_on=local_date(row.ended),
        born_on=getattr(row, "born", None),
        highest_category=getattr(row, "highest", 0) or 0,
        looked_after=bool(getattr(row, "was_looked_after", False)),
    )


def _holds_on(kind: RecordKind, keys: list[uuid.UUID]) -> Any:
    scopes = Q(record_id__in=keys) | Q(scope__in=["all", kind])
    found = list(LegalHold.objects.in_force().filter(scopes).select_related("set_by"))
    return lambda pk: [hold for hold in found if hold.record_id in (None, pk)]


def _kept_longer(keys: list[uuid.UUID]) -> dict[uuid.UUID, KeptLonger]:
    rows = KeptLonger.objects.filter(record_id__in=keys).select_related("decided_by").order_by("decided_at")
    return {row.record_id: row for row in rows}


def _disposals_of(keys: list[uuid.UUID]) -> dict[uuid.UUID, Disposal]:
    rows = Disposal.objects.filter(record_id__in=keys).select_related("proposed_by").order_by("proposed_at")
    return {row.record_id: row for row in rows}


def _cases() -> QuerySet[Any]:
    """Cases with what the schedule asks of them; `ended` is empty while the case is open."""
    closed = (
        Episode.objects.filter(case=OuterRef("pk")).order_by().values("case").annotate(last=Max("closed_at"))
    )
    decided = CategoryDecision.objects.filter(case=OuterRef("pk")).order_by().values("case")
    highest = decided.annotate(most=Greatest(Max("category"), Max("previous_category"))).values("most")
    said = Concern.objects.filter(case=OuterRef("pk"))
    in_care = (
        _looked_after("child__") | ~Q(child__placing_authority="") | Exists(said.filter(_looked_after()))
    )
    return Case.objects.annotate(
        made=F("opened_at"),
        born=F("child__date_of_birth"),
        ended=Choose(
            When(status=CaseStatus.CLOSED, then=Subquery(closed.values("last"))), output_field=DateTimeField()
        ),
        highest=Greatest("category", Coalesce(Subquery(highest), 0)),
        was_looked_after=in_care,
    )


def _looked_after(of: str = "") -> Q:
    """By the group of legal statuses, or by a code of a statutory return, which only looked-after children have."""
    groups = [entry.code for entry in reference.codes("legal-status-group")]
    others = [code for code in groups if code not in LOOKED_AFTER]
    return ~Q((f"{of}legal_status__in", ["", *others]))


def _concerns() -> QuerySet[Any]:
    """Concerns that triage decided and that became part of no case; `ended` is empty while one waits."""
    rows = Concern.objects.filter(case=None).exclude(state=ConcernState.DRAFT)
    return rows.annotate(made=F("submitted_at"), born=F("date_of_birth"), ended=F("decision__decided_at"))


def _submissions() -> QuerySet[Any]:
    """Intelligence that was sent, and none of whose reports is linked to a child; it ends with its latest act."""
    linked = Link.objects.filter(report__submission=OuterRef("pk"), case__isnull=False)
    answered = IntelligenceFeedback.objects.filter(submission=OuterRef("pk")).order_by().values("submission")
    rows = IntelligenceSubmission.objects.exclude(state=SubmissionState.DRAFT).exclude(Exists(linked))
    last = Subquery(answered.annotate(last=Max("given_at")).values("last"))
    return rows.annotate(
        made=F("submitted_at"), ended=Greatest("submitted_at", "received_at", "graded_at", last)
    )


_ROWS: dict[RecordKind, Any] = {
    RecordKind.CASE: _cases,
    RecordKind.CONCERN: _concerns,
    RecordKind.SUBMISSION: _submissions,
}
