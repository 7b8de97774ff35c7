"""The wall shows what everybody in the room may read, whoever they are: against a room kept by hand, step by step."""

import datetime as dt
import random
from collections import Counter
from contextlib import nullcontext
from dataclasses import dataclass, field

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.choices import RiskCategory
from cases.models import Case, CaseGroupObjectPermission, Exclusion
from cases.services import access, exclusions
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import User
from cse_portal.accounts.services import add_person
from cse_portal.audit import context
from mase.choices import AnswerKind, AttendanceCode, PlanP
from mase.errors import NotForThisRoom
from mase.models import Invitation, MaseMeeting
from mase.selectors.room import Sight, room_of, sight_on, strangers
from mase.services import answers, attendance, ending, room, sections
from mase.services.attendance import Came
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories import actions as factory
from tests.factories.cases import FOUND, assessed_as_exploited, make_case
from tests.factories.meetings import make_meeting

pytestmark = pytest.mark.django_db
THERE, AWAY, DEPUTY = AttendanceCode.ATTENDED, AttendanceCode.ABSENT, AttendanceCode.DEPUTY
SECRET, RAID, SAID = "A grey van at the gate.", "Search the flat on Friday.", "She told her form tutor."
NAMES = ("manager", "practitioner", "police", "health", "education")
AGENCIES = {
    "manager": "cse-team", "practitioner": "csc", "police": "police", "health": "health", "education": "education",
}  # fmt: skip
STEPS = (
    "in", "in", "in", "out", "out", "left", "left", "back", "deputy", "somebody else", "exclude",
    "exclude an agency", "grant ends", "lift", "lift", "lift", "lift", "lift", "family", "family left", "family left",
    "family left", "reveal", "reveal", "reveal", "hide",
)  # fmt: skip
HOW = {
    "in": Came(THERE), "out": Came(AWAY), "deputy": Came(DEPUTY), "somebody else": Came(DEPUTY, "Jo Passing"),
}  # fmt: skip


def colleague(cast: Cast, name: str) -> User:
    """Of the same agency, and asked to nothing by name: sees of a case what the agency does."""
    return add_person(
        email=f"colleague.{name}@example.org", full_name=f"Colleague of {name}",
        agency=cast.agency(AGENCIES[name]), role=Role.PRACTITIONER,
    )  # fmt: skip


def seat_of(cast: Cast, meeting: MaseMeeting, name: str) -> Invitation:
    """Everybody is asked by name but education, of whom whoever is free comes."""
    if name == "education":
        return meeting.invitations.get(agency=cast.agency(name), person=None)
    return meeting.invitations.get(person=cast.people[name])


def mark(cast: Cast, meeting: MaseMeeting, name: str, how: str) -> None:
    given = {seat_of(cast, meeting, name).pk: HOW[how]}
    attendance.record_attendance(meeting=meeting, answers=given, by=cast.manager)


def running(cast: Cast, *, deputy: User | None = None) -> MaseMeeting:
    """Something restricted and something open is written; the nurse's deputy, if any, is named before it starts."""
    case = make_case(cast, category=RiskCategory.MEDIUM)
    assessed_as_exploited(cast, case)
    people = [cast.people[name] for name in ("practitioner", "police", "health")]
    meeting = make_meeting(cast, case, agencies=[cast.agency("education")], people=people)
    if deputy:
        with context.request():
            given = answers.Answer(AnswerKind.DEPUTY, deputy=deputy)
            answers.answer(invitation=seat_of(cast, meeting, "health"), given=given, by=cast.manager)
    meeting = ending.start(meeting=meeting, by=cast.manager)
    for code, words in (("people-places", SECRET), ("education", SAID)):
        item = meeting.agenda.get(code=code)
        sections.save_notes(item=item, notes=words, edit=sections.Edit(item.version), by=cast.manager)
    factory.agreed(cast, meeting, text=RAID, agency=cast.agency("police"), p=PlanP.PURSUE, restricted=True)
    return meeting


