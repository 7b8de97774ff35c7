"""A meeting about one child: when and where, who was asked and came, what is on the agenda, its minutes."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from cases.choices import RiskCategory, Section
from cases.models import Case
from cse_portal.access.records import described
from cse_portal.accounts.models import Agency
from cse_portal.audit.constraints import Watched
from cse_portal.keys import new_key
from cse_portal.row_security import Frozen, SeenWith
from mase.choices import FAMILY, AttendanceCode, MeetingKind, MeetingState, MinutesState
from mase.models.edited import Edited
from mase.querysets import MeetingQuerySet, MinutesQuerySet

_OVER = Q(state=MeetingState.ENDED)


class MaseMeeting(models.Model):
    """A multi-agency sexual exploitation meeting about one child (strategy 14.3), chaired by the CSE Team Manager.

    `due_on` is the last day on which it is in time, by the clock rule named beside it, or as the meeting before set it;
    a later meeting says why.
    `category_at_entry` follows a category that rises before the meeting, and is what its decision was compared with.
    `no_measure_reason` is why it issued actions that do not say how anybody will know that they are done.
    `family_in_room` is the switch "Family is here": while it is on, no screen shows what is for professionals.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="meetings")
    kind = models.CharField(max_length=20, choices=MeetingKind)
    state = models.CharField(max_length=12, choices=MeetingState, default=MeetingState.SCHEDULED)
    scheduled_for = models.DateTimeField()
    place = models.CharField(max_length=200, blank=True)
    link = models.URLField(max_length=300, blank=True)
    purpose = models.TextField(max_length=4000)
    chair = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    category_at_entry = models.PositiveSmallIntegerField(choices=RiskCategory)
    due_on = models.DateField()
    due_rule = models.CharField(max_length=120)
    late_reason = models.CharField(max_length=40, blank=True)
    child_invited = models.BooleanField()
    child_not_invited = models.CharField(max_length=40, blank=True)
    parent_invited = models.BooleanField()
    parent_not_invited = models.CharField(max_length=40, blank=True)
    family_in_room = models.BooleanField(default=False)
    review_on = models.DateField(null=True)
    booked_at = models.DateTimeField(default=timezone.now)
    booked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    nobody_invited_reason = models.CharField(max_length=500, blank=True)
    no_quorum_reason = models.CharField(max_length=500, blank=True)
    no_measure_reason = models.CharField(max_length=500, blank=True)
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    cancelled_reason = models.CharField(max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1)

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
            models.CheckConstraint(
                condition=(
                    _OVER & Q(ended_at__isnull=False, ended_by__isnull=False, started_at__isnull=False)
                )
                | (~_OVER & Q(ended_at__isnull=True, ended_by__isnull=True)),
                name="meeting_ended_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(
                    state=MeetingState.CANCELLED, cancelled_at__isnull=False, cancelled_by__isnull=False
                )
                & ~Q(cancelled_reason="")
                | ~Q(state=MeetingState.CANCELLED) & Q(cancelled_at__isnull=True, cancelled_by__isnull=True),
                name="meeting_cancelled_with_reason",
            ),
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

    @property
    def is_open(self) -> bool:
        """Whether its record can still be written."""
        return self.state in (MeetingState.SCHEDULED, MeetingState.IN_PROGRESS)

    @property
    def is_running(self) -> bool:
        """Started, not ended."""
        return self.state == MeetingState.IN_PROGRESS

    @property
    def is_on_another_day(self) -> bool:
        """Still to be held, and not booked for today: whoever starts it is asked first."""
        day = timezone.localdate(self.scheduled_for)
        return self.state == MeetingState.SCHEDULED and day != timezone.localdate()

    def as_disclosed(self) -> list[tuple[str, str]]:
        """Without what only its chair needs."""
        return described(self, without=("link", "family_in_room", "booked_at"))


