"""Nobody undoes for themselves what the chair decided: not in the minute taker's place, nor by a seat or lead since."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from cases.models import Case
from cases.services.access import restrict, share
from cases.services.episodes import Check, close_case, reopen_case
from cases.services.leads import assign_lead
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import User
from cse_portal.accounts.services import add_person
from cse_portal.reference.selectors import codes
from mase.choices import MINUTE_TAKER, AnswerKind
from mase.errors import DeputyTakesMinutes, MinuteTakerLeftOut, StaysOnTheList
from mase.models import AgendaItem, Invitation, LeftOut, MaseMeeting
from mase.selectors.answers import answers_to
from mase.selectors.circulation import circulation
from mase.services import answers, ending, invitations, scheduling, sections
from mase.services.answers import Answer
from mase.services.sections import Edit
from tests.access.test_addresses import signed_in
from tests.access.test_attacks import move
from tests.access.test_second_layer import sent
from tests.acting_for import acting_for
from tests.cast import Cast
from tests.factories import actions as factory
from tests.factories.meetings import make_meeting, membership
from tests.integration.mase.test_left_out import (
    SAID,
    after_all,
    case,
    everybody,
    files,
    leave,
    stopped,
    words,
)

__all__ = ["case", "everybody", "files"]
pytestmark = pytest.mark.django_db


def colleague(cast: Cast, name: str, agency: str) -> User:
    email = f"{name.split()[0].lower()}@example.org"
    return add_person(email=email, full_name=name, agency=cast.agency(agency), role=Role.PRACTITIONER)


def reads(user: User, meeting: MaseMeeting) -> bool:
    """What was said: as the gate and PostgreSQL say it alike."""
    user, meeting = (
        User.objects.get(pk=user.pk),
        MaseMeeting.objects.select_related("case").get(pk=meeting.pk),
    )
    by_gate = gate.can(user, Permission.MINUTES_VIEW, meeting)
    assert MaseMeeting.objects.read_by(user).filter(pk=meeting.pk).exists() == by_gate
    with acting_for(user):
        assert AgendaItem.objects.filter(meeting=meeting, restricted=False).exists() == by_gate
    return by_gate


def has_pen(user: User, meeting: MaseMeeting) -> bool:
    meeting = MaseMeeting.objects.select_related("case").get(pk=meeting.pk)
    return gate.can(User.objects.get(pk=user.pk), Permission.MEETING_NOTE, meeting)


def send(seat: Invitation, deputy: User, *, by: User) -> None:
    seat = Invitation.objects.select_related("meeting__case").get(pk=seat.pk)
    answers.answer(invitation=seat, given=Answer(AnswerKind.DEPUTY, deputy=deputy), by=by)


def getting(meeting: MaseMeeting) -> set[object]:
    """Whom the chair's list says get the minutes."""
    return {each.holder for each in circulation(MaseMeeting.objects.get(pk=meeting.pk)).getting}


# ------------------------------------------------------------------------------------------ the minute taker's place


@pytest.fixture
def clara(everybody: Cast) -> User:
    return colleague(everybody, "Clara Clerk", "csc")


@pytest.fixture
def booked(everybody: Cast, case: Case, clara: User) -> MaseMeeting:
    """Clara takes the minutes; Priya, of the same agency, is left out of them."""
    cast = everybody
    meeting = make_meeting(cast, case, people=[cast.health])
    invitations.invite(
        meeting=meeting, agencies=[], people=[membership(clara)], role=MINUTE_TAKER, by=cast.manager
    )
    leave(cast, meeting, cast.practitioner)
    return meeting


@pytest.fixture
def seat(booked: MaseMeeting, clara: User) -> Invitation:
    return booked.invitations.get(person=clara)