def wall(cast: Cast, meeting: MaseMeeting) -> Client:
    client = signed_in(cast, "manager")
    client.post(reverse("mase:projector", args=[meeting.pk]), {"on": "yes"})
    return client


def sight_of(client: Client, meeting: MaseMeeting) -> str:
    told: str = client.get(reverse("mase:live", args=[meeting.pk])).json()["sight"]
    return told


def grants(cast: Cast, meeting: MaseMeeting, agency: str, *, end: bool) -> None:
    """An agency's grant has run out, or holds again."""
    rows = CaseGroupObjectPermission.objects.filter(
        content_object=meeting.case, group=cast.agency(agency).group
    )
    rows.update(expires_at=timezone.now() - dt.timedelta(minutes=1) if end else None)


def kept_to_names(meeting: MaseMeeting) -> None:
    Case.objects.filter(pk=meeting.case_id).update(is_restricted=True, restricted_reason="OTHER")
    meeting.case.refresh_from_db()


# ------------------------------------------------------------------------------------------ one seat at a time


@pytest.mark.parametrize(
    "why", ["the agency is excluded", "its grant has ended", "the case is kept to names"]
)
def test_a_seat_nobody_is_named_for_may_know_what_its_agency_may(cast: Cast, why: str) -> None:
    meeting = running(cast)
    client = wall(cast, meeting)
    for name in ("manager", "education"):
        mark(cast, meeting, name, "in")
    assert sight_of(client, meeting) == Sight.OPEN
    if why == "the agency is excluded":
        exclusions.exclude(
            case=meeting.case, agency=cast.agency("education"), reason="Her father teaches", by=cast.privacy
        )
    elif why == "its grant has ended":
        grants(cast, meeting, "education", end=True)
    else:
        kept_to_names(meeting)
        assert cast.agency("education").name in room_of(meeting).may_not_know
        return
    assert sight_of(client, meeting) == Sight.NOTHING
    page = client.get(reverse("mase:meeting", args=[meeting.pk])).content.decode()
    assert "This is not shown to this room" in page
    assert SAID not in page
    own = signed_in(cast, "manager").get(reverse("mase:meeting", args=[meeting.pk])).content.decode()
    assert f"may not see this case: {cast.agency('education').name}." in own


def test_a_deputy_with_an_account_is_asked_about_and_not_whom_they_stand_for(cast: Cast) -> None:
    nurse = colleague(cast, "health")
    meeting = running(cast, deputy=nurse)
    client = wall(cast, meeting)
    mark(cast, meeting, "manager", "in")
    mark(cast, meeting, "health", "deputy")
    assert sight_of(client, meeting) == Sight.OPEN
    exclusions.exclude(case=meeting.case, user=cast.health, reason="Knows the family", by=cast.privacy)
    assert sight_of(client, meeting) == Sight.OPEN, "she sent a deputy for that very reason"
    exclusions.exclude(case=meeting.case, user=nurse, reason="Knows the family too", by=cast.privacy)
    assert sight_of(client, meeting) == Sight.NOTHING
    mark(cast, meeting, "health", "out")
    assert sight_of(client, meeting) == Sight.ALL


@pytest.mark.parametrize("shut", ["asked", "deputy"])
def test_marked_as_there_it_may_be_whoever_was_asked_or_the_deputy_they_named(cast: Cast, shut: str) -> None:
    nurse = colleague(cast, "health")
    meeting = running(cast, deputy=nurse)
    grants(cast, meeting, "health", end=False)
    access.share(
        case=meeting.case, to=cast.agency("health"), reason="Works with her", lawful_basis="6_1_E",
        may_change=False, expires_at=None, by=cast.practitioner,
    )  # fmt: skip
    mark(cast, meeting, "health", "in")
    assert room_of(meeting).may_not_know == ()
    who = cast.health if shut == "asked" else nurse
    exclusions.exclude(case=meeting.case, user=who, reason="Knows the family", by=cast.privacy)
    assert len(room_of(meeting).may_not_know) == 1


