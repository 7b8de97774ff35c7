"""What an assessment found stands beside the decision, and on no screen that the room or the family sees."""

import pytest
from django.test import Client
from django.urls import reverse

from cases.choices import RiskCategory
from mase.choices import AttendanceCode
from mase.models import MaseMeeting
from mase.selectors.presence import part_id
from mase.services import attendance, decision, sections
from mase.services.attendance import Came
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories.cases import FOUND, assessed_as_exploited, make_case
from tests.factories.meetings import start_meeting

pytestmark = pytest.mark.django_db
FLOORS = FOUND[:2]
TOLD = (*FOUND, "1 significant indicator now")


@pytest.fixture(scope="module")
def meeting(shared_cast: Cast) -> MaseMeeting:
    """Category 1 is decided; then a newer assessment says no less than 3."""
    cast = shared_cast
    row = start_meeting(cast, make_case(cast, category=RiskCategory.MEDIUM))
    decided = decision.Decided(RiskCategory.LOW, "H1", "Nothing new.")  # type: ignore[arg-type]
    decision.save_decision(meeting=row, decided=decided, edit=sections.Edit(0), by=cast.manager)
    seats = row.invitations.filter(person=cast.manager)
    answers = {each.pk: Came(AttendanceCode.ATTENDED) for each in seats}
    attendance.record_attendance(meeting=row, answers=answers, by=cast.manager)
    assessed_as_exploited(cast, row.case)
    return row


def page_of(client: Client, meeting: MaseMeeting, name: str = "meeting") -> str:
    return client.get(reverse(f"mase:{name}", args=[meeting.pk])).content.decode()


def refused(client: Client, meeting: MaseMeeting, **headers: str) -> str:
    """The chair decides what may not be decided."""
    part = part_id("decision", meeting.pk)
    sent = {f"{part}-category": "0", f"{part}-harm_status": "H1", f"{part}-rationale": "All is well."}
    url = reverse("mase:section", args=[meeting.pk, "decision", meeting.pk])
    return client.post(url, {**sent, f"{part}-version": "1"}, headers=headers).content.decode()


def test_the_chair_alone_reads_what_was_found(cast: Cast, meeting: MaseMeeting) -> None:
    client = signed_in(cast, "manager")
    page = page_of(client, meeting)
    assert [words for words in TOLD if words not in page] == []
    for words in FLOORS:
        assert page.count(words) == 2, "beside the categories, and under what is missing"
        assert words in page_of(client, meeting, "end")
        assert words in refused(client, meeting)


@pytest.mark.parametrize("how", ["the family is there", "the screen is shown to the room"])
def test_no_screen_that_others_see_tells_it(cast: Cast, meeting: MaseMeeting, how: str) -> None:
    client = signed_in(cast, "manager")
    if how == "the family is there":
        attendance.set_family_in_room(meeting=meeting, present=True, by=cast.manager)
    else:
        client.post(reverse("mase:projector", args=[meeting.pk]), {"on": "yes"})
    pages = {
        "meeting": page_of(client, meeting),
        "one item": client.get(
            reverse("mase:meeting", args=[meeting.pk]), {"item": "category"}
        ).content.decode(),
        "end": page_of(client, meeting, "end"),
        "refused": refused(client, meeting),
        "refused, live": refused(client, meeting, **{"HX-Request": "true"}),
    }
    for name, page in pages.items():
        assert [words for words in TOLD if words in page] == [], name
    assert pages["meeting"].count("Not below category 3.") == 2
    assert "A lower category cannot be decided now. Not below category 3." in pages["refused"]
