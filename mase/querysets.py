"""Filters over meetings, plan actions, disagreements and CMOGs: `visible_to` is the one row rule of each."""

import datetime as dt
import uuid
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, ExpressionWrapper, OuterRef, Prefetch, Q
from django.utils import timezone

from cases.record.choices import Section
from cases.record.models.case import Case
from cse_portal import acting
from cse_portal.access.permissions import Permission
from cse_portal.access.roles import ROLES
from cse_portal.access.rows import among, given_in_agency
from cse_portal.access.standing import Standing, standing
from cse_portal.accounts.models import Agency, Membership, User
from cse_portal.reference.selectors import clock_rule
from mase.choices import REPORTED, UNFINISHED, ActionState, DisagreementState, Escalation, MeetingState


def restricted_keys(rows: models.QuerySet[Any], field: str = "pk") -> set[Any]:
    """Which of these rows are for professionals only: that they are there, also where nobody present may read them."""
    with acting.for_the_system():
        return set(rows.filter(restricted=True).values_list(field, flat=True))


def opens(user: User | AnonymousUser, permission: Permission) -> bool:
    """Whether this person's role carries the permission, whatever the row."""
    who = standing(user)
    return who is not None and permission in ROLES[who.role].permissions


NAMES = (
    "case__reference", "case__child__given_name", "case__child__family_name", "agency__code", "agency__short_name",
    "owner__full_name",
)  # fmt: skip


class ActionQuerySet(models.QuerySet[Any]):
    """Plan actions, as far as they may be seen."""

    def visible_to(self, user: User | AnonymousUser) -> "ActionQuerySet":
        """The actions of the cases this person may see. ACTION_VIEW is defined as being in here.

        Restricted ones: their agency's, and all of a case whose restricted part was given to them.
        About no child: their agency's, and those of the items of CMOGs they see, restricted ones if they write there.
        Whoever was named for one and has moved to another agency reads it no more than their new colleagues do.
        """
        who = standing(user)
        if who is None or not opens(user, Permission.ACTION_VIEW):
            return self.none()
        does_it = Q(agency=who.agency)
        given = among("case", Case.objects.showing(Section.MINUTES, user).values("pk"))
        of_a_child = Q(among("case", Case.objects.visible_to(user).values("pk")))
        of_a_child &= Q(restricted=False) | does_it | Q(given)
        items: Any = self.model._meta.get_field("cmog_item").related_model._default_manager
        seen = Q(cmog_item__in=items.seen_with_actions(who))
        if not opens(user, Permission.CMOG_WRITE):
            seen &= Q(restricted=False)
        return self.filter(of_a_child | Q(does_it | seen, case__isnull=True))

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

    def without_owner(self) -> "ActionQuerySet":
        """Of rows that know it (`marking_owners`), those still to be done by nobody."""
        return self.unfinished().filter(owner_gone=True)

    def marking_owners(self) -> "ActionQuerySet":
        """Each row knows as `owner_gone` whether nobody does it: the agency is gone, who was named has left it, or
        nobody was named by the day on which the agency had to.
        """
        return self.annotate(owner_gone=ExpressionWrapper(_owner_left(), models.BooleanField()))

    def of_agency(self, agency: Agency) -> "ActionQuerySet":
        """This agency's, whoever owns them there."""
        return self.filter(agency=agency)

    def with_context(self) -> "ActionQuerySet":
        """With the case, the child, the agency and who does it."""
        return self.select_related("case__child", "agency", "owner")

    def with_names(self) -> "ActionQuerySet":
        """As `with_context`, of those the names alone, which is all that a line of a list shows."""
        own = (each.name for each in self.model._meta.concrete_fields)
        return self.with_context().only(*own, *NAMES)

    def with_items_for(self, user: User) -> "ActionQuerySet":
        """About no child: the item they were agreed under, where this person sees it; else `cmog_item` is None."""
        items: Any = self.model._meta.get_field("cmog_item").related_model._default_manager
        who = standing(user)
        seen = items.filter(pk__in=items.seen_with_actions(who) if who else ())
        return self.prefetch_related(Prefetch("cmog_item", seen.select_related("person", "place")))


