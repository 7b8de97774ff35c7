"""A quarter's return: the analyst starts, watches and checks it; the manager signs it off; both download it."""

import csv
import datetime as dt
import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from reporting.returns.models import RegionalReturn
from tests.cast import Cast
from tests.e2e.person import Person
from tests.factories.reporting import ENDED, make_checked, make_old_case, make_started

pytestmark = pytest.mark.django_db(transaction=True)
WEEK = dt.timedelta(days=7)


@pytest.fixture
def children(cast: Cast) -> None:
    """Enough for figures that are told and figures that are not."""
    for number in range(14):
        make_old_case(
            cast, ENDED.starts_on - number * WEEK - WEEK, category=1 + number % 3, sex="2", ethnicity="WBRI"
        )
    make_old_case(cast, ENDED.starts_on + WEEK, sex="1")


def test_the_return_is_started_checked_signed_and_downloaded(
    children: None, sign_in: Callable[..., Person]
) -> None:
    analyst = sign_in("analyst")
    analyst.follows("Reports", exact=True)
    analyst.follows("Returns", exact=True)
    analyst.page.get_by_label("Quarter").select_option(ENDED.slug)
    analyst.clicks("Start the return")
    analyst.sees("Finished")
    analyst.clicks("See the result")
    analyst.sees("Open at the start")
    analyst.page.get_by_text("checks hold").click()
    analyst.sees("Start + new + re-opened - closed = end")
    analyst.clicks("Check this return")
    analyst.clicks("Pass it on to be signed off")
    analyst.sees("There is a problem")
    analyst.types("Note for the person who signs off", "Disability is asked at the first visit from May on.")
    analyst.chooses("I have read the figures")
    analyst.clicks("Pass it on to be signed off")
    analyst.sees("Waits to be signed off")

    manager = sign_in("manager")
    manager.sees("waits to be signed off")
    manager.follows(ENDED.label)
    manager.clicks("Sign off", exact=True)
    manager.sees("cannot be changed or taken back")
    manager.chooses("I have read this return")
    manager.clicks("Sign off the return")
    manager.sees("The figures are frozen")
    manager.sees("Maya Chandler")
    with manager.page.expect_download() as taken:
        manager.page.get_by_role("button", name="Download CSV").click()
    lines = list(csv.DictReader(io.StringIO(Path(taken.value.path()).read_text("utf-8-sig"))))
    ends = [line["Value"] for line in lines if (line["Measure"], line["Column code"]) == ("B1", "end")]
    assert "c" in ends
    assert not {line["Value"] for line in lines if line["Unit"] == "children"} & {"1", "2", "3", "4"}
    with manager.page.expect_download() as taken:
        manager.page.get_by_role("button", name="Download XLSX").click()
    book = openpyxl.load_workbook(io.BytesIO(Path(taken.value.path()).read_bytes()))
    assert book.sheetnames[:3] == ["Return", "A1", "A2"]
    exported = AuditEvent.objects.filter(action=Action.RETURN_EXPORTED, actor__email="manager@example.org")
    assert sorted(event.detail["format"] for event in exported) == ["csv", "xlsx"]


@pytest.mark.long
def test_the_manager_sends_it_back_with_a_reason(cast: Cast, sign_in: Callable[..., Person]) -> None:
    checked = make_checked(cast)
    manager = sign_in("manager")
    manager.goes_to(checked.get_absolute_url())
    manager.clicks("Send back")
    manager.clicks("Send it back")
    manager.sees("Say what has to change")
    manager.types("What has to change?", "A closing of June is missing.")
    manager.clicks("Send it back")
    manager.sees("has gone back to the analyst")
    analyst = sign_in("analyst", scripts=False)
    analyst.goes_to(checked.get_absolute_url())
    analyst.sees("A closing of June is missing.")
    analyst.clicks("Work the figures out again")
    analyst.sees("Finished")
    assert RegionalReturn.objects.get().revision == 2


@pytest.mark.long
def test_it_is_read_on_a_telephone(cast: Cast, sign_in: Callable[..., Person]) -> None:
    started = make_started(cast)
    analyst = sign_in("analyst", width=320)
    for address in (started.get_absolute_url(), "/returns/", f"{started.get_absolute_url()}check/"):
        analyst.goes_to(address)
        width = analyst.page.evaluate("document.documentElement.scrollWidth")
        assert width <= 320, f"{address} is {width} wide"
