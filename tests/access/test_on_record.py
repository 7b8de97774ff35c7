"""Who looked, and who was refused, is on record: one event in the page's own transaction, and no personal values."""

from collections.abc import Iterable
from typing import Any

import pytest
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from cases.concerns.choices import ConcernOutcome
from cases.record.models.case import Case
from cases.sharing.services import access
from cse_portal import acting
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.keys import new_key
from tests.access.addresses import ADDRESSES, Address
from tests.access.places import Places
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories.cases import LAWFUL_BASIS
from tests.factories.concerns import decide, make_concern, make_draft, opening
from tests.signing_in import forget_tries
from tests.sweeps import Sweep

pytestmark = pytest.mark.long

# Pages that tell of no child: a colleague's name, how far a job is, the words for a report; what its own author is
# writing, which nobody else can open; and that a meeting has changed, not what.
TELLS_NOTHING = {
    "jobs:progress", "cases:concern-step",
    "cases:concern-check", "cases:concern-delete", "intelligence:step", "intelligence:discard", "intelligence:sent",
    "intelligence:reply", "intelligence:advice", "intelligence:subject-new", "cases:conflict-withdraw",
    "drafts:keep", "mase:live", "people:end", "people:reactivate", "people:new-start", "people:issue-token",
}  # fmt: skip


@pytest.fixture
def world(places: Places) -> Places:
    """Something at every address."""
    forget_tries()
    return places


def reader_of(address: Address) -> str:
    """Somebody who opens it."""
    return sorted(address.opens)[0]


@pytest.mark.parametrize("posted", [False, True])
def test_every_page_notes_who_opened_it_and_every_child_it_shows(
    cast: Cast, world: Places, sweep: Sweep, posted: bool
) -> None:
    """By reference or name: what a page shows of a child is found again on the page of who looked at that child.

    A form that is refused comes back with what is stored beside it, and shows the child as an opened page does.
    """
    silent, unnoted = [], {}
    words = words_of_children()
    for name, address in sweep.of(ADDRESSES.items()):
        if address.public or not address.opens or (address.post and not posted):
            continue
        path = reverse(name, kwargs={argument: world[thing] for argument, thing in address.about.items()})
        with transaction.atomic():
            client = signed_in(cast, reader_of(address))
            before = set(AuditEvent.objects.values_list("pk", flat=True))
            said = {"version": "0", "form_token": str(new_key())}
            page = client.post(path, said) if posted else client.get(path)
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
    """Whose reference or name is in it."""
    text = "" if page.streaming else page.content.decode("utf-8", "ignore")
    return {case for word, case in words.items() if word in text}


def children_noted(events: Iterable[AuditEvent]) -> set[str]:
    """Which children these events lead to."""
    return {str(event.case_id) for event in events} | {
        key for event in events for key in event.detail.get("cases", ())
    }


def test_home_notes_each_child_whose_concern_it_names_whether_or_not_there_is_a_case(cast: Cast) -> None:
    """Advice alone, a case opened, one whose case is kept from its author since, and what is not sent yet."""
    advised, became, kept = (
        make_concern(cast.health, given_name=name, family_name="Birch") for name in ("Ash", "Rowan", "Hazel")
    )
    decide(advised, cast.manager)
    for each in (became, kept):
        decide(each, cast.manager, outcome=ConcernOutcome.OPEN_CASE, opening=opening(cast))
        each.refresh_from_db()
    access.restrict(
        case=kept.case,
        reason_code="WITNESS_PROTECTION",
        people=[],
        lawful_basis=LAWFUL_BASIS,
        by=cast.manager,
    )
    draft = make_draft(cast.health)
    text, events = opened(cast, "health", "/")
    assert [
        name for name in ("Ash Birch", "Rowan Birch", "Hazel Birch", draft.reference) if name not in text
    ] == []
    expected = {str(key) for key in (advised.pk, became.case_id, kept.case_id, draft.pk)}
    assert expected <= children_noted(events.filter(action=Action.HOME_SHOWN))


def opened(cast: Cast, who: str, path: str) -> tuple[str, QuerySet[AuditEvent]]:
    """What this person reads there, and what was noted of it."""
    client = signed_in(cast, who)
    before = list(AuditEvent.objects.values_list("pk", flat=True))
    page = client.get(path)
    assert page.status_code == 200
    return page.content.decode(), AuditEvent.objects.exclude(pk__in=before)


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