def is_overdue() -> Q:
    """An action that is still to be done after its day."""
    return Q(state__in=UNFINISHED, due_on__lt=timezone.localdate())


def waits_for_chair() -> Q:
    """An action that was reported as final, and neither confirmed nor sent back yet."""
    return Q(state__in=REPORTED, verified_at__isnull=True)


def _owner_left() -> Q:
    """What `owner_has_left` asks of one action: nothing of what anybody may see."""
    works_there = Membership.objects.current().filter(
        user=OuterRef("owner"), agency=OuterRef("agency"), user__is_active=True
    )
    in_time = clock_rule("ACTION_NAMED").run_out_before(timezone.localdate())
    unnamed = Q(owner__isnull=True, issued_at__lte=in_time)
    return Q(agency__is_active=False) | unnamed | Q(owner__isnull=False) & ~Q(Exists(works_there))


class CmogQuerySet(models.QuerySet[Any]):
    """CMOGs, as far as they may be seen."""

    def visible_to(self, user: User | AnonymousUser) -> "CmogQuerySet":
        """Every one, for who sits on it each month; else those one was asked to by name in today's post."""
        who = standing(user)
        if who is None or not opens(user, Permission.CMOG_VIEW):
            return self.none()
        if opens(user, Permission.CMOG_LIST):
            return self.all()
        invitation: Any = self.model._meta.get_field("invitations").related_model
        asked = invitation._default_manager.filter(
            given_in_agency(who, "invited_at"), person=who.user, agency=who.agency
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

    def seen_with_actions(self, who: Standing) -> set[uuid.UUID]:
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
        who = standing(user)
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


class DisagreementQuerySet(models.QuerySet[Any]):
    """Professional disagreements, as far as they may be seen."""

    def visible_to(self, user: User | AnonymousUser) -> "DisagreementQuerySet":
        """Those about the cases this person may see. DISAGREEMENT_VIEW is defined as being in here."""
        if not opens(user, Permission.DISAGREEMENT_VIEW):
            return self.none()
        return self.filter(among("case", Case.objects.visible_to(user).values("pk")))

    def open(self) -> "DisagreementQuerySet":
        """Neither resolved nor withdrawn, the soonest due first."""
        return self.filter(state=DisagreementState.OPEN).order_by("due_on", "id")

    def run_out(self) -> "DisagreementQuerySet":
        """Open after the day of their stage."""
        return self.open().filter(due_on__lt=timezone.localdate())

    def of_agency(self, agency: Agency) -> "DisagreementQuerySet":
        """Those this agency raised, and those raised with it."""
        return self.filter(models.Q(agency=agency) | models.Q(against=agency))

    def with_context(self) -> "DisagreementQuerySet":
        """Everything a list row and the identity bar show."""
        return self.select_related(
            "case__child", "case__lead_agency", "case__lead_professional", "agency", "against"
        )


class StagePersonQuerySet(models.QuerySet[Any]):
    """Whom agencies name for the stages of a disagreement."""

    def now(self) -> "StagePersonQuerySet":
        """Whose turn it is."""
        return self.filter(ended_at__isnull=True)


class StageCallQuerySet(models.QuerySet[Any]):
    """Who was called to settle a disagreement."""

    def visible_to(self, user: User | AnonymousUser) -> "StageCallQuerySet":
        """One's own, for the agency one takes part for today. People who are shut out of the child's case find none.

        Nor, while the case is restricted, do people who do not see it. PostgreSQL keeps that rule, and is asked for
        this person: they read neither whose case it is, nor from whom it is shut.
        """
        who = standing(user)
        if who is None:
            return self.none()
        mine = self.filter(person=who.user, agency=who.agency)
        with acting.acting(who.actor):
            open_to = list(mine.values_list("pk", flat=True))
        return mine.filter(pk__in=open_to)


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