def test_who_was_left_out_does_not_take_the_minute_takers_place(
    everybody: Cast, booked: MaseMeeting, seat: Invitation
) -> None:
    cast = everybody
    with pytest.raises(DeputyTakesMinutes):
        send(seat, cast.practitioner, by=cast.practitioner)
    typed = {"kind": "deputy", "deputy": str(membership(cast.practitioner).pk), "deputy_name": ""}
    page = signed_in(cast, "practitioner").post(f"/meetings/{booked.pk}/answers/{seat.pk}/", typed)
    assert "Only the chair, or whoever was asked to take the minutes" in page.content.decode()
    assert not has_pen(cast.practitioner, booked)
    assert not seat.answers.exists()


def test_nobody_gives_her_the_pen_and_only_the_chair_learns_why(
    everybody: Cast, booked: MaseMeeting, seat: Invitation, clara: User
) -> None:
    cast = everybody
    with pytest.raises(MinuteTakerLeftOut):
        send(seat, cast.practitioner, by=cast.manager)
    with acting_for(clara):
        send(seat, cast.practitioner, by=clara)
    assert answers_to(booked)[seat.pk].deputy == cast.practitioner, "the chair reads it"
    seat.refresh_from_db()
    assert (seat.deputy, has_pen(cast.practitioner, booked), has_pen(clara, booked)) == (None, False, True)
    after_all(cast, LeftOut.objects.get())
    send(seat, cast.practitioner, by=cast.manager)
    assert has_pen(cast.practitioner, booked)


def test_the_minute_takers_deputy_sends_nobody_else(
    everybody: Cast, booked: MaseMeeting, seat: Invitation, clara: User
) -> None:
    cast = everybody
    bob, third = colleague(cast, "Bob Moss", "csc"), colleague(cast, "Tess Quill", "csc")
    send(seat, bob, by=clara)
    assert (has_pen(bob, booked), has_pen(clara, booked)) == (True, False)
    with pytest.raises(DeputyTakesMinutes):
        send(seat, third, by=bob)
    send(seat, third, by=cast.manager)
    assert (has_pen(third, booked), has_pen(bob, booked)) == (True, False)


def test_whom_the_chair_left_out_by_name_reads_and_writes_nothing_whatever_seat_is_theirs(
    everybody: Cast, booked: MaseMeeting, seat: Invitation
) -> None:
    """However such a row came to be."""
    cast = everybody
    since = timezone.now()
    Invitation.objects.filter(pk=seat.pk).update(deputy=cast.practitioner, deputy_since=since)
    assert not has_pen(cast.practitioner, booked)
    booked.refresh_from_db()
    assert not reads(cast.practitioner, stopped_after(cast, booked))


def stopped_after(cast: Cast, meeting: MaseMeeting) -> MaseMeeting:
    """It began, something was said, and it is booked again."""
    ending.start(meeting=meeting, by=cast.manager, nobody_invited_reason="Everybody was rung")
    item = meeting.agenda.get(code="placement")
    sections.save_notes(item=item, notes=f"She was seen at {SAID}.", edit=Edit(item.version), by=cast.manager)
    return stopped(cast, meeting, "booked again")


def test_whoever_was_left_out_by_name_is_not_asked_to_take_them(everybody: Cast, booked: MaseMeeting) -> None:
    cast = everybody
    leave(cast, booked, cast.police)
    assert not booked.invitations.filter(person=cast.police).exists()
    asked = {"agencies": [], "people": [membership(cast.police)], "role": MINUTE_TAKER, "by": cast.manager}
    with pytest.raises(MinuteTakerLeftOut):
        invitations.invite(meeting=booked, **asked)
    after_all(cast, LeftOut.objects.get(person=cast.police))
    invitations.invite(meeting=booked, **asked)
    assert has_pen(cast.police, booked)


def test_an_agencys_row_is_not_about_whom_the_chair_asked_to_take_the_minutes(
    everybody: Cast, booked: MaseMeeting, seat: Invitation, clara: User
) -> None:
    cast = everybody
    leave(cast, booked, cast.agency("csc"))
    with pytest.raises(StaysOnTheList):
        leave(cast, booked, clara)
    tess = colleague(cast, "Tess Quill", "csc")
    with acting_for(clara):
        send(seat, tess, by=clara)
    assert (has_pen(tess, booked), has_pen(clara, booked)) == (False, True), (
        "one of those left out is not sent"
    )
    assert reads(clara, stopped_after(cast, booked))


