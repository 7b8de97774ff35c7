"""The records of the house as the retention schedule knows them: by reference, facts and day, never by content.

Asked by the system alone; who may be told of a record is for retention.py to say.
"""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Case as Choose
from django.db.models import DateTimeField, Exists, F, Max, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Cast, Coalesce, Greatest

from cases.choices import CaseStatus, ConcernState
from cases.models import Case, CategoryDecision, Concern, Episode
from cse_portal.reference import selectors as reference
from cse_portal.reference.choices import AppliesTo, CountedFrom, Ending, RecordKind
from cse_portal.reference.retention import Due, Facts, Keeping, add_years, due
from cse_portal.ui.presenters import local_date
from intelligence.choices import SUBSTANTIATED, SubmissionState
from intelligence.models import (
    Disruption,
    IntelligenceFeedback,
    IntelligenceSubmission,
    Link,
    PersonOfConcern,
)
from reporting.models import Disposal, KeptLonger, LegalHold

LOOKED_AFTER = ("LAC", "CARE_LEAVER")
DIED = "C6"  # of the list of reasons for closing
ADOPTION = "ADOPTION"  # of the list of reasons for restricting


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


def find(*, only: Q | None = None, before: dt.date | None = None, kinds: Iterable[str] = ()) -> list[Record]:
    """For the system: records by a condition on their rows, or what can be due before a day, and what is decided."""
    found = [
        Record(RecordKind(kind), row.pk, row.reference, facts := _facts(row), due(facts, _rules(kind)))
        for kind in kinds or _ROWS
        for row in _rows(kind, only, before)
    ]
    return _with_decisions(found) if found else []


def _rows(kind: str, only: Q | None, before: dt.date | None) -> QuerySet[Any]:
    rows = _ROWS[RecordKind(kind)]()
    if before is not None:
        rows = rows.filter(ended__date__lte=add_years(before, -_least_years(_rules(kind))))
    return rows.filter(only) if only is not None else rows


def _rules(kind: str) -> list[Keeping]:
    schedule = [row for row in reference.retention_rules() if row.record == kind]
    return [row.keeping for row in schedule if row.ending == Ending.TWO_PEOPLE]


def _with_decisions(found: list[Record]) -> list[Record]:
    """What holds them, what keeps them longer, and the latest disposal of each."""
    about = {"record_id__in": [each.pk for each in found]}
    holds = list(LegalHold.objects.in_force().filter(Q(**about) | Q(record_id=None)).select_related("set_by"))
    kept = KeptLonger.objects.filter(**about).select_related("decided_by").order_by("decided_at")
    disposals = Disposal.objects.filter(**about).select_related("proposed_by").order_by("proposed_at")
    latest_kept = {row.record_id: row for row in kept}
    latest_disposal = {row.record_id: row for row in disposals}
    return [
        replace(
            each,
            holds=[hold for hold in holds if hold.covers(each.kind, each.pk)],
            kept=latest_kept.get(each.pk),
            disposal=latest_disposal.get(each.pk),
        )
        for each in found
    ]


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
    """Intelligence that was sent, and none of whose reports is linked to a child; it ends with its latest act.

    That somebody, a place or a vehicle is linked to a report of it is one, too.
    """
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
    """People of concern who were not charged or convicted; `ended` is when anything was last learned of them, or done
    against them.

    Empty while something is.
    """
    links = Link.objects.filter(person=OuterRef("pk")).order_by().values("person")
    last = Subquery(links.annotate(last=Max("linked_at")).values("last"))
    done = Disruption.objects.filter(person=OuterRef("pk")).order_by()
    over = Subquery(done.values("person").annotate(last=Max("ended_on")).values("last"))
    learned = Greatest("added_at", Cast("standing_since", DateTimeField()), last, Cast(over, DateTimeField()))
    ended = Choose(When(~Exists(done.filter(ended_on=None)), then=learned), output_field=DateTimeField())
    rows = PersonOfConcern.objects.exclude(standing__in=SUBSTANTIATED)
    return rows.annotate(made=F("added_at"), ended=ended)


_ROWS: dict[RecordKind, Any] = {
    RecordKind.CASE: _cases,
    RecordKind.CONCERN: _concerns,
    RecordKind.SUBMISSION: _submissions,
    RecordKind.PERSON: _people,
}
