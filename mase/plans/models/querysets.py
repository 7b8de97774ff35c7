"""Which actions somebody sees."""

import uuid
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import ExpressionWrapper, Prefetch, Q

from cases.record.choices import Section
from cases.record.models.case import Case
from cse_portal.access.permissions import Permission
from cse_portal.access.rows import among
from cse_portal.access.user_context import user_context
from cse_portal.accounts.models import Agency, User
from mase.meetings.models.querysets import _owner_left, is_overdue, opens, waits_for_chair
from mase.plans.choices import UNFINISHED, ActionState, Escalation


class ActionQuerySet(models.QuerySet[Any]):
    """Plan actions, as far as they may be seen."""

    def visible_to(self, user: User | AnonymousUser) -> "ActionQuerySet":
        """The actions of the cases this person may see. ACTION_VIEW is defined as being in here.

        Restricted ones: their agency's, and all of a case whose restricted part was given to them.
        About no child: their agency's, and those of the items of CMOGs they see, restricted ones if they write there.
        The person who was named for one and has moved to another agency reads it no more than their new colleagues do.
        """
        who = user_context(user)
        if who is None or not opens(user, Permission.ACTION_VIEW):
            return self.none()
        does_it = Q(agency=who.agency)
        items: Any = self.model._meta.get_field("item").related_model._default_manager
        seen = Q(item__in=items.seen_with_actions(who))
        if not opens(user, Permission.CMOG_WRITE):
            seen &= Q(restricted=False)
        return self.filter(_of_a_child(user, does_it) | Q(does_it | seen, case__isnull=True))

    def about_children(self, user: User | AnonymousUser) -> "ActionQuerySet":
        """Of these, the actions of cases."""
        who = user_context(user)
        if who is None or not opens(user, Permission.ACTION_VIEW):
            return self.none()
        return self.filter(_of_a_child(user, Q(agency=who.agency)))

    def leaving_out(self, *, restricted: bool, own: uuid.UUID | None = None) -> "ActionQuerySet":
        """Without those for professionals only, unless these may be read; `own` is an agency that reads its own."""
        return (
            self
            if restricted
            else self.filter(Q(restricted=False) | Q(agency=own) if own else Q(restricted=False))
        )

    def issued(self) -> "ActionQuerySet":
        """Their meeting has ended."""
        return self.filter(issued_at__isnull=False)

    def unfinished(self) -> "ActionQuerySet":
        """Still to be done."""
        return self.filter(state__in=UNFINISHED)

    def left_undone(self) -> "ActionQuerySet":
        """Still to be done, or reported as not done without the chair's word that it may stay so."""
        given_up = Q(state=ActionState.NOT_DONE, verified_at__isnull=True)
        return self.filter(Q(state__in=UNFINISHED) | given_up)

    def overdue(self) -> "ActionQuerySet":
        """Still to be done after their day."""
        return self.filter(is_overdue())

    def escalated(self) -> "ActionQuerySet":
        """Still to be done, and their agency's lead or the chair has been told."""
        return self.unfinished().filter(escalation__gt=Escalation.NONE)

    def waiting_for_chair(self) -> "ActionQuerySet":
        """Reported as final, and neither confirmed nor sent back yet."""
        return self.filter(waits_for_chair())

    def marking_owners(self) -> "ActionQuerySet":
        """Each row knows as `owner_gone` whether nobody does it: the agency is gone or declined it, who was named has
        left it, or nobody was named in time.
        """
        return self.annotate(owner_gone=ExpressionWrapper(_owner_left(), models.BooleanField()))

    def of_agency(self, agency: Agency) -> "ActionQuerySet":
        """This agency's, no matter who owns them there."""
        return self.filter(agency=agency)

    def with_context(self) -> "ActionQuerySet":
        """With the case, the child, the agency and who does it."""
        return self.select_related("case__child", "agency", "owner")

    def with_items_for(self, user: User) -> "ActionQuerySet":
        """About no child: the item they were agreed under, where this person sees it; else `item` is None."""
        items: Any = self.model._meta.get_field("item").related_model._default_manager
        who = user_context(user)
        seen = items.filter(pk__in=items.seen_with_actions(who) if who else ())
        return self.prefetch_related(Prefetch("item", seen.select_related("subject")))


def _of_a_child(user: User | AnonymousUser, does_it: Q) -> Q:
    given = among("case", Case.objects.showing(Section.MINUTES, user).values("pk"))
    seen = Q(among("case", Case.objects.visible_to(user).values("pk")))
    return seen & (Q(restricted=False) | does_it | Q(given))
