"""From the map of a CMOG to a child's record, in a browser: a ward, its rows, an hour, one row."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.cast import Cast
from tests.e2e.person import Person
from tests.factories.cases import make_case, make_child
from tests.factories.cmog import start_cmog
from tests.factories.missing import went_missing

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("width", [1280, 390])
def test_a_ward_leads_to_its_rows_and_a_row_to_the_record(
    cast: Cast, sign_in: Callable[..., Person], width: int
) -> None:
    case = make_case(cast, child=make_child(given_name="Robyn", ward="E05001260"))
    for days in (3, 9):
        went_missing(cast, case, days=days)
    meeting = start_cmog(cast)
    maya = sign_in("manager", width=width)
    maya.goes_to(f"/cmog/{meeting.pk}/#maps")
    maya.follows("Abbey, Smethwick: 2", exact=True)
    maya.sees("Abbey: 2 rows")
    expect(maya.page.locator("#rows tbody tr")).to_have_count(2)
    assert maya.page.evaluate("document.documentElement.scrollWidth") <= width
    hour = maya.page.get_by_role("link", name=re.compile(r"day, \d\d:00 to \d\d:00: [12]")).first
    number = int(hour.inner_text())
    hour.click()
    maya.reads_page()
    expect(maya.page.locator("#rows tbody tr")).to_have_count(number)
    maya.page.locator("#rows").get_by_role("link", name="Robyn Testley").first.click()
    maya.reads_page()
    assert f"/cases/{case.reference}/missing/" in maya.page.url
