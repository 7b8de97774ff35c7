"""What is around every page: the areas of work a person has, their pages, and the menu under the name."""

import pytest

from tests.access.test_addresses import signed_in
from tests.cast import Cast

AREAS = {
    "manager": ["Today", "Children", "Concerns", "Meetings", "Intelligence", "Reports"],
    "practitioner": ["Today", "Children", "Concerns", "Meetings", "Intelligence", "Reports"],
    "analyst": ["Today", "Reports"],
    "privacy": ["Today", "Reports"],
    "administrator": ["Today"],
    "lead": ["Today", "Reports"],
}


@pytest.mark.django_db
@pytest.mark.parametrize("who", AREAS)
def test_the_areas_are_those_of_the_role(cast: Cast, who: str) -> None:
    frame = signed_in(cast, who).get("/notifications/").context["frame"]
    assert [each.label for each in frame.areas] == AREAS[who]
    assert frame.searches is (who in ("manager", "practitioner"))


@pytest.mark.django_db
def test_an_area_has_its_pages_and_what_is_rare_is_in_the_menu(cast: Cast) -> None:
    manager, officer = signed_in(cast, "manager"), signed_in(cast, "privacy")
    frame = manager.get("/concerns/").context["frame"]
    assert [each.label for each in frame.areas if each.current] == ["Concerns"]
    assert next(each.url for each in frame.areas if each.label == "Concerns") == "/triage/"
    pages = ["To decide", "From the community", "Sent by us", "Register", "Handed to us", "Not accepted"]
    assert [each.label for each in frame.pages] == pages
    assert [each.label for each in frame.pages if each.current] == ["Sent by us"]
    rare = {each.label for each in officer.get("/").context["frame"].menu}
    assert rare == {
        "People you know personally", "Exclusions", "Emergency openings", "Why they can see it", "Find a copy",
    }  # fmt: skip


@pytest.mark.django_db
def test_a_window_is_named_after_the_heading_of_its_page(cast: Cast) -> None:
    manager = signed_in(cast, "manager")
    for address, heading in (
        ("/meetings/to-book/", "Meetings to book"),
        ("/strategy/", "The strategy’s action plan"),
    ):
        page = manager.get(address).content.decode()
        assert f"<title>{heading} – " in page
        assert f">{heading}</h1>" in page
