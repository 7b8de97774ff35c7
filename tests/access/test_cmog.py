"""A CMOG is about many: each reader finds the items they may see, and nothing that tells of the others."""

import pytest
from django.utils import timezone

from cases.record.choices import RiskCategory
from cases.record.models.case import Case
from cases.sharing.services import access, exclusions
from cse_portal.accounts.models import Membership
from cse_portal.accounts.services import end_membership
from intelligence.subjects.models import Subject
from mase.cmog.services import cmog
from mase.meetings.choices import ItemKind
from mase.meetings.models.agenda import AgendaItem
from mase.meetings.models.meeting import Meeting
from tests.access.test_addresses import signed_in, without_nonces
from tests.acting_for import acting_for
from tests.cast import Cast
from tests.factories.cases import LAWFUL_BASIS, make_case, make_child
from tests.factories.cmog import add_to, agree, end_cmog, item_of, send_out, start_cmog, write
from tests.integration.mase.cmog.test_cmog import a_year_ago, named_by_a_report
from tests.papers import words_of

pytestmark = [pytest.mark.django_db, pytest.mark.long]
HIDDEN = ("Zinnia", "Quillfeather", "Rowan Kestrel", "Acorn Arcade", "Talked over the hidden", "evening club")


@pytest.fixture
def seen(cast: Cast) -> Case:
    """The child whose case the nurse may see."""
    case = make_case(
        cast, child=make_child(given_name="Robyn", family_name="Testley"), category=RiskCategory.HIGH
    )
    access.share(
        case=case, to=cast.health, reason="Her nurse", lawful_basis=LAWFUL_BASIS, by=cast.practitioner
    )
    return case


@pytest.fixture
def hidden(cast: Cast) -> Case:
    """Another child, of whom the nurse may not know."""
    child = make_child(given_name="Zinnia", family_name="Quillfeather")
    return make_case(cast, child=child, category=RiskCategory.HIGH)


@pytest.fixture
def meeting(cast: Cast, seen: Case, hidden: Case) -> Meeting:
    """Running; the nurse was asked. Something is written everywhere, also of a person and a place."""
    named_by_a_report(cast, hidden)
    running = start_cmog(cast, people=[cast.health])
    write(
        item_of(running, case=seen), notes="Robyn came to the clinic.", decision="See her.", by=cast.manager
    )
    item = item_of(running, case=hidden)
    write(item, notes="Talked over the hidden child.", decision="Hidden decision.", by=cast.manager)
    agree(cast, item)
    return running


def everything_served(cast: Cast, person: str, meeting: Meeting) -> str:
    """The page and the minutes, as text."""
    client = signed_in(cast, person)
    page = client.get(f"/cmog/{meeting.pk}/")
    pdf = client.get(f"/meetings/{meeting.pk}/minutes.pdf")
    assert (page.status_code, pdf.status_code) == (200, 200)
    return page.content.decode() + words_of(pdf.content)


def test_the_nurse_finds_the_child_she_may_see_and_no_word_of_the_other(cast: Cast, meeting: Meeting) -> None:
    send_out(cast, end_cmog(cast, meeting))
    served = everything_served(cast, "health", meeting)
    assert "Robyn Testley" in served
    assert "Robyn came to the clinic." in served
    assert [words for words in HIDDEN if words in served] == []
    whole = everything_served(cast, "manager", meeting)
    assert "Zinnia Quillfeather" in whole
    assert "Talked over the hidden child." in whole


def test_what_the_nurse_is_served_is_the_same_whether_or_not_there_is_another_child(
    cast: Cast, seen: Case
) -> None:
    def served(meeting: Meeting) -> str:
        page = without_nonces(signed_in(cast, "health").get(f"/cmog/{meeting.pk}/"))
        return page.partition("<main")[2].partition("</main>")[0]

    running = start_cmog(cast, people=[cast.health])
    alone = served(running)
    assert "Robyn Testley" in alone
    make_case(cast, child=make_child(given_name="Zinnia"), category=RiskCategory.HIGH)
    cmog.compile_agenda(meeting=running, by=cast.manager)
    Meeting.objects.filter(pk=running.pk).update(compiled_at=running.compiled_at)
    assert served(running) == alone


def test_an_item_one_may_not_see_answers_as_one_that_does_not_exist(
    cast: Cast, meeting: Meeting, hidden: Case
) -> None:
    nurse = signed_in(cast, "health")
    item = item_of(meeting, case=hidden)
    unknown = nurse.get("/cmog/items/00000000-0000-7000-8000-000000000000/")
    for answer in (nurse.get(item.get_absolute_url()), nurse.post(f"/cmog/items/{item.pk}/said/")):
        assert answer.status_code == 404
        assert without_nonces(answer) == without_nonces(unknown)


