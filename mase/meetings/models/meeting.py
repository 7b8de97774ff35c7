"""A session of meetings, and a meeting from booking to its end: when and where, who was asked and came."""

import datetime as dt
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from cases.record.choices import RiskCategory
from cases.record.models.case import Case
from cse_portal.access.permissions import Permission
from cse_portal.access.records import described
from cse_portal.access.rows import among
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.constraints import Watched
from cse_portal.keys import Keyed
from cse_portal.row_security import SeenBy, SeenWith
from mase.meetings.choices import (
    FAMILY,
    SITS_ON_EVERY,
    AnswerKind,
    AttendanceCode,
    MeetingKind,
    MeetingState,
    Stage,
)
from mase.meetings.models.querysets import MeetingQuerySet, opens

RUNS = "(SELECT gate.opens('MEETING_CHAIR'))"
SESSION = (
    RUNS
    + " OR COALESCE((SELECT true FROM mase_meeting m WHERE m.session_id = {row}.id AND m.state <> 'cancelled' LIMIT 1),"
    " false)"
)
_OVER, _CANCELLED = Q(state=MeetingState.ENDED), Q(state=MeetingState.CANCELLED)
_OF_A_CHILD = Q(
    case__isnull=False, period__isnull=True, category_at_entry__isnull=False, due_on__isnull=False,
    child_invited__isnull=False, parent_invited__isnull=False,
)  # fmt: skip
# With the child's case. About no one child: those who sit on every one, and who was asked by name.
MEETING = """CASE
    WHEN {row}.case_id IS NULL THEN (SELECT gate.opens('MEETING_VIEW')) AND (CASE {row}.kind
        WHEN 'CMOG' THEN (SELECT gate.opens('CMOG_LIST'))
        ELSE (SELECT gate.opens('STRATEGIC_VIEW')) END OR gate.asked_to({row}.id))
    ELSE COALESCE((SELECT true FROM cases_case c WHERE c.id = {row}.case_id LIMIT 1), false) END"""


class MeetingSessionQuerySet(models.QuerySet[Any]):
    """Sessions, as far as they may be seen."""

    def visible_to(self, user: User | AnonymousUser) -> "MeetingSessionQuerySet":
        """All of them for who chairs meetings; else those with a meeting that this person sees."""
        if opens(user, Permission.MEETING_CHAIR):
            return self.all()
        meetings: Any = self.model._meta.get_field("meetings").related_model
        seen = meetings.objects.visible_to(user).not_cancelled().filter(session__isnull=False)
        return self.filter(among("pk", seen.order_by().values("session")))

    def ahead(self) -> "MeetingSessionQuerySet":
        """Today's and later ones that were not cancelled, soonest first."""
        today = timezone.localdate()
        return self.filter(cancelled_at=None, starts_at__date__gte=today).order_by("starts_at", "id")


class MeetingSession(Keyed):
    """Children's meetings one after the other, on one day, in one place, with one chair.

    It names no child: a meeting in it has a `session`, and its own time is its slot.
    """

    starts_at = models.DateTimeField()
    minutes_a_slot = models.PositiveSmallIntegerField()
    slots = models.PositiveSmallIntegerField()
    place = models.CharField(max_length=200, blank=True)
    link = models.URLField(max_length=300, blank=True)
    chair = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    minute_taker = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    booked_at = models.DateTimeField(default=timezone.now)
    booked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    cancelled_reason = models.CharField(max_length=500, blank=True)

    objects = MeetingSessionQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_at"]
        constraints = [
            Watched(),
            SeenBy(SESSION, written=RUNS),
            models.CheckConstraint(
                condition=Q(slots__gte=1, minutes_a_slot__gte=1), name="session_has_slots"
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at=None, cancelled_by=None, cancelled_reason="")
                | Q(cancelled_at__isnull=False, cancelled_by__isnull=False) & ~Q(cancelled_reason=""),
                name="session_cancelled_with_reason",
            ),
        ]

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("mase:session", args=[self.pk])

    @property
    def times(self) -> list[dt.datetime]:
        """When each slot begins."""
        step = dt.timedelta(minutes=self.minutes_a_slot)
        return [self.starts_at + number * step for number in range(self.slots)]

    @property
    def minutes(self) -> int:
        """How long it is in all."""
        return self.slots * self.minutes_a_slot

    @property
    def ends_at(self) -> dt.datetime:
        """When the last slot is over."""
        return self.starts_at + dt.timedelta(minutes=self.minutes)


