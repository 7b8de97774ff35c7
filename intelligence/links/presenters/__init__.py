"""Connections in words: whom and what, when, how far it can be trusted, and who says so."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from cases.history.selectors import OfConcern
from cases.record.models.case import Case
from cse_portal.reference.selectors import label
from cse_portal.ui.presenters import (
    Row,
    age_on,
    counted,
    display_date,
    display_datetime,
    display_time,
    joined,
    local_date,
    short_date,
)
from intelligence.links.models import Connection
from intelligence.links.selectors import Connected, End
from intelligence.links.selectors.clusters import Cluster, Cmogs, Task
from intelligence.links.selectors.graph import TOGETHER, Path, Seen, Thing, Tie
from intelligence.subjects.models import SubjectKind
from intelligence.subjects.presenters import standing_words

NAMED_TOGETHER = "named together"
# By the assessment of what is said: known or corroborated, second hand, and not known or doubted.
LINES = {"A": "solid", "B": "solid", "C": "dashed", "D": "dotted", "E": "dotted"}


@dataclass(frozen=True)
class Node:
    """A child, person, place or thing, and where its record is."""

    key: uuid.UUID
    reference: str
    name: str
    kind: str
    words: str
    url: str

    @property
    def label(self) -> str:
        """As it is called in a box that finds it again."""
        return f"{self.name} ({self.reference})"


@dataclass(frozen=True)
class TieRow:
    """One connection in words. `number` is that of its row in the table of all of them."""

    first: Node
    second: Node
    words: str
    when: str
    grade: str
    line: str
    cited: str
    cited_url: str
    url: str
    number: int = 0


@dataclass(frozen=True)
class Step:
    """Who or what stands on a path, and how it leads on; the last does not."""

    node: Node
    tie: TieRow | None


@dataclass(frozen=True)
class PathRow:
    """A path: how many are between the two, each step, and the grade to trust least."""

    between: int
    steps: list[Step]
    weakest: str


@dataclass(frozen=True)
class ClusterRow:
    """Children of a cluster, what they share, and who has it."""

    children: list[Node]
    shares: str
    category: int
    newest: str
    taken_by: str
    waits: bool
    cmog: str


@dataclass(frozen=True)
class Box:
    """One of the two boxes: its words, and with which address each that it may mean is chosen."""

    words: str
    offered: list[tuple[Node, str]]
    nothing: bool


@dataclass(frozen=True)
class TaskRow:
    """The strip of children newly connected."""

    title: str
    fact: str
    since: str
    is_today: bool
    children: list[Node]
    url: str


def node(thing: Thing) -> Node:
    """Whom or what it is in words; a child with its age."""
    if isinstance(thing, Case):
        age = age_on(thing.child.date_of_birth)
        name = thing.child.name if age is None else f"{thing.child.name}, {age}"
        url = reverse("cases:case", args=[thing.reference])
        return Node(thing.pk, thing.reference, name, "child", "Child", url)
    url = reverse("intelligence:subject", args=[thing.reference])
    words = SubjectKind(thing.kind).label if not thing.is_person else "Person of concern"
    if thing.is_child:
        words = standing_words(thing)
    return Node(thing.pk, thing.reference, thing.name, thing.kind, words, url)


def label_of(thing: Thing | None) -> str:
    """What a box says of it; nothing where nothing is chosen."""
    return node(thing).label if thing is not None else ""


def tie_rows(
    ties: Sequence[Tie], things: Mapping[uuid.UUID, Thing], *, beside_reports: bool = False
) -> list[TieRow]:
    """A row a connection. On a page that cites a report by number, none says which part of a child’s record it cites.

    An interview beside the number of the intelligence that was made from it would tell who told. `beside_reports`: the
    page cites some besides these rows.
    """
    numbers = beside_reports or any(not _children(tie, things) for tie in ties)
    return [_row(tie, things, number, numbers) for number, tie in enumerate(ties, 1)]


def _row(tie: Tie, things: Mapping[uuid.UUID, Thing], number: int, numbers: bool) -> TieRow:
    first, second = (things[key] for key in tie.ends)
    cited, cited_url = _cited(tie, _children(tie, things), numbers)
    return TieRow(
        first=node(first),
        second=node(second),
        words=kind_words(tie),
        when=when_words(tie),
        grade=" ".join(tie.grade),
        line=LINES.get(tie.grade[1:], "dotted"),
        cited=cited,
        cited_url=cited_url,
        url=reverse("intelligence:connection", args=[tie.key]) if tie.key else cited_url,
        number=number,
    )


def tied_to(seen: Seen, thing: Thing, *, beside_reports: bool = False) -> list[tuple[Node, list[str]]]:
    """Whom and what one is tied to, and of each how, when and who says so."""
    nodes: dict[uuid.UUID, Node] = {}
    said: dict[uuid.UUID, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in tie_rows(seen.ties, seen.things, beside_reports=beside_reports):
        other = row.second if row.first.key == thing.pk else row.first
        nodes[other.key] = other
        words = ", ".join(filter(None, (row.words, row.when)))
        said[other.key][words[:1].upper() + words[1:]].append(row.cited)
    return [
        (each, [f"{words}: {joined(dict.fromkeys(cited))}" for words, cited in said[key].items()])
        for key, each in nodes.items()
    ]


def of_concern(seen: Seen, case: Case) -> list[OfConcern]:
    """Whom and what a child is tied to, for the picture of its network; people first."""
    kinds = SubjectKind.values
    found = [
        OfConcern(each.key, each.name, each.kind, each.words, each.url, said)
        for each, said in tied_to(seen, case)
        if each.kind in kinds
    ]
    return sorted(found, key=lambda each: kinds.index(each.kind))


def kind_words(tie: Tie) -> str:
    """The role at the time, or how they belong together."""
    words = tie.role or (NAMED_TOGETHER if tie.kind == TOGETHER else label("connection-kind", tie.kind))
    return words[:1].lower() + words[1:]


def when_words(tie: Tie) -> str:
    """The days, as far as they are known; of a report, since when it is known."""
    if tie.from_on and tie.until_on:
        days = dict.fromkeys((short_date(tie.from_on), short_date(tie.until_on)))
        return " to ".join(days)
    if tie.from_on:
        return f"since {short_date(tie.from_on)}"
    return f"until {short_date(tie.until_on)}" if tie.until_on else ""


def _cited(tie: Tie, children: list[Case], numbers: bool) -> tuple[str, str]:
    """Who says so, and where that is read. Of a child, its own record; else the report."""
    if not children:
        return tie.report, reverse("intelligence:report", args=[tie.report])
    reference = children[0].reference
    if tie.key is None:
        return "police intelligence", reverse("intelligence:case-reports", args=[reference])
    words = "child’s record" if numbers else label("connection-source", tie.source).lower()
    return words, reverse("cases:chronology", args=[reference])


def _children(tie: Tie, things: Mapping[uuid.UUID, Thing]) -> list[Case]:
    return [each for key in tie.ends if isinstance(each := things[key], Case)]


def path_rows(paths: Iterable[Path], rows: Sequence[TieRow], seen: Seen) -> list[PathRow]:
    """The paths in words; each tie is a row of the table of all."""
    by_ends = {frozenset((row.first.key, row.second.key)): row for row in rows}
    found = []
    for path in paths:
        after = [*path.keys[1:], None]
        steps = [
            Step(node(seen.things[key]), by_ends.get(frozenset((key, following))) if following else None)
            for key, following in zip(path.keys, after, strict=True)
        ]
        found.append(PathRow(path.between, steps, " ".join(path.weakest.grade)))
    return found


def answer(found: Connected) -> str:
    """The first sentence: how many paths there are, and through whom or what the shortest goes."""
    if not found.paths:
        return "Nothing you can see connects them."
    through = [node(found.seen.things[key]).name for key in found.paths[0].keys[1:-1]]
    leads = f"goes through {joined(through)}" if through else "is a connection of the two themselves"
    return f"{counted(len(found.paths), 'path')}. The shortest {leads}."


def cluster_rows(clusters: Iterable[Cluster], cmogs: Cmogs) -> list[ClusterRow]:
    """Clusters in words, with the CMOG that discusses all of a cluster's children."""
    return [
        ClusterRow(
            children=[node(each) for each in cluster.children],
            shares="; ".join(
                dict.fromkeys(
                    [node(each).name for each in cluster.shared]
                    + [kind_words(tie) for tie in cluster.know_each_other]
                )
            ),
            category=cluster.category,
            newest=short_date(cluster.newest),
            taken_by=cluster.taken.taken_by.full_name if cluster.taken else "",
            waits=cluster.waits,
            cmog=cmog_words(cmogs, cluster.children),
        )
        for cluster in clusters
    ]


