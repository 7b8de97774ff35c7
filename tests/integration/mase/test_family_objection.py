"""The child and a parent object to minutes through whoever works on the case, and take home a copy marked as theirs."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from pypdf import PdfReader

from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.errors import NotPermitted, NotVisible
from mase.choices import AttendanceCode, Audience
from mase.errors import ChangedMeanwhile
from mase.models import Invitation, MaseMeeting, MinutesObjection
from mase.presenters.minutes import document
from mase.selectors.minutes import draft_record, latest_version
from mase.selectors.seats import family_name
from mase.services import attendance, ending, minutes
from mase.services.minutes.objecting import Objection
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories import actions as factory
from tests.factories.cases import make_case
from tests.factories.meetings import make_meeting
from tests.factories.minutes import circulated, objected

pytestmark = pytest.mark.django_db
WRONG = "I was not told about the car until the Friday."


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> None:
    """Each test's files in a place of their own."""
    storage = {**settings.STORAGES["default"], "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": storage}


@pytest.fixture
def meeting(cast: Cast) -> MaseMeeting:
    """Her mother was asked and came; the minutes are out."""
    row = factory.running(cast, make_case(cast), people=[cast.health], parent_invited=True)
    written = factory.end_later(cast, row)
    came = {row.invitations.get(role="PAR").pk: attendance.Came(AttendanceCode.ATTENDED, "Dana Testley")}
    attendance.record_attendance(meeting=written, answers=came, by=cast.manager)
    ended = ending.end(meeting=written, by=cast.manager, no_quorum_reason="The others sent reports.")
    circulated(cast, ended)
    return ended


@pytest.fixture
def mother(meeting: MaseMeeting) -> Invitation:
    return meeting.invitations.get(role="PAR")


def test_a_parents_objection_is_hers_and_leaves_the_social_worker_their_own(
    cast: Cast, meeting: MaseMeeting, mother: Invitation
) -> None:
    client, address = signed_in(cast, "practitioner"), f"/meetings/{meeting.pk}/minutes/object/"
    assert "Dana Testley (parent or carer)" in client.get(address).content.decode()
    typed = {"whose": str(mother.pk), "item": "whole", "restricted": "no", "text": WRONG}
    assert client.post(address, typed).status_code == 302
    assert client.post(address, typed).status_code == 302, "pressed twice"
    [hers] = MinutesObjection.objects.all()
    assert (hers.seat, hers.by) == (mother, cast.practitioner)
    page = client.get(f"/meetings/{meeting.pk}/minutes/").content.decode()
    assert "Dana Testley (parent or carer), written down by Priya Raman" in page
    assert "Object to the minutes" in page, "their own is still to come"
    objected(meeting, by=cast.practitioner)
    with pytest.raises(ChangedMeanwhile):
        objected(meeting, by=cast.practitioner, text="Another of mine.")
    version = latest_version(meeting.minutes)
    with pytest.raises(IntegrityError), transaction.atomic():
        MinutesObjection.objects.create(
            minutes=meeting.minutes, version=version, text="x", by=cast.practitioner, agency=hers.agency
        )
    page = client.get(f"/meetings/{meeting.pk}/minutes/").content.decode()
    assert "Write their objection down" in page
    minutes.answer(objection=hers, accepted=True, reason="The day is put right.", by=cast.manager)
    printed = document(draft_record(meeting, Audience.OPEN)).objections
    assert [each.who.partition(", written down by ")[0] for each in printed][0] == family_name(mother)
    assert WRONG in [each.text for each in printed]


def test_only_who_works_on_the_case_objects_for_family_and_only_to_what_they_are_given(
    cast: Cast, meeting: MaseMeeting, mother: Invitation
) -> None:
    assert (
        "Dana Testley"
        not in signed_in(cast, "health").get(f"/meetings/{meeting.pk}/minutes/object/").content.decode()
    )
    with pytest.raises(NotPermitted):
        minutes.object_to(meeting=meeting, said=Objection(None, WRONG, seat=mother), by=cast.health)
    others = make_meeting(cast, make_case(cast), parent_invited=True).invitations.get(role="PAR")
    professional = meeting.invitations.get(person=cast.health)
    for seat in (others, professional):
        with pytest.raises(NotVisible):
            minutes.object_to(meeting=meeting, said=Objection(None, WRONG, seat=seat), by=cast.practitioner)
    apart = Objection(None, WRONG, restricted=True, seat=mother)
    with pytest.raises(NotPermitted):
        minutes.object_to(meeting=meeting, said=apart, by=cast.practitioner)
    typed = {"whose": str(mother.pk), "item": "whole", "restricted": "yes", "text": WRONG}
    page = signed_in(cast, "practitioner").post(f"/meetings/{meeting.pk}/minutes/object/", typed)
    assert "The family is not given the part for professionals only" in page.content.decode()
    assert WRONG in page.content.decode()
    assert not MinutesObjection.objects.exists()


def test_the_familys_copy_says_for_whom_it_was_made_and_who_handed_it_out(
    cast: Cast, meeting: MaseMeeting, mother: Invitation
) -> None:
    address = f"/meetings/{meeting.pk}/minutes-open.pdf?for={mother.pk}"
    client = signed_in(cast, "practitioner")
    assert address in client.get(f"/meetings/{meeting.pk}/minutes/").content.decode()
    text = " ".join(PdfReader(BytesIO(client.get(address).content)).pages[0].extract_text().split())
    event = AuditEvent.objects.get(action=Action.MINUTES_DOWNLOADED)
    given = f"Copy {event.detail['copy']} for Dana Testley (parent or carer), handed out by Priya Raman, "
    assert given in text
    assert (event.detail["for"], event.detail["audience"]) == ("PAR", Audience.OPEN)
    for key in (meeting.invitations.get(person=cast.health).pk, "x"):
        assert client.get(f"/meetings/{meeting.pk}/minutes-open.pdf?for={key}").status_code == 404
    assert signed_in(cast, "health").get(address).status_code == 404
