"""Whom or what somebody puts on the agenda of a CMOG by a name: found among what they may see, chosen, on record."""

import re

import pytest
from django.test import Client

from cases.choices import RiskCategory
from cases.models import Case
from cases.services import exclusions
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.audit.recorder import blinded
from cse_portal.keys import new_key
from intelligence.models import LocationOfConcern, PersonOfConcern
from mase.choices import CmogKind
from mase.models import CmogItem, CmogMeeting
from mase.selectors import cmog_adding
from tests.access.test_addresses import signed_in
from tests.acting_for import acting_for
from tests.cast import Cast
from tests.factories.cases import make_case, make_child
from tests.factories.cmog import make_cmog, start_cmog
from tests.integration.mase.test_cmog import a_year_ago, named_by_a_report

pytestmark = pytest.mark.django_db
WHY = "Three schools rang about him."
NOBODY = "There is no person of concern with this reference or name that you may see. Check what you typed."


@pytest.fixture(scope="module")
def quiet(shared_cast: Cast) -> Case:
    """A child whom the records do not bring to the agenda."""
    return a_year_ago(make_case(shared_cast, child=make_child(given_name="Robyn"), category=RiskCategory.LOW))


@pytest.fixture(scope="module")
def known(shared_cast: Cast, quiet: Case) -> tuple[PersonOfConcern, LocationOfConcern]:
    """Rowan Kestrel, whom they call Spike; and the Acorn Arcade in Mill Street."""
    person, place = named_by_a_report(shared_cast, quiet)
    PersonOfConcern.objects.filter(pk=person.pk).update(other_names="Spike")
    LocationOfConcern.objects.filter(pk=place.pk).update(address="4 Mill Street", postcode="B66 1AA")
    return PersonOfConcern.objects.get(pk=person.pk), LocationOfConcern.objects.get(pk=place.pk)


@pytest.fixture
def manager(cast: Cast) -> Client:
    return signed_in(cast, "manager")


def put(manager: Client, meeting: CmogMeeting, **given: str) -> str:
    """The page after a post of the form."""
    posted = {"form_token": str(new_key()), "because": WHY, **given}
    return manager.post(f"/cmog/{meeting.pk}/agenda/add/", posted, follow=True).content.decode()


def added(meeting: CmogMeeting) -> list[CmogItem]:
    return list(CmogItem.objects.filter(meeting=meeting, added_by__isnull=False))


def was(page: str) -> str:
    """The hidden box that says which words the choice answers."""
    found = re.search(r'name="was" value="([^"]+)"', page)
    assert found
    return found.group(1)


def test_a_person_is_found_by_part_of_any_name_chosen_and_added(
    cast: Cast, manager: Client, known: tuple[PersonOfConcern, LocationOfConcern]
) -> None:
    person, _ = known
    meeting = make_cmog(cast)
    CmogItem.objects.filter(meeting=meeting, person=person).delete()
    for words in ("Kestrel", "kest", "rowan kestrel", "KESTREL row", "spik"):
        page = put(manager, meeting, kind="people", person=words)
        for told in (
            "Which person do you mean?",
            f"Rowan Kestrel ({person.reference})",
            "also called Spike",
            WHY,
        ):
            assert told in page, words
        assert "There is a problem" not in page
        assert f'value="{words}"' in page
        assert not added(meeting)
    page = put(manager, meeting, kind="people", person=words, choice=person.reference, was=was(page))
    assert "Added to the agenda: Rowan Kestrel" in page
    assert [each.person for each in added(meeting)] == [person]


def test_a_place_is_found_by_its_name_street_or_postcode(
    cast: Cast, manager: Client, known: tuple[PersonOfConcern, LocationOfConcern]
) -> None:
    _, place = known
    meeting = start_cmog(cast)
    CmogItem.objects.filter(meeting=meeting, place=place).delete()
    for words in ("arcade", "mill st", "b66"):
        page = put(manager, meeting, kind="places", place=words)
        assert "Which place do you mean?" in page
        assert "4 Mill Street, B66 1AA" in page
    put(manager, meeting, kind="places", place=words, choice=place.reference, was=was(page))
    assert [each.place for each in added(meeting)] == [place]


def test_who_is_hidden_and_who_is_made_up_have_one_answer(
    cast: Cast, manager: Client, quiet: Case, known: tuple[PersonOfConcern, LocationOfConcern]
) -> None:
    """The manager is shut out of the child's case: nobody linked to it is found, by name or by reference."""
    person, _ = known
    meeting = make_cmog(cast)
    exclusions.exclude(case=quiet, user=cast.manager, reason="Knows the family", by=cast.privacy)
    for words in ("Kestrel", "Spike", person.reference, "Nobody Atall", "PER-2001-00000"):
        page = put(manager, meeting, kind="people", person=words)
        assert NOBODY in page
        assert "Which person" not in page
        assert f"Rowan Kestrel ({person.reference})" not in page
    # What is not among the answers is not chosen either, whatever was posted.
    page = put(manager, meeting, kind="people", person="Kestrel", choice=person.reference)
    assert NOBODY in page
    assert not added(meeting)


def test_whoever_holds_no_intelligence_of_the_child_finds_nobody(
    cast: Cast, known: tuple[PersonOfConcern, LocationOfConcern]
) -> None:
    with acting_for(cast.practitioner):
        assert cmog_adding.named_like(cast.practitioner, CmogKind.PERSON, "Kestrel").rows == (known[0],)
    for person in (cast.outsider, cast.board, cast.analyst):
        with acting_for(person):
            assert cmog_adding.named_like(person, CmogKind.PERSON, "Kestrel") == cmog_adding.Matches()


def test_a_letter_finds_nobody_and_no_sign_stands_for_everybody(
    cast: Cast, manager: Client, known: tuple[PersonOfConcern, LocationOfConcern]
) -> None:
    meeting = make_cmog(cast)
    for words in ("k", "%", "k %"):
        page = put(manager, meeting, kind="people", person=words)
        assert page.count("Type at least two letters of a name, or the whole reference.") == 2
    assert NOBODY in put(manager, meeting, kind="people", person="%%")


def test_the_search_is_on_record_with_its_words_blinded(
    cast: Cast, manager: Client, known: tuple[PersonOfConcern, LocationOfConcern]
) -> None:
    meeting = make_cmog(cast)
    put(manager, meeting, kind="people", person="Rowan Kestrel")
    put(manager, meeting, kind="people", person="Nobody")
    put(manager, meeting, kind="people", person=known[0].reference)
    found, nobody = AuditEvent.objects.filter(action=Action.CASES_SEARCHED, actor=cast.manager).order_by("at")
    assert found.detail == {
        "fields": ["person"], "words": sorted([blinded("rowan"), blinded("kestrel")]), "found": 1,
        "shown": [str(known[0].pk)],
    }  # fmt: skip
    assert nobody.detail == {"fields": ["person"], "words": [blinded("nobody")], "found": 0, "shown": []}
    assert "Kestrel" not in str(found.detail)
