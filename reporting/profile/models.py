"""The problem profile of a year, and what was found, is not known, and is recommended (strategy 12.1, 12.3 to 12.5)."""

import datetime as dt

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q, TextChoices
from django.urls import reverse
from django.utils import timezone

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.constraints import Watched
from cse_portal.keys import Keyed
from cse_portal.reference.quarters import Quarter
from cse_portal.row_security import Frozen
from mase.strategy.models import StrategicObjective


class Section(TextChoices):
    """What a profile is about, in its order."""

    VICTIMS = "victims", "Children and young people"
    PEOPLE = "people", "People of concern"
    LOCATIONS = "locations", "Locations"
    THEMES = "themes", "Themes"
    TIMES = "times", "Times"


class PartKind(TextChoices):
    """What a part of a profile says."""

    FINDING = "finding", "Finding"
    UNKNOWN = "unknown", "Not known"
    RECOMMENDATION = "recommendation", "Recommendation"


class ProfileQuerySet(models.QuerySet["ProblemProfile"]):
    """Profiles, as far as they may be read."""

    def visible_to(self, user: User | AnonymousUser) -> "ProfileQuerySet":
        """Who prepares and signs returns reads every one; who reads board packs, those that are published."""
        if gate.can(user, Permission.RETURN_VIEW):
            return self
        if gate.can(user, Permission.BOARD_REPORT_VIEW):
            return self.filter(published_at__isnull=False)
        return self.none()


class ProblemProfile(Keyed):
    """One for each financial year: drawn from signed returns, read with the ROCU, published by a second person.

    `year` is the calendar year in which it starts. `sources` says what it was drawn from and what those miss.
    """

    year = models.PositiveSmallIntegerField(unique=True)
    summary = models.TextField(max_length=2000, blank=True)
    sources = models.TextField(max_length=2000, blank=True)
    rocu = models.CharField(max_length=200, blank=True)
    rocu_on = models.DateField(null=True)
    started_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(default=timezone.now)
    published_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects = ProfileQuerySet.as_manager()

    class Meta:
        ordering = ["-year"]
        constraints = [
            Watched(),
            Frozen(when="OLD.published_at IS NOT NULL"),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True, published_by__isnull=True)
                | Q(published_at__isnull=False, published_by__isnull=False, rocu_on__isnull=False)
                & ~Q(published_by=models.F("started_by")),
                name="profile_published_by_another",
            ),
        ]

    @property
    def quarters(self) -> list[Quarter]:
        """The four of its year."""
        return Quarter(self.year, 4).with_before(4)

    @property
    def label(self) -> str:
        """2025/26."""
        return f"{self.year}/{(self.year + 1) % 100:02d}"

    @property
    def slug(self) -> str:
        """As it is in addresses: 2025-26."""
        return self.label.replace("/", "-")

    @property
    def ends_on(self) -> dt.date:
        """The last day of its year."""
        return self.quarters[-1].ends_on

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("reporting:profile", args=[self.slug])


class ProfilePart(Keyed):
    """A finding, something not known, or a recommendation, under one section.

    `sanitised` is what the sanitised version says instead of `text`; where it is empty that version leaves the part
    out. A recommendation becomes an `objective` of the strategy's plan, whose owner reports on it.
    """

    profile = models.ForeignKey(ProblemProfile, on_delete=models.PROTECT, related_name="parts")
    section = models.CharField(max_length=10, choices=Section)
    kind = models.CharField(max_length=14, choices=PartKind)
    text = models.TextField(max_length=2000)
    sanitised = models.TextField(max_length=2000, blank=True)
    agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(null=True)
    objective = models.OneToOneField(
        StrategicObjective, null=True, on_delete=models.PROTECT, related_name="recommendation"
    )
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            Watched(),
            models.CheckConstraint(condition=~Q(text=""), name="profile_part_says_something"),
            models.CheckConstraint(
                condition=Q(objective__isnull=True) | Q(kind=PartKind.RECOMMENDATION),
                name="profile_recommendation_becomes_objective",
            ),
        ]
