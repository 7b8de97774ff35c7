"""What a browser keeps of a child after a day's work: nothing, nor does it show anything once one has signed out."""

import json
from collections.abc import Callable
from typing import Any

from cases.choices import EntryKind
from cases.services.chronology import add_event
from cse_portal.keys import new_key
from tests.cast import Cast
from tests.e2e.person import Person
from tests.factories.cases import make_case, make_child
from tests.factories.meetings import start_meeting

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
    box = manager.page.locator("textarea:visible").first
    box.fill("Qvxtyped words")
    manager.page.keyboard.press("Tab")
    manager.page.wait_for_timeout(1500)
    assert [word for word in SECRETS if word in str(kept(manager))] == []
    manager.page.goto(f"/cases/{case.reference}/")
    manager.sees("Qvxfamily")
    manager.page.get_by_role("button", name="Sign out").first.click()
    manager.page.wait_for_load_state()
    assert [word for word in SECRETS if word in str(kept(manager))] == []
    manager.page.go_back()
    manager.page.wait_for_load_state()
    assert "Qvxfamily" not in manager.page.content()
