"""The screen a room sees: nothing of the child while somebody may not know of them, no names, no words lost."""

import random
from collections import Counter
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases.models import Case, Exclusion
from cases.services import access
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.audit import context
from cse_portal.keys import new_key
from cse_portal.reference.selectors import codes
from mase.choices import AttendanceCode, PlanP
from mase.errors import NotForThisRoom
from mase.models import MaseMeeting, TextSetAside
from mase.selectors.presence import part_id
from mase.selectors.room import Sight
from mase.services import attendance, decision, room, sections
from mase.services.attendance import Came
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories import actions as factory
from tests.factories.cases import make_case, make_child
from tests.factories.meetings import start_meeting

pytestmark = pytest.mark.django_db
THERE, AWAY = AttendanceCode.ATTENDED, AttendanceCode.ABSENT
SAID = "She told her form tutor."


@pytest.fixture
def meeting(cast: Cast) -> MaseMeeting:
    """The nurse and the chair sit there; something is written."""
    child = make_child(given_name="Amara", family_name="Testley")
    row = start_meeting(cast, make_case(cast, child=child), people=[cast.health])
    item = row.agenda.get(code="education")
    sections.save_notes(item=item, notes=SAID, edit=sections.Edit(item.version), by=cast.manager)
    factory.agreed(cast, row, text="Meet her at the gate.", p=PlanP.PROTECT)
    come(cast, row, manager=THERE, health=THERE)
    return row


def come(cast: Cast, meeting: MaseMeeting, **who: AttendanceCode) -> None:
    answers = {meeting.invitations.get(person=cast.people[name]).pk: Came(code) for name, code in who.items()}
    attendance.record_attendance(meeting=meeting, answers=answers, by=cast.manager)


def wall(cast: Cast, meeting: MaseMeeting) -> Client:
    client = signed_in(cast, "manager")
    client.post(reverse("mase:projector", args=[meeting.pk]), {"on": "yes"})
    return client


def shut_out(cast: Cast, meeting: MaseMeeting, name: str) -> None:
    access.exclude(case=meeting.case, user=cast.people[name], reason="Knows the family", by=cast.privacy)


# ------------------------------------------------------------------------------------------ who may not know


def test_a_wall_shows_nothing_of_the_child_to_somebody_who_may_not_know(
    cast: Cast, meeting: MaseMeeting
) -> None:
    client, url = wall(cast, meeting), reverse("mase:meeting", args=[meeting.pk])
    assert SAID in client.get(url).content.decode()
    assert client.get(reverse("mase:live", args=[meeting.pk])).json()["sight"] == "open"
    shut_out(cast, meeting, "health")
    assert client.get(reverse("mase:live", args=[meeting.pk])).json()["sight"] == "nothing"
    case = meeting.case
    nothing = (
        SAID, "Amara", "Testley", case.reference, meeting.purpose, meeting.place, "Meet her", "Siblings", "Agenda",
        cast.health.full_name, "may not see", case.lead_professional.full_name if case.lead_professional else SAID,
    )  # fmt: skip
    planned = reverse("mase:planned", args=[meeting.pk, meeting.actions.get().pk])
    for address in (url, f"{url}?item=education", planned, reverse("mase:reveal", args=[meeting.pk])):
        page = client.get(address, follow=True).content.decode()
        assert "This is not shown to this room" in page
        assert [words for words in nothing if words in page] == []
    come(cast, meeting, health=AWAY)
    assert SAID in client.get(url).content.decode(), "she has stepped out"


def test_what_is_saved_on_such_a_wall_answers_without_the_child(cast: Cast, meeting: MaseMeeting) -> None:
    client = wall(cast, meeting)
    shut_out(cast, meeting, "health")
    item = meeting.agenda.get(code="education")
    part, url = part_id("notes", item.pk), reverse("mase:section", args=[meeting.pk, "notes", item.pk])
    sent = {f"{part}-notes": "Other words.", f"{part}-version": "1"}
    answer = client.post(url, sent, headers={"HX-Request": "true"}).content.decode()
    assert SAID not in answer, "another's words beside one's own"
    sent[f"{part}-version"] = str(item.version)
    answer = client.post(url, sent, headers={"HX-Request": "true"}).content.decode()
    assert "Saved" in answer
    assert "Agenda" not in answer
    assert "Meet her" not in answer
    item.refresh_from_db()
    assert item.notes == "Other words."