class Edited(Keyed):
    """A row two people may edit: `version` refuses a stale save; both texts are shown and neither is lost."""

    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField(null=True)
    saved_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class Meeting(Keyed):
    """A meeting of the partnership, of any kind.

    A MASE is about one child (strategy 14.3): it has a `case`. A CMOG (strategy 21) is about many children, people and
    places of one month, a strategic CMOG (strategy 20) about the strategy's objectives: it has a `period`, and what
    somebody sees of it is their own (see AgendaItem).
    Of a MASE `due_on` is the last day on which it is in time, by the clock rule named beside it, or as the meeting
    before set it; a later meeting says why. `category_at_entry` follows a category that rises before the meeting, and
    is what its decision was compared with. In a `session` its time is its slot. `stage` is where it is, on every
    screen that follows it. `family_in_room` is the switch "Family is here": while it is on, no screen shows what is
    for professionals.
    """

    # Code of a MASE alone reads `case`, `due_on` and `category_at_entry`, which every MASE has (see the constraints).
    case: "models.ForeignKey[Case | None, Case]" = models.ForeignKey(  # type: ignore[misc]
        Case, null=True, on_delete=models.PROTECT, related_name="meetings"
    )
    kind = models.CharField(max_length=20, choices=MeetingKind)
    state = models.CharField(max_length=12, choices=MeetingState, default=MeetingState.SCHEDULED)
    period = models.DateField(null=True)
    session = models.ForeignKey(MeetingSession, null=True, on_delete=models.PROTECT, related_name="meetings")
    scheduled_for = models.DateTimeField()
    place = models.CharField(max_length=200, blank=True)
    link = models.URLField(max_length=300, blank=True)
    chair = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    booked_at = models.DateTimeField(default=timezone.now)
    booked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    compiled_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    cancelled_reason = models.CharField(max_length=500, blank=True)
    purpose = models.TextField(max_length=4000, blank=True)
    category_at_entry: "models.PositiveSmallIntegerField[int | None, int]" = (
        models.PositiveSmallIntegerField(null=True, choices=RiskCategory)  # type: ignore[misc]
    )
    due_on: "models.DateField[dt.date | None, dt.date]" = models.DateField(null=True)  # type: ignore[misc]
    due_rule = models.CharField(max_length=120, blank=True)
    late_reason = models.CharField(max_length=40, blank=True)
    child_invited = models.BooleanField(null=True)
    child_not_invited = models.CharField(max_length=40, blank=True)
    parent_invited = models.BooleanField(null=True)
    parent_not_invited = models.CharField(max_length=40, blank=True)
    family_in_room = models.BooleanField(default=False)
    stage = models.CharField(max_length=12, choices=Stage, default=Stage.LAST_ACTIONS)
    review_on = models.DateField(null=True)
    review_session = models.ForeignKey(
        MeetingSession, null=True, on_delete=models.PROTECT, related_name="+"
    )  # in which the review is booked as this one ends
    no_quorum_reason = models.CharField(max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["-scheduled_for"]
        indexes = [
            models.Index(fields=["state", "scheduled_for"]),
            models.Index(fields=["case", "-scheduled_for"]),
        ]
        constraints = [
            Watched(),
            SeenBy(MEETING),
            models.CheckConstraint(
                condition=_OF_A_CHILD
                | Q(case__isnull=True, kind__in=list(SITS_ON_EVERY), period__isnull=False, period__day=1),
                name="meeting_of_a_child_or_a_period",
            ),
            models.CheckConstraint(
                condition=_OVER & Q(ended_at__isnull=False, ended_by__isnull=False, started_at__isnull=False)
                | ~_OVER & Q(ended_at__isnull=True, ended_by__isnull=True),
                name="meeting_ended_by_someone",
            ),
            models.CheckConstraint(
                condition=_CANCELLED
                & Q(cancelled_at__isnull=False, cancelled_by__isnull=False)
                & ~Q(cancelled_reason="")
                | ~_CANCELLED & Q(cancelled_at__isnull=True, cancelled_by__isnull=True, cancelled_reason=""),
                name="meeting_cancelled_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(case__isnull=True)
                | (Q(child_invited=True) | ~Q(child_not_invited=""))
                & (Q(parent_invited=True) | ~Q(parent_not_invited="")),
                name="meeting_family_invited_or_reason",
            ),
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(state__in=[MeetingState.SCHEDULED, MeetingState.IN_PROGRESS]),
                name="meeting_one_ahead_of_a_child",
            ),
            models.UniqueConstraint(
                fields=["session", "scheduled_for"], condition=~_CANCELLED, name="meeting_one_a_slot"
            ),
            models.UniqueConstraint(
                fields=["kind", "period"], condition=~_CANCELLED, name="meeting_one_a_period"
            ),
        ]

    @property
    def is_open(self) -> bool:
        """Whether its record can still be written."""
        return self.state in (MeetingState.SCHEDULED, MeetingState.IN_PROGRESS)

    @property
    def is_running(self) -> bool:
        """Started, not ended."""
        return self.state == MeetingState.IN_PROGRESS

    @property
    def family_is_here(self) -> bool:
        """The switch is on while it can be written: no screen shows what is for professionals."""
        return self.family_in_room and self.is_open

    @property
    def is_on_another_day(self) -> bool:
        """Still to be held, and not booked for today: anyone who starts it is asked first."""
        day = timezone.localdate(self.scheduled_for)
        return self.state == MeetingState.SCHEDULED and day != timezone.localdate()

    @property
    def category_before(self) -> int:
        """What the decision is compared with: the child's category now, and once it has ended the one it found."""
        return self.case.category if self.is_open else self.category_at_entry

    def get_absolute_url(self) -> str:
        """Its page: what `redirect(meeting)` leads to."""
        return reverse("mase:cmog" if self.case_id is None else "mase:meeting", args=[self.pk])

    def as_disclosed(self) -> list[tuple[str, str]]:
        """Without what only its chair needs."""
        return described(
            self, without=("link", "session", "review_session", "family_in_room", "stage", "booked_at")
        )


