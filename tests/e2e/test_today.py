"""A manager's morning: a missing child first, a search by a name misspelt, the menu; at a desk and on a phone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from cases.record.choices import RiskCategory
from tests.cast import Cast
from tests.e2e.person import Person
from tests.factories.cases import make_case, make_child
from tests.factories.missing import went_missing


@pytest.mark.long
@pytest.mark.parametrize(("width", "height"), [(1280, 72), (390, 56)])
def test_the_manager_finds_what_needs_her_and_a_child(
    transactional_db: None, cast: Cast, sign_in: Callable[..., Person], width: int, height: int
) -> None:
    child = make_child(given_name="Katherine", family_name="Wrenfield")
    case = make_case(cast, child=child, category=RiskCategory.HIGH)
    went_missing(cast, case, hours=None)

    # when she opens the portal, the missing child is first, and the header is one row
    manager = sign_in("manager", width=width)
    manager.goes_to("/")
    first = manager.page.locator(".app-now__row").first
    expect(first).to_contain_text("Missing")
    expect(first).to_contain_text("Katherine Wrenfield")
    header = manager.page.locator(".app-header").bounding_box()
    assert header is not None
    assert header["height"] == height
    assert manager.page.evaluate("document.documentElement.scrollWidth") <= width

    # when she searches for the child, misspelt and by surname first
    if width < 640:
        manager.follows("Search")
    manager.page.locator("input[name=q]:visible").first.fill("Wrenfeild Kathrine")
    manager.page.locator("input[name=q]:visible").first.press("Enter")
    manager.page.wait_for_url("**/search/?q=~*")
    manager.reads_page()
    manager.follows("Katherine Wrenfield")
    manager.page.wait_for_url(f"**/cases/{case.reference}/")

    # when she opens the menu under her name
    manager.opens_menu()
    expect(manager.page.get_by_role("link", name="Copies of records").first).to_be_visible()
    manager.reads_page(anew=True)
