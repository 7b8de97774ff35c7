"""The pages of a CMOG: from its booking to its end, as those who sit on it meet them."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cases.choices import RiskCategory
from cases.models import Case
from cases.services import access
from cse_portal.jobs.models import Notification
from cse_portal.keys import new_key
from mase.choices import MeetingState
from mase.models import CmogMeeting, PlanAction
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories.cases import LAWFUL_BASIS, make_case
from tests.factories.cmog import end_cmog, item_of, make_cmog, start_cmog, write
from tests.factories.meetings import membership

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast, category=RiskCategory.HIGH)


@pytest.fixture
def manager(cast: Cast) -> Client:
    return signed_in(cast, "manager")


def posted(**given: Any) -> dict[str, Any]:
    return {"form_token": str(new_key()), **given}


def on(day: dt.date, name: str) -> dict[str, str]:
    return {f"{name}_day": str(day.day), f"{name}_month": str(day.month), f"{name}_year": str(day.year)}


def page_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_a_cmog_from_its_booking_to_its_minutes(cast: Cast, case: Case, manager: Client) -> None:
    day = timezone.localdate() + dt.timedelta(days=9)
    booking = posted(
        **on(day, "scheduled_for"), scheduled_for_time="10am", place="Civic Centre", chair=str(cast.manager.pk),
        **{"guests-people": [str(membership(cast.health).pk)]},
    )  # fmt: skip
    for _ in range(2):
        answer = manager.post("/cmog/new/", booking)
        assert answer.status_code == 302
    meeting = CmogMeeting.objects.get()
    address = f"/cmog/{meeting.pk}/"
    assert answer["Location"] == address
    assert Notification.objects.filter(user=cast.health, url=address).count() == 1
    assert "Category 3" in page_of(manager, address)

    assert manager.post(f"{address}start/", {"another_day": "yes"}).status_code == 302
    item = item_of(meeting, case=case)
    slot = f"/cmog/items/{item.pk}/"
    manager.post(f"{slot}said/", posted(notes="Seen by two agencies.", decision="One plan.", version="1"))
    due = timezone.localdate() + dt.timedelta(days=14)
    action = posted(
        p="PROTECT", text="Write one plan.", measure_of_success="She knows it.", agency=str(cast.agency("csc").pk),
        owner=str(membership(cast.practitioner).pk), **on(due, "due_on"),
    )  # fmt: skip
    for _ in range(2):
        assert manager.post(f"{slot}action/", action).status_code == 302
    assert PlanAction.objects.get().cmog_item == item
    page = page_of(manager, slot)
    for words in ("Seen by two agencies.", "One plan.", "Write one plan.", "Priya Raman"):
        assert words in page

    invitation = meeting.invitations.get(person=cast.health)
    manager.post(f"{address}attendance/", posted(**{f"code_{invitation.pk.hex}": "Y"}))
    assert "Tick the box" in manager.post(f"{address}end/", posted()).content.decode()
    assert manager.post(f"{address}end/", posted(sure="on")).status_code == 302
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.ENDED
    page = page_of(manager, address)
    assert "Agreed" in page
    assert "Hannah Okafor" in page
    assert manager.get(f"{address}minutes.pdf")["Content-Type"] == "application/pdf"
    owner = signed_in(cast, "practitioner")
    assert "CMOG, " in page_of(owner, f"/actions/{PlanAction.objects.get().pk}/")


def test_the_nurse_finds_it_on_her_home_page_and_the_outsider_does_not(cast: Cast, case: Case) -> None:
    meeting = make_cmog(cast, people=[cast.health])
    assert f"/cmog/{meeting.pk}/" in page_of(signed_in(cast, "health"), "/")
    assert f"/cmog/{meeting.pk}/" not in page_of(signed_in(cast, "outsider"), "/")
    assert signed_in(cast, "health").get("/cmog/").status_code == 403


def test_who_is_invited_reads_and_does_not_write(cast: Cast, case: Case) -> None:
    access.share(
        case=case, to=cast.health, reason="Her nurse", lawful_basis=LAWFUL_BASIS, by=cast.practitioner
    )
    meeting = start_cmog(cast, people=[cast.health])
    nurse, item = signed_in(cast, "health"), item_of(meeting, case=case)
    page = page_of(nurse, f"/cmog/items/{item.pk}/")
    assert "<textarea" not in page
    assert nurse.post(f"/cmog/items/{item.pk}/said/", posted(notes="Mine", version="1")).status_code == 403


def test_a_stale_save_shows_both_texts(cast: Cast, case: Case, manager: Client) -> None:
    access.share(
        case=case,
        to=cast.agency("police"),
        reason="Joint work",
        lawful_basis=LAWFUL_BASIS,
        by=cast.practitioner,
    )
    item = item_of(start_cmog(cast), case=case)
    write(item, notes="The officer's words.", by=cast.police)
    answer = manager.post(f"/cmog/items/{item.pk}/said/", posted(notes="My words.", version="1"))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "The officer&#x27;s words." in page
    assert "My words." in page


def test_after_the_end_nothing_is_written_and_the_page_says_so(
    cast: Cast, case: Case, manager: Client
) -> None:
    meeting = end_cmog(cast, start_cmog(cast))
    slot = f"/cmog/items/{item_of(meeting, case=case).pk}/"
    answer = manager.post(f"{slot}said/", posted(notes="Too late.", version="1"))
    assert answer.status_code == 409
    assert "its record cannot be changed" in answer.content.decode()
    assert "<textarea" not in page_of(manager, slot)
