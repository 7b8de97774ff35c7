"""What graded reports tell one reader of those around a child: whom and what they name, and which children beside.

It starts from reports that this reader was shown; nothing here opens a submission.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Q

from cases.models import Case
from cse_portal.accounts.models import User
from intelligence.models import Disruption, IntelligenceReport, IntelligenceSubmission, Link
from intelligence.selectors.disruption import disruption_list
from intelligence.selectors.reports import NOMINALS, links_shown


@dataclass(frozen=True)
class Beside:
    """Another child whom this reader may see. `reports` name both; through `links` others name what these name too."""

    case: Case
    reports: list[IntelligenceReport] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)


def named_in(user: User, reports: Iterable[IntelligenceReport]) -> list[Link]:
    """What these reports are linked to, the newest report first; of a child, person or place only what may be seen."""
    keys = [each.pk for each in reports]
    rows = links_shown(user).filter(report__in=keys).select_related("report")
    return list(rows.order_by("-report__issued_at", "linked_at"))


def children_beside(user: User, case: Case, links: Sequence[Link]) -> list[Beside]:
    """Children whom the same reports name, or reports that name the same person, place or vehicle; by their names.

    `links` are those of the reports about this case. Each report, each link and each child's case is asked of the gate
    for this reader, and each report is one that a meeting may talk about.
    """
    about, found = {each.report_id for each in links}, dict[uuid.UUID, Beside]()
    named = _named(links)
    rows = [*links, *(each for each in _links_beyond(user, named) if each.report_id not in about)]
    for row in rows:
        if row.case is None or row.case.pk == case.pk:
            continue
        beside = found.setdefault(row.case.pk, Beside(row.case))
        if row.report_id in about:
            beside.reports.append(row.report)
        else:
            beside.links.extend(
                each for each in rows if each.report_id == row.report_id and _key(each) in named
            )
    return sorted(found.values(), key=lambda each: each.case.child.name)


def submissions_behind(
    user: User, reports: Iterable[IntelligenceReport]
) -> dict[uuid.UUID, IntelligenceSubmission]:
    """By their keys, those submissions these reports came of that this person may see: their own, or for the unit."""
    rows = IntelligenceSubmission.objects.visible_to(user)
    return rows.in_bulk([each.submission_id for each in reports])


def disruption_against(user: User, links: Iterable[Link]) -> list[Disruption]:
    """What is agreed or in force against whom and what these links lead to; the soonest to expire first."""
    named = _named(links)
    against = Q(pk__in=[])
    for name in ("person", "place"):
        against |= Q((f"{name}__in", [key for kind, key in named if kind == name]))
    return list(disruption_list(user).filter(against))


def _links_beyond(user: User, named: set[tuple[str, uuid.UUID]]) -> list[Link]:
    """Of every report a meeting may talk about that names one of these: the links to them and to children."""
    if not named:
        return []
    those = Q(pk__in=[])
    for name in NOMINALS:
        those |= Q((f"{name.value}__in", [key for kind, key in named if kind == name.value]))
    reports = IntelligenceReport.objects.visible_to(user).for_discussion()
    reports = reports.filter(pk__in=Link.objects.filter(those).values("report")).order_by()
    rows = links_shown(user).filter(those | Q(case__isnull=False), report__in=reports.values("pk"))
    return list(rows.select_related("report"))


def _named(links: Iterable[Link]) -> set[tuple[str, uuid.UUID]]:
    return {key for each in links if (key := _key(each))}


def _key(link: Link) -> tuple[str, uuid.UUID] | None:
    """What a link leads to, unless it is a child."""
    for name in NOMINALS:
        if key := getattr(link, f"{name.value}_id"):
            return name.value, key
    return None