def test_somebody_unknown_in_place_of_a_person_may_know_what_either_may_and_never_a_restricted_case(
    cast: Cast,
) -> None:
    meeting = running(cast)
    mark(cast, meeting, "health", "somebody else")
    assert room_of(meeting).may_not_know == (), "the nurse was let in, and sent somebody"
    assert room_of(meeting).may_not_read != ()
    exclusions.exclude(
        case=meeting.case, agency=cast.agency("health"), reason="It is about them", by=cast.privacy
    )
    assert len(room_of(meeting).may_not_know) == 1
    Exclusion.objects.update(ended_at=timezone.now())
    assert room_of(meeting).may_not_know == ()
    kept_to_names(meeting)
    assert len(room_of(meeting).may_not_know) == 1


# ------------------------------------------------------------------------------------------ some hundred steps


@dataclass
class ByHand:
    """The room as somebody would keep it on paper: how each seat was marked, who is outside, what was shown to whom.

    Of somebody whose name nobody knows it asks a colleague of theirs, whom nobody asked to anything.
    """

    cast: Cast
    meeting: MaseMeeting
    plain: dict[str, User]
    deputies: dict[str, User]
    marked: dict[str, str] = field(default_factory=dict)
    outside: set[str] = field(default_factory=set)
    family: bool = False
    shown_to: frozenset[str] | None = None

    @property
    def here(self) -> dict[str, str]:
        return {name: how for name, how in self.marked.items() if how != "out" and name not in self.outside}

    def may(self, person: User, what: Permission) -> bool:
        return gate.can(person, what, self.meeting.case)

    def known(self, name: str, how: str) -> list[User]:
        """The accounts of those who may sit there; nobody where it is somebody unknown."""
        deputy, asked = self.deputies.get(name), self.cast.people.get(name)
        if how == "in":
            return [each for each in (asked, deputy) if each]
        return [deputy] if how == "deputy" and deputy else []

    def knows(self, name: str, how: str) -> bool:
        see = Permission.CASE_VIEW
        if accounts := self.known(name, how):
            return all(self.may(each, see) for each in accounts)
        asked = self.cast.people.get(name)
        return self.may(self.plain[name], see) or asked is not None and self.may(asked, see)

    def reads(self, name: str, how: str) -> bool:
        accounts = self.known(name, how)
        return bool(accounts) and all(self.may(each, Permission.MINUTES_RESTRICTED_VIEW) for each in accounts)

    def expected(self) -> Sight:
        """The intersection of what everybody here may read."""
        with context.request():
            if not all(self.knows(*each) for each in self.here.items()):
                return Sight.NOTHING
            if self.family or not self.here:
                return Sight.OPEN
            everybody = all(self.reads(*each) for each in self.here.items())
        return Sight.ALL if everybody or self.shown_to is not None else Sight.OPEN

    def marks(self, name: str, how: str) -> None:
        """Somebody who was not there when it was shown, or who comes in another's place, ends that."""
        before = self.marked.get(name)
        if before == how:
            return
        self.marked[name] = how
        self.outside.discard(name)
        replaced = before not in (None, "out")
        if how != "out" and (replaced or name not in (self.shown_to or ())):
            self.shown_to = None

    def turns(self, name: str, *, out: bool) -> None:
        """Out of the room, or back."""
        if out:
            self.outside.add(name)
            return
        if name in self.outside and self.shown_to is not None and name not in self.shown_to:
            self.shown_to = None
        self.outside.discard(name)


