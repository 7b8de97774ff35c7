"""D2: the reviews that were due in a quarter, whether they were held in time, and why not."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine

from cases.record.choices import RiskCategory
from cases.record.models.case import Case, Episode
from cse_portal.reference.quarters import Quarter
from mase.clocks import services as clocks
from mase.clocks.models import ClockStep
from mase.clocks.selectors.clocks import clocks_of, clocks_to_book
from mase.meetings.choices import MeetingKind
from mase.meetings.models.meeting import Meeting
from reporting.measures.selectors import registry
from reporting.measures.selectors.expected import reviews_set_by
from tests.cast import Cast
from tests.factories import actions
from tests.factories.cases import make_case
from tests.factories.reporting import at
from tests.factories.reviews import reviewed

pytestmark = pytest.mark.django_db
QUARTER = Quarter.parse("2026-27-Q1")
LATE = "AGENCY_UNAVAILABLE"


def day(number: int) -> dt.date:
    """The first day of the quarter is 0."""
    return QUARTER.starts_on + dt.timedelta(days=number)


def met(cast: Cast, case: Case, number: int, *, late: str = "") -> Meeting:
    """A meeting booked and held on a day, which sets the review 28 days later; `late` is why it was booked late."""
    with time_machine.travel(at(day(number), 10)):
        running = actions.running(cast, Case.objects.get(pk=case.pk), days=0, late_reason=late)
        return actions.end(cast, running)


def first_met(cast: Cast, number: int) -> Case:
    """A case on which work began the day before the child's initial MASE."""
    with time_machine.travel(at(day(number - 1), 9)):
        case = make_case(cast, category=RiskCategory.MEDIUM)
    met(cast, case, number)
    return case


@pytest.fixture(scope="module")
def case(shared_cast: Cast) -> Case:
    """Its review is due on day 68."""
    return first_met(shared_cast, 40)


def close(cast: Cast, case: Case, number: int) -> None:
    """Work on the case ended on this day."""
    Episode.objects.filter(case=case).update(
        closed_at=at(day(number)),
        closed_by=cast.manager,
        closing_code="C1",
        closing_reason="Closed for a test",
    )


def row(dimension: str, key: str = "total", quarter: Quarter = QUARTER) -> dict[str, Decimal | None]:
    """One row of one table, by its columns."""
    _, figures = registry.compute("D2", quarter)
    return {
        each.column.code: each.value
        for each in figures
        if (each.dimension, each.row.code) == (dimension, key)
    }


def test_of_the_reviews_due_those_held_in_time_late_and_not_at_all(cast: Cast, case: Case) -> None:
    met(cast, case, 64)
    met(cast, first_met(cast, 40), 75, late=LATE)
    first_met(cast, 40)
    assert row("due") == {"in_time": 1, "late": 1, "not_held": 1, "total": 3, "rate": Decimal("33.3")}
    assert row("due", "2") == row("due")
    assert row("due", "3")["total"] == 0
    assert row("category") == {"in_time": 1, "late": 1, "total": 2, "rate": 50}
    assert row("reason", LATE) == row("reason") == {"count": 1}
    assert row("due", quarter=QUARTER.previous())["total"] == 0
    following = row("due", quarter=QUARTER.next())
    assert following["not_held"] == following["total"] == 2, "the next reviews of the two that were held"


def test_a_new_period_of_work_begins_with_an_initial_meeting_not_a_review(cast: Cast, case: Case) -> None:
    close(cast, case, 50)
    with time_machine.travel(at(day(60), 9)):
        Episode.objects.create(
            case=case,
            kind="reopened",
            opened_at=at(day(60), 9),
            opened_by=cast.manager,
            opening_reason="Again",
        )
    again = met(cast, case, 61)
    assert again.kind == MeetingKind.INITIAL
    assert [each.booked for each in reviews_set_by(Meeting.objects.filter(case=case))] == [None, None]
    assert row("due")["total"] == row("due")["not_held"] == 1


def test_why_it_was_late_may_be_said_afterwards(cast: Cast, case: Case) -> None:
    with time_machine.travel(at(day(68), 9)):
        booked = actions.running(cast, Case.objects.get(pk=case.pk), days=0)
    started = Meeting.objects.filter(pk=booked.pk)
    started.update(started_at=at(day(70), 10))
    with time_machine.travel(at(day(70), 11)):
        actions.end(cast, started.get())
        assert row("reason", "not_given") == row("reason") == {"count": 1}
        clocks.explain(meeting=started.get(), reason=LATE, by=cast.manager)
    assert row("reason", LATE) == row("reason") == {"count": 1}


def test_the_last_day_is_the_one_that_the_pages_show(cast: Cast, case: Case) -> None:
    about = {"case": case, "meeting": None, "by": cast.manager}
    with time_machine.travel(at(day(47))):
        clocks.pause(**about, reason="CHILD_MISSING", starts_on=day(47))
    set_by = Meeting.objects.filter(case=case)
    for number, resumed in ((54, False), (61, True)):
        with time_machine.travel(at(day(number))):
            if resumed:
                clocks.resume(**about, ends_on=day(number))
            (shown,) = clocks_to_book([Case.objects.get(pk=case.pk)])[case.pk]
            (review,) = reviews_set_by(set_by)
            assert shown.due_on == review.due_on > day(68)
    held = met(cast, case, 75)
    shown = next(each for each in clocks_of(held) if each.step == ClockStep.HELD)
    (review, _) = reviews_set_by(set_by)
    assert (review.booked, review.due_on, review.held_on) == (held, shown.due_on, shown.done_on)
    assert review.in_time
    assert row("due")["in_time"] == 1


def test_reviews_by_the_lead_professional_count_as_due_held_late_or_not_held(cast: Cast) -> None:
    """In category 1: 84 days after the decision, and again after each review; no meeting holds them."""
    with time_machine.travel(at(day(-80), 9)):
        in_time, late, waiting = (make_case(cast, category=RiskCategory.LOW) for _ in range(3))
        dues = {case.next_review_on for case in (in_time, late, waiting)}
    (due,) = dues
    assert due is not None
    assert QUARTER.starts_on <= due <= QUARTER.ends_on
    for case, days in ((in_time, -1), (late, 6)):
        with time_machine.travel(at(due + dt.timedelta(days=days), 9)):
            reviewed(case, cast.practitioner)
    found = {name: row("due", "1")[name] for name in ("in_time", "late", "not_held")}
    assert found == {"in_time": 1, "late": 1, "not_held": 1 + 1}, (
        "and the next review of the one held before its day"
    )


def test_a_review_by_the_lead_professional_takes_the_place_of_the_one_that_a_meeting_set(
    cast: Cast, case: Case
) -> None:
    set_on = reviews_set_by(Meeting.objects.filter(case=case))[0].due_on
    Case.objects.filter(pk=case.pk).update(category=RiskCategory.LOW)
    assert row("due")["not_held"] == 1
    with time_machine.travel(at(set_on, 9)):
        reviewed(Case.objects.get(pk=case.pk), cast.practitioner)
    assert reviews_set_by(Meeting.objects.filter(case=case)) == []
    assert (row("due")["in_time"], row("due")["not_held"]) == (1, 0)
