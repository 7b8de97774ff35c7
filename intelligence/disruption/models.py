"""Disruption: what an agency does so that a subject of concern can harm children less."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q, TextChoices
from django.utils import timezone

from cse_portal.access.permissions import Permission
from cse_portal.access.roles import ROLES
from cse_portal.access.rows import among
from cse_portal.access.user_context import user_context
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.constraints import Watched
from cse_portal.keys import Keyed
from cse_portal.row_security import Frozen, SeenWith
from intelligence.subjects.models import Subject


class DisruptionState(TextChoices):
    """A tactic against a subject of concern, from its agreement to its end."""

    AGREED = "AGREED", "Agreed on"
    IN_FORCE = "IN_FORCE", "In force"
    ENDED = "ENDED", "Ended"
    NOT_USED = "NOT_USED", "Not used after all"


class DisruptionNotice(TextChoices):
    """When the agency is told of agreed disruption: each value is the clock rule that says the day, in their order."""

    BEFORE = "ACTION_REMIND_BEFORE", "Reminder before its day"
    ON_DAY = "ACTION_REMIND_ON_DAY", "Reminder on its day"
    AFTER = "ACTION_REMIND_AFTER", "Reminder after its day"


class DisruptionQuerySet(models.QuerySet[Any]):
    """Disruption, as far as it may be seen."""

    def visible_to(self, user: User | AnonymousUser) -> "DisruptionQuerySet":
        """With the subject it is against. DISRUPTION_VIEW is defined as being in here."""
        who = user_context(user)
        if who is None or Permission.DISRUPTION_VIEW not in ROLES[who.role].permissions:
            return self.none()
        return self.filter(among("subject", Subject.objects.visible_to(user).values("pk")))


_OPEN = Q(state__in=(DisruptionState.AGREED, DisruptionState.IN_FORCE))


class Disruption(Keyed):
    """One tactic of the toolkit against one subject: who does it, since when it is in force and until when.

    Seen by who sees the subject. `source_id` is the row that agreed on it: an item of a CMOG.
    `due_on` is the day by which it is to be in force; `reminded` the last reminder of that day that the agency had.
    """

    tactic = models.CharField(max_length=10)
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="disruption")
    text = models.TextField(max_length=2000)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=DisruptionState, default=DisruptionState.AGREED)
    agreed_at = models.DateTimeField(default=timezone.now)
    agreed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    source_id = models.UUIDField(null=True)
    due_on = models.DateField()
    reminded = models.CharField(max_length=30, choices=DisruptionNotice, blank=True)
    in_force_from = models.DateField(null=True)
    expires_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects = DisruptionQuerySet.as_manager()

    class Meta:
        ordering = ["expires_on", "agreed_at"]
        verbose_name_plural = "disruption"
        constraints = [
            Watched(),
            SeenWith("subject", write="see"),
            models.CheckConstraint(
                condition=~Q(state=DisruptionState.IN_FORCE) | Q(in_force_from__isnull=False),
                name="disruption_in_force_since_a_day",
            ),
            models.CheckConstraint(
                condition=_OPEN & Q(ended_on=None) | ~_OPEN & Q(ended_on__isnull=False),
                name="disruption_ended_on_a_day",
            ),
        ]

    @property
    def is_open(self) -> bool:
        """Agreed or in force."""
        return self.state in (DisruptionState.AGREED, DisruptionState.IN_FORCE)

    @property
    def waits(self) -> bool:
        """Agreed, and neither in force nor dropped."""
        return self.state == DisruptionState.AGREED


class DisruptionUpdate(Keyed):
    """What was reported on a disruption: never changed, so its history is complete."""

    disruption = models.ForeignKey(Disruption, on_delete=models.PROTECT, related_name="updates")
    state = models.CharField(max_length=10, choices=DisruptionState)
    text = models.TextField(max_length=4000)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            Watched(),
            SeenWith("disruption", write="see"),
            Frozen(),
            models.CheckConstraint(condition=~Q(text=""), name="disruption_update_says_what"),
        ]
