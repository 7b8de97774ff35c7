"""Meetings: one, and the lists of them, for the person who asks."""

import datetime as dt
import uuid
from dataclasses import dataclass
from itertools import groupby

from django.contrib.auth.models import AnonymousUser
from django.db.models import (
    DateTimeField,
    Exists,
    F,
    Max,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    TextField,
    prefetch_related_objects,
)
from django.db.models.functions import Cast, Coalesce, TruncDate
from django.utils import timezone

from cases.record.choices import RiskCategory
from cases.record.models.case import Case
from cases.record.selectors import CaseFilters, counted_cases
from cse_portal.access import gate
from cse_portal.access.grants import Holder, sight_rows
from cse_portal.access.models import GrantSource
from cse_portal.access.permissions import Permission
from cse_portal.access.roles import ROLES
from cse_portal.access.rows import get_visible, granted_in_agency
from cse_portal.access.user_context import user_context
from cse_portal.accounts.choices import AgencyKind, Role
from cse_portal.accounts.models import Agency, Membership, User
from cse_portal.reference.selectors import clock_rule
from cse_portal.ui.charts import Scaling
from mase.clocks.models import ClockPause
from mase.clocks.selectors.clocks import LastMeeting, clock_of_next, rule_name
from mase.meetings.choices import SITS_ON_EVERY, MeetingKind, MeetingState
from mase.meetings.errors import MONTH_TAKEN, MeetingRefused
from mase.meetings.models.meeting import Invitation, Meeting
from mase.meetings.models.querysets import MeetingQuerySet
from mase.meetings.selectors.thresholds import asked_for, with_threshold
from mase.plans.models.plan import PlanAction
from mase.plans.models.querysets import ActionQuerySet
from mase.plans.models.safety_map import ScaleScore

# Agencies that take part in the work on a child; the others govern it.
WORKING_KINDS = [kind for kind in AgencyKind if kind not in (AgencyKind.BUSINESS_UNIT, AgencyKind.REGIONAL)]


def meeting_for(user: User | AnonymousUser, pk: uuid.UUID) -> Meeting:
    """The meeting with this key; NotVisible if it does not exist for this person.

    Its page asks much else of the one case: the row rule is asked of that, and not of every case they see.
    """
    rows = Meeting.objects.of_children().with_case().select_related("decision", "voice", "session")
    return gate.require(user, Permission.MEETING_VIEW, get_visible(rows.filter(pk=pk).order_by()))


WATCHED = ("case", "state", "stage", "family_in_room", "case__is_restricted")


def meeting_watched(user: User | AnonymousUser, pk: uuid.UUID) -> Meeting:
    """The same with what `live` says of it and no more: every open page asks it every few seconds."""
    rows = Meeting.objects.of_children().select_related("case").only(*WATCHED)
    return gate.require(user, Permission.MEETING_VIEW, get_visible(rows.filter(pk=pk).order_by()))


def meeting_of_any_kind(user: User | AnonymousUser, pk: uuid.UUID) -> Meeting:
    """A meeting, whether or not it is about one child."""
    rows = Meeting.objects.visible_to(user).with_case().select_related("minutes", "ended_by")
    found = get_visible(rows.filter(pk=pk).order_by())
    gate.note_shown(user, Permission.MEETING_VIEW, found)
    if found.case_id is not None:
        gate.note_shown(user, Permission.CASE_VIEW, found.case)
    return found


def with_invitations_and_actions(user: User, meeting: Meeting) -> Meeting:
    """The meeting with what the API says about it, however many were asked and whatever was agreed for this reader."""
    invited = Invitation.objects.select_related("agency")
    agreed = PlanAction.objects.visible_to(user).select_related("case", "agency", "owner")
    prefetch_related_objects([meeting], Prefetch("invitations", invited), Prefetch("actions", agreed))
    return meeting


def meeting_list(user: User, *, past: bool = False, this_week: bool = False) -> QuerySet[Meeting]:
    """Upcoming meetings soonest first, or past ones newest first; perhaps only this week's."""
    if this_week:
        monday = timezone.localdate() - dt.timedelta(days=timezone.localdate().weekday())
        return meetings_between(user, monday, monday + dt.timedelta(days=6)).of_children()
    rows = Meeting.objects.of_children().visible_to(user).with_case()
    return rows.past() if past else rows.upcoming()


def meetings_between(user: User, first: dt.date, last: dt.date) -> MeetingQuerySet:
    """The meetings booked for these days that this person may see, cancelled ones left out, soonest first."""
    rows = Meeting.objects.visible_to(user).with_case().not_cancelled()
    return rows.between(first, last).order_by("scheduled_for", "id")


