"""What a browser keeps of a child after a day's work: nothing, nor does it show anything once one has signed out."""

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from playwright.sync_api import Error, expect

from cases.chronology.models import EntryKind
from cases.chronology.services import add_event
from cse_portal.keys import new_key
from tests.access.forms import pages, path_of
from tests.access.places import build
from tests.access.test_canaries import Canaries, plant
from tests.cast import Cast
from tests.e2e.person import Person
from tests.factories.cases import make_case, make_child
from tests.factories.crowds import grow
from tests.factories.meetings import start_meeting

pytestmark = pytest.mark.long

SECRETS = ("Qvxgiven", "Qvxfamily", "Qvx Road", "Qvxschool", "Qvxevent", "Qvxtyped")
EVERYTHING_KEPT = """async () => JSON.stringify({
    local: {...localStorage}, session: {...sessionStorage}, cookies: document.cookie, state: history.state,
    window: window.name, databases: (await indexedDB.databases()).map((each) => each.name), caches: await caches.keys(),
    workers: (await navigator.serviceWorker.getRegistrations()).length,
    directory: await (async () => {
        const names = [];
        for await (const name of (await navigator.storage.getDirectory()).keys()) names.push(name);
        return names;
    })(),
})"""


def kept(person: Person) -> dict[str, Any]:
    """All that this page may leave in its browser."""
    found: dict[str, Any] = json.loads(person.page.evaluate(EVERYTHING_KEPT))
    found["all cookies"] = [f"{each['name']}={each['value']}" for each in person.page.context.cookies()]
    return found


def own(person: Person) -> dict[str, str]:
    """What the portal's own scripts keep in this tab; htmx notes the address that it shows."""
    return {
        name: value
        for name, value in kept(person)["session"].items()
        if name != "htmx-current-path-for-history"
    }


def test_a_browser_keeps_nothing_of_a_child(cast: Cast, sign_in: Callable[..., Person]) -> None:
    child = make_child(
        given_name="Qvxgiven", family_name="Qvxfamily", address="1 Qvx Road", school="Qvxschool Academy"
    )
    case = make_case(cast, child=child)
    add_event(
        case=case, kind=EntryKind.EVENT, happened_on=case.opened_at.date(), text="Qvxevent at the gate.",
        by=cast.practitioner, key=new_key(),
    )  # fmt: skip
    meeting = start_meeting(cast, case, agencies=[], people=[])
    manager = sign_in("manager")
    for address in (
        "/", "/cases/", "/cases/?text=Qvxfamily", f"/cases/{case.reference}/", f"/cases/{case.reference}/chronology/",
        f"/cases/{case.reference}/edit/", "/meetings/", f"/meetings/{meeting.pk}/",
    ):  # fmt: skip
        manager.page.goto(address)
        found = kept(manager)
        assert [word for word in SECRETS if word in str(found)] == [], address
        assert (found["local"], found["databases"], found["caches"], found["workers"]) == ({}, [], [], 0), (
            address
        )
    assert own(manager) == {}
    manager.page.locator("#keys summary").click()
    manager.page.get_by_label("Use these keys").uncheck()
    assert own(manager) == {"keys-off": "yes"}, "the one word that a tab keeps, and it is about nobody"
    manager.page.reload()
    assert own(manager) == {"keys-off": "yes"}
    box = manager.page.locator("textarea:visible").first
    box.fill("Qvxtyped words")
    manager.page.keyboard.press("Tab")
    manager.page.wait_for_timeout(1500)
    assert [word for word in SECRETS if word in str(kept(manager))] == []
    manager.page.goto(f"/cases/{case.reference}/")
    manager.sees("Qvxfamily")
    manager.opens_menu()
    manager.page.get_by_role("button", name="Sign out").first.click()
    expect(manager.page.get_by_role("button", name="Sign out")).to_have_count(0)
    assert [word for word in SECRETS if word in str(kept(manager))] == []
    manager.page.go_back()
    manager.page.wait_for_load_state()
    assert "Qvxfamily" not in manager.page.content()


@pytest.mark.long
def test_no_browser_keeps_a_planted_word_of_any_page_it_was_shown(
    cast: Cast, sign_in: Callable[..., Person]
) -> None:
    """Everything that four members of the cast may open, with a word of its own in every text about a person."""
    world, canaries = build(cast), Canaries()
    grow(cast, world, 3)
    plant(canaries)
    shown, opened = set[str](), 0
    for key in ("manager", "practitioner", "police", "privacy"):
        person = sign_in(key)
        for name, address in pages():
            if key not in address.opens:
                continue
            with suppress(Error):  # a file is saved and not shown
                person.page.goto(path_of(name, address, world))
                shown |= canaries.in_(person.page.content())
                opened += 1
                found = kept(person)
                assert canaries.in_(str(found) + person.page.url) == set(), f"{key} {name}"
                assert (found["local"], found["databases"], found["caches"]) == ({}, [], []), f"{key} {name}"
    assert len(canaries.places) >= 300
    assert len(shown) > 250
    print(f"\n{len(canaries.places)} planted, {len(shown)} shown on {opened} pages, none kept")  # noqa: T201
