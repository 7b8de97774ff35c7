"""Connections, for the person who asks: one of them, two ends by what they are called, and what connects these."""

import re
import uuid
from dataclasses import dataclass, field

import networkx as nx
from django.utils import timezone

from cse_portal.access.rows import get_visible
from cse_portal.accounts.models import User
from cse_portal.reference.working_days import add_months
from intelligence.desk.models import Link
from intelligence.desk.selectors import cases_linked
from intelligence.desk.selectors.found import is_child
from intelligence.desk.selectors.leaks import Leak, Locked, found_in
from intelligence.links.models import Connection, cases_held, reports_in_use
from intelligence.links.selectors.clusters import Cluster, Task, clusters_in, tasks_in
from intelligence.links.selectors.graph import Path, Seen, Thing, Tie, graph_of, paths_between, ties_seen
from intelligence.subjects.models import Subject
from intelligence.subjects.selectors import subjects_named
from intelligence.subjects.selectors.matching import names_of
from intelligence.submissions.models import IntelligenceSubmission

FOUND = 10
MOST_DRAWN = 25  # nodes of a picture; above that it shows the three shortest paths alone
SHORTEST = 3
REFERENCE = re.compile(r"\b[A-Z]{2,}-\d{4}-\d+\b")


@dataclass(frozen=True)
class End:
    """What somebody asks for in one box: what they typed, and who or what it may be."""

    words: str = ""
    found: tuple[Thing, ...] = ()

    @property
    def thing(self) -> Thing | None:
        """The one that it must be; none where several are called so."""
        return self.found[0] if len(self.found) == 1 else None


@dataclass
class Connected:
    """The page of what connects two: paths between them, what is drawn, and clusters of children."""

    first: End
    second: End
    seen: Seen
    paths: list[Path] = field(default_factory=list)
    drawn: list[Tie] = field(default_factory=list)
    clusters: list[Cluster] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)

    @property
    def asked(self) -> bool:
        """Whether two different ones are chosen."""
        first, second = self.first.thing, self.second.thing
        return first is not None and second is not None and first != second

    @property
    def shown(self) -> list[Thing]:
        """Everyone and everything that the page names."""
        keys = dict.fromkeys(key for tie in self.drawn for key in tie.ends)
        groups: list[Cluster | Task] = [*self.clusters, *self.tasks]
        named = [each for group in groups for each in (*group.children, *group.shared)]
        return [self.seen.things[key] for key in keys] + [*self.first.found, *self.second.found, *named]


def connected(user: User, *, text: str = "", q: str = "", months: int = 0) -> Connected:
    """Two ends by what they are called, what connects them in the last months, and the clusters of all that is seen."""
    seen = ties_seen(user)
    found = Connected(end_of(user, text), end_of(user, q), seen)
    found.tasks = tasks_in(user, seen)
    found.clusters = clusters_in(user, seen, found.tasks)
    first, second = found.first.thing, found.second.thing
    if first is None or second is None or first == second:
        return found
    since = add_months(timezone.localdate(), -months)
    graph = graph_of(tie for tie in seen.ties if not months or tie.day >= since)
    found.paths = paths_between(graph, first.pk, second.pk)
    found.drawn = _drawn(found.paths, graph)
    return found


def _drawn(paths: list[Path], graph: nx.Graph) -> list[Tie]:
    """The best tie of each two on the paths and right beside them; of a crowd, the shortest paths alone."""
    on_paths = {key for path in paths for key in path.keys}
    near = on_paths.union(*(graph.neighbors(key) for key in on_paths))
    if len(near) > MOST_DRAWN:
        return list({tie.ends: tie for path in paths[:SHORTEST] for tie in path.ties}.values())
    return [ties[0] for one, other, ties in graph.edges(on_paths, data="ties")]


def end_of(user: User, words: str) -> End:
    """Whom or what these words may mean, among what this person sees: by reference, else by any name."""
    said = words.strip()
    if not said:
        return End()
    cases, references = cases_held(user).select_related("child"), REFERENCE.findall(said.upper())
    if references:
        subjects = Subject.objects.visible_to(user).filter(reference__in=references)
        return End(said, (*cases.filter(reference__in=references), *subjects))
    children = cases.matching(said.split()[:4]).order_by("child__family_name", "child__given_name")[:FOUND]
    return End(said, (*children, *subjects_named(user, said)[:FOUND]))


def report_of_both(user: User, *ends: Thing) -> str:
    """The reference of the newest report this person may read that names both; empty where none does."""
    rows = reports_in_use(user)
    for end in ends:
        rows = rows.filter(links__subject=end.pk)
    return rows.order_by("-issued_at").values_list("reference", flat=True).first() or ""


def connection_for(user: User, key: uuid.UUID) -> Connection:
    """One with its ends; NotVisible where it does not exist for this person."""
    rows = Connection.objects.visible_to(user).select_related(
        "case__child", "other_case__child", "subject", "other_subject", "report", "recorded_by", "ended_by"
    )
    return get_visible(rows.filter(pk=key))


def children_named(subject: Subject, text: str) -> list[Leak]:
    """Where a text that readers of a subject read names a child tied to it, also one whom its writer may not see.

    Nothing found is never "safe".
    """
    reports = Link.objects.filter(subject=subject).values("report")
    tied = Connection.objects.holding().filter(subject=subject, case__isnull=False)
    children = [each.child for each in cases_linked(reports, tied.values("case"))]
    names = [name for child in children for name in (child.name, child.given_name)]
    for submission in IntelligenceSubmission.objects.filter(reports__in=reports).distinct():
        people = submission.subjects.all()
        names += [each.name for each in people if is_child(each.role, each.date_of_birth, each.age)]
    own = {name.casefold() for name in names_of(subject)}
    found = found_in(text, Locked(names=tuple(names)))
    return [leak for leak in found if leak.kind == "name" and leak.text.casefold() not in own]
