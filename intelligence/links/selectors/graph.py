"""What connects two: ties that somebody may see, the graph of them, and the shortest paths through it."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations, islice, pairwise
from typing import Any

import networkx as nx
from django.db import models
from django.utils import timezone

from cases.record.models.case import Case
from cse_portal import acting
from cse_portal.accounts.models import User
from intelligence.desk.models import Link, ReportLine
from intelligence.links.models import Connection, ConnectionQuerySet, cases_held, reports_in_use
from intelligence.subjects.models import Subject

Thing = Case | Subject
CHILD = "child"
TOGETHER = "TOGETHER"  # a report names both
MOST_PATHS = 5
LOOKED_AT = 15  # of paths that are as short as each other, the best graded are shown
FIELDS = (
    "pk", "case_id", "other_case_id", "subject_id", "other_subject_id", "kind", "role", "from_on", "until_on",
    "source", "report_id", "source_evaluation", "assessment", "recorded_at",
)  # fmt: skip


@dataclass(frozen=True)
class Tie:
    """One connection of two, as it was recorded; or a report that names both, without a key."""

    ends: tuple[uuid.UUID, uuid.UUID]
    kind: str
    grade: str  # "2A": the source's evaluation and the assessment of what is said
    recorded_at: dt.datetime
    key: uuid.UUID | None = None
    role: str = ""
    from_on: dt.date | None = None
    until_on: dt.date | None = None
    source: str = ""  # which part of the child's record says so
    report: str = ""  # the reference of the report that says so

    @cached_property
    def day(self) -> dt.date:
        """The last day on which it is known to have held; of one that goes on, the last of all days."""
        if self.from_on is not None and self.until_on is None:
            return dt.date.max
        return self.until_on or timezone.localdate(self.recorded_at)

    @property
    def weakness(self) -> str:
        """What sorts the better graded first: by what is said, then by who says it."""
        return self.grade[::-1]


@dataclass
class Seen:
    """Everything that one person sees: whom and what, and what ties them."""

    things: dict[uuid.UUID, Thing] = field(default_factory=dict)
    ties: list[Tie] = field(default_factory=list)

    def children(self, keys: Iterable[uuid.UUID]) -> list[Case]:
        """Those of these that are children's cases."""
        return [each for key in keys if isinstance(each := self.things[key], Case)]


@dataclass(frozen=True)
class Path:
    """From one to the other: each on the way, and the best tie of each step."""

    keys: Sequence[uuid.UUID]
    ties: Sequence[Tie]

    @property
    def between(self) -> int:
        """How many are between the two."""
        return len(self.keys) - 2

    @property
    def weakest(self) -> Tie:
        """The tie that a reader should trust least."""
        return max(self.ties, key=lambda tie: tie.weakness)


def ties_seen(user: User) -> Seen:
    """Everything that this person sees."""
    return _ties_seen(user, Connection.objects.visible_to(user).holding(), Link.objects.all())


def childrens_ties(user: User, *, since: dt.datetime) -> Seen:
    """What a child's case is an end of; nothing is looked through where nothing is newer than `since`."""
    recorded = models.Exists(Connection.objects.filter(recorded_at__gte=since))
    named = models.Exists(Link.objects.filter(linked_at__gte=since))
    if not User.objects.filter(
        recorded | named, pk=user.pk
    ).exists():  # one question; the first row answers it
        return Seen()
    children = Connection.objects.visible_to(user).holding().filter(case__isnull=False)
    reports = Link.objects.filter(case__isnull=False).values("report")
    return _ties_seen(user, children, Link.objects.filter(report__in=reports))


def _ties_seen(user: User, recorded: ConnectionQuerySet, links_of: models.QuerySet[Link]) -> Seen:
    # By the lists' own rules: PostgreSQL would ask them of each of thousands of rows again.
    with acting.for_the_system():
        cited = models.Q(pk__in=links_of.values("report")) | models.Q(pk__in=recorded.values("report"))
        reports = dict(reports_in_use(user).filter(cited).order_by().values_list("pk", "reference"))
        named = links_of.filter(report__in=reports)
        rows = list(recorded.order_by().values_list(*FIELDS))
        links = list(named.order_by().values_list("report_id", "case_id", "subject_id", "linked_at"))
        cases = {key for row in rows for key in row[1:3] if key} | {case for _, case, _, _ in links if case}
        subjects = {key for row in rows for key in row[3:5] if key} | {each for *_, each, _ in links if each}
        seen = Subject.objects.visible_to(user).filter(pk__in=subjects)
        things: dict[uuid.UUID, Thing] = {each.pk: each for each in seen}
        things |= {each.pk: each for each in cases_held(user).filter(pk__in=cases).select_related("child")}
        found = [tie for row in rows if (tie := _recorded(row, reports)) and things.keys() >= set(tie.ends)]
        return Seen(things, found + _named_together(links, reports, things))


