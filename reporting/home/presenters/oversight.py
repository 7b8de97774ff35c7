"""How the team's work goes, in bars that say their numbers."""

from dataclasses import dataclass

from django.utils.safestring import SafeString

from cse_portal.ui import charts
from cse_portal.ui.charts import svg
from cse_portal.ui.presenters import counted
from reporting.home.selectors.oversight import Oversight, Worker

TARGET = 95  # of a hundred concerns, decided within one working day: measure A3 of the return
COLOURS = {
    3: ("#942514", svg.WHITE),
    2: ("#f47738", svg.INK),
    1: ("#ffdd00", svg.INK),
    0: (svg.WHITE, svg.INK),
}


@dataclass(frozen=True)
class Shown:
    """The part of the page for who looks over the work: what was found, and its pictures."""

    found: Oversight
    words: str
    workers: list[tuple[Worker, SafeString, list[tuple[int, int]]]]
    weeks: charts.Chart
    flow: SafeString


def oversight(found: Oversight) -> Shown:
    """In the order of the page."""
    most = max(found.workers, key=lambda each: each.overdue, default=None)
    words = f"{counted(found.open_now, 'open case')}{' that were active last' if found.capped else ''}."
    if most and most.overdue and most.name:
        words = f"{words} {most.name} has the most overdue."
    largest = max((each.total for each in found.workers), default=1)
    stayed = found.at_start - found.closed
    flow = charts.segments(
        f"{found.closed} closed, {stayed} stayed open, {found.opened} new",
        [(found.closed, *COLOURS[0]), (stayed, "#c3d0d6", svg.INK), (found.opened, "#123a4a", svg.WHITE)],
        found.at_start + found.opened,
    )
    return Shown(
        found,
        words,
        [(each, _bar(each, largest), _by_category(each)) for each in found.workers],
        _weeks(found),
        flow,
    )


def _bar(worker: Worker, largest: int) -> SafeString:
    said = ", ".join(f"category {one}: {worker.cases[one]}" for one in COLOURS if worker.cases[one])
    return charts.segments(said, [(worker.cases[one], *COLOURS[one]) for one in COLOURS], largest)


def _by_category(worker: Worker) -> list[tuple[int, int]]:
    return [(one, worker.cases[one]) for one in COLOURS if worker.cases[one]]


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
