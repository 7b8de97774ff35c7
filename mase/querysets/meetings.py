"""Filters over meetings and their minutes: `visible_to` is the one row rule of each."""

import datetime as dt
import uuid
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from cases.models import Case, CaseUserObjectPermission
from cse_portal import acting
from cse_portal.access.choices import GrantSource
from cse_portal.access.permissions import Permission
from cse_portal.access.roles import ROLES
from cse_portal.access.rows import among, given_in_agency
from cse_portal.access.standing import Standing, standing
from cse_portal.accounts.models import User
from mase.choices import (
    MINUTE_TAKER,
    MeetingState,
)
from mase.querysets.roles import opens


class MeetingQuerySet(models.QuerySet[Any]):
    """Meetings, as far as they may be seen."""

    def visible_to(self, user: User | AnonymousUser) -> "MeetingQuerySet":
        """The meetings of the cases this person may see. MEETING_VIEW is defined as being in here."""
        if not opens(user, Permission.MEETING_VIEW):
            return self.none()
        return self.filter(among("case", Case.objects.visible_to(user).values("pk")))

    def read_by(self, user: User | AnonymousUser) -> "MeetingQuerySet":
        """Of those this person may see, the ones out of whose minutes, and so whose record, they were not left."""
        seen, who = self.visible_to(user), standing(user)
        if who is None:
            return seen
        left_out: Any = self.model._meta.get_field("left_out").related_model
        kept = left_out._default_manager.meetings_kept_from(who)
        return seen.exclude(pk__in=kept) if kept else seen

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
        """Of the meetings this person may see, but for those whose minutes the chair does not send them."""
        meetings: Any = self.model._meta.get_field("meeting").related_model
        return self.filter(among("meeting", meetings._default_manager.read_by(user).values("pk")))


class LeftOutQuerySet(models.QuerySet[Any]):
    """Who does not get the minutes of a meeting."""

    def visible_to(self, user: User | AnonymousUser) -> "LeftOutQuerySet":
        """For the role that runs meetings, of those it may see; those who are left out are not told."""
        if not opens(user, Permission.MEETING_CHAIR):
            return self.none()
        meetings: Any = self.model._meta.get_field("meeting").related_model
        return self.filter(among("meeting", meetings._default_manager.visible_to(user).values("pk")))

    def standing_now(self) -> "LeftOutQuerySet":
        """Those to whom the chair has not sent the minutes after all."""
        return self.filter(added_at__isnull=True)

    def keeping_from(self, who: Standing) -> "LeftOutQuerySet":
        """Of meetings that have ended, those that keep the minutes from this person. PostgreSQL asks the same.

        Of one that was broken off too, cancelled or booked again, until it runs again: what was said stays there. And
        of one that took over what was brought for such a meeting: its rows are older than its booking.

        `naming` says whom a row is about.
        """
        if Permission.MEETING_CHAIR in ROLES[who.role].permissions:
            return self.none()
        return self.standing_now().of_what_was_said().naming(who)

    def naming(self, who: Standing) -> "LeftOutQuerySet":
        """Those that are about this person, by name or with their agency; none of them is of who runs meetings.

        An agency's is not of whoever comes for it by name or as a deputy, nor, of the lead agency, of the child's lead
        professional, if they did when the chair decided: nobody takes themselves out of it afterwards. Nor is it of
        whoever takes the minutes, whom the chair asked.
        """
        if Permission.MEETING_CHAIR in ROLES[who.role].permissions:
            return self.none()
        then = OuterRef("at")
        comes = Q(person=who.user, invited_at__lte=then) | Q(deputy=who.user, deputy_since__lte=then)
        comes |= Q(Q(person=who.user) | Q(deputy=who.user), role=MINUTE_TAKER)
        asked = self._of_meeting("invitations").filter(comes, meeting=OuterRef("meeting"), agency=who.agency)
        allocated = CaseUserObjectPermission.objects.filter(
            content_object=OuterRef("meeting__case"), user=who.user, source=GrantSource.ALLOCATION,
            permission__codename="view_case",
        )  # fmt: skip
        leads = Q(meeting__case__lead_professional=who.user, meeting__case__lead_agency=who.agency)
        leads &= Q(meeting__case__led_since__lte=F("at")) & given_in_agency(who, "at")
        of_agency = Q(person__isnull=True, agency=who.agency) & ~Q(Exists(asked))
        return self.filter(Q(person=who.user) | of_agency & ~(leads & Q(Exists(allocated))))

    def meetings_kept_from(self, who: Standing) -> set[uuid.UUID]:
        """The keys of the meetings whose record is kept from this person.

        Who was left out is asked as the system, once a request: nobody is shown that they were.
        """

        def ask() -> set[uuid.UUID]:
            return set(self.keeping_from(who).values_list("meeting", flat=True))

        with acting.for_the_system():
            return who.answer("meetings whose record is kept", ask)

    def of_what_was_said(self) -> "LeftOutQuerySet":
        """Of meetings whose record is theirs alone who get the minutes: it was held, or in part, and does not run."""
        broken_off = Exists(self._of_meeting("broken_off").filter(meeting=OuterRef("meeting")))
        before = Q(broken_off) | Q(at__lt=F("meeting__booked_at"))
        ended = Q(meeting__state=MeetingState.ENDED)
        return self.filter(ended | ~Q(meeting__state=MeetingState.IN_PROGRESS) & before)

    def _of_meeting(self, name: str) -> Any:
        meetings: Any = self.model._meta.get_field("meeting").related_model
        return meetings._meta.get_field(name).related_model._default_manager.all()
