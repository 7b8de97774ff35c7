"""Triage in a browser: taken from the list, new information answered, linked, and decided in one go on one page."""

from collections.abc import Callable

import pytest

from cases.concerns import services as concerns
from cases.concerns.choices import Urgency
from cases.record.models.case import Case
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from tests.cast import Cast
from tests.e2e.person import Person
from tests.factories.concerns import decide, make_concern

SignIn = Callable[..., Person]


@pytest.mark.long
@pytest.mark.parametrize("width", [1280, 390])
def test_a_concern_is_taken_answered_and_decided_on_one_page(cast: Cast, sign_in: SignIn, width: int) -> None:
    decide(make_concern(cast.practitioner), cast.manager)
    concern = make_concern(cast.outsider)
    concerns.add_addendum(concern=concern, text="She has not come home.", by=cast.outsider)
    manager = sign_in("manager", width=width)
    page = manager.page
    manager.goes_to("/triage/")
    manager.sees("Nobody yet")
    manager.clicks("Take it")
    manager.sees("Yours since")

    manager.chooses("Open a case")
    assert "We have opened a case" in page.get_by_label("Feedback to").input_value()
    manager.types("Reason", "Missing, and a car that nobody knows.")
    manager.clicks("Yes, in danger")
    manager.sees("Immediate danger")
    manager.clicks("Same child")
    manager.sees("Not the same child")
    assert page.get_by_label("Reason", exact=True).input_value() == "Missing, and a car that nobody knows."

    page.get_by_label("Harm", exact=True).select_option("H1")
    manager.chooses("3 High", group="Category")
    page.get_by_role("radio", name="Priya Raman").check()
    share = page.get_by_role("group", name="Share with")
    assert share.get_by_label("Police").is_checked(), "the ticks follow the protocol of the category"
    manager.clicks("Record the decision")
    manager.sees("All clear: no concern waits.")
    case = Case.objects.get()
    concern.refresh_from_db()
    assert (case.category, concern.urgency) == (3, Urgency.IMMEDIATE)
    assert gate.can(cast.police, Permission.CASE_VIEW, case)
