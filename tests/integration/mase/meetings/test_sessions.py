"""A session of MASE meetings: slots, who is asked, who sees it, and what is refused."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoCaptureOnCommitCallbacks

from cases.family.models import NetworkMember, YesNoUnknown
from cases.record.choices import RiskCategory
from cases.record.models.case import Case
from cases.sharing.services import access, exclusions
from cse_portal.errors import NotAllowedNow, NotPermitted
from cse_portal.jobs.models import Notification
from mase.meetings.choices import AnswerKind, MeetingState
from mase.meetings.errors import (
    ALREADY_BOOKED,
    SESSION_CANCELLED,
    SESSION_FULL,
    SLOT_OUTSIDE,
    SLOT_TAKEN,
    WHY_LATE,
    MeetingRefused,
)
from mase.meetings.models.meeting import Invitation, Meeting, MeetingSession
from mase.meetings.selectors.sessions import next_in_session, own_invitations, session_for, waiting_for_slot
from mase.meetings.services import scheduling, sessions
from mase.meetings.services.answers import Answer
from tests.acting_for import acting_for
from tests.cast import Cast
from tests.factories.cases import make_case, make_child
from tests.factories.meetings import colleague, details, make_session, membership, second_manager

pytestmark = pytest.mark.django_db


def child_called(cast: Cast, name: str, **fields: Any) -> Case:
    """Category 2, with a meeting to book."""
    return make_case(cast, child=make_child(given_name=name), **{"category": RiskCategory.MEDIUM, **fields})


@pytest.fixture(scope="module")
def session(shared_cast: Cast) -> MeetingSession:
    """Nobody is booked in it."""
    return make_session(shared_cast)


@pytest.fixture(scope="module")
def ann(shared_cast: Cast) -> Case:
    return child_called(shared_cast, "Ann")


@pytest.fixture(scope="module")
def bea(shared_cast: Cast) -> Case:
    return child_called(shared_cast, "Bea")


@pytest.fixture(scope="module")
def two(shared_cast: Cast) -> tuple[Meeting, Meeting]:
    """Of two children, one after the other in another session of that day."""
    session = make_session(shared_cast)
    first, second = (
        sessions.book(session=session, case=child_called(shared_cast, name), by=shared_cast.manager)
        for name in ("Cat", "Dee")
    )
    return first, second


def test_children_take_the_next_free_slots_and_are_asked_about_nothing(
    cast: Cast, two: tuple[Meeting, Meeting]
) -> None:
    first, second = two
    assert first.session is not None
    assert [first.scheduled_for, second.scheduled_for] == first.session.times[:2]
    assert (first.chair, first.place, first.child_invited, first.parent_invited) == (
        cast.manager, "Room 2", True, True,
    )  # fmt: skip
    assert first.purpose
    asked = set(first.invitations.exclude(agency=None).values_list("agency__code", flat=True))
    assert {"cse-team", "csc", "police", "health", "education"} <= asked


def test_a_parent_is_not_asked_where_contact_is_not_safe(
    cast: Cast, session: MeetingSession, ann: Case
) -> None:
    NetworkMember.objects.create(
        case=ann, name="Jo", relation="FATHER", contact_safe=YesNoUnknown.NO, contact_reason="Violent",
        recorded_by=cast.practitioner, agency=cast.agency("csc"),
    )  # fmt: skip
    meeting = sessions.book(session=session, case=ann, by=cast.manager)
    assert (meeting.parent_invited, meeting.parent_not_invited) == (False, "NOT_SAFE")
    assert not meeting.invitations.filter(role="PAR").exists()


def test_the_minute_taker_and_the_nurse_for_looked_after_children_come_in_their_roles(
    cast: Cast, ann: Case
) -> None:
    taker = colleague(cast.agency("cse-team"), "Mo Writer")
    nurse = colleague(cast.agency("health"), "Nell Cares", job="Nurse for looked-after children")
    ann.child.legal_status = "C2"
    ann.child.save()
    meeting = sessions.book(session=make_session(cast, minute_taker=taker), case=ann, by=cast.manager)
    roles = dict(meeting.invitations.exclude(person=None).values_list("person", "role"))
    assert (roles[taker.pk], roles[nurse.pk]) == ("MIN", "LACN")


def test_a_restricted_case_is_opened_to_nobody_whom_only_the_session_names(cast: Cast, ann: Case) -> None:
    taker = colleague(cast.agency("cse-team"), "Mo Writer")
    case = access.restrict(
        case=ann, reason_code="PROMINENT", people=[cast.practitioner], lawful_basis="6_1_E", by=cast.manager
    )
    meeting = sessions.book(session=make_session(cast, minute_taker=taker), case=case, by=cast.manager)
    assert not meeting.invitations.filter(person=taker).exists()


@pytest.mark.parametrize(
    ("slot", "refusal"),
    [(0, SLOT_TAKEN), (4, SLOT_OUTSIDE), (None, ALREADY_BOOKED)],
)
def test_a_taken_slot_one_after_the_end_and_a_child_booked_twice_are_refused(
    cast: Cast, two: tuple[Meeting, Meeting], ann: Case, slot: int | None, refusal: str
) -> None:
    session, booked = two[0].session, two[0].case
    assert session is not None
    at = None if slot is None else session.starts_at + slot * dt.timedelta(minutes=10)
    with pytest.raises(NotAllowedNow, match=refusal):
        sessions.book(session=session, case=booked if slot is None else ann, at=at, by=cast.manager)


def test_a_full_a_cancelled_and_a_weekend_session_are_refused(cast: Cast, ann: Case, bea: Case) -> None:
    session = make_session(cast, slots=1)
    sessions.book(session=session, case=ann, by=cast.manager)
    with pytest.raises(MeetingRefused, match=SESSION_FULL):
        sessions.book(session=session, case=bea, by=cast.manager)
    sessions.cancel(session=session, reason="Snow", by=cast.manager)
    with pytest.raises(MeetingRefused, match=SESSION_CANCELLED):
        sessions.book(session=session, case=bea, by=cast.manager)
    christmas = dt.datetime(2026, 12, 25, 9, 30, tzinfo=dt.UTC)
    with pytest.raises(MeetingRefused, match="Date and time: That is a bank holiday"):
        make_session(cast, starts_at=christmas)


def test_a_slot_later_than_the_clock_allows_asks_one_reason(cast: Cast, ann: Case) -> None:
    session, case = make_session(cast, days=40), ann
    with pytest.raises(MeetingRefused, match=WHY_LATE):
        sessions.book(session=session, case=case, by=cast.manager)
    meeting = sessions.book(session=session, case=case, late_reason="AGENCY_UNAVAILABLE", by=cast.manager)
    assert meeting.late_reason == "AGENCY_UNAVAILABLE"


def test_a_slot_taken_by_a_child_one_may_not_see_is_passed_over(
    cast: Cast, session: MeetingSession, ann: Case, bea: Case
) -> None:
    other = second_manager(cast)
    hidden = sessions.book(session=session, case=ann, by=cast.manager)
    exclusions.exclude(case=hidden.case, user=other, reason="Knows the family", by=cast.privacy)
    with acting_for(other):
        made = sessions.book(session=session, case=bea, by=other)
    assert made.scheduled_for == session.times[1]


def test_everybody_is_told_once_and_has_one_entry_in_their_calendar(
    cast: Cast, session: MeetingSession, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    Notification.objects.all().delete()
    with django_capture_on_commit_callbacks(execute=True):
        for name in ("Ann", "Bea", "Cat"):
            sessions.book(session=session, case=child_called(cast, name), by=cast.manager)
    lines = Notification.objects.filter(user=cast.health)
    assert [each.url for each in lines] == [f"/meetings/sessions/{session.pk}/"]
    files = [each for each in mail.outbox if each.to == [cast.health.email] and each.attachments]
    assert len(files) == 1
    with django_capture_on_commit_callbacks(execute=True):
        sessions.cancel(session=session, reason="Snow", by=cast.manager)
    files = [each for each in mail.outbox if each.to == [cast.health.email] and each.attachments]
    assert len(files) == 2
    assert lines.filter(text__contains="session").count() == 2
    assert not Meeting.objects.filter(session=session).exclude(state=MeetingState.CANCELLED).exists()


def test_one_press_answers_for_all_and_holds_for_another_slot(
    cast: Cast, two: tuple[Meeting, Meeting]
) -> None:
    first, second = two
    session = first.session
    assert session is not None
    with acting_for(cast.health):
        assert sessions.answer_all(session=session, given=Answer(AnswerKind.ACCEPT), by=cast.health) == 2
        assert sessions.answer_all(session=session, given=Answer(AnswerKind.ACCEPT), by=cast.health) == 0
    moved = sessions.move(meeting=first, at=session.times[3], by=cast.manager)
    assert (moved.session, moved.scheduled_for) == (session, session.times[3])
    (seat,) = own_invitations(cast.health, [moved])
    assert seat.answer == AnswerKind.ACCEPT
    with pytest.raises(MeetingRefused, match=SLOT_TAKEN):
        sessions.move(meeting=moved, at=second.scheduled_for, by=cast.manager)
    assert Invitation.objects.exclude(answer="").count() == 2


def test_one_answer_sends_a_deputy_to_all_children_of_a_session(
    cast: Cast, two: tuple[Meeting, Meeting]
) -> None:
    session, stands_in = two[0].session, colleague(cast.agency("health"), "Dee Standin")
    assert session is not None
    client = Client()
    client.force_login(cast.health)
    address = f"/meetings/sessions/{session.pk}/answer/"
    assert "Dee Standin" in client.get(address).content.decode()
    typed = {"kind": AnswerKind.DEPUTY, "deputy": str(membership(stands_in).pk)}
    assert client.post(address, typed).status_code == 302
    said = Invitation.objects.filter(deputy_named=stands_in, meeting__in=two)
    assert said.count() == 2
    told = Notification.objects.filter(user=cast.manager, text__contains="sends a deputy")
    assert [each.url for each in told] == [session.get_absolute_url()]


def test_another_day_takes_a_meeting_out_of_its_session(cast: Cast, two: tuple[Meeting, Meeting]) -> None:
    meeting = two[0]
    scheduling.change(
        meeting=meeting, details=details(days=2), reason="Ill", version=meeting.version, by=cast.manager
    )
    meeting.refresh_from_db()
    assert meeting.session is None


def test_a_session_is_seen_by_chairs_and_with_a_meeting_in_it(
    cast: Cast, session: MeetingSession, ann: Case, bea: Case
) -> None:
    for person in (cast.health, cast.duty):
        assert not MeetingSession.objects.visible_to(person).filter(pk=session.pk).exists()
    sessions.book(session=session, case=ann, by=cast.manager)
    with acting_for(cast.health):
        assert session_for(cast.health, session.pk) == session
        with pytest.raises(NotPermitted):
            sessions.book(session=session, case=bea, by=cast.health)
    assert not MeetingSession.objects.visible_to(cast.duty).exists()
    with acting_for(cast.duty):
        assert not MeetingSession.objects.filter(pk=session.pk).exists()


def test_worst_category_and_earliest_deadline_come_first_with_a_session_in_time(
    cast: Cast, ann: Case
) -> None:
    late, soon = make_session(cast, days=40), make_session(cast, days=2)
    cases = [ann, child_called(cast, "Bea", category=RiskCategory.HIGH)]
    rows = waiting_for_slot(cast.manager, cases)
    assert [each.case.child.given_name for each in rows] == ["Bea", "Ann"]
    place = rows[0].place
    assert place is not None
    assert place.session == soon
    assert [each.session for each in rows[0].places if each.late] == [late]


def test_the_next_child_follows_when_a_meeting_ends(cast: Cast, two: tuple[Meeting, Meeting]) -> None:
    first, second = two
    assert next_in_session(cast.manager, first) == second
    assert next_in_session(cast.manager, second) is None


def test_the_page_says_why_a_press_was_refused(cast: Cast, session: MeetingSession, ann: Case) -> None:
    client, case = Client(), ann
    client.force_login(cast.manager)
    address = f"/meetings/sessions/{session.pk}/"
    answer = client.post(f"{address}book/", {"case": case.reference, "slot": "tomorrow"}, follow=True)
    assert "Slot: the session has no such slot." in answer.content.decode()
    answer = client.post(f"{address}book/", {"case": case.reference}, follow=True)
    assert f"{case.child.name} is booked for 9:30am." in answer.content.decode()
    assert client.post(f"{address}move/{uuid.uuid4()}/").status_code == 404
    assert client.post(f"{address}cancel/", {}).status_code == 200


def test_a_session_with_nobody_in_it_is_shown_and_cancelled_and_nobody_is_told(
    cast: Cast, session: MeetingSession
) -> None:
    client = Client()
    client.force_login(cast.manager)
    page = client.get(f"/meetings/sessions/{session.pk}/").content.decode()
    assert "0 children. Chair: " in page
    assert client.get(f"/meetings/sessions/{session.pk}/answer/").status_code == 302, "there is none to give"
    before = Notification.objects.count()
    sessions.cancel(session=session, reason="Snow", by=cast.manager)
    assert Notification.objects.count() == before


def test_the_page_asks_no_more_for_four_children_than_for_one(cast: Cast) -> None:
    client, session = Client(), make_session(cast, slots=6)
    client.force_login(cast.manager)
    cases = [child_called(cast, name) for name in ("Ann", "Bea", "Cat", "Dee", "Eve")]
    asked = []
    for case in cases[:4]:
        sessions.book(session=session, case=case, by=cast.manager)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/meetings/sessions/{session.pk}/").status_code == 200
        asked.append(len(queries))
    assert asked[1] == asked[3]


def test_a_meeting_that_is_taken_out_leads_back_to_its_session_and_frees_its_slot(
    cast: Cast, two: tuple[Meeting, Meeting], ann: Case
) -> None:
    client, meeting, session = Client(), two[0], two[0].session
    client.force_login(cast.manager)
    assert session is not None
    answer = client.post(f"/meetings/{meeting.pk}/cancel/", {"reason": "Moved away"})
    assert answer.headers["Location"] == f"/meetings/sessions/{session.pk}/"
    again = sessions.book(session=session, case=ann, by=cast.manager)
    assert again.scheduled_for == meeting.scheduled_for