# ------------------------------------------------------------------------------------------ an agency's row


@pytest.fixture
def going_on(everybody: Cast, case: Case) -> MaseMeeting:
    """It runs, and something was said; the police were asked as an agency."""
    cast = everybody
    meeting = factory.running(cast, case, people=[cast.health], agencies=[cast.agency("police")])
    item = meeting.agenda.get(code="placement")
    sections.save_notes(item=item, notes=f"She was seen at {SAID}.", edit=Edit(item.version), by=cast.manager)
    return meeting


def of_police(cast: Cast, meeting: MaseMeeting) -> Invitation:
    return meeting.invitations.get(agency=cast.agency("police"), person=None)


def test_whoever_sends_themselves_for_an_agency_that_was_left_out_stays_left_out(
    everybody: Cast, going_on: MaseMeeting
) -> None:
    cast = everybody
    leave(cast, going_on, cast.agency("police"))
    row = stopped(cast, going_on, "booked again")
    assert not reads(cast.police, row)
    owen, url = signed_in(cast, "police"), f"/meetings/{row.pk}/"
    typed = {"kind": "deputy", "deputy": str(membership(cast.police).pk), "deputy_name": ""}
    assert owen.post(f"{url}answers/{of_police(cast, row).pk}/", typed).status_code == 302
    assert of_police(cast, row).deputy == cast.police
    assert not reads(cast.police, row)
    assert SAID not in words(owen.get(url))
    assert owen.get(f"{url}papers.pdf").status_code == 404
    assert cast.police not in getting(row)
    # The chair decides again, who knows by now that he comes.
    after_all(cast, LeftOut.objects.get())
    leave(cast, row, cast.agency("police"))
    assert reads(cast.police, row)
    assert cast.police in getting(row)


def test_whom_an_agency_had_sent_before_is_spared_also_when_he_answers_again(
    everybody: Cast, case: Case
) -> None:
    cast = everybody
    meeting = make_meeting(cast, case, agencies=[cast.agency("police")], people=[cast.health])
    send(of_police(cast, meeting), cast.police, by=cast.police)
    leave(cast, meeting, cast.agency("police"))
    row = stopped_after(cast, meeting)
    assert reads(cast.police, row)
    send(of_police(cast, row), cast.police, by=cast.police)
    assert reads(cast.police, row)
    assert cast.police in getting(row)
    # Somebody else comes, and then he again: of his own accord.
    other = colleague(cast, "Lena Thorne", "police")
    for deputy in (other, cast.police):
        send(of_police(cast, row), deputy, by=cast.police)
        assert not reads(deputy, row)
    assert not reads(other, row)


def test_whoever_is_asked_by_name_since_stays_left_out_too(everybody: Cast, going_on: MaseMeeting) -> None:
    """Priya works on the case and may ask whom she likes; who reads what was said is the chair's."""
    cast = everybody
    leave(cast, going_on, cast.agency("csc"), cast.agency("police"))
    row = stopped(cast, going_on, "booked again")
    bob = colleague(cast, "Bob Moss", "csc")
    invitations.invite(
        meeting=row, agencies=[], people=[membership(bob), membership(cast.police)], by=cast.practitioner
    )
    assert not reads(bob, row)
    assert not reads(cast.police, row)
    assert {bob, cast.police}.isdisjoint(getting(row))
    assert reads(cast.practitioner, row), "asked by name before"


def test_what_comes_along_is_kept_from_whom_the_next_booking_names(
    everybody: Cast, going_on: MaseMeeting
) -> None:
    cast = everybody
    leave(cast, going_on, cast.agency("police"))
    stopped(cast, going_on, "cancelled")
    new = make_meeting(cast, going_on.case, agencies=[], people=[cast.police], by=cast.practitioner)
    assert not reads(cast.police, new)
    after_all(cast, new.left_out.get())
    leave(cast, new, cast.agency("police"))
    assert reads(cast.police, new)


