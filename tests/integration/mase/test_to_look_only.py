"""Who opened a case in an emergency reads its meetings, and writes nothing there for their agency."""

from typing import Any

import pytest
from django.db import ProgrammingError, transaction

from cases.choices import EmergencyKind
from cases.models import Case
from cases.selectors.emergency import Sought
from cases.services import access, emergency
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.errors import NotPermitted
from mase.choices import AnswerKind
from mase.models import AgencyInformation, InvitationAnswer, MaseMeeting, RestrictedInformation
from mase.services import answers, reports, sections
from mase.services.answers import Answer
from mase.services.reports import Report
from mase.services.sections import Edit
from tests.acting_for import acting_for, unissued
from tests.cast import Cast
from tests.factories.cases import LAWFUL_BASIS, make_case
from tests.factories.disagreements import raised
from tests.factories.meetings import make_meeting
from tests.factories.subject_access import officer
from tests.integration.mase.test_answers import asked, signed_in

pytestmark = pytest.mark.django_db
SAID = "She rang from a silver car."
TO_LOOK = "because you opened the case in an emergency: to look, and not to write"


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast)


@pytest.fixture
def meeting(cast: Cast, case: Case) -> MaseMeeting:
    """The police were asked to it, and what that let them see was stopped."""
    row = make_meeting(cast, case, agencies=[cast.agency("police")])
    access.stop_sharing(
        case=case, frm=cast.agency("police"), reason="A constable is his brother", by=cast.manager
    )
    return row


@pytest.fixture
def nadia(cast: Cast, case: Case, meeting: MaseMeeting) -> User:
    """The duty officer of the police, to whom a girl rang at night."""
    person = officer(cast)
    sought = Sought(reference=case.reference)
    emergency.break_glass(sought=sought, kind=EmergencyKind.DANGER, reason="She rang from a car.", by=person)
    return User.objects.get(pk=person.pk)


def report_of(cast: Cast, meeting: MaseMeeting) -> AgencyInformation:
    return AgencyInformation.objects.get(meeting=meeting, agency=cast.agency("police"), at_table=False)


def share(cast: Cast, case: Case, to: Any) -> None:
    access.share(case=case, to=to, reason="Joint work", lawful_basis=LAWFUL_BASIS, by=cast.manager)


def test_the_meeting_is_read_and_offers_nothing_to_write(
    cast: Cast, case: Case, meeting: MaseMeeting, nadia: User
) -> None:
    report, seat = (
        f"/meetings/{meeting.pk}/report/",
        f"/answers/{asked(meeting, agency=cast.agency('police')).pk}/",
    )
    page = signed_in(nadia).get(f"/meetings/{meeting.pk}/").content.decode()
    assert TO_LOOK in page
    assert report not in page
    assert seat not in page
    share(cast, case, cast.agency("police"))
    page = signed_in(nadia).get(f"/meetings/{meeting.pk}/").content.decode()
    assert TO_LOOK not in page
    assert report in page
    assert seat in page


def test_her_agencys_report_is_not_written(cast: Cast, meeting: MaseMeeting, nadia: User) -> None:
    address, row = f"/meetings/{meeting.pk}/report/", report_of(cast, meeting)
    for answer in (
        signed_in(nadia).get(address),
        signed_in(nadia).post(address, {"text": SAID, "version": row.version, "send": ""}),
    ):
        assert answer.status_code == 403
        assert "opened in an emergency is open to look at, and not to write in" in answer.content.decode()
    with pytest.raises(NotPermitted):
        reports.save(information=row, report=Report(SAID), edit=Edit(row.version), by=nadia)
    apart = RestrictedInformation.objects.get(meeting=meeting, agency=row.agency)
    for information in (row, apart):
        with pytest.raises(NotPermitted):
            sections.save_information(information=information, text=SAID, edit=Edit(row.version), by=nadia)
    row.refresh_from_db()
    assert (row.text, row.saved_at) == ("", None)


def test_nor_is_her_agencys_seat_given(cast: Cast, meeting: MaseMeeting, nadia: User) -> None:
    seat = asked(meeting, agency=cast.agency("police"))
    address = f"/meetings/{meeting.pk}/answers/{seat.pk}/"
    assert signed_in(nadia).get(address).status_code == 403
    assert signed_in(nadia).post(address, {"kind": "accept"}).status_code == 403
    with pytest.raises(NotPermitted):
        answers.answer(invitation=seat, given=Answer(AnswerKind.ACCEPT), by=nadia)
    assert not InvitationAnswer.objects.exists()


def test_nor_anything_else_that_her_agency_writes_on_a_meeting_or_its_plan(
    cast: Cast, case: Case, meeting: MaseMeeting, nadia: User
) -> None:
    share(cast, case, cast.health)
    action = unissued(cast, meeting)
    action.agency = cast.agency("police")
    action.save(update_fields=["agency"])
    row = raised(cast, case, by=cast.practitioner, against=cast.agency("police"))
    wanted: dict[Permission, Any] = {
        Permission.MEETING_CONTRIBUTE: meeting,
        Permission.MEETING_TAKE_PART: meeting,
        Permission.ACTION_UPDATE: action,
        Permission.DISAGREEMENT_RAISE: case,
        Permission.DISAGREEMENT_ANSWER: row,
    }
    assert gate.can(nadia, Permission.ACTION_VIEW, action)
    assert [each for each, of in wanted.items() if gate.can(nadia, each, of)] == []
    share(cast, case, nadia)
    assert [each for each, of in wanted.items() if not gate.can(nadia, each, of)] == []


def test_postgresql_takes_nothing_of_it(cast: Cast, case: Case, meeting: MaseMeeting, nadia: User) -> None:
    row, seat = report_of(cast, meeting), asked(meeting, agency=cast.agency("police"))
    apart = RestrictedInformation.objects.get(meeting=meeting, agency=row.agency)

    def said() -> InvitationAnswer:
        return InvitationAnswer.objects.create(
            invitation=seat, kind=AnswerKind.ACCEPT, about=meeting.scheduled_for, answered_by=nadia
        )

    with acting_for(nadia):
        assert AgencyInformation.objects.filter(pk=row.pk).exists()
        assert AgencyInformation.objects.filter(pk=row.pk).update(text=SAID) == 0
        assert RestrictedInformation.objects.filter(pk=apart.pk).update(text=SAID) == 0
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            said()
    share(cast, case, cast.agency("police"))
    with acting_for(nadia):
        assert AgencyInformation.objects.filter(pk=row.pk).update(text=SAID) == 1
        assert said().pk
