"""What an invitation in a role opens besides the case, and who sits at the table without an agency."""

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.record.choices import RiskCategory, Section
from cases.record.models.case import Case
from cases.sharing.selectors.access import who_has_access
from cases.sharing.services.access import restrict
from cse_portal.access import gate
from cse_portal.access.grants import holders_rows
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.errors import NotPermitted
from cse_portal.jobs.models import Notification
from cse_portal.reference.quarters import Quarter
from cse_portal.reference.selectors import codes
from cse_portal.reference.working_days import local_day
from mase.meetings.choices import AnswerKind, AttendanceCode, Audience
from mase.meetings.errors import (
    ANOTHER_ROLE,
    CHAIR_SAYS_WHO_WRITES,
    COMES_FOR_AN_AGENCY,
    ONE_PERSON_WRITES,
    MeetingRefused,
)
from mase.meetings.models.meeting import Invitation, Meeting
from mase.meetings.selectors.presence import part_id
from mase.meetings.selectors.reports import owing
from mase.meetings.services import answers, ending, invitations, scheduling, sections
from mase.meetings.services.answers import Answer
from mase.meetings.services.invitations import Alone, Asked
from mase.meetings.services.sections import Came
from mase.minutes.presenters.minutes import document as minutes_of
from mase.minutes.selectors.minutes import draft_record
from reporting.measures.selectors.meetings import invitations as counted_by_agency
from reporting.measures.selectors.periods import Period
from reporting.measures.selectors.tally import Scope
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories import actions as factory
from tests.factories.cases import make_case, parts_held, share_with
from tests.factories.meetings import (
    colleague,
    details,
    end_meeting,
    make_meeting,
    membership,
    read_meeting,
    start_meeting,
)

pytestmark = pytest.mark.django_db
HEALTH, MINUTES, INTELLIGENCE = (
    Section.HEALTH.value,
    Section.MINUTES.value,
    Section.INTELLIGENCE.value,
)


def asked(cast: Cast, meeting: Meeting, person: User, role: str = "", by: User | None = None) -> None:
    invitations.invite(meeting=meeting, asked=[Asked.of(membership(person), role)], by=by or cast.manager)


@pytest.fixture(scope="module")
def case(shared_cast: Cast) -> Case:
    return make_case(shared_cast)


@pytest.fixture(scope="module")
def meeting(shared_cast: Cast) -> Meeting:
    """Nobody but the chair and the lead professional is asked yet."""
    return make_meeting(shared_cast, make_case(shared_cast), agencies=[])


@pytest.fixture(scope="module")
def booked(shared_cast: Cast) -> Meeting:
    """Health and the police are asked to it; nobody takes the minutes yet."""
    return make_meeting(shared_cast, make_case(shared_cast))


def test_every_part_that_a_role_opens_is_one_there_is() -> None:
    opened = {part for role in codes("meeting-role") for part in role.extra.get("opens", [])}
    assert opened == {HEALTH, MINUTES, INTELLIGENCE}
    assert not any(role.extra.get("opens") for role in codes("meeting-role") if role.extra.get("family"))


def test_the_police_come_with_the_restricted_part_health_with_its_own_and_education_with_none(
    cast: Cast, meeting: Meeting
) -> None:
    case = meeting.case
    for person in (cast.police, cast.health, cast.outsider):
        asked(cast, meeting, person)
    assert parts_held(case, cast.police) == [MINUTES, INTELLIGENCE]
    assert parts_held(case, cast.health) == [HEALTH]
    assert parts_held(case, cast.outsider) == []


def test_nobody_gives_by_a_role_what_they_do_not_hold(cast: Cast, meeting: Meeting) -> None:
    case = meeting.case
    # The manager runs the meeting and holds its restricted part; the health detail is not hers.
    asked(cast, meeting, cast.outsider, role="HLT", by=cast.manager)
    assert parts_held(case, cast.outsider) == []
    other = colleague(cast.agency("education"), "Ines Marlowe")
    asked(cast, meeting, other, role="POL", by=cast.manager)
    assert parts_held(case, other) == [MINUTES, INTELLIGENCE]


