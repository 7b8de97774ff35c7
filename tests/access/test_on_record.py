"""Who looked, and who was refused, is on record: one event in the page's own transaction, and no personal values."""

from collections.abc import Iterable
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from cases.models import Case
from cse_portal import acting
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.audit.recorder import record
from cse_portal.keys import new_key
from tests.access.addresses import ADDRESSES, Address
from tests.access.places import Places
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories.cases import make_case, make_child
from tests.signing_in import forget_tries
from tests.sweeps import Sweep

# Pages that tell of no child: a colleague's name, how far a job is, the words for a report; what its own author is
# writing, which nobody else can open; and that a meeting has changed, not what.
TELLS_NOTHING = {
    "jobs:progress", "reporting:publish-report", "cases:concern-step", "cases:concern-danger",
    "cases:concern-check", "cases:concern-delete", "intelligence:step", "intelligence:discard", "intelligence:sent",
    "intelligence:reply", "intelligence:advice", "cases:conflict-withdraw",
    "mase:live", "people:end", "people:reactivate", "people:new-start", "people:issue-token",
}  # fmt: skip

STORED = {"address": "9 Juniper Court", "school": "Quill School"}


@pytest.fixture
def world(places: Places) -> Places:
    """Something at every address."""
    forget_tries()
    return places


def reader_of(address: Address) -> str:
    """Somebody who opens it."""
    return sorted(address.opens)[0]


def test_every_page_notes_who_opened_it_and_every_child_it_shows(
    cast: Cast, world: Places, sweep: Sweep
) -> None:
    """By reference or name: what a page shows of a child is found again on the page of who looked at that child."""
    silent, unnoted = [], {}
    words = words_of_children()
    for name, address in sweep.of(ADDRESSES.items()):
        if address.public or address.post or not address.opens:
            continue
        path = reverse(name, kwargs={argument: world[thing] for argument, thing in address.about.items()})
        with transaction.atomic():
            client = signed_in(cast, reader_of(address))
            before = set(AuditEvent.objects.values_list("pk", flat=True))
            page = client.get(path)
            if page.status_code == 200:
                events = AuditEvent.objects.exclude(pk__in=before)
                if not events and address.about and name not in TELLS_NOTHING:
                    silent.append(name)
                if missing := children_on(page, words) - children_noted(events):
                    unnoted[name] = sorted(word for word, case in words.items() if case in missing)
            transaction.set_rollback(True)
    assert (silent, unnoted) == ([], {})


def words_of_children() -> dict[str, str]:
    """What tells of each child on a page, and their case's key: the reference, and the name."""
    with acting.for_the_system():
        cases = list(Case.objects.select_related("child"))
    return {word: str(case.pk) for case in cases for word in (case.reference, case.child.name)}


def children_on(page: Any, words: dict[str, str]) -> set[str]:
    """Whose reference or name stands in it."""
    text = "" if page.streaming else page.content.decode("utf-8", "ignore")
    return {case for word, case in words.items() if word in text}


def children_noted(events: Iterable[AuditEvent]) -> set[str]:
    """Which children these events lead to."""
    return {str(event.case_id) for event in events} | {
        key for event in events for key in event.detail.get("cases", ())
    }


def test_a_form_that_is_drawn_again_notes_who_saw_it(cast: Cast, world: Places, sweep: Sweep) -> None:
    """What is refused comes back with what is stored beside it: a post shows the child as an opened page does."""
    silent, unnoted = [], {}
    words = words_of_children()
    for name, address in sweep.of(ADDRESSES.items()):
        if address.public or not address.opens:
            continue
        path = reverse(name, kwargs={argument: world[thing] for argument, thing in address.about.items()})
        with transaction.atomic():
            client = signed_in(cast, reader_of(address))
            before = set(AuditEvent.objects.values_list("pk", flat=True))
            page = client.post(path, {"version": "0", "form_token": str(new_key())})
            if page.status_code == 200:
                events = AuditEvent.objects.exclude(pk__in=before)
                if not events and address.about and name not in TELLS_NOTHING:
                    silent.append(name)
                if missing := children_on(page, words) - children_noted(events):
                    unnoted[name] = sorted(word for word, case in words.items() if case in missing)
            transaction.set_rollback(True)
    assert (silent, unnoted) == ([], {})


def test_whose_child_a_found_copy_is_about_is_noted_as_it_is_told(cast: Cast) -> None:
    """Petra Novak types the letters of a sheet of minutes: the page says of which case it is, by reference."""
    case = make_case(cast)
    with transaction.atomic():
        record(Action.MINUTES_DOWNLOADED, by=cast.health, case=case, detail={"copy": "ABCD-EFGH-12"})
    before = set(AuditEvent.objects.values_list("pk", flat=True))
    page = signed_in(cast, "privacy").post(reverse("cases:copies"), {"copy": "ABCD EFGH 12"})
    shown = children_on(page, words_of_children())
    assert shown == {str(case.pk)}
    assert shown <= children_noted(AuditEvent.objects.exclude(pk__in=before))


def test_two_who_write_down_who_a_child_is_at_once_are_both_on_record(cast: Cast) -> None:
    """The words of the other one are beside their own: Tamsin's stored address and school."""
    case = make_case(cast, child=make_child(given_name="Tamsin", family_name="Oakley", **STORED))
    typed = {
        "version": "0",
        "given_name": "Tamsin",
        "family_name": "Oakley",
        "address": "Other",
        "school": "Other",
    }
    client = signed_in(cast, "practitioner")
    before = AuditEvent.objects.filter(case_id=case.pk).count()
    page = client.post(reverse("cases:case-edit", args=[case.reference]), typed)
    assert page.status_code == 200
    assert [words for words in STORED.values() if words not in page.content.decode()] == []
    noted = AuditEvent.objects.filter(case_id=case.pk).order_by("at")[before:]
    assert [(event.action, event.actor, event.detail) for event in noted] == [
        (Action.CASE_VIEWED, cast.practitioner, {"page": "edit"})
    ]


def test_every_refusal_is_noted_without_what_was_asked_for(cast: Cast, world: Places, sweep: Sweep) -> None:
    unnoted, kept = [], set()
    for name, address in sweep.of(ADDRESSES.items()):
        if address.public or "outsider" in address.opens or name.startswith("account_"):
            continue
        denied = AuditEvent.objects.filter(action=Action.DENIED)
        before = denied.count()
        with transaction.atomic():
            fetch_path(cast, name, address, world)
            noted = list(denied.order_by("at")[before:])
            transaction.set_rollback(True)
        if len(noted) != 1:
            unnoted.append(name)
        kept |= {field for event in noted for field in event.detail}
    assert unnoted == []
    assert kept == {"page", "method", "hidden"}


def fetch_path(cast: Cast, name: str, address: Address, world: Places) -> None:
    path = reverse(name, kwargs={argument: world[thing] for argument, thing in address.about.items()})
    client = signed_in(cast, "outsider")
    client.post(path) if address.post else client.get(path)