def test_the_database_and_the_lists_agree_for_everybody(
    cast: Cast, meeting: Meeting, seen: Case, hidden: Case
) -> None:
    exclusions.exclude(case=hidden, user=cast.police, reason="Knows the family", by=cast.privacy)
    different, counts = [], {}
    for name, user in cast.people.items():
        for model in (Meeting, AgendaItem, Subject):
            listed = set(model.objects.visible_to(user).values_list("pk", flat=True))  # type: ignore[attr-defined]
            with acting_for(user):
                returned = set(model._default_manager.values_list("pk", flat=True))
            counts[name, model.__name__] = len(returned)
            if listed != returned:
                different.append(f"{name}: {model.__name__}: {len(listed)} listed, {len(returned)} returned")
    assert different == []
    assert counts["health", "AgendaItem"] == 3  # Robyn, and two themes
    assert counts["practitioner", "AgendaItem"] == 0


def test_whoever_is_shut_out_of_a_child_sees_neither_her_item_nor_what_leads_to_her(
    cast: Cast, meeting: Meeting, hidden: Case
) -> None:
    def kinds() -> list[str]:
        with acting_for(cast.police):
            return sorted(AgendaItem.objects.visible_to(cast.police).values_list("kind", flat=True))

    assert kinds() == ["children", "people", "places", "themes", "themes"]
    exclusions.exclude(case=hidden, user=cast.police, reason="Knows the family", by=cast.privacy)
    assert kinds() == ["themes", "themes"]
    send_out(cast, end_cmog(cast, meeting))
    assert [words for words in HIDDEN if words in everything_served(cast, "police", meeting)] == []


def test_an_excluded_chair_runs_the_meeting_and_learns_nothing(
    cast: Cast, meeting: Meeting, hidden: Case
) -> None:
    exclusions.exclude(case=hidden, user=cast.manager, reason="Knows the family", by=cast.privacy)
    client = signed_in(cast, "manager")
    client.post(f"/cmog/{meeting.pk}/compile/")
    client.post(f"/cmog/{meeting.pk}/end/", {"sure": "on"})
    meeting.refresh_from_db()
    assert not meeting.is_open
    assert [words for words in HIDDEN if words in everything_served(cast, "manager", meeting)] == []


def test_who_was_invited_for_another_agency_is_no_longer(cast: Cast, meeting: Meeting) -> None:
    today = timezone.localdate()
    end_membership(membership=Membership.objects.get(user=cast.health), on=today)
    post = Membership.objects.get(user=cast.health)
    Membership.objects.create(
        user=cast.health, agency=cast.agency("education"), role=post.role, starts_on=today
    )
    assert signed_in(cast, "health").get(f"/cmog/{meeting.pk}/").status_code == 404


def test_what_is_added_by_hand_is_seen_with_what_it_is_about(cast: Cast, seen: Case) -> None:
    """On the page, in the API, in the minutes, and in the database itself: the topic by all, the rest by who may."""
    child = make_child(given_name="Zinnia", family_name="Quillfeather")
    quiet = a_year_ago(make_case(cast, child=child, category=RiskCategory.LOW))
    running = start_cmog(cast, people=[cast.health])
    person, place = named_by_a_report(cast, quiet)
    hidden = [
        add_to(cast, running, kind, named, because=f"Talked over the hidden {kind.label}")
        for kind, named in (
            (ItemKind.CHILD, quiet.reference), (ItemKind.PERSON, person.reference), (ItemKind.PLACE, place.reference),
        )
    ]  # fmt: skip
    topic = add_to(cast, running, ItemKind.TOPIC, "Half-term buses", because="Two schools asked.")
    hers = add_to(cast, running, ItemKind.TOPIC, "Hotel staff", because="Talked over the hotel.")
    assert list(AgendaItem.objects.visible_to(cast.health).filter(kind=ItemKind.TOPIC)) == [topic, hers]
    with acting_for(cast.health):
        returned = set(AgendaItem.objects.filter(meeting=running))
    assert not returned & set(hidden)
    assert {topic, hers} <= returned
    nurse = signed_in(cast, "health")
    assert {nurse.get(each.get_absolute_url()).status_code for each in hidden} == {404}
    assert {
        nurse.post(f"/cmog/items/{each.pk}/defer/", {"reason": "Later"}).status_code for each in hidden
    } == {404}
    assert nurse.post(f"/cmog/items/{topic.pk}/defer/", {"reason": "Later"}).status_code == 403
    exclusions.exclude(case=quiet, user=cast.police, reason="Knows the family", by=cast.privacy)
    with acting_for(cast.police):
        assert not set(AgendaItem.objects.filter(meeting=running)) & set(hidden)
    for each in (
        *hidden,
        topic,
        hers,
    ):  # the minutes say why an item was there, where something was said of it
        write(each, notes="It was talked over.", by=cast.manager)
    send_out(cast, end_cmog(cast, running))
    for name in ("health", "police"):
        served = everything_served(cast, name, running)
        assert [words for words in HIDDEN if words in served] == []
        for words in ("Half-term buses", "Two schools asked.", "Hotel staff"):
            assert words in served
    whole = everything_served(cast, "manager", running)
    for words in (*HIDDEN[:5], "Half-term buses"):
        assert words in whole
