"""Which CMOGs and which of their items somebody sees."""

import datetime as dt
import uuid
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

from cse_portal.access.permissions import Permission
from cse_portal.access.rows import among, granted_in_agency
from cse_portal.access.user_context import UserContext, user_context
from cse_portal.accounts.models import User
from mase.meetings.choices import MeetingState
from mase.meetings.models.querysets import opens


class CmogQuerySet(models.QuerySet[Any]):
    """CMOGs, as far as they may be seen."""

    def visible_to(self, user: User | AnonymousUser) -> "CmogQuerySet":
        """Every one, for who sits on it each month; else those one was asked to by name in today's post."""
        who = user_context(user)
        if who is None or not opens(user, Permission.CMOG_VIEW):
            return self.none()
        if opens(user, Permission.CMOG_LIST):
            return self.all()
        invitation: Any = self.model._meta.get_field("invitations").related_model
        asked = invitation._default_manager.filter(
            granted_in_agency(who, "invited_at"), person=who.user, agency=who.agency
        )
        return self.filter(among("pk", asked.values("meeting")))

    def ended(self) -> "CmogQuerySet":
        """CMOGs that were held."""
        return self.filter(state=MeetingState.ENDED)

    def not_cancelled(self) -> "CmogQuerySet":
        """CMOGs that were or will be held."""
        return self.exclude(state=MeetingState.CANCELLED)

    def between(self, first: dt.date, last: dt.date) -> "CmogQuerySet":
        """Booked for one of these days, in this country's time."""
        return self.filter(scheduled_for__date__gte=first, scheduled_for__date__lte=last)


class CmogItemQuerySet(models.QuerySet[Any]):
    """Items of CMOGs, as far as they may be seen."""

    def visible_to(self, user: User | AnonymousUser) -> "CmogItemQuerySet":
        """Of a CMOG one sees, about something one sees. CMOG_ITEM_VIEW is defined as being in here."""
        return self._seen_by(user, ("case", "action", "person", "place"))

    def about_no_child(self, user: User | AnonymousUser) -> "CmogItemQuerySet":
        """Of those, the ones under which actions about no child are agreed. Asked by the row rule of these actions, so
        that rule is not asked here.
        """
        return self.filter(case=None, action=None)._seen_by(user, ("person", "place"))

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
        return set(of_no_child.values_list("cmog_item", flat=True))

    def _seen_by(self, user: User | AnonymousUser, about: tuple[str, ...]) -> "CmogItemQuerySet":
        who = user_context(user)
        if who is None or not opens(user, Permission.CMOG_ITEM_VIEW):
            return self.none()
        rows = self.filter(among("meeting", self._others("meeting").visible_to(user).values("pk")))
        for name in about:
            seen = self._others(name).visible_to(user).values("pk")
            rows = rows.filter(Q((name, None)) | Q(among(name, seen)))
        return rows

    def with_subject(self) -> "CmogItemQuerySet":
        """Everything a line of the agenda shows."""
        return self.select_related(
            "case__child", "case__lead_professional", "action__agency", "action__owner", "person", "place",
            "added_by", "saved_by", "deferred_by",
        )  # fmt: skip

    def _others(self, name: str) -> Any:
        model: Any = self.model._meta.get_field(name).related_model
        return model._default_manager.all()
