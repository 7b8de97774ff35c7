"""How the team's work goes, in bars that say their numbers."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.safestring import SafeString

from cse_portal.ui import charts
from cse_portal.ui.charts import svg
from cse_portal.ui.presenters import counted
from reporting.home.selectors.oversight import Oversight

TARGET = 95  # of a hundred concerns, decided within one working day: measure A3 of the return
COLOURS = {
    3: ("#942514", svg.WHITE),
    2: ("#f47738", svg.INK),
    1: ("#ffdd00", svg.INK),
    0: (svg.WHITE, svg.INK),
}


@dataclass(frozen=True)
class WorkerRow:
    """One worker's open cases."""

    name: str
    bar: SafeString
    total: int
    overdue: int


@dataclass(frozen=True)
class Shown:
    """The part of the page for who looks over the work."""

    workers: list[WorkerRow]
    worker_words: str
    weeks: charts.Chart
    month: str
    start: int
    opened: int
    closed: int
    open_now: int
    flow: SafeString
    overdue: int
    without_step: int
    overdue_url: str
    without_step_url: str


def oversight(found: Oversight) -> Shown:
    """In the order of the page."""
    largest = max((each.total for each in found.workers), default=1)
    workers = [
        WorkerRow(
            each.name or "No lead yet",
            charts.segments(
                ", ".join(f"category {one}: {each.cases[one]}" for one in COLOURS if each.cases.get(one)),
                [(each.cases.get(one, 0), *COLOURS[one]) for one in COLOURS], largest,
            ),
            each.total, each.overdue,
        )
        for each in found.workers
    ]  # fmt: skip
    start = found.open_now - found.opened + found.closed
    stayed = start - found.closed
    month = f"{found.first_of_month:%B}"
    flow = charts.segments(
        f"{found.closed} closed, {stayed} stayed open, {found.opened} new",
        [
            (found.closed, svg.WHITE, svg.INK),
            (stayed, "#c3d0d6", svg.INK),
            (found.opened, "#123a4a", svg.WHITE),
        ],
        start + found.opened,
    )
    most = max(found.workers, key=lambda each: each.overdue, default=None)
    words = f"{counted(found.open_now, 'open case')}."
    if most and most.overdue and most.name:
        words = f"{words} {most.name} has the most overdue."
    return Shown(
        workers, words, _weeks(found), month, start, found.opened, found.closed, found.open_now, flow,
        found.overdue, found.without_step, f"{reverse('cases:list')}?overdue=yes",
        f"{reverse('cases:list')}?without_step=yes",
    )  # fmt: skip


def _weeks(found: Oversight) -> charts.Chart:
    weeks = found.weeks
    done = sum(each.in_time + each.late for each in weeks)
    share = f"{sum(each.in_time for each in weeks) / done:.0%}" if done else "None"
    words = f"{counted(weeks[-1].total, 'concern')} this week, {weeks[-2].total} last week."
    words = f"{words} In 12 weeks {share} were decided in one working day; the target is {TARGET}%."
    return charts.columns(
        "Concerns each week", words, [f"{each.monday.day} {each.monday:%b}" for each in weeks],
        [
            charts.Series("Decided in one working day", [each.in_time for each in weeks]),
            charts.Series("Later", [each.late for each in weeks]),
            charts.Series("Still in time", [each.running for each in weeks]),
        ],
    )  # fmt: skip
