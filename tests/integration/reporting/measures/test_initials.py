"""D1: the initial MASE that each child was due, whether anybody booked it or not."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine

from cases.assessments import services as categories
from cases.assessments.models import DecisionSource
from cases.record.choices import EpisodeKind, HarmStatus, RiskCategory
from cases.record.models.case import Case, Episode
from cse_portal.reference.quarters import Quarter
from cse_portal.reference.working_days import add_working_days, local_day
from mase.clocks import services as clocks
from mase.clocks.models import ClockState, ClockStep
from mase.clocks.selectors.clocks import Clock, clocks_of, clocks_to_book
from mase.meetings.choices import MeetingKind
from mase.meetings.models.meeting import Meeting
from mase.meetings.selectors.meetings import due_date
from reporting.measures.selectors import registry
from reporting.measures.selectors.expected import initials_of
from tests.cast import Cast
from tests.factories import actions
from tests.factories.cases import make_case
from tests.factories.meetings import make_meeting
from tests.factories.reporting import at

pytestmark = pytest.mark.django_db
QUARTER = Quarter.parse("2026-27-Q1")
LATE = "AGENCY_UNAVAILABLE"


def day(number: int) -> dt.date:
    """The first day of the quarter is 0."""
    return QUARTER.starts_on + dt.timedelta(days=number)


def opened(cast: Cast, number: int, category: RiskCategory = RiskCategory.MEDIUM) -> Case:
    """A case that triage opened in this category."""
    with time_machine.travel(at(day(number), 9)):
        return make_case(cast, category=category)


def rises(cast: Cast, case: Case, number: int, category: RiskCategory) -> None:
    """The CSE team puts the child into a higher category."""
    with time_machine.travel(at(day(number), 9)):
        rise(cast, case, category)


def rise(cast: Cast, case: Case, category: RiskCategory) -> None:
    """The same, now."""
    categories.confirm(
        case=case, category=category, harm_status=HarmStatus.H1, rationale="A new assessment.",
        source=DecisionSource.ASSESSMENT, by=cast.manager,
    )  # fmt: skip


def met(cast: Cast, case: Case, number: int, *, late: str = "") -> Meeting:
    """A meeting booked and held on a day."""
    with time_machine.travel(at(day(number), 10)):
        running = actions.running(cast, Case.objects.get(pk=case.pk), days=0, late_reason=late)
        return actions.end(cast, running)


def close(cast: Cast, case: Case, number: int) -> None:
    """Work on the case ended on this day."""
    Episode.objects.filter(case=case, closed_at=None).update(
        closed_at=at(day(number)), closed_by=cast.manager, closing_code="C1", closing_reason="Moved away"
    )


def due(key: str = "total", quarter: Quarter = QUARTER) -> dict[str, Decimal | None]:
    """One row of what was due, by its columns."""
    _, figures = registry.compute("D1", quarter)
    return {
        each.column.code: each.value for each in figures if (each.dimension, each.row.code) == ("due", key)
    }


def paused(quarter: Quarter = QUARTER) -> Decimal | None:
    """How many stood still at its end."""
    _, figures = registry.compute("D1", quarter)
    return next(each.value for each in figures if each.dimension == "paused")


def test_a_child_whose_meeting_nobody_booked_was_due_one(cast: Cast) -> None:
    met(cast, opened(cast, 20), 25)
    met(cast, opened(cast, 20), 60, late=LATE)
    opened(cast, 20)
    opened(cast, 20, RiskCategory.LOW)
    assert due() == {"in_time": 1, "late": 1, "not_held": 1, "total": 3, "rate": Decimal("33.3")}
    assert due("2") == due()
    assert due(quarter=QUARTER.previous())["total"] == due(quarter=QUARTER.next())["total"] == 0


def clock(case: Case, step: ClockStep, on: dt.date) -> Clock:
    """As the case's page shows it in the afternoon of a day, with nothing booked."""
    with time_machine.travel(at(on, 15)):
        found = Case.objects.get(pk=case.pk)
        return next(each for each in clocks_to_book([found])[found.pk] if each.step == step)


