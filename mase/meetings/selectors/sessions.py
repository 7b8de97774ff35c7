"""Sessions of MASE meetings: one, those ahead, their free slots, and who is in them, for the person who asks."""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.utils import timezone

from cases.family.models import NetworkMember, YesNoUnknown
from cases.record.models.case import Case
from cases.record.models.child import Child
from cse_portal.access.rows import get_visible
from cse_portal.access.user_context import user_context
from cse_portal.accounts.models import Membership, User
from cse_portal.reference.selectors import find_code
from cse_portal.reference.working_days import last_working_day
from mase.clocks.models import ClockStep
from mase.clocks.selectors.clocks import Clock, clocks_to_book
from mase.meetings.choices import MeetingKind, MeetingState
from mase.meetings.models.meeting import Invitation, Meeting, MeetingSession
from mase.meetings.models.querysets import MeetingQuerySet
from mase.meetings.models.sections import Contribution
from mase.meetings.selectors.meetings import due_date, kind_of_next, people_to_invite, to_book

LOOKED_AFTER = "LAC"  # of the reference list of groups of legal statuses
LACN = "LACN"  # of the reference list of roles at a meeting: the nurse for looked-after children
PARENTS = ("MOTHER", "FATHER", "STEP", "PARTNER", "ADOPT", "GUARDIAN")


def session_for(user: User | AnonymousUser, pk: uuid.UUID) -> MeetingSession:
    """The session with this key; NotVisible if it does not exist for this person."""
    rows = MeetingSession.objects.visible_to(user).select_related("chair", "minute_taker")
    return get_visible(rows.filter(pk=pk).order_by())


def sessions_ahead(user: User | AnonymousUser) -> list[MeetingSession]:
    """Today's sessions and later ones, soonest first."""
    return list(MeetingSession.objects.visible_to(user).ahead())


def meetings_in(user: User | AnonymousUser, session: MeetingSession) -> MeetingQuerySet:
    """The meetings of a session that this person sees, in the order of their slots."""
    rows = Meeting.objects.visible_to(user).not_cancelled().with_case()
    return rows.filter(session=session).order_by("scheduled_for", "id")


def day_of(user: User, meeting: Meeting) -> list[Meeting]:
    """The meetings of its session that this person sees, in their order; without a session this one alone."""
    if meeting.session is None:
        return [meeting]
    return list(meetings_in(user, meeting.session).select_related("decision"))


def next_in_session(user: User, meeting: Meeting) -> Meeting | None:
    """The meeting to go on with when this one has ended: the next slot that was not held yet."""
    if meeting.session_id is None:
        return None
    rows = Meeting.objects.visible_to(user).upcoming().with_case().filter(session=meeting.session_id)
    return rows.filter(scheduled_for__gt=meeting.scheduled_for).first()


def free_slots(user: User, sessions: Sequence[MeetingSession]) -> dict[uuid.UUID, list[dt.datetime]]:
    """Of each session the slots that are still to come and that this person sees nobody in."""
    seen = Meeting.objects.visible_to(user).not_cancelled().filter(session__in=sessions).order_by()
    taken = set(seen.values_list("session", "scheduled_for"))
    now = timezone.now()
    return {
        each.pk: []
        if each.cancelled_at
        else [at for at in each.times if at > now and (each.pk, at) not in taken]
        for each in sessions
    }


@dataclass(frozen=True)
class ReviewSlot:
    """A day for a review; in a session the first slot that is free now."""

    day: dt.date
    at: dt.datetime | None = None
    session: MeetingSession | None = None


def review_slots(user: User, limit: dt.date, number: int = 3) -> list[ReviewSlot]:
    """For a review by this day: the last sessions in time with a free slot, or else the last working days."""
    today = timezone.localdate()
    in_time = [each for each in sessions_ahead(user) if today < timezone.localdate(each.starts_at) <= limit]
    free = free_slots(user, in_time)
    with_room = [each for each in in_time if free[each.pk]][-number:]
    slots = [ReviewSlot(timezone.localdate(each.starts_at), free[each.pk][0], each) for each in with_room]
    found, day = {each.day: each for each in slots}, limit
    while len(found) < number:
        day = last_working_day(day)
        found.setdefault(day, ReviewSlot(day))
        day -= dt.timedelta(1)
    return [found[day] for day in sorted(found)]