def case_meetings(case: Case) -> QuerySet[Meeting]:
    """Every meeting about this child, newest first; anyone who asks was shown the case."""
    return Meeting.objects.filter(case=case).select_related("chair", "decision", "minutes")


def to_book(user: User) -> QuerySet[Case]:
    """Open cases of category 2 or 3 with no meeting booked; the worst category first, then the longest waiting.

    The lead professional reviews a child in category 1, also one stepped down (IICSA 2022, F.4).
    """
    rows = Case.objects.visible_to(user).open().with_identity()
    since = Coalesce("next_review_on", TruncDate("opened_at"))
    return rows.filter(_waits_for_meeting("pk")).order_by("-category", since, "id")


def count_to_book(user: User) -> int:
    """How many they are, counted up to one over the cap."""
    return len(counted_cases(user, CaseFilters(), also=_waits_for_meeting("case_id")))


def _waits_for_meeting(case: str) -> Q:
    ahead = Meeting.objects.upcoming().filter(case=OuterRef(case))
    return Q(category__gte=RiskCategory.MEDIUM) & ~Q(Exists(ahead))


def booked(user: User) -> MeetingQuerySet:
    """Meetings ahead as dated steps of their case."""
    note = Cast("kind", TextField())
    rows = Meeting.objects.of_children().visible_to(user).upcoming()
    return rows.annotate(step_case=F("case_id"), step_due=F("scheduled_for"), step_note=note)


def actions_to_do(user: User) -> ActionQuerySet:
    """Actions of plans as dated steps of their case."""
    due = Cast("due_on", DateTimeField())
    rows = PlanAction.objects.about_children(user).issued().unfinished()
    return rows.annotate(step_case=F("case_id"), step_due=due, step_note=F("text"))


def scalings(user: User, case: Case) -> list[Scaling]:
    """Where people placed the child's safety at each meeting that was held, oldest first."""
    held = Meeting.objects.of_children().visible_to(user).ended().filter(case=case)
    rows = ScaleScore.objects.filter(danger__meeting__in=held).order_by("danger__meeting__started_at")
    days = groupby(rows.select_related("danger__meeting"), lambda each: each.danger.meeting.started_at)
    found = []
    for started_at, scores in ((started_at, list(group)) for started_at, group in days):
        own = next((each.value for each in scores if each.invitation_id is None), None)
        people = len({each.invitation_id for each in scores})
        found.append(Scaling(timezone.localdate(started_at), people, [each.value for each in scores], own))
    return found


def kind_of_next(case: Case) -> MeetingKind:
    """A review where this period of work has had a meeting, else the initial one."""
    since = case.episodes.filter(closed_at__isnull=True).values("opened_at")
    held = Meeting.objects.ended().filter(case=case, ended_at__gte=since[:1]).exists()
    return MeetingKind.REVIEW if held else MeetingKind.INITIAL


def due_date(case: Case, kind: MeetingKind) -> tuple[dt.date, str]:
    """The last day on which the next meeting is in time, pauses that have ended counted, and what made it that day.

    A first meeting that no decision asked for is counted from today: its clock has not run before.
    """
    period = with_threshold(case.episodes.filter(closed_at__isnull=True)).first()
    if kind is MeetingKind.INITIAL and period and not asked_for(period, case.category):
        rule = clock_rule("INITIAL_MASE", case.category)
        return rule.due(timezone.now()), rule_name(rule)
    ended = Meeting.objects.ended().filter(case=case).order_by("-ended_at")
    facts = ended.values_list("ended_at", "review_on").first()
    pauses = list(case.clock_pauses.filter(meeting=None))
    clock = clock_of_next(case, kind, period, LastMeeting(*facts) if facts else None, pauses)
    return clock.due_on, clock.set_by or rule_name(clock.rule)


def members_of(kind: str) -> list[Role]:
    """The roles that sit on every meeting of a kind about no one child."""
    return [role for role, each in ROLES.items() if SITS_ON_EVERY[MeetingKind(kind)] in each.permissions]


def guests_of(kind: str) -> list[Role]:
    """The roles that may be asked to one besides: they work with children, and are asked by name."""
    works = [role for role, each in ROLES.items() if Permission.MEETING_LIST in each.permissions]
    return [role for role in works if role not in members_of(kind)]


def free_month(kind: str, moment: dt.datetime, *, but: Meeting | None = None) -> dt.date:
    """The month a meeting about no one child is for; refused where there is one of its kind."""
    month = timezone.localdate(moment).replace(day=1)
    rows = Meeting.objects.not_cancelled().filter(kind=kind, period=month)
    if rows.exclude(pk=but.pk if but else None).exists():
        raise MeetingRefused(MONTH_TAKEN, "scheduled_for")
    return month


