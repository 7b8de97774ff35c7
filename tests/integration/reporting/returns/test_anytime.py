"""Any measure for any days: read in the return where there is one, else counted from what is on record."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from cse_portal.reference.quarters import Quarter
from reporting.measures.selectors.periods import Period
from reporting.returns.selectors.anytime import worked_out
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories.cases import make_case
from tests.factories.reporting import ENDED, make_signed

JUNE = Period.between(dt.date(2026, 6, 1), dt.date(2026, 6, 30))


@pytest.mark.parametrize(
    ("slug", "label"),
    [
        ("2026-27-Q1", "2026/27 Q1"),
        ("2026-04-01-2026-06-30", "2026/27 Q1"),
        ("2026-06-01-2026-06-30", "1 June 2026 to 30 June 2026"),
        ("2026-06-01-2026-06-01", "1 June 2026"),
    ],
)
def test_days_are_read_from_an_address(slug: str, label: str) -> None:
    assert Period.parse(slug).label == label
    assert Period.parse(Period.parse(slug).slug) == Period.parse(slug)


@pytest.mark.parametrize("slug", ["2026-06-30-2026-06-01", "2026-13-01-2026-13-02", "2026", "today"])
def test_what_are_no_days_is_refused(slug: str) -> None:
    with pytest.raises(ValueError, match="."):
        Period.parse(slug)


def test_children_open_on_a_day_are_those_that_were_open_then(cast: Cast) -> None:
    today = timezone.localdate()
    make_case(cast)
    before, now = (Period.between(day, day) for day in (today - dt.timedelta(days=1), today))
    for days, many in ((before, 0), (now, 1)):
        _, figures = worked_out(days, "B2")
        assert [each.value for each in figures if each.row == each.column == "total"][:1] == [many]


def test_a_quarter_with_a_return_is_read_there(cast: Cast) -> None:
    made = make_signed(cast)
    maya = signed_in(cast, "manager")
    led = maya.get(f"/measures/{ENDED.slug}/D1/")
    assert led["Location"] == f"/returns/{made.quarter}/measures/D1/"
    assert "This quarter has a return" in maya.get("/measures/").content.decode()


def test_days_are_chosen_and_every_measure_opens(cast: Cast) -> None:
    maya = signed_in(cast, "manager")
    asked = {
        "since_day": 1,
        "since_month": 6,
        "since_year": 2026,
        "until_day": 30,
        "until_month": 6,
        "until_year": 2026,
    }
    assert maya.get("/measures/", asked)["Location"] == f"/measures/{JUNE.slug}/"
    page = maya.get("/measures/", asked | {"until_month": 5}).content.decode()
    assert "The last day must be the first day or later" in page
    answer = maya.get(f"/measures/{JUNE.slug}/D1/")
    assert "1 June 2026 to 30 June 2026" in answer.content.decode()
    assert maya.get(f"/measures/{JUNE.slug}/Z9/").status_code == 404


def test_days_to_come_and_readers_of_no_return_find_nothing(cast: Cast, client: Client) -> None:
    assert signed_in(cast, "manager").get("/measures/2096-06-01-2096-06-30/").status_code == 404
    coming = Quarter.containing(timezone.localdate())
    assert signed_in(cast, "analyst").get(f"/measures/{coming.slug}/B2/").status_code == 404
    assert signed_in(cast, "practitioner").get("/measures/").status_code == 403