def _recorded(row: Sequence[Any], reports: dict[uuid.UUID, str]) -> Tie:
    said = dict(zip(FIELDS, row, strict=True))
    first, second = (each for each in row[1:5] if each is not None)
    return Tie(
        ends=(first, second), kind=said["kind"], grade=said["source_evaluation"] + said["assessment"],
        recorded_at=said["recorded_at"], key=said["pk"], role=said["role"], from_on=said["from_on"],
        until_on=said["until_on"], source=said["source"], report=reports.get(said["report_id"], ""),
    )  # fmt: skip


def _named_together(
    links: Iterable[tuple[uuid.UUID, uuid.UUID | None, uuid.UUID | None, dt.datetime]],
    reports: dict[uuid.UUID, str],
    things: dict[uuid.UUID, Thing],
) -> list[Tie]:
    """Each two that one report is linked to. It weighs as its weakest line, and is known since the later link."""
    named: dict[uuid.UUID, list[tuple[uuid.UUID, dt.datetime]]] = defaultdict(list)
    for report, case, subject, linked_at in links:
        if (end := case or subject) in things:
            named[report].append((end, linked_at))
    several = {report: ends for report, ends in named.items() if len(ends) > 1}
    grades: dict[uuid.UUID, str] = {}
    for report, grade in ReportLine.objects.filter(report__in=several).values_list("report_id", "grade"):
        grades[report] = max(grades.get(report, ""), grade[:2], key=lambda each: each[::-1])
    return [
        Tie((one, other), TOGETHER, grades.get(report, ""), max(first, second), report=reports[report])
        for report, ends in several.items()
        for (one, first), (other, second) in combinations(ends, 2)
    ]


def graph_of(ties: Iterable[Tie]) -> nx.Graph:
    """Whom and what as nodes; an edge holds the ties of its two: the recorded first, then by grade and day."""
    graph = nx.Graph()
    for tie in ties:
        if graph.has_edge(*tie.ends):
            graph.edges[tie.ends]["ties"].append(tie)
        else:
            graph.add_edge(*tie.ends, ties=[tie])
    for _, _, found in graph.edges(data="ties"):
        if len(found) > 1:
            found.sort(key=lambda tie: tie.day, reverse=True)
            found.sort(key=lambda tie: (tie.key is None, tie.weakness))
    return graph


def paths_between(graph: nx.Graph, first: uuid.UUID, second: uuid.UUID) -> list[Path]:
    """The shortest ones, of those as short the best graded; none where nothing connects them."""
    if first not in graph or second not in graph or not nx.has_path(graph, first, second):
        return []
    ways = islice(nx.shortest_simple_paths(graph, first, second), LOOKED_AT)
    found = [Path(keys, [graph.edges[step]["ties"][0] for step in pairwise(keys)]) for keys in ways]
    return sorted(found, key=lambda path: (path.between, path.weakest.weakness))[:MOST_PATHS]


def ties_of(user: User, thing: Thing) -> Seen:
    """What this person sees of what a child or a subject is tied to, the newest first."""
    name = "subject" if isinstance(thing, Subject) else "case"
    if isinstance(thing, Case) and not cases_held(user).filter(pk=thing.pk).exists():
        return Seen()
    recorded = Connection.objects.visible_to(user).holding()
    recorded = recorded.filter(models.Q((name, thing)) | models.Q((f"other_{name}", thing)))
    reports = Link.objects.filter(models.Q((name, thing))).values("report")
    seen = _ties_seen(user, recorded, Link.objects.filter(report__in=reports))
    mine = [tie for tie in seen.ties if thing.pk in tie.ends]
    return Seen(seen.things, sorted(mine, key=lambda tie: tie.recorded_at, reverse=True))


def kind_of(thing: Thing) -> str:
    """What it is: a child, or the kind of the subject."""
    return thing.kind if isinstance(thing, Subject) else CHILD
