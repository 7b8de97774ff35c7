"""The list of recipients: who gets the minutes, by default and by the chair's choice; nothing else is hidden."""

from typing import Any

import pytest
from django.urls import reverse

from cases.record.models.case import Case
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.jobs.models import Notification
from mase.meetings.choices import MINUTE_TAKER, AnswerKind, AttendanceCode
from mase.meetings.errors import WRITER_SAYS_WHO, MeetingRefused
from mase.meetings.models.meeting import Meeting
from mase.meetings.services import answers, ending, invitations, sections
from mase.meetings.services.invitations import Asked
from mase.minutes import services as minutes
from mase.minutes.models import Minutes, MinutesReader, MinutesRecipient
from mase.minutes.presenters.minutes import person
from mase.minutes.selectors.circulation import candidates
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories import actions as factory
from tests.factories.cases import make_case, share_with
from tests.factories.meetings import colleague, make_meeting, membership, read_meeting
from tests.factories.minutes import circulated

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def case(shared_cast: Cast) -> Case:
    """Shared with the hospital, which is asked to no meeting."""
    cast = shared_cast
    row = make_case(cast)
    share_with(row, cast.agency("hospital"), by=cast.manager)
    return row


@pytest.fixture(scope="module")
def meeting(shared_cast: Cast, case: Case) -> Meeting:
    """The nurse came. The school and the police did not; the police owe an action."""
    cast = shared_cast
    agencies = [cast.agency("police"), cast.agency("housing")]
    row = factory.running(cast, case, people=[cast.health, cast.outsider], agencies=agencies)
    item = row.agenda.get(code="education")
    sections.save_notes(item=item, notes="She is at school.", version=item.version, by=cast.manager)
    factory.agreed(cast, row, agency=cast.agency("police"))
    written = factory.end_later(cast, row)
    for who in (
        {"person": cast.outsider},
        {"agency": cast.agency("police")},
        {"agency": cast.agency("housing")},
    ):
        answer = {row.invitations.get(**who).pk: sections.Came(AttendanceCode.APOLOGIES)}
        sections.record_attendance(meeting=written, answers=answer, by=cast.manager)
    return ending.end(meeting=written, by=cast.manager, no_quorum_reason="The others sent apologies.")


def opens(user: User, meeting: Meeting) -> bool:
    """As the gate and the list of minutes say it alike."""
    user, meeting = User.objects.get(pk=user.pk), Meeting.objects.get(pk=meeting.pk)
    listed = Minutes.objects.visible_to(user).filter(meeting=meeting).exists()
    assert gate.can(user, Permission.MINUTES_VIEW, meeting) is listed
    return listed


def chosen(meeting: Meeting, *also: Any, without: Any = None) -> list[Any]:
    offered = candidates(Minutes.objects.select_related("meeting__case").get(meeting=meeting))
    keys = {each.holder.pk for each in offered if each.listed} | {each.pk for each in also}
    return [key for key in keys if without is None or key != without.pk]


def test_the_list_begins_with_who_attended_and_who_owns_an_action(cast: Cast, meeting: Meeting) -> None:
    nurse_and_police = {"health": True, "police": True, "outsider": False, "duty": False, "manager": True}
    assert {name: opens(getattr(cast, name), meeting) for name in nurse_and_police} == nurse_and_police
    assert not MinutesRecipient.objects.filter(agency=cast.agency("housing")).exists()


def test_who_is_not_on_it_reads_the_record_and_opens_no_minutes(cast: Cast, meeting: Meeting) -> None:
    circulated(cast, meeting)
    client = signed_in(cast, "outsider")
    assert "She is at school." in read_meeting(client, meeting, "item=education")
    for page in ("minutes/", "minutes.pdf", "minutes/object/"):
        assert client.get(f"/meetings/{meeting.pk}/{page}").status_code == 404, page
    told = MinutesReader.objects.filter(told_at__isnull=False).values_list("person", flat=True)
    assert cast.outsider.pk not in told
    assert cast.health.pk in told


def test_the_chair_ticks_who_gets_them_as_they_are_sent_out(cast: Cast, meeting: Meeting) -> None:
    client, address = signed_in(cast, "manager"), reverse("mase:minutes-circulate", args=[meeting.pk])
    hospital = cast.agency("hospital")
    ticks, _, others = client.get(address).content.decode().partition("Somebody else who has the case")
    assert str(hospital.pk) in others
    assert str(hospital.pk) not in ticks, "it was not asked to the meeting"
    ticked = {"recipients": chosen(meeting, without=cast.health), "other": hospital.pk}
    assert client.post(address, ticked).status_code == 302
    assert opens(cast.duty, meeting)
    assert not opens(cast.health, meeting)
    assert MinutesRecipient.objects.filter(agency=cast.agency("hospital"), person=None).exists()


