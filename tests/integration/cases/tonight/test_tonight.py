"""The Tonight sheet: whom it names, what it leaves out, and a note from somebody who may only read."""

from typing import Any

import pytest
from django.test import Client

from cases.chronology.models import ChronologyEntry
from cases.concerns.models import Concern, ConcernMention
from cases.documents.models import DocumentKind
from cases.record.models.case import Case
from cases.sharing.models import EmergencyKind
from cases.sharing.selectors.emergency import Sought
from cases.sharing.services import emergency, exclusions
from cse_portal.jobs.choices import NoticeWeight, weight_of
from cse_portal.jobs.models import Notification
from cse_portal.keys import new_key
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories.cases import make_case, share_with
from tests.factories.concerns import make_concern
from tests.factories.documents import make_document, picture
from tests.factories.family import make_member
from tests.factories.missing import planned, went_missing

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(cast: Cast) -> Case:
    """Missing now, with the police on the case."""
    made = make_case(cast)
    make_member(cast, made, phone="07700 900214", parental_responsibility="yes")
    make_member(
        cast, made, name="Mark Testley", relation="FATHER", phone="+44 7700 900999", contact_safe="no",
        contact_reason="He hurt them", parental_responsibility="yes",
    )  # fmt: skip
    share_with(made, cast.agency("police"), by=cast.practitioner)
    went_missing(cast, made, hours=None)
    Notification.objects.all().delete()
    return made


def address(case: Case) -> str:
    return f"/cases/{case.reference}/tonight/"


def sheet(client: Client, case: Case) -> str:
    return client.get(address(case)).content.decode()


def nurse(cast: Cast, case: Case) -> Client:
    """She opened it in an emergency."""
    said: Any = {"kind": EmergencyKind.HEALTH, "reason": "Brought in alone"}
    emergency.break_glass(sought=Sought(reference=case.reference), by=cast.duty, **said)
    Notification.objects.all().delete()
    return signed_in(cast, "duty")


def test_it_says_whom_to_call_where_to_look_and_who_must_not_collect(cast: Cast, case: Case) -> None:
    planned(cast, case)
    shown = sheet(signed_in(cast, "practitioner"), case)
    for said in (
        "Missing for", "Medium risk", "Police log 1466", "Green parka", "Not told yet: Dana Testley",
        'href="tel:07700900142"', 'href="tel:07700900214"', "“K”, about 25", "Police know why", "Police only",
        "With: Kiran Sohal", "Allergic to penicillin", "Sit beside them", "No photo yet",
    ):  # fmt: skip
        assert said in shown, said
    assert shown.count("Mark Testley") == 1
    assert "7700900999" not in shown, "it is not safe to contact him, by whichever list"
    assert "Emergency access" not in shown


def test_who_the_plan_says_is_a_danger_is_never_a_number_to_press(cast: Cast) -> None:
    case = make_case(cast)
    make_member(
        cast, case, name="Mark Testley", relation="FATHER", phone="07700 900999", contact_safe="unknown"
    )
    planned(cast, case)
    shown = sheet(signed_in(cast, "practitioner"), case)
    assert "tel:07700900999" not in shown
    assert shown.count("Mark Testley") == 1


def test_who_a_concern_suspects_must_not_collect_the_child_and_is_not_called(cast: Cast) -> None:
    case = make_case(cast)
    make_member(cast, case, name="Max Dale", relation="UNCLE", phone="07700 900999", contact_safe="yes")
    concern = make_concern(cast.outsider)
    for order, (name, part) in enumerate(
        (("Max Dale", "suspected"), ("Ace", "suspected"), ("Ms Hale", "witness"))
    ):
        ConcernMention.objects.create(
            concern=concern, kind="person", part=part, name=name, details="grey car", order=order
        )
    Concern.objects.filter(pk=concern.pk).update(case=case, state="decided")
    shown = sheet(signed_in(cast, "practitioner"), case)
    assert "<strong>Ace, grey car</strong>" in shown
    assert "tel:07700900999" not in shown
    assert "Ms Hale" not in shown


def test_who_opens_the_case_in_an_emergency_reads_it_and_sees_the_photo(cast: Cast, case: Case) -> None:
    photo = make_document(cast, case, kind=DocumentKind.PHOTOGRAPH, name="face.jpg", content=picture("JPEG"))
    planned(cast, case, photo)
    shown = sheet(nurse(cast, case), case)
    assert "Emergency access, 3 h 59 min left" in shown
    assert "Brought in alone" in shown
    assert "data:image/jpeg;base64," in shown
    assert "Start one" not in shown


def test_a_note_from_an_emergency_is_in_the_chronology_once_and_told(cast: Cast, case: Case) -> None:
    client, key = nurse(cast, case), str(new_key())
    for _ in range(2):
        said = {"form_token": key, "kind": "with_me", "text": "She is warm and asleep."}
        answer = client.post(address(case), said, follow=True)
        assert "It has called nobody" in answer.content.decode()
    entry = ChronologyEntry.objects.get(recorded_by=cast.duty)
    assert entry.text == (
        "Tonight sheet: “The child is with me.” She is warm and asleep. Written under emergency access."
    )
    told = list(Notification.objects.all())
    assert {each.user for each in told} == {cast.practitioner, cast.police}
    assert weight_of(told[0].text) == NoticeWeight.URGENT
    assert case.child.given_name not in told[0].text
    assert client.post(f"/cases/{case.reference}/chronology/new/", {"text": "x"}).status_code == 403


def test_a_note_needs_words_and_a_press_does_not(cast: Cast, case: Case) -> None:
    client = signed_in(cast, "police")
    assert "Say what happened" in client.post(address(case), {"kind": "note"}).content.decode()
    assert client.post(address(case), {"kind": "saw"}).status_code == 302
    assert [each.user for each in Notification.objects.all()] == [cast.practitioner]


def test_who_is_excluded_is_told_nothing_and_finds_no_sheet(cast: Cast, case: Case) -> None:
    exclusions.exclude(case=case, user=cast.police, reason="Knows the family", by=cast.privacy)
    Notification.objects.all().delete()
    signed_in(cast, "practitioner").post(address(case), {"kind": "saw"})
    assert not Notification.objects.filter(user=cast.police).exists()
    assert signed_in(cast, "police").get(address(case)).status_code == 404


def test_the_page_asks_as_often_for_many_as_for_few(
    cast: Cast, case: Case, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(cast, "practitioner")
    sheet(client, case)
    with django_assert_max_num_queries(30) as few:
        sheet(client, case)
    for number in range(5):
        make_member(cast, case, name=f"Aunt {number}", relation="AUNT", phone=f"07700 90021{number}")
    with django_assert_max_num_queries(len(few)):
        sheet(client, case)