def test_the_chair_alone_is_told_whom_it_is_about_and_not_on_the_wall(
    cast: Cast, meeting: MaseMeeting
) -> None:
    shut_out(cast, meeting, "health")
    url, name = reverse("mase:meeting", args=[meeting.pk]), cast.health.full_name
    words = f"Marked as there, and may not see this case: {name}"
    assert words in signed_in(cast, "manager").get(url).content.decode()
    for person in ("practitioner", "police"):
        assert "may not see this case" not in signed_in(cast, person).get(url).content.decode()
    client = wall(cast, meeting)
    assert name not in client.get(url).content.decode()
    page = client.post(reverse("mase:projector", args=[meeting.pk]), {"on": "no"}, follow=True)
    assert words in page.content.decode()


def test_a_wall_names_nobody_who_may_not_read_the_restricted_part(cast: Cast, meeting: MaseMeeting) -> None:
    client = wall(cast, meeting)
    page = client.get(reverse("mase:meeting", args=[meeting.pk])).content.decode()
    notice = page.split('id="notices"')[1].split("<section")[0]
    assert "Not everybody here may read it." in notice
    assert cast.health.full_name not in notice
    reveal = client.get(reverse("mase:reveal", args=[meeting.pk])).content.decode()
    assert cast.health.full_name not in reveal
    own = signed_in(cast, "manager").get(reverse("mase:reveal", args=[meeting.pk])).content.decode()
    assert cast.health.full_name in own


def test_a_wall_has_no_buttons_that_a_room_has_no_use_for(cast: Cast, meeting: MaseMeeting) -> None:
    url = reverse("mase:meeting", args=[meeting.pk])
    needless = ("We are here now", "Remove<", "Change the agenda", "Take the papers", "Invite someone else")
    own, shown = signed_in(cast, "manager").get(url), wall(cast, meeting).get(url)
    for words in needless:
        assert words in own.content.decode(), words
        assert words not in shown.content.decode(), words
    item = meeting.agenda.get(code="education")
    part = part_id("notes", item.pk)
    sent = {f"{part}-notes": "More.", f"{part}-version": str(item.version)}
    address = reverse("mase:section", args=[meeting.pk, "notes", item.pk])
    saved = wall(cast, meeting).post(address, sent, headers={"HX-Request": "true"}).content.decode()
    assert "Change the agenda" not in saved


# ------------------------------------------------------------------------------------------ no word is lost


@pytest.mark.parametrize("live", [False, True])
def test_words_typed_for_professionals_are_saved_when_the_family_came_in_meanwhile(
    cast: Cast, meeting: MaseMeeting, live: bool
) -> None:
    item = meeting.agenda.get(code="people-places")
    own = meeting.restricted_information.get(agency=cast.agency("health"))
    attendance.set_family_in_room(meeting=meeting, present=True, by=cast.manager)
    headers: dict[str, Any] = {"HX-Request": "true"} if live else {}
    for person, kind, row, name in (
        ("manager", "notes", item, "notes"),
        ("health", "restricted", own, "text"),
    ):
        part, typed = part_id(kind, row.pk), "A silver car at the arcade."
        sent = {f"{part}-{name}": typed, f"{part}-version": str(row.version)}
        url = reverse("mase:section", args=[meeting.pk, kind, row.pk])
        answer = signed_in(cast, person).post(url, sent, headers=headers, follow=True)
        assert answer.status_code == 200
        assert "Saved" in answer.content.decode()
        assert typed not in answer.content.decode()
        row.refresh_from_db()
        assert getattr(row, name) == typed
        again = signed_in(cast, person).post(url, sent, headers=headers, follow=True).content.decode()
        assert typed not in again


def test_where_another_saved_first_the_words_are_kept_and_shown_when_the_part_is(
    cast: Cast, meeting: MaseMeeting
) -> None:
    item = meeting.agenda.get(code="people-places")
    sections.save_notes(item=item, notes="Theirs.", edit=sections.Edit(item.version), by=cast.manager)
    attendance.set_family_in_room(meeting=meeting, present=True, by=cast.manager)
    client, part = signed_in(cast, "manager"), part_id("notes", item.pk)
    sent = {f"{part}-notes": "Mine, and longer.", f"{part}-version": "1"}
    url = reverse("mase:section", args=[meeting.pk, "notes", item.pk])
    page = client.post(url, sent, follow=True).content.decode()
    assert "Your text is kept for you" in page
    assert "Theirs." not in page
    assert "Mine" not in page
    attendance.set_family_in_room(meeting=meeting, present=False, by=cast.manager)
    page = client.get(reverse("mase:meeting", args=[meeting.pk])).content.decode()
    assert "Mine, and longer." in page
    assert "Theirs." in page