def cmog_words(cmogs: Cmogs, things: Iterable[Thing]) -> str:
    """The CMOG by which all of these are discussed."""
    day = cmogs.day_of([each.pk for each in things])
    return f"CMOG, {display_date(day)}" if day else ""


def task_rows(tasks: Iterable[Task]) -> list[TaskRow]:
    """Tasks in words: how many children, and what they share."""
    return [task_row(task) for task in tasks]


def task_row(task: Task) -> TaskRow:
    """One of them. Its page shows what connects the first two."""
    children = [node(each) for each in task.children]
    things = [node(each) for each in task.shared]
    shared = joined(dict.fromkeys(f"one {each.kind}" for each in things)) or "known to each other"
    who = joined(each.name for each in children)
    what = f": {joined(each.name for each in things)}" if things else ""
    first, second = children[:2]
    is_today = local_date(task.at) == timezone.localdate()
    return TaskRow(
        title=f"{counted(len(children), 'child,children')}, {shared}",
        fact=f"{who}{what}.",
        since=f"at {display_time(task.at)}" if is_today else f"on {display_date(task.at)}",
        is_today=is_today,
        children=children,
        url=f"{reverse('intelligence:links')}?text={first.reference}&q={second.reference}",
    )


def box(end: End, name: str, other: End) -> Box:
    """A box: the one that was found, or what was typed and whom it may mean."""
    if end.thing:
        return Box(node(end.thing).label, [], nothing=False)
    beside = {"q" if name == "text" else "text": other.thing.reference} if other.thing else {}
    offered = [(each, f"?{urlencode({name: each.reference, **beside})}") for each in map(node, end.found)]
    return Box(end.words, offered, nothing=bool(end.words) and not end.found)


