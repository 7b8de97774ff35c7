"""A meeting about one child: when and where, who was asked and came, what is on the agenda, its minutes."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from cases.record.choices import RiskCategory, Section
from cases.record.models.case import Case
from cse_portal.access.records import described
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.constraints import Watched
from cse_portal.keys import Keyed
from cse_portal.row_security import SeenWith
from mase.meetings.choices import FAMILY, AnswerKind, AttendanceCode, MeetingKind, MeetingState
from mase.meetings.models.bases import CANCELLED_WITH_REASON, ENDED_BY_SOMEONE, AnyMeeting, Edited
from mase.meetings.models.querysets import MeetingQuerySet


class Meeting(AnyMeeting):
    """A multi-agency sexual exploitation meeting about one child (strategy 14.3), chaired by the CSE Team Manager.

    `due_on` is the last day on which it is in time, by the clock rule named beside it, or as the meeting before set it;
    a later meeting says why.
    `category_at_entry` follows a category that rises before the meeting, and is what its decision was compared with.
    `no_measure_reason` is why it issued actions that do not say how anybody will know that they are done.
    `item_now` is the code of the item of the agenda that it is at.
    `family_in_room` is the switch "Family is here": while it is on, no screen shows what is for professionals.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="meetings")
    kind = models.CharField(max_length=20, choices=MeetingKind)
    place = models.CharField(max_length=200, blank=True)
    link = models.URLField(max_length=300, blank=True)
    purpose = models.TextField(max_length=4000)
    category_at_entry = models.PositiveSmallIntegerField(choices=RiskCategory)
    due_on = models.DateField()
    due_rule = models.CharField(max_length=120)
    late_reason = models.CharField(max_length=40, blank=True)
    child_invited = models.BooleanField()
    child_not_invited = models.CharField(max_length=40, blank=True)
    parent_invited = models.BooleanField()
    parent_not_invited = models.CharField(max_length=40, blank=True)
    family_in_room = models.BooleanField(default=False)
    item_now = models.SlugField(max_length=40, blank=True)
    review_on = models.DateField(null=True)
    no_quorum_reason = models.CharField(max_length=500, blank=True)
    no_measure_reason = models.CharField(max_length=500, blank=True)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = "MASE meeting"
        ordering = ["-scheduled_for"]
        indexes = [
            models.Index(fields=["state", "scheduled_for"]),
            models.Index(fields=["case", "-scheduled_for"]),
        ]
        constraints = [
            Watched(),
            SeenWith(write="see"),
            models.CheckConstraint(condition=ENDED_BY_SOMEONE, name="meeting_ended_by_someone"),
            models.CheckConstraint(condition=CANCELLED_WITH_REASON, name="meeting_cancelled_with_reason"),
            models.CheckConstraint(
                condition=(Q(child_invited=True) | ~Q(child_not_invited=""))
                & (Q(parent_invited=True) | ~Q(parent_not_invited="")),
                name="meeting_family_invited_or_reason",
            ),
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(state__in=[MeetingState.SCHEDULED, MeetingState.IN_PROGRESS]),
                name="meeting_one_ahead_of_a_child",
            ),
        ]

    @property
    def category_before(self) -> int:
        """What the decision is compared with: the child's category now, and once it has ended the one it found."""
        return self.case.category if self.is_open else self.category_at_entry

    def as_disclosed(self) -> list[tuple[str, str]]:
        """Without what only its chair needs."""
        return described(self, without=("link", "family_in_room", "item_now", "booked_at"))


class Invitation(Keyed):
    """Someone asked to a meeting: an agency, a named person, or the child or a parent, who have no account.

    Or somebody who comes without an agency and has no account either, by `name` and role: an interpreter, a foster
    carer, an advocate, a residential worker. They see no case by it and get no copy.
    `deputy` is the colleague with an account who comes in their place now.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="invitations")
    role = models.CharField(max_length=10)
    name = models.CharField(max_length=150, blank=True)
    agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    gave_access = models.BooleanField(default=False)
    deputy = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(default=timezone.now)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

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
        ]

    @property
    def is_family(self) -> bool:
        """The child, or a parent or carer."""
        return self.role in FAMILY


class Attendance(Keyed):
    """How one invitation was answered on the day: Y, A, D, N or R."""

    invitation = models.OneToOneField(Invitation, on_delete=models.CASCADE, related_name="attendance")
    code = models.CharField(max_length=1, choices=AttendanceCode)
    who_came = models.CharField(max_length=150, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            Watched(case="invitation_id:mase_invitation.meeting_id:mase_meeting.case_id"),
            SeenWith("invitation", write="see"),
        ]


class AgendaItem(Edited):
    """One item of this meeting's agenda, from the standing agenda, and the notes taken under it.

    A restricted item is for professionals only.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="agenda")
    order = models.PositiveSmallIntegerField()
    code = models.SlugField(max_length=40)
    title = models.CharField(max_length=150)
    guidance = models.TextField(blank=True)
    restricted = models.BooleanField(default=False)
    notes = models.TextField(max_length=20_000, blank=True)

    class Meta:
        ordering = ["order"]
        constraints = [
            Watched(),
            SeenWith("meeting", sections=[(Section.MINUTES, "{row}.restricted")], write="see"),
            models.UniqueConstraint(fields=["meeting", "code"], name="agendaitem_once_per_meeting"),
        ]

    def as_disclosed(self) -> list[tuple[str, str]]:
        """The notes, without the standing advice."""
        return described(self, without=("guidance",)) if self.notes else []


class InvitationAnswer(Keyed):
    """One answer to an invitation, never changed: the last one for the meeting's time counts.

    `about` is the time it was given for; a meeting that moves asks everybody again. A deputy has a name, and an account
    where they have one.
    """

    disclosed = False
    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, related_name="answers")
    kind = models.CharField(max_length=8, choices=AnswerKind)
    about = models.DateTimeField()
    reason = models.CharField(max_length=500, blank=True)
    deputy = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    deputy_name = models.CharField(max_length=150, blank=True)
    answered_at = models.DateTimeField(default=timezone.now)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["answered_at", "id"]
        constraints = [
            Watched(case="invitation_id:mase_invitation.meeting_id:mase_meeting.case_id"),
            SeenWith("invitation", write="see"),
            models.CheckConstraint(
                condition=~Q(kind=AnswerKind.DECLINE) | ~Q(reason=""), name="answer_declines_with_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(kind=AnswerKind.DEPUTY) & ~Q(deputy_name="")
                | ~Q(kind=AnswerKind.DEPUTY) & Q(deputy__isnull=True, deputy_name=""),
                name="answer_names_its_deputy",
            ),
        ]


class CalendarEntry(Keyed):
    """A person who was sent a meeting for their calendar, so that its moves and its end reach the same calendar.

    It is out of the calendar of anyone whom somebody else comes for, from `taken_out_at` on, until it is put back.
    `turns` counts both: each has to be newer in that calendar than what went before, while the meeting itself is
    unchanged.
    """

    disclosed = False
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="calendar_entries")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    first_sent_at = models.DateTimeField(default=timezone.now)
    taken_out_at = models.DateTimeField(null=True)
    turns = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["first_sent_at", "id"]
        verbose_name_plural = "calendar entries"
        constraints = [
            Watched(),
            SeenWith("meeting", write="see"),
            models.UniqueConstraint(fields=["meeting", "person"], name="calendarentry_once_a_person"),
        ]