def test_an_answer_to_the_point_for_professionals_is_saved_out_of_sight(
    cast: Cast, meeting: MaseMeeting
) -> None:
    met = {each.code: decision.Point(True) for each in codes("step-down")}
    decision.check_step_down(meeting=meeting, answers=met, by=cast.manager)
    Case.objects.filter(pk=meeting.case_id).update(category=meeting.case.category + 1)
    decided = decision.Decided(meeting.case.category, "H1", "Nothing new.")  # type: ignore[arg-type]
    decision.save_decision(meeting=meeting, decided=decided, edit=sections.Edit(0), by=cast.manager)
    attendance.set_family_in_room(meeting=meeting, present=True, by=cast.manager)
    part, url = (
        part_id("step-down", meeting.pk),
        reverse("mase:section", args=[meeting.pk, "step-down", meeting.pk]),
    )
    sent = {f"{part}-met_{code}": "yes" for code in met}
    sent |= {f"{part}-met_INTELLIGENCE": "no", f"{part}-why_INTELLIGENCE": "A man is watched."}
    page = signed_in(cast, "manager").post(url, sent, follow=True).content.decode()
    assert "A man is watched." not in page
    assert meeting.step_down_points.get(code="INTELLIGENCE").why == "A man is watched."


def test_nobody_else_writes_out_of_sight(cast: Cast, meeting: MaseMeeting) -> None:
    item = meeting.agenda.get(code="people-places")
    part, url = part_id("notes", item.pk), reverse("mase:section", args=[meeting.pk, "notes", item.pk])
    sent = {f"{part}-notes": "Words.", f"{part}-version": str(item.version)}
    for family in (False, True):
        attendance.set_family_in_room(meeting=meeting, present=family, by=cast.manager)
        for person in ("health", "outsider", "practitioner"):
            with context.request():
                chairs = gate.can(cast.people[person], Permission.MEETING_CHAIR, meeting)
            assert not chairs
            assert signed_in(cast, person).post(url, sent).status_code in (403, 404), person
    strange = reverse("mase:section", args=[meeting.pk, "notes", new_key()])
    assert signed_in(cast, "manager").post(strange, sent).status_code == 404
    item.refresh_from_db()
    assert item.notes == ""
    assert not TextSetAside.objects.exists()


# ------------------------------------------------------------------------------------------ two hundred and more steps

SECRET, RAID = "A grey van at the gate.", "Search the flat on Friday."
STEPS = ("in", "in", "out", "deputy", "nobody named", "exclude", "lift", "family", "reveal", "hide")


@dataclass
class ByHand:
    """The room as somebody would keep it on paper: who sits where, and what the chair has shown to whom."""

    cast: Cast
    meeting: MaseMeeting
    here: dict[str, str] = field(default_factory=dict)  # by seat: in person, or somebody without an account
    family: bool = False
    shown_to: frozenset[str] | None = None

    def expected(self) -> Sight:
        """The intersection of what everybody here may read."""
        with context.request():
            accounts = [self.cast.people[name] for name, how in self.here.items() if how == "in"]
            knows = [gate.can(each, Permission.CASE_VIEW, self.meeting.case) for each in accounts]
            reads = [
                gate.can(each, Permission.MINUTES_RESTRICTED_VIEW, self.meeting.case) for each in accounts
            ]
        if not all(knows):
            return Sight.NOTHING
        if self.family or not self.here:
            return Sight.OPEN
        everybody = all(reads) and len(accounts) == len(self.here)
        return Sight.ALL if everybody or self.shown_to is not None else Sight.OPEN

    def sits(self, name: str, how: str) -> None:
        """Somebody who was not there when it was shown, or who comes in another's place, ends that."""
        if self.shown_to is not None and (name not in self.shown_to or self.here.get(name, how) != how):
            self.shown_to = None
        self.here[name] = how