class Invitation(models.Model):
    """Someone asked to a meeting: an agency, a named person, or the child or a parent, who have no account.

    Or somebody who comes without an agency and has no account either, by `name` and role: an interpreter, a foster
    carer, an advocate, a residential worker. They see no case by it and get no copy.
    `deputy` is the colleague with an account who comes in their place now.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    meeting = models.ForeignKey(MaseMeeting, on_delete=models.CASCADE, related_name="invitations")
    role = models.CharField(max_length=10)
    name = models.CharField(max_length=150, blank=True)
    agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    gave_access = models.BooleanField(default=False)
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    invited_at = models.DateTimeField(default=timezone.now)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["invited_at"]
        constraints = [
            Watched(case="meeting_id:mase_masemeeting.case_id"),
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

    @property
    def without_agency(self) -> bool:
        """An interpreter, a foster carer: somebody with no agency and no account, who is not the family."""
        return self.agency_id is None and not self.is_family


class Attendance(models.Model):
    """How one invitation was answered on the day: Y, A, D, N or R."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    invitation = models.OneToOneField(Invitation, on_delete=models.CASCADE, related_name="attendance")
    code = models.CharField(max_length=1, choices=AttendanceCode)
    who_came = models.CharField(max_length=150, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            Watched(case="invitation_id:mase_invitation.meeting_id:mase_masemeeting.case_id"),
            SeenWith("invitation", write="see"),
        ]


class AgendaItem(Edited):
    """One item of this meeting's agenda, from the standing agenda, and the notes taken under it.

    A restricted item is for professionals only. The item the meeting is at has `opened_at`; what it took before stands
    in `seconds_spent`. An item that is put off comes back at the next meeting, with the reason.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    meeting = models.ForeignKey(MaseMeeting, on_delete=models.CASCADE, related_name="agenda")
    order = models.PositiveSmallIntegerField()
    code = models.SlugField(max_length=40)
    title = models.CharField(max_length=150)
    guidance = models.TextField(blank=True)
    restricted = models.BooleanField(default=False)
    notes = models.TextField(max_length=20_000, blank=True)
    opened_at = models.DateTimeField(null=True)
    seconds_spent = models.PositiveIntegerField(default=0)
    put_off_because = models.CharField(max_length=500, blank=True)
    put_off_before = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["order"]
        constraints = [
            Watched(),
            SeenWith("meeting", sections=[(Section.MINUTES, "{row}.restricted")], write="see"),
            models.UniqueConstraint(fields=["meeting", "code"], name="agendaitem_once_per_meeting"),
            models.UniqueConstraint(
                fields=["meeting"], condition=Q(opened_at__isnull=False), name="agendaitem_one_at_a_time"
            ),
        ]

    def as_disclosed(self) -> list[tuple[str, str]]:
        """The notes, without the standing advice."""
        return described(self, without=("guidance", "seconds_spent", "opened_at")) if self.notes else []


class Minutes(models.Model):
    """The minutes of a meeting: a draft when it ends, then sent out, then agreed, and from there on frozen.

    `due_on` is the last day to send them out, `circulated_at` the day they first were. `sha256` is taken of everything
    that was agreed.
    """

    disclosed = False
    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    meeting = models.OneToOneField(MaseMeeting, on_delete=models.PROTECT, related_name="minutes")
    due_on = models.DateField()
    circulated_at = models.DateTimeField(null=True)
    agreed_at = models.DateTimeField(null=True)
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    sha256 = models.CharField(max_length=64, blank=True)

    objects = MinutesQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "minutes"
        constraints = [
            Watched(),
            SeenWith("meeting", write="see"),
            Frozen(when="OLD.agreed_at IS NOT NULL"),
            models.CheckConstraint(
                condition=Q(agreed_at__isnull=True, agreed_by__isnull=True, sha256="")
                | Q(agreed_at__isnull=False, agreed_by__isnull=False, circulated_at__isnull=False)
                & ~Q(sha256=""),
                name="minutes_agreed_with_fingerprint",
            ),
        ]

    @property
    def state(self) -> MinutesState:
        """Where they stand."""
        if self.agreed_at:
            return MinutesState.AGREED
        return MinutesState.CIRCULATED if self.circulated_at else MinutesState.DRAFT

    @property
    def is_late(self) -> bool:
        """Sent out after their day, or not yet on a later one."""
        out_on = timezone.localdate(self.circulated_at) if self.circulated_at else timezone.localdate()
        return out_on > self.due_on