class Invitation(Keyed):
    """Someone asked to a meeting: an agency, a named person, or the child or a parent, who have no account.

    Or somebody who comes without an agency and has no account either, by `name` and role: an interpreter, a foster
    carer, an advocate, a residential worker. They see no case by it and get no copy.
    `deputy` is the colleague with an account who comes in their place now. One seat a person: who `takes_minutes` may
    come for their agency too. `answer` is the last one for the meeting's time: a meeting that moves asks everybody
    again, but in another slot of its session. `deputy_named` is the deputy of that answer who has an account.
    `reminded` has the days on which its agency was reminded of its report, and by which clock for which day.
    `came_as` is how it was on the day, `who_came` the name where it was another.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="invitations")
    role = models.CharField(max_length=10)
    takes_minutes = models.BooleanField(default=False)
    name = models.CharField(max_length=150, blank=True)
    agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    gave_access = models.BooleanField(default=False)
    deputy = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(default=timezone.now)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=8, choices=AnswerKind, blank=True)
    answer_reason = models.CharField(max_length=500, blank=True)
    answered_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    deputy_named = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    deputy_name = models.CharField(max_length=150, blank=True)
    reminded = ArrayField(models.CharField(max_length=40), default=list)
    came_as = models.CharField(max_length=1, choices=AttendanceCode, blank=True)
    who_came = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ["invited_at"]
        constraints = [
            Watched(case="meeting_id:mase_meeting.case_id"),
            SeenWith("meeting", write="see"),
            models.UniqueConstraint(
                fields=["meeting", "agency", "person", "role", "name"],
                nulls_distinct=False,
                name="invitation_once",
            ),
            models.CheckConstraint(
                condition=Q(agency__isnull=True, name="", person__isnull=True, role__in=FAMILY)
                | ~Q(role__in=FAMILY) & Q(agency__isnull=False, name="")
                | ~Q(role__in=FAMILY) & ~Q(name="") & Q(agency__isnull=True, person__isnull=True),
                name="invitation_of_an_agency_family_or_a_name",
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_by=None, answer_reason="")
                | Q(answer=AnswerKind.DECLINE, answered_by__isnull=False) & ~Q(answer_reason="")
                | Q(answer__in=[AnswerKind.ACCEPT, AnswerKind.DEPUTY], answered_by__isnull=False),
                name="invitation_answered_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(answer=AnswerKind.DEPUTY) & ~Q(deputy_name="")
                | ~Q(answer=AnswerKind.DEPUTY) & Q(deputy_named=None, deputy_name=""),
                name="invitation_answer_names_its_deputy",
            ),
        ]

    @property
    def agency_name(self) -> str:
        """Of the agency they come for; empty of family and of those who come without one."""
        return self.agency.name if self.agency else ""

    @property
    def is_family(self) -> bool:
        """The child, or a parent or carer."""
        return self.role in FAMILY

    def as_disclosed(self) -> list[tuple[str, str]]:
        """Without the answer, which only its chair needs."""
        return described(self, without=("answer", "answer_reason", "deputy_name"))


class CalendarEntry(Keyed):
    """A person who was sent a meeting for their calendar, so that its moves and its end reach the same calendar.

    It is out of the calendar of anyone whom somebody else comes for, from `taken_out_at` on, until it is put back.
    """

    disclosed = False
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="calendar_entries")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    first_sent_at = models.DateTimeField(default=timezone.now)
    taken_out_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["first_sent_at", "id"]
        verbose_name_plural = "calendar entries"
        constraints = [
            Watched(),
            SeenWith("meeting", write="see"),
            models.UniqueConstraint(fields=["meeting", "person"], name="calendarentry_once_a_person"),
        ]