def ends_query(found: Connected) -> str:
    """What an address adds so that another page takes over the ends that are chosen."""
    chosen = {"first": found.first.thing, "second": found.second.thing}
    query = urlencode({name: thing.reference for name, thing in chosen.items() if thing})
    return f"?{query}" if query else ""


def facts(connection: Connection) -> list[Row]:
    """What the page of one connection says."""
    who = f"{display_datetime(connection.recorded_at)} by {connection.recorded_by.full_name}"
    source = (
        connection.report.reference if connection.report else label("connection-source", connection.source)
    )
    first, second = (node(each) for each in connection.ends)
    lines = [
        Row(first.words, first.name, first.url, "Open"),
        Row(second.words, second.name, second.url, "Open"),
        Row("How they belong together", label("connection-kind", connection.kind)),
        Row("Role at the time", connection.role) if connection.role else None,
        Row("From", display_date(connection.from_on)) if connection.from_on else None,
        Row("Until", display_date(connection.until_on)) if connection.until_on else None,
        Row("Source", label("source-evaluation", connection.source_evaluation)),
        Row("Information", label("intelligence-assessment", connection.assessment)),
        Row("Who says so", source),
        Row("Recorded", who),
    ]
    if connection.ended_by:
        ended = f"{display_datetime(connection.ended_at)} by {connection.ended_by.full_name}"
        lines.append(Row("Does not hold", f"{ended}: {connection.ended_reason}"))
    return [line for line in lines if line is not None]
