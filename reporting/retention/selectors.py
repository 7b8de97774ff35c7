"""What is due for disposal and what holds it: by reference, class and date, never by content."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Case as Choose
from django.db.models import DateTimeField, Exists, F, Max, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Cast, Coalesce, Greatest
from django.utils import timezone

from cases.assessments.models import CategoryDecision
from cases.concerns.choices import ConcernState
from cases.concerns.models import Concern
from cases.record.choices import CaseStatus
from cases.record.models.case import Case, Episode
from cases.sharing.selectors.exclusions import excluded_records_for
from cse_portal import acting
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.rows import get_visible
from cse_portal.accounts.models import User
from cse_portal.errors import NotVisible
from cse_portal.reference import selectors as reference
from cse_portal.reference.choices import AppliesTo, CountedFrom, Ending, RecordKind
from cse_portal.reference.models import RetentionRule
from cse_portal.reference.retention import Due, Facts, add_years, due
from cse_portal.ui.presenters import display_date, local_date
from intelligence.desk.models import Link
from intelligence.disruption.models import Disruption
from intelligence.subjects.models import SUBSTANTIATED, Subject, SubjectKind
from intelligence.submissions.models import IntelligenceFeedback, IntelligenceSubmission, SubmissionState
from reporting.retention.models import Disposal, HoldScope, LegalHold
from reporting.subject_access.models import SubjectAccessRequest

LOOKED_AFTER = ("LAC", "CARE_LEAVER")
DIED = "C6"  # of the list of reasons for closing
ADOPTION = "ADOPTION"  # of the list of reasons for restricting


@dataclass(frozen=True)
class Record:
    """A record as the schedule knows it, its holds, whether somebody asks to see it, and its latest disposal."""

    kind: RecordKind
    pk: uuid.UUID
    reference: str
    ended_on: dt.date | None
    due: Due | None
    holds: list[LegalHold]
    is_asked_for: bool
    disposal: Disposal | None

    @property
    def is_due(self) -> bool:
        """Whether its day has come."""
        return self.due is not None and self.due.on <= timezone.localdate()

    @property
    def rule(self) -> str:
        """The class and its rule, as both people sign it."""
        if self.due is None:
            return ""
        return f"{self.due.rule.title}: {self.due.rule.period}, until {display_date(self.due.on)}"

    @property
    def state(self) -> str:
        """How far it is."""
        if self.disposal and self.disposal.is_under_way:
            return str(self.disposal.state.label)
        if self.ended_on is None:
            return "Still in use"
        return "Held" if self.holds else "Due" if self.is_due else "Not due yet"


def find(*, only: Q | None = None, before: dt.date | None = None, kinds: Iterable[str] = ()) -> list[Record]:
    """Records by a condition on their rows, or those that can be due before a day; with what is decided on them."""
    found = [
        (RecordKind(kind), row) for kind in kinds or _ROWS for row in _rows(RecordKind(kind), only, before)
    ]
    about = {"record_id__in": [row.pk for _, row in found]}
    holds = list(LegalHold.objects.in_force().filter(Q(**about) | Q(record_id=None)))
    asked = set(SubjectAccessRequest.objects.open().values_list("case_id", flat=True))
    latest = {row.record_id: row for row in Disposal.objects.filter(**about).order_by("proposed_at")}
    return [
        Record(
            kind, row.pk, row.reference, local_date(row.ended), due(_facts(row), _rules(kind)),
            [hold for hold in holds if hold.record_id == row.pk or hold.scope in (HoldScope.ALL, kind)],
            row.pk in asked,
            latest.get(row.pk),
        )
        for kind, row in found
    ]  # fmt: skip


def _rows(kind: RecordKind, only: Q | None, before: dt.date | None) -> QuerySet[Any]:
    """All rows of the kind, or without most of those that cannot be due before that day."""
    rows = _ROWS[kind]()
    if before is not None:
        every = (AppliesTo.EVERY, CountedFrom.END)
        least = [rule.years or 0 for rule in _rules(kind) if (rule.applies_to, rule.counted_from) == every]
        rows = rows.filter(ended__date__lte=add_years(before, -max(least, default=0)))
    return rows.filter(only) if only is not None else rows


def _rules(kind: RecordKind) -> list[RetentionRule]:
    rules = reference.retention_rules()
    return [rule for rule in rules if rule.record == kind and rule.ending == Ending.TWO_PEOPLE]


def _facts(row: Any) -> Facts:
    return Facts(
        made_on=local_date(row.made) or dt.date.max,
        ended_on=local_date(row.ended),
        born_on=getattr(row, "born", None),
        highest_category=getattr(row, "highest", 0) or 0,
        looked_after=bool(getattr(row, "was_looked_after", False)),
        died=getattr(row, "closed_as", "") == DIED,
        adopted=getattr(row, "restricted_reason", "") == ADOPTION,
    )


def _cases() -> QuerySet[Any]:
    """Cases with what the schedule asks of them; `ended` is empty while the case is open."""
    periods = Episode.objects.filter(case=OuterRef("pk"))
    closed = periods.order_by().values("case").annotate(last=Max("closed_at"))
    latest = periods.filter(closed_at__isnull=False).order_by("-closed_at", "-opened_at")
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
        closed_as=Subquery(latest.values("closing_code")[:1]),
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
    """Intelligence that was sent and is linked to no child; it ends with its latest act, a link among them."""
    linked = Link.objects.filter(report__submission=OuterRef("pk"), case__isnull=False)
    answered = IntelligenceFeedback.objects.filter(submission=OuterRef("pk")).order_by().values("submission")
    rows = IntelligenceSubmission.objects.exclude(state=SubmissionState.DRAFT).exclude(Exists(linked))
    last = Subquery(answered.annotate(last=Max("given_at")).values("last"))
    links = Link.objects.filter(report__submission=OuterRef("pk")).order_by().values("report__submission")
    named = Subquery(links.annotate(last=Max("linked_at")).values("last"))
    return rows.annotate(
        made=F("submitted_at"), ended=Greatest("submitted_at", "received_at", "graded_at", last, named)
    )


def _people() -> QuerySet[Any]:
    """People of concern who were not charged or convicted; `ended` is the day of the last thing learned or done.

    Empty while disruption against them is in force.
    """
    links = Link.objects.filter(subject=OuterRef("pk")).order_by().values("subject")
    last = Subquery(links.annotate(last=Max("linked_at")).values("last"))
    done = Disruption.objects.filter(subject=OuterRef("pk")).order_by()
    over = Subquery(done.values("subject").annotate(last=Max("ended_on")).values("last"))
    learned = Greatest("added_at", Cast("standing_since", DateTimeField()), last, Cast(over, DateTimeField()))
    ended = Choose(When(~Exists(done.filter(ended_on=None)), then=learned), output_field=DateTimeField())
    rows = Subject.objects.of_kind(SubjectKind.PERSON).exclude(standing__in=SUBSTANTIATED)
    return rows.annotate(made=F("added_at"), ended=ended)


_ROWS: dict[RecordKind, Any] = {
    RecordKind.CASE: _cases,
    RecordKind.CONCERN: _concerns,
    RecordKind.SUBMISSION: _submissions,
    RecordKind.PERSON: _people,
}


def records_due(user: User, *, before: dt.date) -> list[Record]:
    """What is due, or becomes due, before this day, the longest due first."""
    found = [each for each in _records(user, before=before) if each.due and each.due.on < before]
    return sorted(found, key=lambda each: (each.due and each.due.on, each.reference))


def record_by_reference(user: User, reference: str) -> Record:
    """One record; NotVisible if there is none, or the person is excluded from it."""
    found = _records(user, only=Q(reference=reference))
    if not found:
        raise NotVisible
    return found[0]


def _records(user: User, **wanted: Any) -> list[Record]:
    gate.require(user, Permission.RETENTION_MANAGE)
    shut = excluded_records_for(user)
    with acting.for_the_system():  # a privacy officer sees no record
        return [each for each in find(**wanted) if each.pk not in shut]


def record_now(kind: str, pk: uuid.UUID) -> Record | None:
    """For the system: the record as it is now, if it is still there."""
    return next(iter(find(only=Q(pk=pk), kinds=[kind])), None)


def holds(user: User) -> QuerySet[LegalHold]:
    """The legal holds in force, the newest first."""
    gate.require(user, Permission.RETENTION_MANAGE)
    rows = LegalHold.objects.in_force().exclude(record_id__in=excluded_records_for(user))
    return rows.select_related("set_by")


def hold_for(user: User, pk: uuid.UUID) -> LegalHold:
    """One hold in force; NotVisible for none."""
    return get_visible(holds(user).filter(pk=pk))


def disposals(user: User) -> QuerySet[Disposal]:
    """Every disposal: those that wait for somebody first, then the newest."""
    gate.require(user, Permission.RETENTION_APPROVE)
    rows = Disposal.objects.exclude(record_id__in=excluded_records_for(user))
    rows = rows.select_related("proposed_by", "approved_by", "stopped_by")
    return rows.order_by(Coalesce("done_at", "stopped_at").desc(nulls_first=True), "-proposed_at", "pk")


def disposals_to_decide(user: User) -> QuerySet[Disposal]:
    """What somebody else proposed."""
    return disposals(user).filter(approved_at=None, stopped_at=None).exclude(proposed_by=user)


def disposal_for(user: User, pk: uuid.UUID) -> Disposal:
    """One disposal; NotVisible for none."""
    return get_visible(disposals(user).filter(pk=pk))


@dataclass(frozen=True)
class DryRun:
    """How many rows of which table would go with a record, and the keys of the holds on any of it."""

    counts: dict[str, int]
    holds: list[uuid.UUID]


def dry_run(kind: str, pk: uuid.UUID) -> DryRun:
    """Counted now by the function that also disposes of the record; nothing is touched."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT of_table, cardinality(keys) FROM gate.rows_of(%s, %s)", [kind, str(pk)])
        counts = dict(cursor.fetchall())
        cursor.execute("SELECT unnest(gate.holds_on(%s, %s))", [kind, str(pk)])
        return DryRun(counts, [key for (key,) in cursor.fetchall()])
