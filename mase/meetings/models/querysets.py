"""Which meetings somebody sees."""

import datetime as dt
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from cases.record.models.case import Case
from cse_portal import acting
from cse_portal.access.permissions import Permission
from cse_portal.access.roles import ROLES
from cse_portal.access.rows import among
from cse_portal.access.user_context import user_context
from cse_portal.accounts.models import Membership, User
from cse_portal.reference.selectors import clock_rule
from mase.meetings.choices import MeetingState
from mase.plans.choices import REPORTED, UNFINISHED


def restricted_keys(rows: models.QuerySet[Any], field: str = "pk") -> set[Any]:
    """Which of these rows are for professionals only: that they are there, also where nobody present may read them."""
    with acting.for_the_system():
        return set(rows.filter(restricted=True).values_list(field, flat=True))


def opens(user: User | AnonymousUser, permission: Permission) -> bool:
    """Whether this person's role carries the permission, whatever the row."""
    who = user_context(user)
    return who is not None and permission in ROLES[who.role].permissions


def is_overdue() -> Q:
    """An action that is still to be done after its day."""
    return Q(state__in=UNFINISHED, due_on__lt=timezone.localdate())


def waits_for_chair() -> Q:
    """An action that was reported as final, and neither confirmed nor sent back yet."""
    return Q(state__in=REPORTED, verified_at__isnull=True)


def _owner_left() -> Q:
    """What `owner_has_left` asks of one action: nothing of what anybody may see."""
    works_for_agency = Membership.objects.current().filter(
        user=OuterRef("owner"), agency=OuterRef("agency"), user__is_active=True
    )
    in_time = clock_rule("ACTION_NAMED").started_too_early_for(timezone.localdate())
    unnamed = Q(owner__isnull=True, issued_at__lte=in_time)
    return Q(agency__is_active=False) | unnamed | Q(owner__isnull=False) & ~Q(Exists(works_for_agency))


class MeetingQuerySet(models.QuerySet[Any]):
    """Meetings, as far as they may be seen."""

    def visible_to(self, user: User | AnonymousUser) -> "MeetingQuerySet":
        """The meetings of the cases this person may see. MEETING_VIEW is defined as being in here."""
        if not opens(user, Permission.MEETING_VIEW):
            return self.none()
        return self.filter(among("case", Case.objects.visible_to(user).values("pk")))

    def upcoming(self) -> "MeetingQuerySet":
        """Booked or running, soonest first."""
        ahead = (MeetingState.SCHEDULED, MeetingState.IN_PROGRESS)
        return self.filter(state__in=ahead).order_by("scheduled_for", "id")

    def past(self) -> "MeetingQuerySet":
        """Ended or cancelled, newest first."""
        over = (MeetingState.ENDED, MeetingState.CANCELLED)
        return self.filter(state__in=over).order_by("-scheduled_for", "-id")

    def ended(self) -> "MeetingQuerySet":
        """Meetings that were held."""
        return self.filter(state=MeetingState.ENDED)

    def between(self, first: dt.date, last: dt.date) -> "MeetingQuerySet":
        """Booked for one of these days, in this country's time."""
        return self.filter(scheduled_for__date__gte=first, scheduled_for__date__lte=last)

    def with_case(self) -> "MeetingQuerySet":
        """Everything a list row and the identity bar show."""
        return self.select_related("case__child", "case__lead_agency", "case__lead_professional", "chair")