def test_whom_the_chair_spared_is_spared_at_the_meeting_booked_after_one_that_was_cancelled(
    everybody: Cast, case: Case
) -> None:
    """Hugh is asked by name and Owen is sent, when Maya leaves both their agencies out; Priya books the next and asks
    them again. Who comes for the first time then is left out with their colleagues.
    """
    cast = everybody
    nora, lena = colleague(cast, "Nora Finch", "housing"), colleague(cast, "Lena Thorne", "police")
    police, housing = cast.agency("police"), cast.agency("housing")
    first = make_meeting(cast, case, agencies=[police, housing], people=[cast.health, cast.housing])
    with acting_for(cast.police):
        send(of_police(cast, first), cast.police, by=cast.police)
    ending.start(meeting=first, by=cast.manager, nobody_invited_reason="Everybody was rung")
    said = sections.Voice(obtained=True, words=f"I was at {SAID}.", heard_by="Maya Chandler")
    sections.save_voice(voice=first.voice, said=said, edit=Edit(first.voice.version), by=cast.manager)
    leave(cast, first, police, housing)
    assert {cast.housing, cast.police} <= getting(first)
    stopped(cast, first, "cancelled")

    with acting_for(cast.practitioner):
        new = make_meeting(cast, case, agencies=[police], people=[cast.housing, nora], by=cast.practitioner)
    assert (reads(cast.housing, new), reads(nora, new)) == (True, False)
    assert SAID in words(signed_in(cast, "housing").get(f"/meetings/{new.pk}/"))
    assert not reads(cast.police, new), "nobody has sent him yet"
    for deputy, spared in ((cast.police, True), (lena, False)):
        with acting_for(cast.police):
            send(of_police(cast, new), deputy, by=cast.police)
        assert reads(deputy, new) is spared
    assert {cast.housing, nora, lena} & getting(new) == {cast.housing}


def test_who_was_sent_to_the_one_that_was_cancelled_is_spared_when_asked_by_name(
    everybody: Cast, going_on: MaseMeeting
) -> None:
    """And a seat nobody was left out of is as old as it is: from it counts what is due."""
    cast = everybody
    seat = going_on.invitations.get(person=cast.health)
    Invitation.objects.filter(agency=cast.agency("police")).update(
        deputy=cast.police, deputy_since=timezone.now()
    )
    leave(cast, going_on, cast.agency("police"))
    stopped(cast, going_on, "cancelled")
    new = make_meeting(
        cast, going_on.case, agencies=[], people=[cast.police, cast.health], by=cast.practitioner
    )
    assert reads(cast.police, new)
    assert new.invitations.get(person=cast.health).invited_at > seat.invited_at


def test_whoever_came_only_after_the_chair_had_decided_is_not_spared_at_the_next(
    everybody: Cast, going_on: MaseMeeting
) -> None:
    cast = everybody
    leave(cast, going_on, cast.agency("police"))
    row = stopped(cast, going_on, "booked again")
    send(of_police(cast, row), cast.police, by=cast.police)
    scheduling.cancel(meeting=row, reason="Snow", by=cast.manager)
    new = make_meeting(cast, going_on.case, agencies=[], people=[cast.police], by=cast.practitioner)
    assert not reads(cast.police, new)


def test_whoever_makes_themselves_lead_professional_stays_left_out_with_their_agency(
    everybody: Cast, going_on: MaseMeeting
) -> None:
    cast = everybody
    bob = colleague(cast, "Bob Moss", "csc")
    row = factory.end(cast, going_on)
    leave(cast, row, cast.agency("csc"))
    lead(cast, bob)
    assert not reads(bob, row)
    assert bob not in getting(row)
    assert reads(cast.practitioner, row), "she led it then, and was asked by name"
    told = after_all(cast, LeftOut.objects.get())
    assert reads(bob, row)
    leave(cast, row, cast.agency("csc"))
    assert reads(bob, row), "the chair decided of an agency whose lead he was"
    assert told.is_out is False


