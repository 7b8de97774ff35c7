"""A quarter's return: worked out, mended, explained, signed by another person, sent, received; then restated."""

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest

from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from reporting.returns.models import RegionalReturn, ReturnFigure
from tests.cast import Cast
from tests.e2e.person import Person
from tests.factories.reporting import (
    ENDED,
    WEEK,
    complete,
    make_checked,
    make_old_case,
    make_signed,
    make_started,
)

pytestmark = pytest.mark.django_db(transaction=True)
MOST_CLICKS = 10  # from the sent return to its restatement sent


@pytest.fixture
def children(cast: Cast) -> None:
    """Fourteen girls known from before and seven new; the records of four of them lack two answers each."""
    for number in range(14):
        case = make_old_case(cast, ENDED.starts_on - number * WEEK - WEEK, category=1 + number % 3, sex="2")
        complete(case, lacking=number < 4)
    for _ in range(7):
        complete(make_old_case(cast, ENDED.starts_on + WEEK, sex="2"))
    make_signed(cast, ENDED.previous())


class Clicking:
    """Counts what somebody presses."""

    def __init__(self) -> None:
        self.clicks = 0

    def presses(self, person: Person, name: str, role: Literal["link", "button"] = "button") -> None:
        """One more."""
        self.clicks += 1
        person.clicks(name, role=role)


def explain_all(analyst: Person) -> int:
    """Give every large change its reason; returns how many there were."""
    number = 0
    while analyst.page.get_by_role("button", name="Explain the change").count():
        analyst.clicks("Explain the change")
        analyst.types("Why did it change?", "Schools told us of more children than a year before.")
        analyst.clicks("Save the reason")
        number += 1
    return number


def mend_all(lead: Person) -> int:
    """Answer what is missing, child by child, as Today leads there; returns how many children there were."""
    number = 0
    lead.follows("gaps to mend for the return")
    while lead.page.get_by_role("link", name="Ethnicity").count():
        lead.follows("Ethnicity")
        lead.page.get_by_label("Ethnicity").select_option("WBRI")
        lead.chooses("No disability")
        lead.clicks("Save details")
        lead.goes_to("/gaps/")
        number += 1
    lead.sees("No gap to mend")
    return number


def test_the_return_from_worked_out_to_restated(
    children: None, cast: Cast, sign_in: Callable[..., Person]
) -> None:
    here = f"/returns/{ENDED.slug}/"
    analyst = sign_in("analyst")
    analyst.follows("Reports", exact=True)
    analyst.follows("Returns", exact=True)
    analyst.page.get_by_label("Quarter", exact=True).select_option(ENDED.slug)
    analyst.clicks("Start the return")
    analyst.sees("Finished")
    analyst.clicks("See the result")
    analyst.sees("left before you can freeze")
    assert explain_all(analyst) >= 2
    analyst.sees("8 gaps today: ethnicity 4, disability 4. With 1 lead professional.")
    analyst.clicks("Ask the leads")
    analyst.sees("Asked. 8 gaps to mend.")
    assert mend_all(sign_in("practitioner")) == 4
    analyst.goes_to(here)
    analyst.sees("Every gap has been mended since.")
    analyst.clicks("Work the figures out again")
    analyst.sees("Finished")
    analyst.clicks("See the result")
    explain_all(analyst)  # more is recorded than a quarter ago
    analyst.sees("All 9 checks hold")
    analyst.clicks("Freeze the figures")
    analyst.clicks("freeze them")
    analyst.sees("Waits to be signed off.")

    manager = sign_in("manager")
    manager.follows(ENDED.label)
    manager.clicks("Sign the return")
    manager.sees("cannot be changed or taken back")
    manager.clicks("sign off the return")
    manager.sees("Signed off by Maya Chandler")
    with manager.page.expect_download() as taken:
        manager.page.get_by_role("link", name="Download CSV").click()
    lines = list(csv.DictReader(io.StringIO(Path(taken.value.path()).read_text("utf-8-sig"))))
    ends = [line["Value"] for line in lines if (line["Measure"], line["Column code"]) == ("B1", "end")]
    assert "21" in ends
    assert not {line["Value"] for line in lines if line["Unit"] == "children"} & {"1", "2", "3", "4", "5"}
    manager.page.get_by_role("link", name="21", exact=True).first.click()
    manager.sees("21 periods of work you may see.")

    analyst.goes_to(here)
    analyst.clicks("Send to the region")
    analyst.clicks("Record it as sent")
    analyst.sees("SHA-256")
    with analyst.page.expect_download():
        analyst.page.get_by_role("link", name="file as it was sent").click()
    analyst.clicks("Record the receipt")
    analyst.types("Their reference", "WM/2026/4411")
    analyst.clicks("Record the receipt")
    analyst.sees("their reference WM/2026/4411")

    for _ in range(2):
        complete(make_old_case(cast, ENDED.starts_on + WEEK, sex="2"))
    assert restate(analyst, manager) <= MOST_CLICKS
    both = {each.version_number: each for each in RegionalReturn.objects.filter(quarter=ENDED.slug)}
    assert set(both) == {"1.0", "1.1"}
    analyst.goes_to(f"{both['1.1'].get_absolute_url()}#restated")
    analyst.sees("What changed since version 1.0")
    ended = {"measure__code": "B1", "dimension": "all", "column": "end"}
    told = [ReturnFigure.objects.get(measure__regional_return=both[each], **ended).value for each in both]
    assert sorted(told) == [21, 23]
    analyst.goes_to(here)
    analyst.sees("Restated: version 1.1")
    assert AuditEvent.objects.filter(action=Action.RETURN_SENT).count() == 2


def restate(analyst: Person, manager: Person) -> int:
    """From the sent return to its restatement sent; returns how often somebody clicked."""
    counted = Clicking()
    counted.presses(analyst, "Correct this return")
    analyst.types("What was wrong?", "Two children were left out.")
    counted.presses(analyst, "Work out the restatement")
    analyst.sees("Finished")
    counted.presses(analyst, "See the result")
    counted.presses(analyst, "Freeze the figures")
    counted.presses(analyst, "freeze them")
    there = analyst.page.url
    manager.goes_to("/")
    counted.presses(manager, f"{ENDED.label}, version 1.1", role="link")
    counted.presses(manager, "Sign the return")
    counted.presses(manager, "sign off the return")
    analyst.goes_to(there)
    counted.presses(analyst, "Send to the region")
    counted.presses(analyst, "Record it as sent")
    analyst.sees("version 1.1.")
    return counted.clicks


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
    here = started.get_absolute_url()
    for address in (here, "/returns/", f"{here}check/", f"{here}send/", f"{here}correct/"):
        analyst.goes_to(address)
        width = analyst.page.evaluate("document.documentElement.scrollWidth")
        assert width <= 320, f"{address} is {width} wide"