def test_the_parts_move_with_the_meeting_and_end_with_it(cast: Cast, meeting: Meeting) -> None:
    case = meeting.case
    asked(cast, meeting, cast.police)
    meeting.refresh_from_db()
    moved = scheduling.change(
        meeting=meeting,
        details=details(days=5),
        reason="Court",
        version=meeting.version,
        by=cast.practitioner,
    )
    assert parts_held(case, cast.police) == [MINUTES, INTELLIGENCE]
    rows = [each for each in who_has_access(case) if each.holder == cast.police]
    assert [(each.parts, each.expires_at is not None) for each in rows] == [
        ([Section.MINUTES, Section.INTELLIGENCE], True)
    ]
    scheduling.cancel(meeting=moved, reason="The child is in hospital", by=cast.manager)
    assert parts_held(case, cast.police) == []


def test_a_deputy_comes_with_what_the_role_needs(cast: Cast, meeting: Meeting) -> None:
    case = meeting.case
    asked(cast, meeting, cast.health)
    second = colleague(cast.agency("health"), "Ngozi Bell")
    nurse = meeting.invitations.get(person=cast.health)
    answers.answer(invitation=nurse, given=Answer(AnswerKind.DEPUTY, deputy=second), by=cast.health)
    assert parts_held(case, second) == [HEALTH]
    assert parts_held(case, cast.health) == []


def test_after_the_meeting_the_part_is_still_there_for_the_minutes(cast: Cast, case: Case) -> None:
    end_meeting(cast, case, agencies=[cast.agency("health")], people=[cast.police])
    assert parts_held(case, cast.police) == [MINUTES, INTELLIGENCE]


def test_the_minute_taker_writes_what_is_said_and_runs_nothing(cast: Cast, booked: Meeting) -> None:
    meeting = booked
    asked(cast, meeting, cast.outsider, role="MIN")
    ending.start(meeting=meeting, by=cast.manager)
    taker, chair = signed_in(cast, "outsider"), signed_in(cast, "manager")
    item, police = meeting.agenda.get(code="education"), cast.agency("police")
    where = f"/meetings/{meeting.pk}/"
    theirs, agency = part_id("notes", item.pk), part_id("boxes", police.pk)
    page = read_meeting(taker, meeting, "stage=new", "item=education", "stage=decide")
    assert f'name="{theirs}-notes"' in page
    assert f'name="{agency}-new"' in page
    assert f"{where}end/" not in page
    notes = {f"{theirs}-notes": "She is back at school.", f"{theirs}-version": item.version}
    assert taker.post(f"{where}parts/notes/{item.pk}/", notes).status_code == 302
    said = {f"{agency}-new": "Two visits."}
    assert taker.post(f"{where}parts/boxes/{police.pk}/", said).status_code == 302
    page = read_meeting(chair, meeting)
    assert "She is back at school." in page
    assert "Two visits." in page
    for address in ("end/", "stage/", "agenda/"):
        assert taker.post(f"{where}{address}").status_code in (403, 404), address
    written = meeting.agenda.get(pk=item.pk)
    assert (written.notes, written.saved_by) == ("She is back at school.", cast.outsider)


def test_notes_for_professionals_only_are_the_minute_takers_if_that_part_is(
    cast: Cast, booked: Meeting
) -> None:
    meeting = booked
    asked(cast, meeting, cast.outsider, role="MIN")
    ending.start(meeting=meeting, by=cast.manager)
    item = meeting.agenda.filter(restricted=True).first()
    with pytest.raises(NotPermitted):
        sections.save_notes(item=item, notes="A name.", version=item.version, by=cast.outsider)


def test_the_deputy_of_the_minute_taker_takes_over(cast: Cast, booked: Meeting) -> None:
    meeting = booked
    asked(cast, meeting, cast.outsider, role="MIN")
    other = colleague(cast.agency("education"), "Ines Marlowe")
    assert gate.can(cast.outsider, Permission.MEETING_NOTE, meeting)
    assert not gate.can(other, Permission.MEETING_NOTE, meeting)
    answers.answer(
        invitation=meeting.invitations.get(person=cast.outsider),
        given=Answer(kind=AnswerKind.DEPUTY, deputy=other), by=cast.outsider,
    )  # fmt: skip
    first, second = User.objects.get(pk=cast.outsider.pk), User.objects.get(pk=other.pk)
    assert gate.can(second, Permission.MEETING_NOTE, meeting)
    assert not gate.can(first, Permission.MEETING_NOTE, meeting)


