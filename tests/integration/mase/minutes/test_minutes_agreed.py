"""Minutes from draft to agreed: wording, objections and answers, what is frozen, who sees the case after it."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.utils import timezone

from cases.record.choices import RiskCategory
from cases.record.models.case import Case
from cse_portal.access import gate, grants
from cse_portal.access.models import GrantSource
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.errors import NotPermitted
from cse_portal.jobs.models import Notification
from cse_portal.keys import new_key
from cse_portal.ui.presenters import display_date
from mase.meetings.choices import Audience, MinutesState
from mase.meetings.errors import ChangedMeanwhile, MeetingRefused
from mase.meetings.models.agenda import AgendaItem
from mase.meetings.models.meeting import Invitation, Meeting
from mase.meetings.services import sections
from mase.minutes import services as minutes
from mase.minutes.errors import (
    MINUTES_AGREED,
    NOT_SETTLED,
    OBJECTIONS_OVER,
    OBJECTIONS_WAIT,
    WORDING_MISSING,
)
from mase.minutes.models import (
    Minutes,
    MinutesAddendum,
    MinutesCopy,
    MinutesObjection,
    MinutesReader,
    MinutesVersion,
)
from mase.minutes.presenters.minutes import composed
from mase.minutes.selectors.content import agreed_fingerprint, is_unchanged
from mase.plans.models.plan import PlanAction
from mase.tasks import agree_minutes
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories import actions as factory
from tests.factories.cases import LAWFUL_BASIS, make_case, make_child
from tests.factories.meetings import make_meeting, second_manager
from tests.factories.minutes import agreed, circulated, objected
from tests.papers import words_of

pytestmark = pytest.mark.usefixtures("undrawn")
NOTED = "Attendance is at 82 per cent."
WORDED = "Attendance is at 82 per cent this term; she was ill for a week."
APART = "The garage on the High Street."


@pytest.fixture(scope="module")
def case(shared_cast: Cast) -> Case:
    return make_case(shared_cast, child=make_child(given_name="Amara"), category=RiskCategory.MEDIUM)


def held(cast: Cast, case: Case) -> Meeting:
    """Ended; the nurse was asked by name, the police as an agency. Nobody has taken on an action."""
    row = factory.running(cast, case, people=[cast.health], agencies=[cast.agency("police")])
    for code, notes in (("education", NOTED), ("people-places", APART)):
        item = row.agenda.get(code=code)
        sections.save_notes(item=item, notes=notes, version=item.version, by=cast.manager)
    return factory.end(cast, row)


@pytest.fixture(scope="module")
def unsent(shared_cast: Cast) -> Meeting:
    """Its minutes are a draft."""
    return held(shared_cast, make_case(shared_cast, category=RiskCategory.MEDIUM))


@pytest.fixture(scope="module")
def meeting(shared_cast: Cast, case: Case) -> Meeting:
    """Its minutes are out."""
    meeting = held(shared_cast, case)
    circulated(shared_cast, meeting)
    return meeting


def wording(meeting: Meeting, code: str = "education") -> AgendaItem:
    return AgendaItem.objects.select_related("meeting__case").get(meeting=meeting, code=code)


def word(cast: Cast, meeting: Meeting, text: str = WORDED, code: str = "education") -> AgendaItem:
    row = wording(meeting, code)
    return minutes.save_wording(item=row, text=text, version=row.version, by=cast.manager)


def after_objections() -> Any:
    """The day after the last day for objections."""
    return time_machine.travel(timezone.now() + dt.timedelta(days=12), tick=False)


def sent(meeting: Meeting) -> MinutesVersion:
    return MinutesVersion.objects.get(minutes__meeting=meeting)


def text_of(cast: Cast, name: str, meeting: Meeting) -> str:
    return words_of(signed_in(cast, name).get(f"/meetings/{meeting.pk}/minutes.pdf").content)


# ------------------------------------------------------------------------------------------ wording


def test_the_chairs_wording_is_marked_and_the_notes_stay(cast: Cast, unsent: Meeting) -> None:
    word(cast, unsent)
    circulated(cast, unsent)
    text = text_of(cast, "health", unsent)
    assert f"Worded by the chair: {WORDED}" in text
    assert NOTED not in text
    assert AgendaItem.objects.get(meeting=unsent, code="education").notes == NOTED


def test_only_the_chair_words_and_sends_out(cast: Cast, unsent: Meeting) -> None:
    row = wording(unsent)
    for person in (cast.practitioner, cast.health, cast.police):
        with pytest.raises(NotPermitted):
            minutes.save_wording(item=row, text=WORDED, version=1, by=person)
        with pytest.raises(NotPermitted):
            minutes.circulate(compose=composed, meeting=unsent, by=person)


def test_what_was_noted_cannot_be_worded_away(cast: Cast, unsent: Meeting) -> None:
    with pytest.raises(MeetingRefused, match=WORDING_MISSING):
        word(cast, unsent, " ")
    assert wording(unsent).words == NOTED


# ------------------------------------------------------------------------------------------ sent out


def test_everybody_asked_is_told_without_personal_data(cast: Cast, meeting: Meeting) -> None:
    version = sent(meeting)
    told = Notification.objects.filter(url=f"/meetings/{meeting.pk}/minutes/")
    assert {each.user for each in told} >= {cast.health, cast.police}
    assert cast.outsider not in {each.user for each in told}
    assert {each.text for each in told} == {"Minutes of a meeting you were asked to are out."}
    assert version.readers.get(person=cast.health).told_at is not None


def test_nothing_is_sent_out_twice(cast: Cast, meeting: Meeting) -> None:
    with pytest.raises(ChangedMeanwhile):
        minutes.circulate(compose=composed, meeting=meeting, by=cast.manager)


def test_the_chair_sees_who_has_read_them(cast: Cast, meeting: Meeting) -> None:
    version = sent(meeting)
    nurse = signed_in(cast, "health")
    nurse.get(f"/meetings/{meeting.pk}/minutes/")
    nurse.get(f"/meetings/{meeting.pk}/minutes.pdf")
    row = MinutesReader.objects.get(version=version, person=cast.health)
    assert None not in (row.told_at, row.opened_at, row.downloaded_at)
    address, people = f"/meetings/{meeting.pk}/minutes/", (cast.health.full_name, cast.police.full_name)
    page = signed_in(cast, "manager").get(address).content.decode()
    assert [name for name in people if name not in page] == []
    assert "Who has read them" not in nurse.get(address).content.decode()


# ------------------------------------------------------------------------------------------ objections


def test_an_objection_and_its_answer_stand_in_the_next_version(cast: Cast, meeting: Meeting) -> None:
    item = meeting.agenda.get(code="education")
    said = {"item": item, "text": "She was ill for a week."}
    objection = minutes.object_to(meeting=meeting, by=cast.health, **said)
    assert Notification.objects.filter(user=cast.manager, text__contains="objection").exists()
    with pytest.raises(ChangedMeanwhile):
        minutes.object_to(meeting=meeting, by=cast.health, **said)
    with pytest.raises(MeetingRefused, match=OBJECTIONS_WAIT):
        minutes.circulate(compose=composed, meeting=meeting, by=cast.manager)
    minutes.answer(objection=objection, accepted=True, reason="The school confirms it.", by=cast.manager)
    with pytest.raises(ChangedMeanwhile):
        minutes.answer(objection=objection, accepted=False, reason="No.", by=cast.manager)
    with pytest.raises(MeetingRefused, match=NOT_SETTLED), after_objections():
        minutes.agree(meeting=meeting)
    word(cast, meeting)
    assert circulated(cast, meeting).number == 2
    text = text_of(cast, "police", meeting)
    for words in (WORDED, "She was ill for a week.", "Accepted, ", "The school confirms it.", "Version 2"):
        assert words in text, words


def test_objections_end_with_their_last_day(cast: Cast, meeting: Meeting) -> None:
    version = sent(meeting)
    last = version.objections_until
    noon = timezone.make_aware(dt.datetime.combine(last, dt.time(12)))
    with time_machine.travel(noon, tick=False):
        objected(meeting, by=cast.health)
    with (
        time_machine.travel(noon + dt.timedelta(days=1), tick=False),
        pytest.raises(MeetingRefused, match=OBJECTIONS_OVER),
    ):
        objected(meeting, by=cast.police)


def test_who_sees_the_case_and_has_no_part_in_the_meeting_does_not_object(
    cast: Cast, meeting: Meeting
) -> None:
    Invitation.objects.filter(meeting=meeting, person=cast.health).delete()
    with pytest.raises(NotPermitted):
        objected(meeting, by=cast.health)
    assert signed_in(cast, "health").get(f"/meetings/{meeting.pk}/minutes/object/").status_code == 403


def test_an_objection_about_the_restricted_part_stays_there(cast: Cast, meeting: Meeting) -> None:
    apart = meeting.agenda.get(code="people-places")
    with pytest.raises(NotPermitted):
        minutes.object_to(meeting=meeting, item=apart, text="No.", by=cast.health)
    with pytest.raises(NotPermitted):
        minutes.object_to(meeting=meeting, text="No.", restricted=True, by=cast.health)
    said = {"item": apart, "text": "It was the car park behind it."}
    objection = minutes.object_to(meeting=meeting, by=cast.police, **said)
    assert objection.restricted
    pages = {
        name: signed_in(cast, name).get(f"/meetings/{meeting.pk}/minutes/").content.decode()
        for name in ("manager", "police", "health")
    }
    assert [said["text"] in pages[name] for name in ("manager", "police", "health")] == [True, True, False]
    minutes.answer(objection=objection, accepted=True, reason="The car park, yes.", by=cast.manager)
    circulated(cast, meeting)
    assert said["text"] in text_of(cast, "police", meeting)
    assert "car park" not in text_of(cast, "health", meeting)


def without_restricted_part(case: Case, *holders: User | Agency) -> None:
    """These were not given what is for professionals only."""
    for holder in holders:
        grants.withdraw(case, frm=holder, by=None, reason="For a test", codenames=["view_restricted_minutes"])


def test_a_restricted_objection_that_the_chair_may_not_read_is_answered_by_who_may(
    cast: Cast, meeting: Meeting, case: Case
) -> None:
    second = second_manager(cast)
    said = {"item": meeting.agenda.get(code="people-places"), "text": "It was the car park behind it."}
    without_restricted_part(
        case, cast.manager, cast.agency("cse-team"), cast.practitioner, cast.agency("csc")
    )
    grants.give(
        case, to=second, codenames=["view_case", "change_case", "view_restricted_minutes"], by=cast.manager,
        source=GrantSource.SHARE, reason="For a test", lawful_basis=LAWFUL_BASIS,
    )  # fmt: skip
    Notification.objects.all().delete()
    objection = minutes.object_to(meeting=meeting, by=cast.police, **said)
    told = Notification.objects.filter(text__contains="objection").values_list("user__full_name", flat=True)
    assert set(told) == {second.full_name}
    address = f"/meetings/{meeting.pk}/minutes/"
    page = signed_in(cast, "manager").get(address).content.decode()
    assert "1 objection waits for an answer. 1 of them is not shown to you." in page
    assert "car park" not in page
    assert f"objections/{objection.pk}" not in page
    with pytest.raises(NotPermitted):
        minutes.answer(objection=objection, accepted=False, reason="No.", by=cast.manager)
    with pytest.raises(NotPermitted):
        minutes.answer(objection=objection, accepted=True, reason="It was.", by=cast.police)
    minutes.answer(objection=objection, accepted=False, reason="The owner says otherwise.", by=second)
    with after_objections():
        assert minutes.agree(meeting=meeting).state == MinutesState.AGREED


# ------------------------------------------------------------------------------------------ agreed


def test_they_are_agreed_by_themselves_the_morning_after_the_last_day(cast: Cast, meeting: Meeting) -> None:
    version = sent(meeting)
    day = display_date(version.objections_until + dt.timedelta(days=1))
    page = signed_in(cast, "health").get(f"/meetings/{meeting.pk}/minutes/").content.decode()
    assert f"Agreed by themselves on {day}, if nobody objects." in page
    assert agree_minutes() == 0
    with after_objections():
        assert (agree_minutes(), agree_minutes()) == (1, 0)
    row = Minutes.objects.get(meeting=meeting)
    assert row.state == MinutesState.AGREED
    assert AuditEvent.objects.get(action=Action.MINUTES_AGREED).actor is None


def test_an_objection_stops_that_until_it_is_answered_and_sent_out_again(
    cast: Cast, meeting: Meeting
) -> None:
    objections = [objected(meeting, by=each) for each in (cast.health, cast.police)]
    with after_objections():
        assert agree_minutes() == 0
        minutes.answer(objection=objections[0], accepted=False, reason="No.", by=cast.manager)
        assert agree_minutes() == 0
        minutes.answer(objection=objections[1], accepted=True, reason="It was.", by=cast.manager)
        assert agree_minutes() == 0  # what changed is sent out first
        circulated(cast, meeting)
        assert agree_minutes() == 0
        with after_objections():
            assert agree_minutes() == 1


def test_agreed_minutes_carry_their_fingerprint(cast: Cast, meeting: Meeting) -> None:
    row = agreed(cast, meeting)
    assert row.sha256 == agreed_fingerprint(row.versions.get())
    text = text_of(cast, "practitioner", meeting)
    assert row.sha256 in text.replace(" ", "")
    assert "Agreed on" in text
    page = signed_in(cast, "practitioner").get(f"/meetings/{meeting.pk}/minutes/").content.decode()
    assert row.sha256 in page
    assert "nothing has been changed since" in page


def test_what_is_agreed_is_what_was_sent_out_and_the_objections(cast: Cast, unsent: Meeting) -> None:
    word(cast, unsent)
    circulated(cast, unsent)
    objection = objected(unsent, by=cast.health, text="It was a Tuesday.")
    minutes.answer(objection=objection, accepted=False, reason="The diary says Monday.", by=cast.manager)
    row = agreed(cast, unsent)
    page = MinutesCopy.objects.get(version__minutes=row, audience=Audience.FULL).page
    for words in (WORDED, APART, "same things"):
        assert words in page, words
    assert is_unchanged(row)
    MinutesObjection.objects.update(answer="The diary says Sunday.")
    assert not is_unchanged(row)


def test_postgresql_refuses_to_change_what_is_agreed(cast: Cast, meeting: Meeting) -> None:
    agreed(cast, meeting)
    minutes.add_addendum(meeting=meeting, key=new_key(), text="It was Tuesday.", by=cast.manager)
    for change in (
        lambda: Minutes.objects.update(sha256="0" * 64),
        lambda: MinutesCopy.objects.update(page="{}"),
        lambda: MinutesAddendum.objects.update(text="Other"),
        lambda: MinutesVersion.objects.update(made_at=timezone.now()),
    ):
        with pytest.raises(DatabaseError, match="agreed|never changed"), transaction.atomic():
            change()


def test_services_say_that_agreed_minutes_stay(cast: Cast, meeting: Meeting) -> None:
    agreed(cast, meeting)
    for step in (
        lambda: word(cast, meeting),
        lambda: minutes.circulate(compose=composed, meeting=meeting, by=cast.manager),
        lambda: minutes.agree(meeting=meeting),
        lambda: objected(meeting, by=cast.practitioner),
    ):
        with pytest.raises(MeetingRefused, match=MINUTES_AGREED):
            step()


# ------------------------------------------------------------------------------------------ added to


def test_a_correction_stands_after_the_minutes_in_a_chain(cast: Cast, meeting: Meeting) -> None:
    with pytest.raises(ChangedMeanwhile):
        minutes.add_addendum(meeting=meeting, key=new_key(), text="Early", by=cast.manager)
    row, key = agreed(cast, meeting), new_key()
    first = minutes.add_addendum(meeting=meeting, key=key, text="It was a Tuesday.", by=cast.manager)
    assert minutes.add_addendum(meeting=meeting, key=key, text="Again", by=cast.manager) == first
    apart = "The car park behind the garage."
    second = minutes.add_addendum(
        meeting=meeting, key=new_key(), text=apart, restricted=True, by=cast.manager
    )
    assert (first.follows, second.follows) == (row.sha256, first.sha256)
    assert is_unchanged(row)
    text = text_of(cast, "practitioner", meeting)
    assert text.index("Added after these minutes were agreed") < text.index("It was a Tuesday.")
    assert apart in text


# ------------------------------------------------------------------------------------------ sight of the case


def sees(cast: Cast, name: str, case: Case) -> bool:
    return gate.can(cast.people[name], Permission.CASE_VIEW, case)


def test_sight_through_the_meeting_ends_when_its_minutes_are_agreed(
    cast: Cast, meeting: Meeting, case: Case
) -> None:
    assert sees(cast, "health", case)
    assert sees(cast, "police", case)
    agreed(cast, meeting)
    assert not sees(cast, "health", case)
    assert not sees(cast, "police", case)
    assert sees(cast, "practitioner", case)
    withdrawn = AuditEvent.objects.filter(action=Action.ACCESS_WITHDRAWN, case_id=case.pk)
    assert {event.reason for event in withdrawn} == {"The minutes of the meeting were agreed"}


def test_who_owns_an_unfinished_action_keeps_it(cast: Cast) -> None:
    case = make_case(cast, category=RiskCategory.MEDIUM)
    row = factory.running(cast, case, people=[cast.health], agencies=[cast.agency("police")])
    action = factory.agreed(cast, row)
    ended = factory.end(cast, row)
    agreed(cast, ended)
    assert sees(cast, "health", case)
    assert not sees(cast, "police", case)
    assert PlanAction.objects.get(pk=action.pk).is_open


def test_who_is_asked_to_the_meeting_ahead_sees_the_case_through_that(
    cast: Cast, meeting: Meeting, case: Case
) -> None:
    ahead = make_meeting(
        cast, Case.objects.get(pk=case.pk), agencies=[cast.agency("police")], people=[cast.health]
    )
    assert ahead.invitations.get(person=cast.health).gave_access
    agreed(cast, meeting)
    assert sees(cast, "health", case)
    assert sees(cast, "police", case)
    assert gate.can(cast.health, Permission.MEETING_VIEW, Meeting.objects.get(pk=ahead.pk))
