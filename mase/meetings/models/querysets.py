"""Which meetings, and which items of their agendas, somebody sees."""

import datetime as dt
import uuid
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from cases.record.choices import Section
from cases.record.models.case import Case
from cse_portal import acting
from cse_portal.access.permissions import Permission
from cse_portal.access.roles import ROLES
from cse_portal.access.rows import among, granted_in_agency
from cse_portal.access.user_context import UserContext, user_context
from cse_portal.accounts.models import Membership, User
from mase.meetings.choices import SITS_ON_EVERY, ItemKind, MeetingKind, MeetingState
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
    nobody = Q(owner__isnull=True, answer_by__lt=timezone.localdate()) | Q(declined=True)
    return Q(agency__is_active=False) | nobody | Q(owner__isnull=False) & ~Q(Exists(works_for_agency))


class MeetingQuerySet(models.QuerySet[Any]):
    """Meetings, as far as they may be seen."""

    def visible_to(self, user: User | AnonymousUser) -> "MeetingQuerySet":
        """The meetings of the cases this person may see; of those about no one child every one of the kinds that their
        role sits on, and those one was asked to by name in today's post. MEETING_VIEW is defined as being in here.
        """
        who = user_context(user)
        if who is None or not opens(user, Permission.MEETING_VIEW):
            return self.none()
        of_children = Q(among("case", Case.objects.visible_to(user).values("pk")))
        every = Q(kind__in=[kind for kind, sits in SITS_ON_EVERY.items() if opens(user, sits)])
        invitation: Any = self.model._meta.get_field("invitations").related_model
        asked = invitation._default_manager.filter(
            granted_in_agency(who, "invited_at"), person=who.user, agency=who.agency
        )
        return self.filter(of_children | Q(case=None) & (every | Q(among("pk", asked.values("meeting")))))

    def of_children(self) -> "MeetingQuerySet":
        """Each about one child."""
        return self.filter(case__isnull=False)

    def of_kind(self, kind: MeetingKind) -> "MeetingQuerySet":
        """Meetings of one kind."""
        return self.filter(kind=kind)

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

    def not_cancelled(self) -> "MeetingQuerySet":
        """Meetings that were or will be held."""
        return self.exclude(state=MeetingState.CANCELLED)

    def between(self, first: dt.date, last: dt.date) -> "MeetingQuerySet":
        """Booked for one of these days, in this country's time."""
        return self.filter(scheduled_for__date__gte=first, scheduled_for__date__lte=last)

    def with_case(self) -> "MeetingQuerySet":
        """Everything a list row and the identity bar show."""
        return self.select_related("case__child", "case__lead_agency", "case__lead_professional", "chair")


class AgendaItemQuerySet(models.QuerySet[Any]):
    """Items of agendas. Those of a child's meeting are read with it; those of a CMOG each by its own subject."""

    def visible_to(self, user: User | AnonymousUser) -> "AgendaItemQuerySet":
        """Of a meeting one sees, about something one sees; a restricted point of a child's meeting where that part was
        given. CMOG_ITEM_VIEW is defined as being in here.
        """
        apart = Q(restricted=True, kind=ItemKind.OWN)
        given = Case.objects.showing(Section.MINUTES, user)
        return self._seen_by(user, ("case", "action", "subject")).filter(
            ~apart | Q(among("case", given.values("pk")))
        )

    def about_no_child(self, user: User | AnonymousUser) -> "AgendaItemQuerySet":
        """Of those, the ones under which actions about no child are agreed. Asked by the row rule of these actions, so
        that rule is not asked here.
        """
        return self.filter(case=None, action=None)._seen_by(user, ("subject",))

    def seen_with_actions(self, who: UserContext) -> set[uuid.UUID]:
        """Those of `about_no_child` under which an action was agreed, asked once a request.

        As a part of every question about actions, PostgreSQL planned the rules of all intelligence for these few.
        """

        def ask() -> set[uuid.UUID]:
            keys = who.answer("items with actions", self._keys_with_actions)
            seen = self.filter(pk__in=keys).about_no_child(who.user)
            return set(seen.values_list("pk", flat=True)) if keys else set()

        return who.answer("items seen with actions", ask)

    def _keys_with_actions(self) -> set[uuid.UUID]:
        actions: Any = self.model._meta.get_field("actions").related_model
        of_no_child = actions._default_manager.filter(case__isnull=True).order_by()
        return set(of_no_child.values_list("item", flat=True))

    def _seen_by(self, user: User | AnonymousUser, about: tuple[str, ...]) -> "AgendaItemQuerySet":
        who = user_context(user)
        if who is None or not opens(user, Permission.CMOG_ITEM_VIEW):
            return self.none()
        return self.filter(who.answer(("items", about), lambda: self._rule(user, about)))

    def _rule(self, user: User | AnonymousUser, about: tuple[str, ...]) -> Q:
        """Of a meeting, and about something, that one sees: written once a request."""
        seen = Q(among("meeting", self._others("meeting").visible_to(user).values("pk")))
        for name in about:
            rows = self._others(name).visible_to(user).values("pk")
            seen &= Q((name, None)) | Q(among(name, rows))
        return seen

    def with_subject(self) -> "AgendaItemQuerySet":
        """Everything a line of the agenda shows."""
        return self.select_related(
            "case__child", "case__lead_professional", "action__agency", "action__owner", "subject", "added_by",
            "saved_by", "deferred_by", "worded_by",
        )  # fmt: skip

    def _others(self, name: str) -> Any:
        model: Any = self.model._meta.get_field(name).related_model
        return model._default_manager.all()