def last_days(case: Case, on: dt.date) -> set[dt.date]:
    """What D1, the clock of the case and the booking form say: one day."""
    (initial,) = initials_of(Episode.objects.filter(case=case))
    with time_machine.travel(at(on, 15)):
        booking, _ = due_date(Case.objects.get(pk=case.pk), MeetingKind.INITIAL)
    return {initial.due_on, clock(case, ClockStep.HELD, on).due_on, booking}


def test_a_category_that_rises_before_anything_is_booked_is_late_for_nobody_that_day(cast: Cast) -> None:
    """Category 2 on Monday 2 March 2026, category 3 on Wednesday 11 March: the old day is no worse than the new."""
    monday, wednesday = dt.date(2026, 3, 2), dt.date(2026, 3, 11)
    with time_machine.travel(at(monday, 9)):
        case = make_case(cast, category=RiskCategory.MEDIUM)
    assert last_days(case, monday) == {dt.date(2026, 3, 16)}
    with time_machine.travel(at(wednesday, 9)):
        rise(cast, case, RiskCategory.HIGH)
    assert last_days(case, wednesday) == {dt.date(2026, 3, 16)}
    held = clock(case, ClockStep.HELD, wednesday)
    with time_machine.travel(at(wednesday, 15)):
        assert (held.state, local_day(held.since)) == (ClockState.RUNNING, monday)
    assert held.because.startswith("10 working days")
    (initial,) = initials_of(Episode.objects.filter(case=case))
    assert initial.category == RiskCategory.HIGH
    with time_machine.travel(at(wednesday, 16)):
        meeting = make_meeting(cast, Case.objects.get(pk=case.pk), days=2)
    assert (meeting.due_on, meeting.late_reason) == (dt.date(2026, 3, 16), "")


def test_each_period_of_work_has_its_own(cast: Cast) -> None:
    case = opened(cast, 0)
    met(cast, case, 5)
    close(cast, case, 20)
    Episode.objects.create(
        case=case, kind=EpisodeKind.REOPENED, opened_at=at(day(40), 9), opened_by=cast.manager, opening_reason="Again"
    )  # fmt: skip
    rises(cast, case, 40, RiskCategory.MEDIUM)
    first, second = initials_of(Episode.objects.filter(case=case))
    assert (first.in_time, second.held_on) == (True, None)
    assert second.due_on == add_working_days(day(40), 10)
    assert due() == {"in_time": 1, "late": 0, "not_held": 1, "total": 2, "rate": 50}


def test_one_whose_clock_stands_still_is_counted_as_paused_and_does_not_vanish(cast: Cast) -> None:
    case = opened(cast, 20)
    about = {"case": case, "meeting": None, "by": cast.manager}
    with time_machine.travel(at(day(25))):
        clocks.pause(**about, reason="CHILD_MISSING", starts_on=day(25))
    with time_machine.travel(at(day(60))):
        assert (paused(), due()["total"]) == (1, 0)
    with time_machine.travel(at(day(120))):  # in the next quarter; in this one it stood still to the end
        clocks.resume(**about, ends_on=day(120))
        assert (paused(), paused(QUARTER.previous()), paused(QUARTER.next())) == (1, 0, 0)
        assert due()["total"] == 0
        assert due(quarter=QUARTER.next())["not_held"] == 1


def test_the_last_day_is_the_one_that_the_pages_show(cast: Cast) -> None:
    case = opened(cast, 20)
    about = {"case": case, "meeting": None, "by": cast.manager}
    period = Episode.objects.filter(case=case)
    with time_machine.travel(at(day(25))):
        clocks.pause(**about, reason="CHILD_MISSING", starts_on=day(25))
    for number, resumed in ((30, False), (32, True)):
        with time_machine.travel(at(day(number))):
            if resumed:
                clocks.resume(**about, ends_on=day(number))
            shown = {each.step: each for each in clocks_to_book([Case.objects.get(pk=case.pk)])[case.pk]}
            (initial,) = initials_of(period)
            assert shown[ClockStep.HELD].due_on == initial.due_on > add_working_days(day(20), 10)
    held = met(cast, case, 36)
    shown = {each.step: each for each in clocks_of(held)}
    (initial,) = initials_of(period)
    assert initial.booked == held
    assert (initial.due_on, initial.held_on) == (shown[ClockStep.HELD].due_on, local_day(at(day(36), 10)))
    assert due()["in_time"] == 1