def step(room_now: ByHand, what: str, name: str) -> None:
    """One thing that happens, to the meeting and on paper."""
    cast, meeting = room_now.cast, room_now.meeting
    people = {"in": THERE, "out": AWAY, "deputy": AttendanceCode.DEPUTY}
    if what in people:
        come(cast, meeting, **{name: people[what]})
        if what == "out":
            room_now.here.pop(name, None)
        else:
            room_now.sits(name, what)
    elif what == "nobody named":
        seat = meeting.invitations.get(agency=cast.agency("education"), person=None)
        code = AWAY if "education" in room_now.here else THERE
        attendance.record_attendance(meeting=meeting, answers={seat.pk: Came(code)}, by=cast.manager)
        if code == AWAY:
            del room_now.here["education"]
        else:
            room_now.sits("education", "nobody named")
    elif what == "family":
        room_now.family = not room_now.family
        seat = meeting.invitations.get(role="PAR")
        if room_now.family:
            answers = {seat.pk: Came(AWAY)}
            attendance.record_attendance(meeting=meeting, answers=answers, by=cast.manager)
            attendance.record_attendance(meeting=meeting, answers={seat.pk: Came(THERE)}, by=cast.manager)
            room_now.shown_to = None
        else:
            attendance.set_family_in_room(meeting=meeting, present=False, by=cast.manager)
    else:
        chairs_or_decides(room_now, what, name)


def chairs_or_decides(room_now: ByHand, what: str, name: str) -> None:
    """What the chair shows or hides, and what the privacy officer decides meanwhile."""
    cast, meeting = room_now.cast, room_now.meeting
    shut = Exclusion.objects.filter(case=meeting.case, user=cast.people[name])
    if what == "exclude" and name != "manager" and not shut.exists():
        shut_out(cast, meeting, name)
    elif what == "lift":
        for row in shut:
            access.lift_exclusion(exclusion=row, reason="It is over", by=cast.privacy)
    elif what == "reveal":
        refused = not room_now.here or room_now.family or room_now.expected() is Sight.NOTHING
        with pytest.raises(NotForThisRoom) if refused else nullcontext(), context.request():
            room.reveal(meeting=meeting, reason="To plan", by=cast.manager)
        room_now.shown_to = room_now.shown_to if refused else frozenset(room_now.here)
    elif what == "hide":
        room.hide(meeting=meeting, by=cast.manager)
        room_now.shown_to = None


@pytest.mark.parametrize("steps", [80, pytest.param(220, marks=pytest.mark.long)])
def test_the_wall_shows_exactly_the_intersection_after_each_step(cast: Cast, steps: int) -> None:
    """Joins, leaves, deputies, seats without a name, family, exclusions, reveals: against a room kept by hand."""
    names = ("manager", "practitioner", "police", "health")
    people = [cast.people[name] for name in names]
    meeting = start_meeting(cast, make_case(cast), agencies=[cast.agency("education")], people=people)
    item = meeting.agenda.get(code="people-places")
    sections.save_notes(item=item, notes=SECRET, edit=sections.Edit(item.version), by=cast.manager)
    item = meeting.agenda.get(code="education")
    sections.save_notes(item=item, notes=SAID, edit=sections.Edit(item.version), by=cast.manager)
    factory.agreed(cast, meeting, text=RAID, agency=cast.agency("police"), p=PlanP.PURSUE, restricted=True)
    room_now, chance = ByHand(cast, meeting), random.Random(20_171_207)
    client, url = wall(cast, meeting), reverse("mase:meeting", args=[meeting.pk])
    seen: Counter[Sight] = Counter()
    for number in range(steps):
        what, name = chance.choice(STEPS), chance.choice(names)
        step(room_now, what, name)
        expected = room_now.expected()
        page, told = (
            client.get(url).content.decode(),
            client.get(reverse("mase:live", args=[meeting.pk])).json(),
        )
        at = (number, what, name, room_now.here, room_now.family, room_now.shown_to)
        assert told["sight"] == expected, at
        assert all((words in page) is (expected is Sight.ALL) for words in (SECRET, RAID)), at
        assert (SAID in page) is (expected is not Sight.NOTHING), at
        seen[expected] += 1
    assert min(seen[each] for each in Sight) > steps // 15, seen
