"""One piece of prevention, as the agency that did it recorded it. It names no child.

The names and hints of fields are those of their form.
"""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q, TextChoices
from django.utils import timezone

from cse_portal.access.permissions import Permission
from cse_portal.access.roles import ROLES
from cse_portal.access.user_context import user_context
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.constraints import Watched
from cse_portal.keys import Keyed
from cse_portal.reference import selectors as reference
from cse_portal.row_security import SeenBy
from cse_portal.ui.presenters import display_date

MOST = 20_000
OWN = "(SELECT gate.opens('PREVENTION_RECORD')) AND {row}.agency_id = (SELECT gate.agency_id())"


class Setting(TextChoices):
    """Where children and the people around them are met (strategy 13.3)."""

    SCHOOL = "school", "School or college"
    LICENSED = "licensed", "Licensed premises"
    TAXI = "taxi", "Taxis and private hire"
    HOTEL = "hotel", "Hotel or guest house"
    COMMUNITY = "community", "Community or faith group"
    ONLINE = "online", "Online"


class ActivityKind(TextChoices):
    """What was done."""

    SESSION = "session", "Session or lesson"
    VISIT = "visit", "Visit"
    BRIEFING = "briefing", "Briefing or training"
    CAMPAIGN = "campaign", "Campaign or event"


class ActivityQuerySet(models.QuerySet[Any]):
    """Activities, as far as they may be seen."""

    def visible_to(self, user: User | AnonymousUser) -> "ActivityQuerySet":
        """All, for who plans prevention; for others those of their own agency."""
        who = user_context(user)
        opened = ROLES[who.role].permissions if who else frozenset()
        if who is None or not {Permission.PREVENTION_VIEW, Permission.PREVENTION_RECORD} & opened:
            return self.none()
        return self.all() if Permission.PREVENTION_VIEW in opened else self.filter(agency=who.agency)


def _reached(whom: str) -> Any:
    return models.PositiveIntegerField(whom, null=True, blank=True, validators=[MaxValueValidator(MOST)])


class PreventionActivity(Keyed):
    """A session, visit, briefing or campaign: where, when, whom it reached and what they said. `in_ward` is a code."""

    kind = models.CharField("what was it?", max_length=10, choices=ActivityKind)
    setting = models.CharField("in which setting?", max_length=10, choices=Setting)
    place = models.CharField("name of the place or group", max_length=150)
    in_ward = models.CharField("in which ward?", max_length=20)
    on = models.DateField("on which day?")
    led_by = models.CharField("who led it?", max_length=150, blank=True, help_text="Name and role")
    pupils = _reached("pupils reached")
    staff = _reached("staff reached")
    parents = _reached("parents and carers reached")
    drivers = _reached("drivers reached")
    materials = models.CharField("materials left or used", max_length=300, blank=True)
    followed_sharing = models.BooleanField(
        "it followed something that the police shared with us", default=False
    )
    feedback_count = models.PositiveIntegerField(
        "how many gave feedback?", null=True, blank=True, validators=[MaxValueValidator(MOST)]
    )
    feedback = models.TextField(
        "what did they say?", max_length=2000, blank=True, help_text="Name nobody, and no child"
    )
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=0)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "-recorded_at"]
        verbose_name_plural = "prevention activities"
        indexes = [models.Index(fields=["-on"])]
        constraints = [
            Watched(),
            SeenBy(f"(SELECT gate.opens('PREVENTION_VIEW')) OR {OWN}", written=OWN),
            models.CheckConstraint(condition=~Q(place="") & ~Q(in_ward=""), name="prevention_says_where"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.place}"

    @property
    def ward_label(self) -> str:
        """The ward in words."""
        return reference.label("ward", self.in_ward)

    @property
    def words(self) -> str:
        """What it was, where, when, and whom it reached."""
        reached = ", ".join(f"{number} {whom}" for whom, number in self.reach)
        return f"{self}, {self.ward_label}, {display_date(self.on)}. {reached}"

    @property
    def reach(self) -> list[tuple[str, int]]:
        """How many people it reached, by who they are."""
        found = (("pupils", self.pupils), ("staff", self.staff), ("parents and carers", self.parents),
                 ("drivers", self.drivers))  # fmt: skip
        return [(whom, number) for whom, number in found if number]