def test_only_the_chair_says_who_takes_the_minutes_and_it_is_one_person_who_speaks_for_nobody(
    cast: Cast, case: Case
) -> None:
    meeting = make_meeting(cast, case, agencies=[cast.agency("police")])
    with pytest.raises(MeetingRefused, match=CHAIR_SAYS_WHO_WRITES):
        asked(cast, meeting, cast.practitioner, role="MIN", by=cast.practitioner)
    with pytest.raises(MeetingRefused, match=ONE_PERSON_WRITES):
        invitations.invite(
            meeting=meeting, asked=[Asked(cast.agency("education"), role="MIN")], by=cast.manager
        )
    asked(cast, meeting, cast.outsider)
    with pytest.raises(MeetingRefused, match=ANOTHER_ROLE):
        asked(cast, meeting, cast.outsider, role="POL")
    assert not meeting.invitations.filter(role="MIN").exists()


def test_one_seat_carries_the_minutes_and_the_work(cast: Cast, case: Case) -> None:
    meeting = make_meeting(cast, case, people=[cast.health])
    asked(cast, meeting, cast.health, role="MIN")
    seat = meeting.invitations.get(person=cast.health)
    assert (seat.role, seat.takes_minutes) == ("HLT", True)
    assert gate.can(cast.health, Permission.MEETING_NOTE, meeting)
    assert Notification.objects.filter(user=cast.health, text=invitations.WRITES).count() == 1


def booking(cast: Cast) -> dict[str, str]:
    """The booking form as it is posted."""
    when = timezone.localtime() + dt.timedelta(days=2)
    said = {
        "scheduled_for_day": when.day, "scheduled_for_month": when.month, "scheduled_for_year": when.year,
        "scheduled_for_time": "10:00", "place": "Room 2", "purpose": "To agree a plan", "chair": cast.manager.pk,
        "child_invited": "yes", "parent_invited": "yes",
    }  # fmt: skip
    return {name: str(value) for name, value in said.items()}


def ticked(page: str, person: User) -> bool:
    """Whether this person's box on the booking page is ticked; an error where there is none."""
    boxes = re.findall(r'<input[^>]*name="holders"[^>]*>', page)
    (box,) = (each for each in boxes if f'value="{membership(person).pk}"' in each)
    return " checked" in box


def test_the_booking_offers_who_holds_the_case_by_name(cast: Cast, case: Case) -> None:
    """The nurse, who belongs at every table, is ticked; who lets the house is offered; who leads is asked anyway."""
    neighbour = colleague(cast.agency("housing"), "Ada Quill")
    for holder in (cast.health, neighbour):
        share_with(case, holder, by=cast.manager)
    client, url = signed_in(cast, "manager"), f"/cases/{case.reference}/meetings/new/"
    page = client.get(url).content.decode()
    assert (ticked(page, cast.health), ticked(page, neighbour)) == (True, False)
    assert case.lead_professional is not None
    assert f'value="{membership(case.lead_professional).pk}"' not in page
    sent = {**booking(cast), "holders": [membership(cast.health).pk, membership(neighbour).pk]}
    assert client.post(url, sent).status_code == 302
    roles = dict(
        Meeting.objects.get(case=case).invitations.exclude(person=None).values_list("person", "role")
    )
    assert (roles[cast.health.pk], roles[neighbour.pk]) == ("HLT", "HOU")


def test_for_a_restricted_case_the_booking_offers_those_named(cast: Cast, case: Case) -> None:
    """Who may see it are the only ones who can be asked, and nobody has to remember them."""
    share_with(case, cast.health, by=cast.manager)
    restrict(
        case=case, reason_code="FAMILY_MEMBER", people=[cast.health], lawful_basis="6_1_E", by=cast.manager
    )
    page = signed_in(cast, "manager").get(f"/cases/{case.reference}/meetings/new/").content.decode()
    assert ticked(page, cast.health)
    assert not ticked(page, cast.manager), "who chairs is asked as the chair"
    assert 'name="agencies"' not in page


