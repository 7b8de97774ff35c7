"""Filters over meetings and their minutes: `visible_to` is the one row rule of each."""

import datetime as dt
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q

from cases.models import Case
from cse_portal.access.permissions import Permission
from cse_portal.access.roles import ROLES
from cse_portal.access.rows import among
from cse_portal.access.standing import Standing, standing
from cse_portal.accounts.models import User
from mase.choices import MeetingState
from mase.querysets.roles import opens


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


class MinutesQuerySet(models.QuerySet[Any]):
    """Minutes, as far as they may be read."""

    def visible_to(self, user: User | AnonymousUser) -> "MinutesQuerySet":
        """Of the meetings this person may see, those that list them as a recipient; all for who runs meetings."""
        meetings: Any = self.model._meta.get_field("meeting").related_model
        seen = self.filter(among("meeting", meetings._default_manager.visible_to(user).values("pk")))
        who = standing(user)
        if who is None or Permission.MEETING_CHAIR in ROLES[who.role].permissions:
            return seen
        return seen.listing(who)

    def listing(self, who: Standing) -> "MinutesQuerySet":
        """Those that go to this person, by name or with everybody at their agency."""
        recipients: Any = self.model._meta.get_field("recipients").related_model
        theirs = Q(person=who.user) | Q(person__isnull=True)
        rows = recipients._default_manager.filter(theirs, agency=who.agency, minutes=OuterRef("pk"))
        return self.filter(Exists(rows))
