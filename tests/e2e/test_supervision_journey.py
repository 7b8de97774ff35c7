"""The manager supervises a practitioner on her phone: the children are asked for, a day is missing, both read it."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from cse_portal.reference.selectors import codes
from reporting.quality.models import ASKED
from tests.cast import Cast
from tests.e2e.person import Person
from tests.factories.cases import make_case

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_supervision_is_recorded_on_a_phone_and_read_by_both(
    cast: Cast, sign_in: Callable[..., Person]
) -> None:
    case = make_case(cast)
    manager, worker = sign_in("manager", width=390), sign_in("practitioner", width=390)
    manager.goes_to("/supervision/")
    manager.sees("No supervision yet")
    manager.clicks("Record a supervision")
    choice = manager.page.get_by_label("Whom did you supervise?")
    choice.select_option(str(cast.practitioner.pk))
    manager.clicks("Show the children they work with")
    for each in codes(ASKED):
        manager.types(each.label, "As agreed.")
    manager.types(f"What did you say about {case.child.name}", "She trusts her aunt.")
    manager.clicks("Record the supervision")
    manager.sees("There is a problem")
    today = timezone.localdate()
    for part, number in (("Day", today.day), ("Month", today.month), ("Year", today.year)):
        manager.page.get_by_role("group", name="When was it?").get_by_label(part).fill(str(number))
    manager.clicks("Record the supervision")
    manager.sees("The supervision is recorded.")
    assert manager.page.evaluate("document.documentElement.scrollWidth") <= 390

    worker.goes_to("/supervision/")
    worker.sees("You, by Maya Chandler")
    worker.page.locator("main table a").first.click()
    worker.reads_page()
    worker.sees("She trusts her aunt.")
