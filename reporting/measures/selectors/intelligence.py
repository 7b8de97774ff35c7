"""F1 to F4: what agencies told the police, the people and places of concern, and the groups people may form."""

import uuid
from collections.abc import Iterator
from typing import Any

import networkx as nx
from django.db.models import Count as CountRows
from django.db.models import DateField, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce, TruncDate

from cse_portal.reference import selectors as reference
from intelligence.desk.models import IntelligenceReport, Link
from intelligence.disruption.models import Disruption
from intelligence.hotspots.selectors import NOT_KNOWN
from intelligence.links.models import Connection
from intelligence.sentences.models import Visit
from intelligence.subjects.models import Subject, SubjectKind
from intelligence.submissions.models import IntelligenceFeedback, IntelligenceSubmission, SubmissionState
from reporting.measures.models import CountedThing, Dimension, MeasureKind, Unit
from reporting.measures.selectors import groups
from reporting.measures.selectors.figures import TOTAL, Key
from reporting.measures.selectors.periods import Period
from reporting.measures.selectors.registry import Better, Headline, Measure, register
from reporting.measures.selectors.tables import MEDIAN, Across, Days, Share, Table, counted
from reporting.measures.selectors.tally import Flags, Rows, Scope, Things, days_between, things

_ANSWERED = Across(Dimension.FEEDBACK, (Key("answered", "With feedback"), Key("waiting", "Without feedback")))


@counted("submissions@{quarter}", "Received", Unit.SUBMISSIONS)
def submissions(period: Period, scope: Scope) -> Rows:
    """What was sent in the period: whose, whether the author was answered by its end, and after how many days."""
    answers = IntelligenceFeedback.objects.filter(submission=OuterRef("pk"), given_at__lt=period.end)
    first = Subquery(
        answers.order_by("given_at").values(day=TruncDate("given_at"))[:1], output_field=DateField()
    )
    rows = scope.of(IntelligenceSubmission).exclude(state=SubmissionState.DRAFT)
    return Rows(
        rows.filter(period.has("submitted_at")).annotate(answered_on=first),
        {
            Dimension.AGENCY: F("author_agency__code"),
            Dimension.FEEDBACK: groups.either(Q(answered_on__isnull=False), "answered", "waiting"),
        },
        {"taken": days_between(TruncDate("submitted_at"), F("answered_on"))},
    )


@counted("people@{end}", "People", Unit.PEOPLE_OF_CONCERN, CountedThing.SUBJECTS)
def people(period: Period, scope: Scope) -> Rows:
    """The people of concern known at the end of the period, by what they are linked with."""
    rows = _known(period, scope, SubjectKind.PERSON)
    links = Link.objects.filter(report__links__subject=OuterRef("pk"), report__withdrawn_at=None)
    links = links.filter(linked_at__lt=period.end).order_by()
    active = ~Q(standing__in=_aside(SubjectKind.PERSON))
    rows = rows.annotate(
        linked_children=_distinct(links, "case"),
        linked_places=_distinct(links.filter(subject__kind=SubjectKind.PLACE), "subject"),
    )
    trusted = Q(details__position_of_trust__isnull=False) & ~Q(details__position_of_trust="")
    lines = {
        Key("new", "New in the quarter"): period.has("added_at"),
        Key("active", "Active at the end"): active,
        Key("children", "Active, and linked with two children or more"): active & Q(linked_children__gte=2),
        Key("places", "Active, and linked with two places or more"): active & Q(linked_places__gte=2),
        Key("trust", "Active, in a position of trust"): active & trusted,
    }
    return Rows(rows, {Dimension.LINE: Flags(lines), Dimension.STATUS: F("standing")})


@counted("places@{end}", "Places", Unit.PLACES, CountedThing.SUBJECTS)
def places(period: Period, scope: Scope) -> Rows:
    """The places of concern known at the end of the period, by type and ward, and by what was done."""
    visits = Visit.objects.filter(period.has_day("on"), sentence__subject=OuterRef("pk"))
    acted = Disruption.objects.filter(period.has("asked_at"), subject=OuterRef("pk"))
    lines = {
        Key("new", "New in the quarter"): period.has("added_at"),
        Key("active", "Active at the end"): ~Q(standing__in=_aside(SubjectKind.PLACE)),
        Key("visited", "Visited in the quarter"): Q(Exists(visits)),
        Key("acted", "With disruption asked for in the quarter"): Q(Exists(acted)),
        Key("closed", "Closed in the quarter"): Q(standing="CLOSED") & period.has_day("standing_since"),
    }
    return Rows(
        _known(period, scope, SubjectKind.PLACE),
        {
            Dimension.LINE: Flags(lines),
            Dimension.TYPE: Coalesce(KT("details__place_type"), groups.text("OTHER")),
            Dimension.SITE: groups.either(~Q(ward=""), F("ward"), NOT_KNOWN),
        },
    )