def step(now: ByHand, what: str, name: str) -> None:
    """One thing that happens, to the meeting and on paper."""
    cast, meeting = now.cast, now.meeting
    if what in HOW:
        mark(cast, meeting, name, what)
        now.marks(name, what)
    elif what in ("left", "back") and now.marked.get(name, "out") != "out":
        attendance.set_out_of_room(
            meeting=meeting, seat=seat_of(cast, meeting, name).pk, out=what == "left", by=cast.manager
        )
        now.turns(name, out=what == "left")
    elif what == "family":
        seat = meeting.invitations.get(role="PAR")
        for how in ("out", "in"):
            attendance.record_attendance(meeting=meeting, answers={seat.pk: HOW[how]}, by=cast.manager)
        now.family, now.shown_to = True, None
    elif what == "family left":
        attendance.set_family_in_room(meeting=meeting, present=False, by=cast.manager)
        now.family = False
    elif what == "reveal":
        refused = not now.here or now.family or now.expected() is Sight.NOTHING
        with pytest.raises(NotForThisRoom) if refused else nullcontext(), context.request():
            room.reveal(meeting=meeting, reason="To plan", by=cast.manager)
        now.shown_to = now.shown_to if refused else frozenset(now.here)
    elif what == "hide":
        room.hide(meeting=meeting, by=cast.manager)
        now.shown_to = None
    elif name != "manager" or what == "lift":
        is_decided(now, what, name)


def is_decided(now: ByHand, what: str, name: str) -> None:
    """What the privacy officer decides meanwhile, and which grants run out."""
    cast, case = now.cast, now.meeting.case
    person, agency = cast.people.get(name), cast.agency(AGENCIES[name])
    who = now.deputies.get(name, person) if len(now.outside) % 2 else person
    if what == "exclude" and who:
        exclusions.exclude(case=case, user=who, reason="Knows the family", by=cast.privacy)
    elif what == "exclude an agency":
        exclusions.exclude(case=case, agency=agency, reason="It is about them", by=cast.privacy)
    elif what == "lift":
        for row in Exclusion.objects.holding().of(case):
            exclusions.lift(exclusion=row, reason="It is over", by=cast.privacy)
        for each in AGENCIES.values():
            grants(cast, now.meeting, each, end=False)
    elif what == "grant ends":
        grants(cast, now.meeting, AGENCIES[name], end=True)


def run(cast: Cast, seed: int, steps: int) -> Counter[Sight]:
    """Every step, and what the wall says of it; the page itself where that may have changed, and now and then."""
    plain = {name: colleague(cast, name) for name in NAMES}
    nurse = add_person(
        email="deputy@health.example", full_name="Sam Standin", agency=cast.agency("health"),
        role=Role.PRACTITIONER,
    )  # fmt: skip
    meeting = running(cast, deputy=nurse)
    now, chance = ByHand(cast, meeting, plain, {"health": nurse}), random.Random(seed)
    client, url = wall(cast, meeting), reverse("mase:meeting", args=[meeting.pk])
    seen: Counter[Sight] = Counter()
    last: Sight | None = None
    for number in range(steps):
        what, name = chance.choice(STEPS), chance.choice(NAMES)
        step(now, what, name)
        expected = now.expected()
        at = (number, what, name, now.marked, now.outside, now.family, now.shown_to)
        with context.request():
            meeting.refresh_from_db()
            assert sight_on(cast.manager, meeting, projecting=True) is expected, at
        if expected is not last or number % 8 == 0:
            assert sight_of(client, meeting) == expected, at
            page = client.get(url).content.decode()
            assert all((words in page) is (expected is Sight.ALL) for words in (SECRET, RAID)), at
            assert (SAID in page) is (expected is not Sight.NOTHING), at
            assert not any(words in page for words in FOUND), at
            told = strangers(meeting, list(meeting.invitations.select_related("attendance")))
            assert bool(told) is (expected is Sight.NOTHING), at
        seen[expected] += 1
        last = expected
    return seen


@pytest.mark.parametrize(
    "seed", [20_171_207, *(pytest.param(each, marks=pytest.mark.long) for each in (31, 1804))]
)
def test_the_wall_shows_exactly_the_intersection_after_each_step(cast: Cast, seed: int) -> None:
    """Joins, leaves, deputies, seats without a name, family, exclusions, grants that end, reveals."""
    seen = run(cast, seed, 200)
    assert min(seen[each] for each in Sight) > 4, seen


@pytest.mark.long
@pytest.mark.parametrize("seed", range(5))
def test_the_wall_does_so_for_many_hundred_steps(cast: Cast, seed: int) -> None:
    seen = run(cast, seed, 400)
    assert min(seen[each] for each in Sight) > 20, seen
