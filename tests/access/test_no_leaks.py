"""A case that is not somebody's to see leaves no trace on any page they open: no name, reference, count or choice."""

import io
import zipfile
from collections.abc import Callable, Iterable, Iterator
from itertools import product
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from cases.chronology.models import EntryKind
from cases.chronology.services import add_event
from cases.concerns.choices import ConcernOutcome
from cases.record.choices import RiskCategory
from cases.record.models.case import Case
from cases.sharing.services import access, exclusions
from cse_portal.accounts.models import Membership
from cse_portal.accounts.services import end_membership
from cse_portal.jobs.models import Notification
from mase.meetings.services import ending
from tests.access.addresses import ADDRESSES, EVERYONE
from tests.access.places import Places
from tests.access.test_addresses import fetch, signed_in
from tests.cast import Cast
from tests.factories.cases import make_case, make_child
from tests.factories.concerns import decide, make_concern
from tests.factories.intelligence import make_report
from tests.factories.meetings import start_meeting, write_all
from tests.signing_in import forget_tries
from tests.sweeps import Sweep

pytestmark = pytest.mark.long

As = Callable[[str], Client]
SECRET = "Zephyrine"

SEARCHES = (
    f"/cases/?text={SECRET}", "/cases/?status=any", "/concerns/?scope=agency", "/meetings/?which=past",
    "/actions/?whose=all", "/actions/?whose=all&show=finished", "/intelligence/reports/?q=Kestrel",
    "/api/v1/cases/?status=any", "/api/v1/meetings/?past=true", "/api/v1/actions/?whose=all&show=finished",
    "/api/v1/concerns/?scope=agency",
)  # fmt: skip


@pytest.fixture
def world(cast: Cast, places: Places) -> Places:
    """Another child's case, shared with the police and the nurse, with something at every address."""
    forget_tries()
    end_membership(membership=Membership.objects.get(user=cast.leaver), on=timezone.localdate())
    return places


@pytest.fixture
def hidden(cast: Cast, world: Places) -> Case:
    """A second child with something on every floor, whom only the lead agency still sees: it was shared, and ended."""
    case = make_case(
        cast, child=make_child(given_name=SECRET, family_name="Quill"), category=RiskCategory.MEDIUM
    )
    decide(
        make_concern(cast.practitioner, given_name=SECRET), cast.manager, outcome=ConcernOutcome.ADD_TO_CASE, case=case
    )  # fmt: skip
    add_event(
        case=case, kind=EntryKind.EVENT, happened_on=timezone.localdate(), text=f"{SECRET} was seen.",
        by=cast.practitioner,
    )  # fmt: skip
    asked = {"agencies": [], "people": [cast.health], "purpose": f"Keep {SECRET} safe."}
    held = write_all(cast, start_meeting(cast, case, **asked))
    ending.end(meeting=held, by=cast.manager, no_quorum_reason="Urgent")
    start_meeting(cast, case, **asked)
    police = cast.agency("police")
    access.share(
        case=case, to=police, reason="Joint work", lawful_basis="6_1_E", may_change=True, by=cast.practitioner
    )
    make_report(cast, case=case)
    for holder in (police, cast.health):
        access.stop_sharing(case=case, frm=holder, reason="Over", by=cast.practitioner)
    exclusions.exclude(case=case, user=cast.manager, reason="Knows the family", by=cast.privacy)
    Notification.objects.all().delete()  # what they were told while they saw it they knew
    return case


def read(response: Any) -> str:
    """What the answer says, also inside a workbook or a document."""
    content = b"".join(response) if response.streaming else response.content
    kind = response.get("Content-Type", "")
    if kind == "application/pdf":
        return "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    if content[:2] == b"PK":
        book = zipfile.ZipFile(io.BytesIO(content))
        return "".join(book.read(name).decode(errors="replace") for name in book.namelist())
    return content.decode(errors="replace")


def opened_by(*people: str) -> Iterator[tuple[str, str]]:
    """Who opens which page, file, API answer and search."""
    for name, address in ADDRESSES.items():
        yield from ((person, name) for person in people if person in address.opens and not address.post)
    yield from product(people, SEARCHES)


def crawl(asked: Iterable[tuple[str, str]], cast: Cast, world: Places) -> Iterator[tuple[str, str, str]]:
    """What each of them is told there."""
    for person, place in asked:
        client = signed_in(cast, person)
        if place in ADDRESSES:
            yield person, place, read(fetch(client, place, ADDRESSES[place], world))
        else:
            yield person, place, read(client.get(place)).replace(place, "")


def test_no_page_that_opens_tells_of_a_child_hidden_from_its_reader(
    cast: Cast, world: Places, hidden: Case, sweep: Sweep
) -> None:
    """Of a case the privacy officer knows its reference, which they exclude by. One world for all: it is large."""
    words = {SECRET, "Quill", str(hidden.pk), str(hidden.child_id), hidden.reference}
    asked = ((SEARCHES[0], SECRET),)  # the search field says what was typed
    told = []
    others = opened_by(*sorted(EVERYONE - {"practitioner"}))
    for person, place, text in crawl(sweep.of(others), cast, world):
        secret = words - {hidden.reference} if person == "privacy" else words
        told += [(person, place, word) for word in secret if word in text and (place, word) not in asked]
    assert told == []
    telling = ("home", "cases:list", "mase:meetings", "mase:actions", "api-cases", "api-meetings")
    for _, place, text in crawl(product(["practitioner"], telling), cast, world):
        assert hidden.reference in text, place
