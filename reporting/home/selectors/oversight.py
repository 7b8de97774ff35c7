"""How the team's work goes: open cases by worker, concerns by week, the flow of the month."""

import datetime as dt
import uuid
from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Count, Q
from django.utils import timezone

from cases.concerns.choices import ConcernState
from cases.concerns.models import Concern
from cases.record.models.case import Case, Episode
from cases.record.selectors import COUNTED_TO, CaseFilters, counted_cases, silent_since
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.rows import among, beginning_of
from cse_portal.accounts.models import User
from reporting.quality.models import Supervision
from reporting.quality.selectors import last_supervisions

WEEKS = 12


@dataclass
class Worker:
    """The open cases that one person leads, by category; how many of them have an overdue next step."""

    name: str
    key: uuid.UUID | None = None
    cases: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    overdue: int = 0
    silent: int = 0
    supervision: Supervision | None = None  # the last one, for who oversees supervision

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.cases.values())


@dataclass
class Week:
    """The concerns that came in one week: decided in time, later or not at all, and those still in time."""

    monday: dt.date
    in_time: int = 0
    late: int = 0
    running: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.in_time + self.late + self.running


@dataclass(frozen=True)
class Oversight:
    """What a manager looks over, every number of the cases and concerns that they may see."""

    workers: list[Worker]
    weeks: list[Week]
    first_of_month: dt.date
    opened: int
    closed: int
    without_step: int
    silent_since: dt.date
    capped: bool

    @property
    def open_now(self) -> int:
        """Open cases today."""
        return sum(each.total for each in self.workers)

    @property
    def silent(self) -> int:
        """Open cases of which nothing was recorded for long."""
        return sum(each.silent for each in self.workers)

    @property
    def at_start(self) -> int:
        """Open cases when the month began."""
        return self.open_now - self.opened + self.closed

    @property
    def overdue(self) -> int:
        """Open cases whose next step is overdue."""
        return sum(each.overdue for each in self.workers)


def oversight(user: User) -> Oversight:
    """Open cases up to the cap of every count, the concerns of twelve weeks, the month's episodes."""
    today = timezone.localdate()
    first = today.replace(day=1)
    keys = counted_cases(user, CaseFilters())
    opened, closed = Q(opened_at__date__gte=first), Q(closed_at__date__gte=first)
    episodes = Episode.objects.filter(
        opened | closed, among("case", Case.objects.visible_to(user).values("pk"))
    )
    month = episodes.aggregate(opened=Count("pk", filter=opened), closed=Count("pk", filter=closed))
    without_step = counted_cases(user, CaseFilters(without_step=True))
    return Oversight(
        _workers(user, keys[:COUNTED_TO]), _weeks(user, today), first, month["opened"], month["closed"],
        len(without_step), silent_since(), len(keys) > COUNTED_TO,
    )  # fmt: skip


def _workers(user: User, keys: list[uuid.UUID]) -> list[Worker]:
    """Most cases first; those that nobody leads at the end. What is overdue is so in the list of children too."""
    late = counted_cases(user, CaseFilters(overdue=True))
    rows = Case.objects.visible_to(user).filter(pk__in=keys).order_by()
    lead, name = "lead_professional", "lead_professional__full_name"
    found: dict[uuid.UUID | None, Worker] = {}
    silent = Count("pk", filter=Q(last_activity_at__lt=beginning_of(silent_since())))
    for row in rows.values(lead, name, "category").annotate(
        number=Count("pk"), overdue=Count("pk", filter=Q(pk__in=late)), silent=silent
    ):
        worker = found.setdefault(row[lead], Worker(row[name] or "", row[lead]))
        worker.cases[row["category"]] += row["number"]
        worker.overdue += row["overdue"]
        worker.silent += row["silent"]
    if gate.can(user, Permission.CASE_AUDIT_DRAW):
        for key, last in last_supervisions(user, found).items():
            found[key].supervision = last
    return sorted(found.values(), key=lambda each: (not each.name, -each.total, each.name))


def _weeks(user: User, today: dt.date) -> list[Week]:
    monday = today - dt.timedelta(days=today.weekday())
    weeks = [Week(monday - dt.timedelta(weeks=number)) for number in reversed(range(WEEKS))]
    by_monday = {each.monday: each for each in weeks}
    rows = Concern.objects.visible_to(user).exclude(state=ConcernState.DRAFT)
    rows = rows.filter(submitted_at__date__gte=weeks[0].monday)
    for sent, decide_by, decided in rows.values_list("submitted_at", "decide_by", "decision__decided_at"):
        day = timezone.localtime(sent).date()
        week = by_monday[day - dt.timedelta(days=day.weekday())]
        by = decide_by or today
        done = timezone.localtime(decided).date() if decided else None
        if done and done <= by:
            week.in_time += 1
        elif done or by < today:
            week.late += 1
        else:
            week.running += 1
    return weeks