def test_whoever_led_it_when_the_chair_decided_is_spared_without_a_seat(
    everybody: Cast, going_on: MaseMeeting
) -> None:
    cast = everybody
    bob, tess = colleague(cast, "Bob Moss", "csc"), colleague(cast, "Tess Quill", "csc")
    lead(cast, bob)
    row = factory.end(cast, going_on)
    leave(cast, row, cast.agency("csc"))
    assert (reads(bob, row), reads(tess, row)) == (True, False)
    assert bob in getting(row)
    lead(cast, tess)
    lead(cast, bob)
    assert (reads(bob, row), reads(tess, row)) == (False, False), "he leads it anew"


@pytest.mark.parametrize("then", ["restricted", "closed and opened again"])
def test_whoever_led_it_all_along_stays_spared_whatever_becomes_of_the_case(
    everybody: Cast, going_on: MaseMeeting, then: str
) -> None:
    """Bob's own access is given anew as the case is restricted, and as it is opened again; he led it all the same."""
    cast = everybody
    bob = colleague(cast, "Bob Moss", "csc")
    lead(cast, bob)
    row = factory.end(cast, going_on)
    leave(cast, row, cast.agency("csc"))
    assert reads(bob, row)
    if then == "restricted":
        restrict(case=row.case, reason_code="FAMILY_MEMBER", people=[], lawful_basis="6_1_E", by=cast.manager)
    else:
        opened_again(cast, row)
    assert reads(bob, row)
    assert bob in getting(row)


def test_whoever_led_it_on_paper_only_when_the_chair_decided_is_not_spared_when_they_come_back(
    everybody: Cast, going_on: MaseMeeting
) -> None:
    """Bob was with the police that day; the next he is at social care again, and leads as before."""
    cast = everybody
    bob = colleague(cast, "Bob Moss", "csc")
    lead(cast, bob)
    row = factory.end(cast, going_on)
    bob = move(bob, cast, "police")
    leave(cast, row, cast.agency("csc"))
    with time_machine.travel(timezone.now() + dt.timedelta(days=1)):
        bob = move(bob, cast, "csc")
        opened_again(cast, row)
        assert gate.can(bob, Permission.CASE_VIEW, row.case)
        assert not reads(bob, row)


def opened_again(cast: Cast, row: MaseMeeting) -> None:
    lines = [Check(each.code, done=True) for each in codes("step-down")]
    close_case(case=row.case, code="C3", reason="The family moved", checklist=lines, by=cast.manager)
    reopen_case(case=row.case, reason="They are back", lawful_basis="6_1_E", by=cast.manager)


def lead(cast: Cast, who: User) -> None:
    """As who works on the case may: for themselves."""
    found = Case.objects.get()
    assign_lead(
        case=found, version=found.version, agency=cast.agency("csc"), professional=who, reason="x",
        lawful_basis="6_1_E", by=who,
    )  # fmt: skip


# ------------------------------------------------------------------------------------------ a statement past the code

OWN_SEAT = "WHERE agency_id = gate.agency_id()"
SIT_DOWN = """
INSERT INTO mase_invitation (id, meeting_id, role, name, agency_id, person_id, gave_access, deputy_id, deputy_since,
                             invited_at, invited_by_id)
SELECT gen_random_uuid(), id, %s, '', gate.agency_id(), gate.user_id(), false, {deputy}, '2000-01-01', gate.user_id()
FROM mase_masemeeting
"""


def let_work(cast: Cast, meeting: MaseMeeting) -> None:
    """On the case, or PostgreSQL takes nothing of its meetings from them: tests/access/test_only_to_look.py."""
    for person in (cast.health, cast.police):
        share(
            case=meeting.case, to=person, reason="Joint work", lawful_basis="6_1_E", may_change=True, by=cast.manager
        )  # fmt: skip


