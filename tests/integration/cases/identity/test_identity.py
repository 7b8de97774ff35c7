"""What a child says of who they are, kept apart; and the phones and accounts that are theirs."""

import datetime as dt
from collections.abc import Callable
from dataclasses import asdict

import pytest
from django.test import Client
from django.utils import timezone

from cases.casework.services import change_identity
from cases.family import services as family
from cases.family.models import CamhsState, HealthTopic
from cases.identity.models import ContactPoint, IdentityAnswer
from cases.identity.services import Contact, ListedAlready, change_contact
from cases.matching.selectors.asked import phone_number
from cases.record.models.case import Case
from cases.trigger_plans import services as trigger_plans
from cases.trigger_plans.selectors import review_by
from cse_portal.errors import StaleEdit
from reporting.subject_access.choices import Ground
from tests.acting_for import acting_for
from tests.cast import Cast
from tests.factories import subject_access
from tests.factories.cases import make_case, share_with
from tests.factories.family import make_contact, make_identity
from tests.papers import words_of

As = Callable[[str], Client]
pytestmark = pytest.mark.django_db
APART = ("Non-binary", "Bisexual", "Just me", "Nobody at home knows")


@pytest.fixture
def case(cast: Cast) -> Case:
    """Led by social care; the police and the nurse see it."""
    made = make_case(cast)
    for holder in (cast.agency("police"), cast.health):
        share_with(made, holder, by=cast.practitioner)
    return made


def test_identity_is_read_with_health_and_nowhere_else(cast: Cast, case: Case, as_: As) -> None:
    make_identity(cast, case)
    plan = trigger_plans.Plan("HIGH", "Ring them", "Carers", review_by(case))
    trigger_plans.save(case=case, plan=plan, seen=0, by=cast.practitioner)
    page = f"/cases/{case.reference}/health/"
    for name in ("practitioner", "health"):
        assert all(words in as_(name).get(page).content.decode() for words in APART)
    for name in ("manager", "police"):
        assert as_(name).get(page).status_code == 403
    lead = as_("practitioner")
    case_pages = (
        "",
        "family/",
        "tonight/",
        "chronology/",
        "chronology/print/",
        "missing/plan/print/",
        "edit/",
    )
    for address in (
        "/cases/",
        f"/api/v1/cases/{case.reference}/",
        *(f"/cases/{case.reference}/{rest}" for rest in case_pages),
    ):
        answer = lead.get(address)
        assert answer.status_code == 200
        assert not any(words in words_of(answer.content) for words in APART), address


def test_postgresql_shows_identity_to_whom_it_was_given(cast: Cast, case: Case) -> None:
    make_identity(cast, case)
    for person in (cast.practitioner, cast.health, cast.police, cast.manager):
        with acting_for(person):
            assert IdentityAnswer.objects.exists() == (person in (cast.practitioner, cast.health))


def test_identity_waits_in_the_bundle_for_a_decision(cast: Cast, case: Case) -> None:
    """A parent may be the one who asks: nothing tells them what they do not know."""
    make_identity(cast, case)
    item = subject_access.item_with(subject_access.assembled(case, cast.manager), "Non-binary")
    assert item.ground == Ground.HEALTH
    assert "Bisexual" in item.original


def test_the_newest_answer_holds(cast: Cast, case: Case, as_: As) -> None:
    make_identity(cast, case)
    posted = {"gender_identity": "NOT_SAID", "sexual_orientation": "NOT_ASKED", "told_by": "child"}
    shown = as_("practitioner").post(f"/cases/{case.reference}/health/identity/", posted, follow=True)
    assert "Prefers not to say" in shown.content.decode()
    assert "Non-binary" not in shown.content.decode()
    assert IdentityAnswer.objects.count() == 2


def test_everybody_reads_the_name_and_pronouns_that_the_child_uses(cast: Cast, case: Case, as_: As) -> None:
    fields = {"known_as": "Zephyr", "pronouns": "they/them"}
    change_identity(
        case=case,
        version=case.child.version,
        fields=fields,
        aliases=[],
        exploitation_models=[],
        by=cast.practitioner,
    )
    for rest in ("", "tonight/"):
        assert "Zephyr, they/them" in as_("police").get(f"/cases/{case.reference}/{rest}").content.decode()
    assert [each.name for each in case.child.aliases.all()] == ["Zephyr"], "a search finds it"


