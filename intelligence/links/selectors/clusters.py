"""Clusters of children who share somebody or something, and children newly connected, for the CSE team to look at."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import networkx as nx
from django.utils import timezone

from cases.record.models.case import Case
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from intelligence.links.models import ConnectionTask
from intelligence.links.selectors.graph import Seen, Thing, Tie, childrens_ties
from intelligence.subjects.models import Subject

NEW = dt.timedelta(days=28)  # for so long a task nobody took is brought up again every day

Pair = tuple[uuid.UUID, uuid.UUID]


@dataclass(frozen=True)
class Joining:
    """What first joined two children: since when, and by what they share; nothing where they know each other."""

    at: dt.datetime
    by: uuid.UUID | None


@dataclass(frozen=True)
class Task:
    """Children who were connected newly, and that nobody of the CSE team has taken."""

    children: list[Case]
    shared: list[Thing]
    at: dt.datetime
    pairs: frozenset[Pair]


@dataclass(frozen=True)
class Cluster:
    """Two or more children who share people, places or things, or know each other."""

    children: list[Case]
    shared: list[Thing]
    know_each_other: list[Tie]
    newest: dt.datetime
    taken: ConnectionTask | None
    waits: bool

    @property
    def category(self) -> int:
        """The highest of its children's categories."""
        return max(each.category for each in self.children)


@dataclass(frozen=True)
class Cmogs:
    """Whether this person runs the next CMOG, and on which day each is discussed next, by key."""

    runs: bool
    days: dict[uuid.UUID, dt.datetime]

    def day_of(self, keys: Iterable[uuid.UUID]) -> dt.datetime | None:
        """The day by which all of these are discussed; none where one of them is on no agenda."""
        days = [self.days.get(key) for key in keys]
        return max((day for day in days if day), default=None) if all(days) else None


def cmogs_ahead(user: User) -> Cmogs:
    """By the meeting floor's own rows and rules."""
    item: Any = Subject._meta.get_field("agenda_items").related_model
    meeting: Any = item._meta.get_field("meeting").related_model
    ahead = meeting.objects.visible_to(user).filter(case=None, kind="CMOG").upcoming()
    following = ahead.first()
    rows = item.objects.visible_to(user).filter(meeting__in=ahead.order_by().values("pk"), action=None)
    days: dict[uuid.UUID, dt.datetime] = {}
    named = rows.order_by("-meeting__scheduled_for").values_list("case", "subject", "meeting__scheduled_for")
    for case, subject, day in named:
        days[case or subject] = day
    runs = following is not None and gate.can(user, Permission.MEETING_CHAIR, following)
    return Cmogs(runs, days)


def joinings(seen: Seen) -> dict[Pair, Joining]:
    """Every two children who are at most two steps apart, with what joined them first."""
    first: dict[uuid.UUID, dict[uuid.UUID, dt.datetime]] = defaultdict(dict)
    found: dict[Pair, Joining] = {}
    for tie in seen.ties:
        children = [key for key in tie.ends if isinstance(seen.things[key], Case)]
        if len(children) == 2:
            _join(found, tie.ends, Joining(tie.recorded_at, None))
        elif children:
            (child,), (thing,) = children, (key for key in tie.ends if key not in children)
            first[thing][child] = min(tie.recorded_at, first[thing].get(child, tie.recorded_at))
    for thing, since in first.items():
        for one, other in combinations(since, 2):
            _join(found, (one, other), Joining(max(since[one], since[other]), thing))
    return found


def _join(found: dict[Pair, Joining], pair: Pair, joining: Joining) -> None:
    one, other = sorted(pair)
    earlier = found.get((one, other))
    if earlier is None or joining.at < earlier.at:
        found[one, other] = joining


def tasks_in(user: User, seen: Seen) -> list[Task]:
    """Pairs joined of late that nobody has taken; those who have a child in common are one task. The newest first."""
    since = timezone.now() - NEW
    new = {pair: each for pair, each in joinings(seen).items() if each.at >= since}
    taken = _taken(user, new)
    waiting = {pair: each for pair, each in new.items() if pair not in taken}
    found = []
    for keys in nx.connected_components(nx.Graph(list(waiting))):
        own = {pair: each for pair, each in waiting.items() if pair[0] in keys}
        shared = dict.fromkeys(each.by for each in own.values() if each.by)
        found.append(
            Task(
                _by_name(seen.children(keys)),
                [seen.things[key] for key in shared],
                max(each.at for each in own.values()),
                frozenset(own),
            )
        )
    return sorted(found, key=lambda task: task.at, reverse=True)


def connection_tasks(user: User) -> list[Task]:
    """The same for a list of what waits."""
    return tasks_in(user, childrens_ties(user, since=timezone.now() - NEW))


def clusters_in(user: User, seen: Seen, tasks: Iterable[Task]) -> list[Cluster]:
    """Children in one component of what they share and of whom they know. The newest connection first."""
    graph = nx.Graph()
    ties: dict[uuid.UUID, list[Tie]] = defaultdict(list)
    for tie in seen.ties:
        if ends := seen.children(tie.ends):
            graph.add_edge(*tie.ends)
            ties[ends[0].pk].append(tie)
    waiting = {key for task in tasks for pair in task.pairs for key in pair}
    components = [keys for keys in nx.connected_components(graph) if len(seen.children(keys)) > 1]
    taken = _taken(user, [pair for keys in components for pair in _pairs(seen.children(keys))])
    found = []
    for keys in components:
        children = _by_name(seen.children(keys))
        own = [tie for child in children for tie in ties[child.pk]]
        rows = [row for pair in _pairs(children) if (row := taken.get(pair))]
        found.append(
            Cluster(
                children=children,
                shared=_shared(seen, graph, keys),
                know_each_other=[tie for tie in own if len(seen.children(tie.ends)) > 1],
                newest=max(tie.recorded_at for tie in own),
                taken=max(rows, key=lambda row: row.taken_at, default=None),
                waits=not waiting.isdisjoint(keys),
            )
        )
    return sorted(found, key=lambda cluster: cluster.newest, reverse=True)


def _shared(seen: Seen, graph: nx.Graph, keys: Iterable[uuid.UUID]) -> list[Thing]:
    """What more than one child of a component is tied to, by how many."""
    things = [(graph.degree(key), key) for key in keys if not isinstance(seen.things[key], Case)]
    return [seen.things[key] for number, key in sorted(things, reverse=True) if number > 1]


def _pairs(children: Iterable[Case]) -> list[Pair]:
    return list(combinations(sorted(each.pk for each in children), 2))


def _taken(user: User, pairs: Collection[Pair]) -> dict[Pair, ConnectionTask]:
    """Of these pairs, those that somebody took."""
    keys = {key for pair in pairs for key in pair}
    rows = ConnectionTask.objects.visible_to(user).filter(case__in=keys).select_related("taken_by")
    return {(row.case_id, row.other_case_id): row for row in rows}


def _by_name(children: Iterable[Case]) -> list[Case]:
    return sorted(children, key=lambda each: (each.child.family_name, each.child.given_name))
