"""Lists a page at a time: what is asked of the database, and what a person is told."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cse_portal.jobs.models import Notification
from cse_portal.paging import page_of
from tests.cast import Cast

TEN = 10


@pytest.fixture
def ten(cast: Cast) -> list[Notification]:
    """What Maya was told, in order."""
    return [
        Notification.objects.create(user=cast.manager, text=f"Line {number}", url="/")
        for number in range(TEN)
    ]


@pytest.mark.parametrize("number", [None, "", "1", 1])
def test_a_list_that_fits_one_page_is_asked_for_once(
    ten: list[Notification], number: str | int | None
) -> None:
    with CaptureQueriesContext(connection) as asked:
        page = page_of(Notification.objects.order_by("text"), TEN, number)
        assert (list(page), page.paginator.count, page.has_other_pages()) == (ten, TEN, False)
    assert len(asked) == 1


def test_the_first_of_several_is_counted_when_its_page_says_how_many(ten: list[Notification]) -> None:
    page = page_of(Notification.objects.order_by("text"), 4, None)
    assert (list(page), page.paginator.count, page.paginator.num_pages) == (ten[:4], TEN, 3)
    assert page.has_next()


@pytest.mark.parametrize(("number", "shown"), [("2", slice(4, 8)), ("3", slice(8, 10)), ("99", slice(8, 10))])
def test_others_are_django_s_own(ten: list[Notification], number: str, shown: slice) -> None:
    assert list(page_of(Notification.objects.order_by("text"), 4, number)) == ten[shown]


def test_a_number_that_is_none_shows_the_first(ten: list[Notification]) -> None:
    assert list(page_of(Notification.objects.order_by("text"), 4, "next")) == ten[:4]


def test_an_empty_list_has_one_empty_page(cast: Cast) -> None:
    page = page_of(Notification.objects.none(), TEN, None)
    assert (list(page), page.paginator.count, page.paginator.num_pages) == ([], 0, 1)