def test_the_newest_note_says_how_things_are_with_camhs(cast: Cast, case: Case, as_: As) -> None:
    today = timezone.localdate()
    for days, state in ((30, CamhsState.WAITING), (2, CamhsState.YES)):
        family.add_note(
            case=case, topic=HealthTopic.CAMHS, happened_on=today - dt.timedelta(days=days), camhs=state,
            camhs_worker="Omar Reza", next_on=today + dt.timedelta(days=9), by=cast.health,
        )  # fmt: skip
    page = as_("practitioner").get(f"/cases/{case.reference}/health/")
    assert page.context["camhs_words"].startswith("Seen by CAMHS, worker Omar Reza, next appointment")
    assert "On the waiting list" in page.content.decode()
    note = as_("health").post(f"/cases/{case.reference}/health/new/", {"topic": "general"})
    assert "Say what you know" in note.content.decode()
    day = {f"happened_on_{part}": getattr(today, part) for part in ("day", "month", "year")}
    said = {"topic": "general", "text": "Asthma, well kept.", "camhs": CamhsState.YES, **day}
    sent = as_("health").post(f"/cases/{case.reference}/health/new/", said)
    assert sent.status_code == 302, "an answer that is hidden again counts for nothing"
    assert case.health_notes.get(topic=HealthTopic.GENERAL).camhs == ""


def test_their_own_phones_and_accounts_are_shown_where_they_are_needed(
    cast: Cast, case: Case, as_: As
) -> None:
    make_contact(cast, case, used_for="Rings her aunt")
    make_contact(cast, case, kind="account", value="sim.pz09", platform="Snapchat")
    make_contact(cast, case, value="07700 900111", ended_on=timezone.localdate())
    plan = trigger_plans.Plan("HIGH", "Ring her", "Carers", review_by(case))
    trigger_plans.save(case=case, plan=plan, seen=0, by=cast.practitioner)
    for rest, old in (("family/", True), ("tonight/", False), ("missing/plan/print/", False)):
        words = words_of(as_("police").get(f"/cases/{case.reference}/{rest}").content)
        assert all(each in words for each in ("07700 900655", "Rings her aunt", "Snapchat: sim.pz09")), rest
        assert ("07700 900111" in words) == old, rest


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("+44 (0)7700-900 655", "07700 900655"), ("0121 4960000", "0121 496 0000"), ("02079460000", "020 7946 0000"),
     ("0048 600 123 456", "+48600123456"), ("07700", ""), ("her phone", ""), ("27 3 2012", ""), ("", "")],
)  # fmt: skip
def test_a_number_is_kept_in_one_form(typed: str, kept: str) -> None:
    assert phone_number(typed) == kept


def test_a_phone_is_checked_and_may_have_no_number_yet(cast: Cast, case: Case, as_: As) -> None:
    address, posted = f"/cases/{case.reference}/family/contacts/new/", {"kind": "phone", "provenance": "SEEN"}
    lead = as_("practitioner")
    assert "Enter a phone number" in lead.post(address, {**posted, "value": "0770"}).content.decode()
    assert "Number or name: enter it" in lead.post(address, {**posted, "kind": "game"}).content.decode()
    assert "Number not known" in lead.post(address, posted, follow=True).content.decode()
    lead.post(address, {**posted, "value": "+447700900655"})
    assert ContactPoint.objects.filter(value="07700 900655").exists()
    assert case.child.name in search(lead, "07700900655")
    assert case.child.name not in search(as_("outsider"), "07700900655")


def test_a_contact_is_listed_once_and_saved_over_the_version_that_was_read(cast: Cast, case: Case) -> None:
    made = make_contact(cast, case, kind="handle", value="sim.pz09", platform="Snapchat")
    with pytest.raises(ListedAlready):
        make_contact(cast, case, kind="handle", value="SIM.pz09", platform="snapchat")
    said = Contact("handle", "sim.pz10", "SEEN", "Snapchat")
    changed = change_contact(contact=made, version=1, said=said, by=cast.practitioner)
    assert {name: getattr(changed, name) for name in asdict(said)} == asdict(said)
    with pytest.raises(StaleEdit):
        change_contact(contact=made, version=1, said=Contact("handle", "other", "SEEN"), by=cast.practitioner)


def search(client: Client, words: str) -> str:
    return client.get(client.post("/search/", {"to": "/search/", "q": words})["Location"]).content.decode()