def held_pause(case: Case, meeting: Meeting | None = None) -> list[ClockPause]:
    """The pause of the day a meeting is held by that goes on, if one does: of a booked meeting, or of the next one."""
    return list(case.clock_pauses.filter(meeting=meeting, ends_on__isnull=True))


def access_until(day: dt.date | dt.datetime) -> dt.date:
    """How long an invitation opens the case: until the minutes of that day are out and can be objected to no longer."""
    return clock_rule("MINUTES_OBJECTION").due(clock_rule("MINUTES_OUT").due(day))


def chairs_for(case: Case) -> list[User]:
    """The CSE Team Managers who may chair this child's meeting: those who may confirm its category."""
    managers = Membership.objects.current().filter(role=Role.TEAM_MANAGER, user__is_active=True)
    people = [row.user for row in managers.select_related("user")]
    return [each for each in people if gate.can(each, Permission.CATEGORY_CONFIRM, case)]


def agencies_to_invite() -> QuerySet[Agency]:
    """Active agencies that work with children."""
    return Agency.objects.filter(is_active=True, kind__in=WORKING_KINDS)


def people_to_invite() -> QuerySet[Membership]:
    """People of those agencies, by agency and name."""
    people = Membership.objects.current().filter(user__is_active=True, user__is_system=False)
    rows = people.filter(agency__in=agencies_to_invite())
    return rows.select_related("user", "agency").order_by("agency__name", "user__full_name")


def sees_anyway(meeting: Meeting, holder: Holder) -> bool:
    """Whether the person or agency sees the case without being asked to this meeting, also on its day.

    Sight through another meeting ends with that meeting's minutes, or with an action that came of it, and sight in an
    emergency within hours: anyone who has no other is given this meeting's own.
    """
    passing = _passing(meeting)
    if isinstance(holder, Agency):
        rows = sight_rows(meeting.case, Agency).exclude(passing).filter(group_id=holder.group_id)
        return not meeting.case.is_restricted and rows.exists()
    who = user_context(holder)
    if who is None or not gate.can(holder, Permission.CASE_VIEW, meeting.case):
        return False
    by_name = sight_rows(meeting.case, User).exclude(passing)
    theirs = by_name.filter(granted_in_agency(who, "granted_at"), user=holder)
    return theirs.exists() or sees_anyway(meeting, who.agency)


def _passing(meeting: Meeting) -> Q:
    """Grants that end within hours, or with another meeting."""
    return Q(source=GrantSource.BREAK_GLASS) | Q(source=GrantSource.MEETING) & ~Q(source_id=meeting.pk)


def people_to_tell(agency: Agency) -> list[User]:
    """Whom a message to an agency reaches: everyone there who works with children; its lead keeps the accounts."""
    rows = Membership.objects.current().filter(agency=agency, user__is_active=True).select_related("user")
    return [row.user for row in rows.exclude(role__in=(Role.AGENCY_LEAD, Role.API_CLIENT))]


@dataclass(frozen=True)
class Powers:
    """What a person may write on a meeting's page, before its state narrows it."""

    chairs: bool
    notes: bool
    schedules: bool
    contributes: bool
    agency: Agency | None


def powers(user: User, meeting: Meeting) -> Powers:
    """Asked once a page."""
    who = user_context(user)
    return Powers(
        chairs=gate.can(user, Permission.MEETING_CHAIR, meeting),
        notes=gate.can(user, Permission.MEETING_NOTE, meeting),
        schedules=gate.can(user, Permission.MEETING_SCHEDULE, meeting.case),
        contributes=gate.can(user, Permission.MEETING_CONTRIBUTE, meeting),
        agency=who.agency if who else None,
    )


def course_of(meeting: Meeting) -> Meeting:
    """With why it was broken off and its chair changed; anyone who asks reads its record."""
    prefetch_related_objects([meeting], "interruptions__before", "interruptions__to")
    return meeting


def cancelled_before(case: Case) -> Meeting | None:
    """The one cancelled last in this period of work, since any was held; anyone who asks was shown the case."""
    period = case.episodes.filter(closed_at__isnull=True).values("opened_at")
    held = Meeting.objects.ended().filter(case=case, ended_at__gt=OuterRef("booked_at"))
    rows = Meeting.objects.filter(case=case, state=MeetingState.CANCELLED)
    rows = rows.filter(booked_at__gte=Subquery(period[:1])).exclude(Exists(held))
    found: Meeting | None = rows.order_by("-cancelled_at").first()
    return found


def last_place(meeting: Meeting) -> int:
    """The number of the last item of its agenda."""
    return meeting.agenda.aggregate(last=Max("order"))["last"] or 0