def test_nobody_left_out_says_that_the_meeting_runs_again(everybody: Cast, going_on: MaseMeeting) -> None:
    """Hannah, left out by name, would read it for as long as it ran, and undo all that."""
    cast = everybody
    let_work(cast, going_on)
    row = factory.end(cast, going_on)
    leave(cast, row, cast.health)
    runs = "UPDATE mase_masemeeting SET state = 'in_progress', ended_at = NULL, ended_by_id = NULL"
    for person in (cast.health, cast.practitioner):
        assert sent(person, runs) == 0
    assert not reads(cast.health, row)
    assert sent(cast.health, "UPDATE mase_masemeeting SET state = state, version = version + 1") == 1


def test_nobody_left_out_says_that_a_meeting_took_nothing_over(
    everybody: Cast, going_on: MaseMeeting
) -> None:
    cast = everybody
    let_work(cast, going_on)
    leave(cast, going_on, cast.health)
    stopped(cast, going_on, "cancelled")
    new = make_meeting(cast, going_on.case, agencies=[], people=[cast.health])
    for said in ("booked_at = '2000-01-01'", "state = 'in_progress'"):
        assert sent(cast.health, f"UPDATE mase_masemeeting SET {said} WHERE state = 'scheduled'") == 0
    assert not reads(cast.health, new)
    off = "state = 'cancelled', cancelled_at = now(), cancelled_by_id = gate.user_id(), cancelled_reason = 'Snow'"
    assert sent(cast.practitioner, f"UPDATE mase_masemeeting SET {off} WHERE state = 'scheduled'") == 1
    assert not reads(cast.health, new)


@pytest.mark.parametrize(
    "statement",
    [
        f"UPDATE mase_invitation SET deputy_id = gate.user_id(), deputy_since = '2000-01-01' {OWN_SEAT}",
        f"UPDATE mase_invitation SET person_id = gate.user_id() {OWN_SEAT}",
        "UPDATE mase_invitation SET agency_id = gate.agency_id() WHERE person_id IS NOT NULL",
        f"UPDATE mase_invitation SET invited_at = '2000-01-01' {OWN_SEAT}",
        f"UPDATE mase_invitation SET role = 'MIN' {OWN_SEAT}",
        SIT_DOWN.format(deputy="NULL, NULL").replace("%s", "'MIN'"),
        SIT_DOWN.format(deputy="gate.user_id(), '2000-01-01'").replace("%s", "'POL'"),
    ],
)
def test_whoever_was_left_out_with_their_agency_writes_no_seat_that_spares_them(
    everybody: Cast, going_on: MaseMeeting, statement: str
) -> None:
    """Neither once it has ended nor before, while Owen is shown everything still."""
    cast = everybody
    let_work(cast, going_on)
    leave(cast, going_on, cast.agency("police"))
    assert reads(cast.police, going_on)
    assert sent(cast.police, statement) == 0
    row = factory.end(cast, going_on)
    assert sent(cast.police, statement) == 0
    assert not reads(cast.police, row)


def test_a_seat_is_older_than_its_booking_for_nobody(everybody: Cast, going_on: MaseMeeting) -> None:
    cast = everybody
    let_work(cast, going_on)
    leave(cast, going_on, cast.agency("police"))
    assert sent(cast.police, SIT_DOWN.format(deputy="NULL, NULL"), "POL") == 1
    assert going_on.invitations.get(person=cast.police).invited_at > LeftOut.objects.get().at
    assert not reads(cast.police, factory.end(cast, going_on))


def test_nobody_says_that_they_led_a_case_before_it_was_theirs(
    everybody: Cast, going_on: MaseMeeting
) -> None:
    cast = everybody
    bob = colleague(cast, "Bob Moss", "csc")
    row = factory.end(cast, going_on)
    leave(cast, row, cast.agency("csc"))
    theirs = "lead_professional_id = gate.user_id()"
    assert sent(bob, f"UPDATE cases_case SET {theirs}") == 0
    assert sent(bob, f"UPDATE cases_case SET {theirs}, led_since = '2000-01-01'") == 0
    with acting_for(bob):
        lead(cast, bob)
    assert sent(bob, "UPDATE cases_case SET led_since = '2000-01-01'") == 0
    assert sent(bob, "UPDATE cases_case SET led_since = led_since, last_activity_at = now()") == 1
    assert not reads(bob, row)
