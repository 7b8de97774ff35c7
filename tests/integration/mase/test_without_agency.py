"""An interpreter, a foster carer: who sits at the table without an agency, is counted there and sees nothing by it."""

import re

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from cases.choices import RiskCategory
from cse_portal.access.grants import holders_rows
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.jobs.models import Notification
from cse_portal.reference.quarters import Quarter
from cse_portal.reference.working_days import local_day
from mase.choices import AttendanceCode, Audience
from mase.errors import ComesForAnAgency
from mase.models import AgencyInformation, Invitation, MaseMeeting
from mase.presenters.minutes import document as minutes_of
from mase.selectors.minutes import draft_record
from mase.services import attendance, invitations
from mase.services.attendance import Came
from mase.services.invitations import Alone
from reporting.selectors.measures.meetings import attendance_tally
from reporting.selectors.measures.registry import Period
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories import actions as factory
from tests.factories.cases import make_case
from tests.factories.meetings import start_meeting

pytestmark = pytest.mark.django_db
HERE, INTERPRETER = Came(AttendanceCode.ATTENDED), Alone("Amina Yusuf", "INT")


@pytest.fixture
def meeting(cast: Cast) -> MaseMeeting:
    """The chair, the lead professional and the police officer sit there: all of them may read the restricted part."""
    row = start_meeting(cast, make_case(cast, category=RiskCategory.HIGH), agencies=[], people=[cast.police])
    mark(cast, row, *row.invitations.filter(person__in=[cast.manager, cast.police]))
    return row


def mark(cast: Cast, meeting: MaseMeeting, *seats: Invitation) -> None:
    answers = {each.pk: HERE for each in seats}
    attendance.record_attendance(meeting=meeting, answers=answers, by=cast.manager)


def seated(cast: Cast, meeting: MaseMeeting, who: Alone = INTERPRETER) -> Invitation:
    row = invitations.seat(meeting=meeting, who=who, by=cast.manager)
    mark(cast, meeting, row)
    return row


def test_the_seat_opens_nothing_and_asks_for_no_report(cast: Cast, meeting: MaseMeeting) -> None:
    def given() -> list[int]:
        rows = [holders_rows(meeting.case, kind).count() for kind in (User, Agency)]
        return [*rows, Notification.objects.count(), AgencyInformation.objects.count()]

    before = given()
    row = invitations.seat(meeting=meeting, who=Alone(" Amina Yusuf ", "INT"), by=cast.manager)
    assert invitations.seat(meeting=meeting, who=INTERPRETER, by=cast.manager) == row, "she is asked once"
    assert (row.name, row.agency, row.person, row.gave_access) == ("Amina Yusuf", None, None, False)
    assert given() == before
    event = AuditEvent.objects.filter(action=Action.MEETING_INVITED).latest("at")
    assert (event.detail["role"], event.detail["agency"]) == ("INT", None)


@pytest.mark.parametrize("role", ["POL", "CHAIR", "PAR", "CHILD", "MIN", "nonsense"])
def test_only_in_some_roles_does_anybody_come_alone(cast: Cast, meeting: MaseMeeting, role: str) -> None:
    with pytest.raises(ComesForAnAgency):
        invitations.seat(meeting=meeting, who=Alone("Amina Yusuf", role), by=cast.manager)
    for name, what in (("", "ADV"), ("Somebody", "PAR")):
        with pytest.raises(IntegrityError), transaction.atomic():
            Invitation.objects.create(meeting=meeting, role=what, name=name, invited_by=cast.manager)


def test_the_minutes_name_her_with_her_role(cast: Cast) -> None:
    case = make_case(cast, category=RiskCategory.MEDIUM)
    meeting = factory.running(cast, case, people=[cast.health])
    row = seated(cast, meeting)
    ended = factory.end(cast, meeting)
    [line] = [
        each for each in minutes_of(draft_record(ended, Audience.PROFESSIONALS)).people if "Amina" in each.who
    ]
    assert (line.who, line.agency, line.role) == ("Amina Yusuf", "", "Interpreter")
    assert line.attendance == "Attended"
    tally = attendance_tally(Period(Quarter.containing(local_day(ended.ended_at))), MaseMeeting.objects.all())
    assert row.pk not in {each.thing for each in tally}, "D3 counts agencies"


def test_the_chair_asks_her_on_the_page_that_invites(cast: Cast, meeting: MaseMeeting) -> None:
    manager, url = signed_in(cast, "manager"), reverse("mase:invite", args=[meeting.pk])
    offered = re.findall(
        r'<option value="([A-Z]+)"', manager.get(url).content.decode().split('name="alone_role"')[1]
    )
    assert offered == ["PLC", "ADV", "INT"]
    assert "Say what they come as" in manager.post(url, {"alone": "Amina Yusuf"}).content.decode()
    answer = manager.post(url, {"alone": "Amina Yusuf", "alone_role": "INT"}, follow=True).content.decode()
    assert "Nobody without an agency is told by the portal: ring them." in answer
    assert "Amina Yusuf (interpreter)" in answer
    row = Invitation.objects.get(meeting=meeting, name="Amina Yusuf")
    given = manager.get(reverse("mase:answer", args=[meeting.pk, row.pk]))
    assert "A colleague with an account" not in given.content.decode()