@counted("networks@{end}", "Groups", Unit.PEOPLE_OF_CONCERN, CountedThing.SUBJECTS)
def networks(period: Period, scope: Scope) -> Things:
    """Each group of people of concern who are connected or named together, by the one who was added first."""
    known = _known(period, scope, SubjectKind.PERSON).order_by("added_at", "pk")
    order = {key: place for place, key in enumerate(known.values_list("pk", flat=True))}
    graph = nx.Graph()
    graph.add_edges_from(pair for pair in _pairs(period, scope) if order.keys() >= set(pair))
    return things((min(group, key=order.__getitem__), {}) for group in nx.connected_components(graph))


def _pairs(period: Period, scope: Scope) -> Iterator[tuple[uuid.UUID, uuid.UUID]]:
    """Two subjects that a connection joins, or that a report in use names together, before the end."""
    joined = scope.of(Connection).holding().filter(recorded_at__lt=period.end, case=None)
    yield from joined.values_list("subject", "other_subject").iterator()
    reports = scope.of(IntelligenceReport).filter(withdrawn_at=None)
    links = Link.objects.filter(
        linked_at__lt=period.end, subject__kind=SubjectKind.PERSON, report__in=reports.values("pk")
    )
    first: dict[uuid.UUID, uuid.UUID] = {}
    for report, subject in links.order_by("linked_at", "pk").values_list("report", "subject").iterator():
        if first.setdefault(report, subject) != subject:
            yield first[report], subject


def _known(period: Period, scope: Scope, kind: SubjectKind) -> Any:
    return scope.of(Subject).kept().of_kind(kind).filter(added_at__lt=period.end)


def _aside(kind: SubjectKind) -> list[str]:
    return [each.code for each in reference.codes(kind.standings) if each.extra.get("aside")]


def _distinct(links: QuerySet[Any], what: str) -> Any:
    """How many different children or places the reports name that name this person."""
    together = links.values(together=Value(1))
    numbers = together.annotate(number=CountRows(what, distinct=True)).values("number")
    return Coalesce(Subquery(numbers, output_field=IntegerField()), 0)


register(
    Measure(
        code="F1",
        name="Intelligence submissions, and feedback on them",
        kind=MeasureKind.FLOW,
        definition="Intelligence submitted to the police intelligence unit in the quarter, by the author's agency. "
        "With feedback: the author had been answered before the quarter's end. "
        "Days to feedback are calendar days from submission to the first answer.",
        source="Intelligence submissions and feedback",
        headlines=[
            Headline("Intelligence submissions", Dimension.AGENCY, column=TOTAL),
            Headline("Median days to feedback", Dimension.AGENCY, column=MEDIAN, better=Better.FEWER),
        ],
        counts=[
            submissions.by(
                Table(
                    Dimension.AGENCY,
                    across=_ANSWERED,
                    share=Share("answered", "Share with feedback"),
                    days=Days("taken", "Median days to feedback"),
                )
            )
        ],
    ),
    Measure(
        code="F2",
        name="People of concern",
        kind=MeasureKind.STOCK,
        definition="People of concern known to the intelligence unit at the quarter's end. Active: their standing is "
        "not one that sets them aside. Linked: a graded report that is in use names them beside the child "
        "or the place. A person may count in several lines.",
        source="Subjects of concern and graded reports",
        note="The standing is as recorded when the figures were worked out. It is no finding of guilt.",
        headlines=[Headline("People of concern, active", Dimension.LINE, row="active")],
        counts=[
            people.by(Table(Dimension.LINE), Table(Dimension.STATUS, rows=groups.listed("concern-status")))
        ],
    ),
    Measure(
        code="F3",
        name="Places of concern",
        kind=MeasureKind.STOCK,
        definition="Places of concern known to the intelligence unit at the quarter's end, by type and ward. "
        "Visited: an agency that was told of the place recorded a visit. A place may count in several "
        "lines.",
        source="Subjects of concern, visits and disruption",
        note="Type, ward and standing are as recorded when the figures were worked out.",
        headlines=[Headline("Places of concern, active", Dimension.LINE, row="active")],
        counts=[
            places.by(
                Table(Dimension.LINE),
                Table(Dimension.TYPE, rows=groups.listed("location-type")),
                Table(Dimension.SITE, rows=groups.listed("ward")),
            )
        ],
    ),
    Measure(
        code="F4",
        name="Possible networks",
        kind=MeasureKind.STOCK,
        definition="Groups of two or more people of concern whom a connection joins, or whom a graded report in use "
        "names together, at the end of the quarter. Each group counts once; its list names the person who "
        "was added first.",
        source="Connections and graded reports",
        headlines=[Headline("Possible networks", Dimension.ALL)],
        counts=[networks.by(Table(Dimension.ALL))],
    ),
)