HERE, INTERPRETER = Came(AttendanceCode.ATTENDED), Alone("Amina Yusuf", "INT")


@pytest.fixture(scope="module")
def table(shared_cast: Cast) -> Meeting:
    """The chair, the lead professional and the police officer sit there: all of them may read the restricted part."""
    cast = shared_cast
    row = start_meeting(cast, make_case(cast, category=RiskCategory.HIGH), agencies=[], people=[cast.police])
    mark(cast, row, *row.invitations.filter(person__in=[cast.manager, cast.police]))
    return row


def mark(cast: Cast, table: Meeting, *seats: Invitation) -> None:
    answers = {each.pk: HERE for each in seats}
    sections.record_attendance(meeting=table, answers=answers, by=cast.manager)


def seated(cast: Cast, table: Meeting, who: Alone = INTERPRETER) -> Invitation:
    row = invitations.seat(meeting=table, who=who, by=cast.manager)
    mark(cast, table, row)
    return row


def test_the_seat_opens_nothing_and_asks_for_no_report(cast: Cast, table: Meeting) -> None:
    def given() -> list[int]:
        rows = [holders_rows(table.case, kind).count() for kind in (User, Agency)]
        return [*rows, Notification.objects.count(), len(owing(table))]

    before = given()
    row = invitations.seat(meeting=table, who=Alone(" Amina Yusuf ", "INT"), by=cast.manager)
    assert invitations.seat(meeting=table, who=INTERPRETER, by=cast.manager) == row, "she is asked once"
    assert (row.name, row.agency, row.person, row.gave_access) == ("Amina Yusuf", None, None, False)
    assert given() == before
    event = AuditEvent.objects.filter(action=Action.MEETING_INVITED).latest("at")
    assert (event.detail["role"], event.detail["agency"]) == ("INT", None)


def test_only_in_some_roles_does_anybody_come_alone(cast: Cast, table: Meeting) -> None:
    for role in ("POL", "CHAIR", "PAR", "CHILD", "MIN", "nonsense"):
        with pytest.raises(MeetingRefused, match=COMES_FOR_AN_AGENCY):
            invitations.seat(meeting=table, who=Alone("Amina Yusuf", role), by=cast.manager)


def test_the_minutes_name_her_with_her_role(cast: Cast) -> None:
    case = make_case(cast, category=RiskCategory.MEDIUM)
    table = factory.running(cast, case, people=[cast.health])
    row = seated(cast, table)
    ended = factory.end(cast, table)
    people = minutes_of(draft_record(ended, Audience.PROFESSIONALS))["people"]
    assert ("Amina Yusuf, interpreter", "Attended") in people
    counted = counted_by_agency(Period.of(Quarter.containing(local_day(ended.ended_at))), Scope()).things
    assert row not in set(counted), "D3 counts agencies"


def test_the_chair_asks_her_on_the_page_that_invites(cast: Cast, table: Meeting) -> None:
    manager, url = signed_in(cast, "manager"), reverse("mase:invite", args=[table.pk])
    offered = re.findall(
        r'<option value="([A-Z]+)"', manager.get(url).content.decode().split('name="alone_role"')[1]
    )
    assert offered == ["PLC", "ADV", "INT"]
    assert "Say what they come as" in manager.post(url, {"alone": "Amina Yusuf"}).content.decode()
    answer = manager.post(url, {"alone": "Amina Yusuf", "alone_role": "INT"}, follow=True).content.decode()
    assert "Nobody without an agency is told by the portal: ring them." in answer
    assert "Amina Yusuf (interpreter)" in read_meeting(manager, table, "item=introductions")
    row = Invitation.objects.get(meeting=table, name="Amina Yusuf")
    given = manager.get(reverse("mase:answer", args=[table.pk, row.pk]))
    assert "A colleague with an account" not in given.content.decode()