def test_somebody_may_be_added_later_and_is_told_then(cast: Cast, meeting: Meeting) -> None:
    circulated(cast, meeting)
    Notification.objects.all().delete()
    client, address = signed_in(cast, "manager"), reverse("mase:minutes-people", args=[meeting.pk])
    for _ in ("once", "and again"):
        assert client.post(address, {"recipients": chosen(meeting, cast.outsider)}).status_code == 302
    [line] = Notification.objects.all()
    assert (line.user, line.text) == (cast.outsider, "Minutes of a meeting you were asked to are out.")
    assert opens(cast.outsider, meeting)
    [event] = AuditEvent.objects.filter(action=Action.MINUTES_RECIPIENTS)
    assert event.detail["added"] == [str(cast.outsider.pk)]
    assert client.post(address, {"recipients": chosen(meeting, without=cast.outsider)}).status_code == 302
    assert not opens(cast.outsider, meeting)


def test_only_who_sees_the_case_is_offered_and_only_the_chair_chooses(cast: Cast, meeting: Meeting) -> None:
    keys = [*chosen(meeting), cast.leaver.pk]
    minutes.choose_recipients(meeting=meeting, keys=keys, by=cast.manager)
    assert not MinutesRecipient.objects.filter(person=cast.leaver).exists()
    for page in ("minutes-people", "minutes-circulate"):
        assert signed_in(cast, "health").get(reverse(f"mase:{page}", args=[meeting.pk])).status_code == 403


def test_who_leaves_their_agency_does_not_take_the_minutes_along(cast: Cast, meeting: Meeting) -> None:
    MinutesRecipient.objects.filter(person=cast.health).update(agency=cast.agency("housing"))
    assert not opens(cast.health, meeting)


def test_the_minute_takers_deputy_sends_nobody_else(cast: Cast, case: Case) -> None:
    names = ("Clara Clerk", "Bob Moss", "Tess Quill")
    clara, bob, third = (colleague(cast.agency("csc"), name) for name in names)
    row = make_meeting(cast, case, people=[cast.health])
    invitations.invite(meeting=row, asked=[Asked.of(membership(clara), MINUTE_TAKER)], by=cast.manager)

    def send(deputy: User, by: User) -> None:
        seat = row.invitations.select_related("meeting__case").get(person=clara)
        answers.answer(invitation=seat, given=answers.Answer(AnswerKind.DEPUTY, deputy=deputy), by=by)

    send(bob, by=clara)
    with pytest.raises(MeetingRefused, match=WRITER_SAYS_WHO):
        send(third, by=bob)
    send(third, by=cast.manager)
    assert gate.can(third, Permission.MEETING_NOTE, row)


@pytest.fixture(scope="module")
def written(shared_cast: Cast) -> Meeting:
    """The police were asked to it, and the chair has only to end it."""
    row = factory.running(shared_cast, make_case(shared_cast), agencies=[shared_cast.agency("police")])
    return factory.end_later(shared_cast, row)


@pytest.mark.parametrize(("named", "everybody"), [(True, False), (False, True)])
def test_of_an_agency_the_person_who_came_gets_them(
    cast: Cast, written: Meeting, named: bool, everybody: bool
) -> None:
    """Everybody there only where nobody knows who came."""
    police = cast.agency("police")
    came = sections.Came(AttendanceCode.ATTENDED, cast.police.full_name if named else "")
    answer = {written.invitations.get(agency=police).pk: came}
    sections.record_attendance(meeting=written, answers=answer, by=cast.manager)
    ended = ending.end(meeting=written, by=cast.manager, no_quorum_reason="The others sent apologies.")
    rows = MinutesRecipient.objects.filter(minutes__meeting=ended, agency=police)
    assert [each.person for each in rows] == [None if everybody else cast.police]


@pytest.fixture(scope="module")
def booked(shared_cast: Cast) -> Meeting:
    """The nurse was asked by name, the police as an agency."""
    cast = shared_cast
    return make_meeting(cast, make_case(cast), people=[cast.health], agencies=[cast.agency("police")])


@pytest.mark.parametrize(
    ("given", "who", "printed"),
    [
        (None, "Named nurse", "Not marked"),
        (answers.Answer(AnswerKind.ACCEPT), "Named nurse", "Attended"),
        (answers.Answer(AnswerKind.DECLINE, "On leave"), "Named nurse", "Not marked"),
        (answers.Answer(AnswerKind.DEPUTY, deputy_name="Tess Quill"), "Tess Quill for", "Deputy attended"),
    ],
)
def test_one_press_marks_all_who_accepted_as_there(
    cast: Cast, booked: Meeting, given: answers.Answer | None, who: str, printed: str
) -> None:
    row = booked
    seats = row.invitations.select_related("meeting__case")
    if given:
        answers.answer(invitation=seats.get(person=cast.health), given=given, by=cast.health)
    answers.answer(
        invitation=seats.get(agency=cast.agency("police")),
        given=answers.Answer(AnswerKind.ACCEPT),
        by=cast.police,
    )
    ending.start(meeting=row, by=cast.manager)
    url = reverse("mase:section", args=[row.pk, "accepted", row.pk])
    assert "Saved." in signed_in(cast, "manager").post(url, follow=True).content.decode()
    told = dict(map(person, row.invitations.all()))
    [nurse] = [name for name in told if ", Health" in name]
    assert told[nurse] == printed
    assert nurse.startswith(who if "for" in who else cast.health.full_name)
    [officer] = [name for name in told if ", Police" in name]
    assert officer.startswith(cast.police.full_name)
    assert told[officer] == "Attended"