@dataclass(frozen=True)
class Place:
    """A session with a free slot, and whether its day is later than the child's meeting is due."""

    session: MeetingSession
    free: list[dt.datetime]
    late: bool


@dataclass(frozen=True)
class ToBook:
    """A child who waits for a meeting, by when it is due, and where a slot is free; sessions in time come first."""

    case: Case
    clocks: list[Clock]
    due_on: dt.date
    places: list[Place] = field(default_factory=list)

    @property
    def place(self) -> Place | None:
        """The next session in time, where there is one."""
        return next((each for each in self.places if not each.late), None)


def waiting_for_slot(
    user: User, cases: Sequence[Case], sessions: Sequence[MeetingSession] | None = None
) -> list[ToBook]:
    """These children, the worst category and the earliest deadline first, each with the sessions that have room."""
    ahead = sessions_ahead(user) if sessions is None else sessions
    free, clocks, rows = free_slots(user, ahead), clocks_to_book(cases), []
    for case in cases:
        held = next((each.due_on for each in clocks[case.pk] if each.step == ClockStep.HELD), None)
        due_on = held or due_date(case, kind_of_next(case))[0]
        places = [
            Place(each, free[each.pk], timezone.localdate(each.starts_at) > due_on)
            for each in ahead
            if free[each.pk]
        ]
        rows.append(ToBook(case, clocks[case.pk], due_on, places))
    return sorted(rows, key=lambda each: (-each.case.category, each.due_on))


def children_to_book(user: User, session: MeetingSession, limit: int = 25) -> list[ToBook]:
    """Those who wait for a meeting, to be put into a slot of this session; nobody where no slot is free."""
    if not free_slots(user, [session])[session.pk]:
        return []
    return waiting_for_slot(user, list(to_book(user)[:limit]), [session])


def reports_to_come(meetings: Sequence[Meeting]) -> dict[uuid.UUID, int]:
    """By meeting ahead, from how many of the agencies that are asked nothing has come."""
    meetings = [each for each in meetings if each.state == MeetingState.SCHEDULED]
    if not meetings:
        return {}
    asked = Invitation.objects.filter(meeting__in=meetings, agency__isnull=False).exclude(role="CHAIR")
    sent = Contribution.objects.filter(meeting__in=meetings, given_at__isnull=False)
    which = ("meeting_id", "agency_id")
    left = set(asked.values_list(*which)) - set(sent.values_list(*which))
    return Counter(meeting for meeting, _ in left)


def own_invitations(user: User, meetings: Sequence[Meeting]) -> list[Invitation]:
    """Of these meetings ahead, the places of this person and of their agency."""
    who = user_context(user)
    if who is None:
        return []
    ahead = {each.pk: each for each in meetings if each.state == MeetingState.SCHEDULED}
    mine = Q(person=None) | Q(person=user) | Q(deputy=user)
    rows = Invitation.objects.filter(mine, meeting__in=ahead, agency=who.agency).exclude(role="CHAIR")
    found = list(rows.select_related("agency", "person", "deputy"))
    for each in found:
        each.meeting = ahead[each.meeting_id]
    return found


def usual(kind: MeetingKind) -> dict[str, Any]:
    """What the reference data say of meetings of a kind."""
    found = find_code("meeting-type", kind)
    return found.extra if found else {}


def usual_slots() -> tuple[int, int]:
    """The minutes of a slot, and how many slots a session has."""
    said = usual(MeetingKind.REVIEW)
    return int(said.get("slot", 10)), int(said.get("slots", 12))


def nurses_for(child: Child) -> list[Membership]:
    """The nurses for looked-after children, by their job, where the child is one (strategy 14.3); else nobody."""
    role, status = find_code("meeting-role", LACN), child.legal_status
    looked_after = status == LOOKED_AFTER or bool(status and find_code("legal-status", status))
    if role is None or not looked_after:
        return []
    return list(people_to_invite().filter(user__job_title__icontains=role.extra.get("job", role.label)))


def family_to_ask(case: Case) -> dict[str, Any]:
    """That no parent is asked, where it is not safe to contact one of them; anyone who asks was shown the case."""
    family = NetworkMember.objects.filter(case=case, ended_on=None, contact_safe=YesNoUnknown.NO)
    responsible = Q(relation__in=PARENTS) | Q(parental_responsibility=YesNoUnknown.YES)
    unsafe = family.filter(responsible).exists()
    return {"parent_invited": False, "parent_not_invited": "NOT_SAFE"} if unsafe else {}
