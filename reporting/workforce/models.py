"""Training of the workforce (strategy 18): courses, people without an account, who attended what, uploaded lists."""

import datetime as dt
import uuid

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.user_context import user_context
from cse_portal.accounts.models import Agency, Membership, User
from cse_portal.audit.constraints import Watched
from cse_portal.keys import Keyed
from cse_portal.reference.selectors import label
from cse_portal.reference.working_days import add_months
from cse_portal.row_security import SeenBy

LEVELS, NEEDS = "training-level", "training-need"
OF_MY_AGENCY = "(SELECT gate.opens('TRAINING_KEEP')) AND {row}.agency_id = (SELECT gate.agency_id())"
KEPT_BY = f"(SELECT gate.opens('TRAINING_ALL')) OR {OF_MY_AGENCY}"
# Who reads the strategy counts who is trained, and is shown no names.
COUNTED_BY = f"(SELECT gate.opens('STRATEGIC_VIEW')) OR {KEPT_BY}"
OF_MY_PEOPLE = """(SELECT gate.opens('TRAINING_KEEP')) AND EXISTS (SELECT 1 FROM accounts_membership m
    WHERE m.user_id = {row}.user_id AND m.agency_id = (SELECT gate.agency_id()))"""


class TrainingStatus(models.TextChoices):
    """How somebody's training stands against what their role needs."""

    TRAINED = "trained", "Trained"
    SOON = "soon", "Expires within 3 months"
    EXPIRED = "expired", "Expired"
    NEVER = "never", "Not trained"


class Course(Keyed):
    """A course of the multi-agency training plan: its level, and for how many months it is valid, if not for good."""

    name = models.CharField(max_length=150, unique=True)
    level = models.PositiveSmallIntegerField()
    valid_months = models.PositiveSmallIntegerField(null=True)

    class Meta:
        ordering = ["level", "name"]
        constraints = [
            Watched(),
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=4), name="course_has_a_level"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def level_words(self) -> str:
        """Level 2: identify all types, respond to disclosure."""
        return label(LEVELS, str(self.level))


class StaffMember(Keyed):
    """Somebody of a partner's workforce who has no account in the portal. `role` is one that training is needed for."""

    name = models.CharField(max_length=150)
    email = models.EmailField(blank=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=30)
    added_on = models.DateField(default=timezone.localdate)
    left_on = models.DateField(null=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            Watched(),
            SeenBy(COUNTED_BY, written=KEPT_BY),
            models.UniqueConstraint(
                "agency", Lower("email"), condition=~Q(email="") & Q(left_on=None), name="staff_email_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AttendanceQuerySet(models.QuerySet["Attendance"]):
    """Attendances, as far as they may be seen."""

    def visible_to(self, user: User | AnonymousUser) -> "AttendanceQuerySet":
        """Everybody's, for who keeps all; else those of one's own agency and its people."""
        who = user_context(user)
        if who is None or not gate.can(user, Permission.TRAINING_KEEP):
            return self.none()
        if gate.can(user, Permission.TRAINING_ALL):
            return self.all()
        people = Membership.objects.filter(agency=who.agency).values("user")
        return self.filter(Q(agency=who.agency) | Q(user__in=people))


class TrainingList(Keyed):
    """A list that somebody uploaded, as it was read. A row leaves it when it is recorded; the others wait."""

    file_name = models.CharField(max_length=150)
    rows = models.JSONField(default=list)
    recorded = models.PositiveIntegerField(default=0)
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-uploaded_at"]
        constraints = [Watched(hidden=("rows",)), SeenBy("{row}.uploaded_by_id = (SELECT gate.user_id())")]

    def get_absolute_url(self) -> str:
        """Where it is read before it is kept."""
        return reverse("reporting:training-list", args=[self.pk])


class Attendance(Keyed):
    """Somebody attended a course on a day: a person with an account, or another of the agency's staff.

    `agency` is the one they worked for. `listed` is the uploaded list that said so; without one it came by hand.
    """

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="attendances")
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    staff = models.ForeignKey(StaffMember, null=True, on_delete=models.PROTECT, related_name="attendances")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    listed = models.ForeignKey(TrainingList, null=True, on_delete=models.PROTECT, related_name="+")
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "-id"]
        constraints = [
            Watched(),
            SeenBy(f"{COUNTED_BY} OR {OF_MY_PEOPLE}", written=KEPT_BY),
            models.CheckConstraint(
                condition=Q(user__isnull=False) ^ Q(staff__isnull=False), name="attendance_of_one_person"
            ),
            models.UniqueConstraint(fields=["user", "course", "on"], name="attendance_of_user_once"),
            models.UniqueConstraint(fields=["staff", "course", "on"], name="attendance_of_staff_once"),
        ]

    @property
    def person(self) -> uuid.UUID:
        """The key of who attended."""
        found = self.user_id or self.staff_id
        if found is None:
            raise ValueError("an attendance without a person")
        return found

    @property
    def until(self) -> dt.date:
        """The last day on which it is valid."""
        months = self.course.valid_months
        return add_months(self.on, months) if months else dt.date.max
