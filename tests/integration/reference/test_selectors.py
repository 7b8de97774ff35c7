import datetime as dt

import pytest
from django.db import ProgrammingError, transaction
from pytest_django import DjangoAssertNumQueries

from cse_portal.reference import selectors
from cse_portal.reference.models import ClockRule, Code, Indicator
from cse_portal.reference.selectors import UnknownReference

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 25)


def test_a_list_reads_in_its_order() -> None:
    assert selectors.choices("plan-p")[0] == ("PREVENT", "Prevention")
    assert selectors.label("ethnicity", "WBRI") == "White British"


def test_an_unknown_list_is_a_mistake() -> None:
    with pytest.raises(UnknownReference):
        selectors.codes("no-such-list")


def test_nothing_held_before_the_first_version() -> None:
    assert selectors.codes("plan-p", dt.date(2010, 1, 1)) == ()
    with pytest.raises(UnknownReference):
        selectors.indicator_set(dt.date(2010, 1, 1))


def test_the_category_has_its_own_clock_where_there_is_one() -> None:
    wednesday = dt.date(2026, 11, 25)
    assert selectors.clock_rule("INITIAL_MASE", 3).due(wednesday) == dt.date(2026, 12, 2)
    assert selectors.clock_rule("INITIAL_MASE", 2).due(wednesday) == dt.date(2026, 12, 9)
    assert selectors.clock_rule("INITIAL_MASE").due(wednesday) == dt.date(2026, 12, 9)


@pytest.mark.parametrize(("category", "days"), [(1, 84), (2, 42), (3, 28)])
def test_reviews_come_sooner_in_higher_categories(category: int, days: int) -> None:
    rule = selectors.clock_rule("REVIEW_MASE", category)
    assert rule.due(TODAY) == TODAY + dt.timedelta(days=days)


def test_reports_are_due_two_working_days_before_the_meeting() -> None:
    assert selectors.clock_rule("AGENCY_REPORT").due(dt.date(2026, 11, 30)) == dt.date(2026, 11, 26)


def test_an_assessment_is_repeated_within_three_months() -> None:
    assert selectors.clock_rule("ASSESSMENT_REPEAT").due(dt.date(2026, 11, 30)) == dt.date(2027, 2, 28)


def test_what_is_received_in_the_evening_is_decided_a_day_later() -> None:
    evening = dt.datetime(2026, 11, 25, 18, 30, tzinfo=dt.UTC)
    assert selectors.clock_rule("TRIAGE_DECISION").due(evening) == dt.date(2026, 11, 27)


def test_looking_up_again_asks_the_database_nothing(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    def look_up() -> None:
        selectors.choices("sex")
        selectors.indicators()
        selectors.scoring_profile()
        selectors.clock_rule("TRIAGE_DECISION")
        selectors.agenda_items("MASE_REVIEW")

    look_up()
    with django_assert_num_queries(0):
        look_up()


@pytest.mark.parametrize("model", [Code, ClockRule, Indicator])
def test_the_application_cannot_change_reference_data(model: type[Code]) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        model.objects.all().delete()
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        model.objects.update(code="X")
