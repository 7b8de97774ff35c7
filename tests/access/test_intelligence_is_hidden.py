"""The outsider, the board member and the administrator find no intelligence: by no address, no search and no count."""

import re
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse

from cases.record.models.case import Case
from intelligence.desk.models import IntelligenceReport
from intelligence.links.models import Connection
from intelligence.sentences import services as sentences
from intelligence.sentences.models import SharedSentence
from intelligence.subjects.models import Subject, SubjectKind
from tests.access.addresses import ADDRESSES
from tests.access.places import Places
from tests.access.test_addresses import fetch, routes, signed_in, without_nonces
from tests.cast import Cast
from tests.factories.connections import connect, make_shared_case, make_subject
from tests.factories.disruption import breached, served
from tests.factories.missing import went_missing

TOKENS = re.compile(r'(form_token" value|nonce)="[^"]*"')
PEOPLE = ("outsider", "board", "administrator")
OWN = sorted(name for name, _ in routes() if name.startswith("intelligence:"))
# Lists and forms that hang on no record: they open for some, and hold nothing.
LISTS = sorted(name for name in OWN if not ADDRESSES[name].about and not ADDRESSES[name].post)
SEARCHED = (
    "/search/?q={}", "/cases/?text={}", "/intelligence/subjects/?q={}", "/intelligence/reports/?q={}",
    "/intelligence/links/?text={}&q=Kez", "/intelligence/hotspots/?period=365&ward={}",
    "/intelligence/disruption/?q={}", "/cmog/?q={}", "/api/v1/cases/?text={}",
)  # fmt: skip


def words_of_intelligence() -> set[str]:
    """What names anybody, anything or any record of it."""
    subjects = Subject.objects.values_list("name", "reference", "identifier")
    return {
        *(word for row in subjects for word in row if word),
        *IntelligenceReport.objects.values_list("reference", flat=True),
        *SharedSentence.objects.values_list("text", flat=True),
        *(str(key) for key in Connection.objects.values_list("pk", flat=True)),
    }


@pytest.mark.parametrize("person", PEOPLE)
def test_no_address_of_the_app_opens_any_of_it(cast: Cast, places: Places, person: str) -> None:
    """What hangs on a record answers as if there were none; a list is empty, or not theirs."""
    reader, words = signed_in(cast, person), words_of_intelligence()
    unknown = reader.get("/no/such/page/")
    assert len(OWN) > 40
    assert len(words) > 6
    for name in OWN:
        answer = fetch(reader, name, ADDRESSES[name], places)
        body = without_nonces(answer)
        found = {word for word in words if word in body or word in answer.headers.get("Location", "")}
        assert not found, f"{name} tells {person} of {found}"
        assert answer.status_code in (200, 302, 403, 404), name
        if answer.status_code == 404:
            assert body == without_nonces(unknown), name


@pytest.mark.parametrize("person", PEOPLE)
def test_no_search_and_no_count_changes_with_what_becomes_known(cast: Cast, person: str) -> None:
    """Every list and every search reads the same before there is anything and when there is."""
    reader = signed_in(cast, person)
    looked = [reverse(name) for name in LISTS]
    looked += [
        form.format(quote(word))
        for form in SEARCHED
        for word in ("Zephyrine", "Quill", "BX19 ABK", "E05001260")
    ]
    looked += [] if person == "administrator" else ["/"]  # theirs counts what the service has to send
    looked += ["/intelligence/hotspots/?period=365&hour=none", "/intelligence/reports/?page=2"]
    before = [seen(reader, address) for address in looked]
    everything(cast)
    changed = [a for a, page in zip(looked, before, strict=True) if seen(reader, a) != page]
    assert changed == []
    assert {"Quill Tavern", "BX19 ABK"} <= words_of_intelligence()


def everything(cast: Cast) -> Case:
    """A child with a place, a car and a man: reported, connected, told to health, with an order that was breached."""
    case = make_shared_case(cast, "Zephyrine")
    went_missing(cast, case, days=3)
    car, report = make_subject(cast, case, name="Quill’s car", identifier="BX19 ABK")
    place, _ = make_subject(cast, case, SubjectKind.PLACE, name="Quill Tavern", ward="E05001260")
    man, _ = make_subject(cast, case, SubjectKind.PERSON, name="Kez Quill")
    for thing in (car, place):
        connect(cast, case, thing)
        connect(cast, make_shared_case(cast, "Zephyrine"), thing)
    connect(cast, man, car, report=report.reference)
    sentences.share(
        subject=place, agency=cast.agency("health"), text="Look at who serves at the bar.",
        until=place.added_at.date().replace(year=place.added_at.year + 1), by=cast.police, key=place.pk,
    )  # fmt: skip
    breached(cast, served(cast, man, children=[case]))
    return case


def seen(reader: Client, address: str) -> tuple[int, str]:
    """The answer and its page."""
    answer = reader.get(address)
    return answer.status_code, TOKENS.sub("", without_nonces(answer))
