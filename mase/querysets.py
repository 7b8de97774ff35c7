"""Filters over meetings, plan actions and CMOGs: `visible_to` is the one row rule of each."""

import datetime as dt
import uuid
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, ExpressionWrapper, Func, OuterRef, Prefetch, Q
from django.db.models.functions import TruncDate
from django.utils import timezone

from cases.choices import Section
from cases.models import Case, CaseGroupObjectPermission, CaseUserObjectPermission, Exclusion
from cse_portal import acting
from cse_portal.access.conditions import Among
from cse_portal.access.permissions import Permission
from cse_portal.access.roles import ROLES
from cse_portal.access.rows import given_in_post
from cse_portal.access.standing import Standing, standing
from cse_portal.accounts.models import Agency, Membership, User
from cse_portal.reference.selectors import clock_rule
from mase.choices import (
    MINUTE_TAKER,
    REPORTED,
    UNFINISHED,
    ActionState,
    DisagreementState,
    Escalation,
    MeetingState,
)


class MeetingQuerySet(models.QuerySet[Any]):
    """Meetings, as far as they may be seen."""

    def visible_to(self, user: User | AnonymousUser) -> "MeetingQuerySet":
        """The meetings of the cases this person may see. MEETING_VIEW is defined as being in here."""
        if not _opens(user, Permission.MEETING_VIEW):
            return self.none()
        return self.filter(Among("case", Case.objects.visible_to(user).values("pk")))

    def read_by(self, user: User | AnonymousUser) -> "MeetingQuerySet":
        """Of those this person may see, the ones out of whose minutes, and so whose record, they were not left.

        Who was left out is asked as the system: nobody is shown that they were.
        """
        seen, who = self.visible_to(user), standing(user)
        if who is None:
            return seen
        left_out: Any = self.model._meta.get_field("left_out").related_model
        with acting.for_the_system():
            kept = list(left_out._default_manager.keeping_from(who).values_list("meeting", flat=True))
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
        return self.filter(Among("meeting", meetings._default_manager.read_by(user).values("pk")))


class LeftOutQuerySet(models.QuerySet[Any]):
    """Who does not get the minutes of a meeting."""

    def visible_to(self, user: User | AnonymousUser) -> "LeftOutQuerySet":
        """For the role that runs meetings, of those it may see; those who are left out are not told."""
        if not _opens(user, Permission.MEETING_CHAIR):
            return self.none()
        meetings: Any = self.model._meta.get_field("meeting").related_model
        return self.filter(Among("meeting", meetings._default_manager.visible_to(user).values("pk")))

    def standing_now(self) -> "LeftOutQuerySet":
        """Those to whom the chair has not sent the minutes after all."""
        return self.filter(added_at__isnull=True)

    def keeping_from(self, who: Standing) -> "LeftOutQuerySet":
        """Of meetings that have ended, those that keep the minutes from this person. PostgreSQL asks the same.

        Never from who runs meetings, nor from whoever was asked by name to take the minutes. An agency's row keeps them
        from nobody who was asked by name or comes as a deputy, nor from the child's lead professional.
        """
        if Permission.MEETING_CHAIR in ROLES[who.role].permissions:
            return self.none()
        asked = self._invitations().filter(
            Q(person=who.user) | Q(deputy=who.user), meeting=OuterRef("meeting")
        )
        of_agency = Q(person__isnull=True, agency=who.agency) & ~Q(Exists(asked))
        of_agency &= ~Q(meeting__case__lead_professional=who.user)
        takes_minutes = Exists(asked.filter(role=MINUTE_TAKER))
        rows = self.standing_now().filter(meeting__state=MeetingState.ENDED)
        return rows.filter(Q(person=who.user) | of_agency, ~takes_minutes)

    def _invitations(self) -> Any:
        meetings: Any = self.model._meta.get_field("meeting").related_model
        return meetings._meta.get_field("invitations").related_model._default_manager.all()


class ActionQuerySet(models.QuerySet[Any]):
    """Plan actions, as far as they may be seen."""

    def visible_to(self, user: User | AnonymousUser) -> "ActionQuerySet":
        """The actions of the cases this person may see. ACTION_VIEW is defined as being in here.

        Restricted ones: their agency's, and all of a case whose restricted part was given to them.
        About no child: their agency's, and those of the items of CMOGs they see, restricted ones if they write there.
        Never one about a person or place that they are shut out of. Whoever was named for one and has moved to another
        agency reads it no more than their new colleagues do.
        """
        who = standing(user)
        if who is None or not _opens(user, Permission.ACTION_VIEW):
            return self.none()
        does_it = Q(agency=who.agency)
        given = Among("case", Case.objects.showing(Section.MINUTES, user).values("pk"))
        of_a_child = Q(Among("case", Case.objects.visible_to(user).values("pk")))
        of_a_child &= Q(restricted=False) | does_it | Q(given)
        items: Any = self.model._meta.get_field("cmog_item").related_model._default_manager
        seen = Q(Among("cmog_item", items.about_no_child(user).values("pk")))
        if not _opens(user, Permission.CMOG_WRITE):
            seen &= Q(restricted=False)
        theirs = does_it & ~Q(Among("cmog_item", items.keeping_out(who).values("pk")))
        return self.filter(of_a_child | Q(theirs | seen, case__isnull=True))

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
        """Still to be done by nobody: the agency is gone, who was named left or sees the case no more, or nobody was
        named by the day on which the agency had to."""
        return self.unfinished().filter(_owner_gone())

    def marking_owners(self) -> "ActionQuerySet":
        """Each row knows, as `owner_gone`, what `without_owner` asks."""
        return self.annotate(owner_gone=ExpressionWrapper(_owner_gone(), output_field=models.BooleanField()))

    def owned_by(self, user: User) -> "ActionQuerySet":
        """This person's own."""
        return self.filter(owner=user)

    def of_or_for(self, user: User) -> "ActionQuerySet":
        """This person's own, and their agency's."""
        who = standing(user)
        return self.filter(Q(owner=user) | Q(agency=who.agency)) if who else self.none()

    def of_agency(self, agency: Agency) -> "ActionQuerySet":
        """This agency's, whoever owns them there."""
        return self.filter(agency=agency)

    def with_context(self) -> "ActionQuerySet":
        """Everything a list row shows."""
        return self.select_related("case__child", "agency", "owner", "meeting", "goal__danger")

    def with_items_for(self, user: User) -> "ActionQuerySet":
        """About no child: the item they were agreed under, where this person sees it; else `cmog_item` is None."""
        item: Any = self.model._meta.get_field("cmog_item").related_model
        seen = item._default_manager.about_no_child(user).select_related("person", "place")
        return self.prefetch_related(Prefetch("cmog_item", seen))


def is_overdue() -> Q:
    """An action that is still to be done after its day."""
    return Q(state__in=UNFINISHED, due_on__lt=timezone.localdate())


def waits_for_chair() -> Q:
    """An action that was reported as final, and neither confirmed nor sent back yet."""
    return Q(state__in=REPORTED, verified_at__isnull=True)


def _owner_gone() -> Q:
    """As `owner_is_lost` asks the gate of one action; a test holds the two to each other."""
    roles = [role for role, its in ROLES.items() if Permission.ACTION_VIEW in its.permissions]
    works_there = Membership.objects.current().filter(
        user=OuterRef("owner"), agency=OuterRef("agency"), role__in=roles, suspended_at__isnull=True
    )
    of_no_child = Q(case__isnull=True) & ~Q(_OwnerKeptOut("pk"))
    able = Q(Exists(works_there)) & (of_no_child | _owner_sees_case())
    left = Q(owner__isnull=False) & (Q(owner__is_active=False) | ~able)
    unnamed = Q(
        owner__isnull=True, issued_at__lte=clock_rule("ACTION_NAMED").run_out_before(timezone.localdate())
    )
    return left | unnamed | Q(agency__is_active=False)


class _OwnerKeptOut(Func):
    """Whether the owner is shut out of what the item is about: of somebody else, so PostgreSQL says it as its owner."""

    function = "gate.owner_is_kept_out"
    output_field = models.BooleanField()


def _owner_sees_case() -> Q:
    """The row rule of the action's case, for its owner: no exclusion, and a grant by name, or to the agency unless
    restricted. What was given by name counts where they worked for this agency then."""
    unexpired = Q(expires_at__isnull=True) | Q(expires_at__gt=timezone.now())
    this = Q(unexpired, content_object=OuterRef("case"), permission__codename="view_case")
    given_on = OuterRef("given_on")
    posts = Membership.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gt=given_on),
        user=OuterRef("user"), agency=OuterRef(OuterRef("agency")), starts_on__lte=given_on,
    )  # fmt: skip
    by_name = CaseUserObjectPermission.objects.filter(this, user=OuterRef("owner"))
    by_name = by_name.annotate(given_on=TruncDate("granted_at")).filter(Exists(posts))
    by_agency = CaseGroupObjectPermission.objects.filter(
        this, group=OuterRef("agency__group"), content_object__is_restricted=False
    )
    shut = Exclusion.objects.filter(
        Q(user=OuterRef("owner")) | Q(agency=OuterRef("agency")), case=OuterRef("case")
    )
    return (Q(Exists(by_name)) | Q(Exists(by_agency))) & ~Q(Exists(shut))


class DisagreementQuerySet(models.QuerySet[Any]):
    """Professional disagreements, as far as they may be seen."""

    def visible_to(self, user: User | AnonymousUser) -> "DisagreementQuerySet":
        """Those about the cases this person may see. DISAGREEMENT_VIEW is defined as being in here."""
        if not _opens(user, Permission.DISAGREEMENT_VIEW):
            return self.none()
        return self.filter(Among("case", Case.objects.visible_to(user).values("pk")))

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
        """One's own, for the agency one takes part for today. Whoever is shut out of the child's case finds none.

        Asked as the system: whose case it is need not be seen, and from whom it is shut is nobody's to read.
        """
        who = standing(user)
        if who is None:
            return self.none()
        shut_to = Q(user=who.user) | Q(agency=who.agency)
        mine = self.filter(person=who.user, agency=who.agency)
        with acting.for_the_system():
            shut = Exclusion.objects.filter(shut_to, case=OuterRef("disagreement__case"))
            open_to = list(mine.exclude(Exists(shut)).values_list("pk", flat=True))
        return mine.filter(pk__in=open_to)


def _opens(user: User | AnonymousUser, permission: Permission) -> bool:
    who = standing(user)
    return who is not None and permission in ROLES[who.role].permissions


class CmogQuerySet(models.QuerySet[Any]):
    """CMOGs, as far as they may be seen."""

    def visible_to(self, user: User | AnonymousUser) -> "CmogQuerySet":
        """Every one, for who sits on it each month; else those one was asked to by name in today's post."""
        who = standing(user)
        if who is None or not _opens(user, Permission.CMOG_VIEW):
            return self.none()
        if _opens(user, Permission.CMOG_LIST):
            return self.all()
        invitation: Any = self.model._meta.get_field("invitations").related_model
        asked = invitation._default_manager.filter(
            given_in_post(who, "invited_at"), person=who.user, agency=who.agency
        )
        return self.filter(Among("pk", asked.values("meeting")))

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
        """Of a CMOG one sees, about something one sees. CMOG_ITEM_VIEW is defined as being in here.

        Whoever is shut out of a child's case does not see either what is said of a person or place linked to it.
        """
        return self._seen_by(user, ("case", "action", "person", "place"))

    def about_no_child(self, user: User | AnonymousUser) -> "CmogItemQuerySet":
        """Of those, the ones under which actions about no child are agreed. Asked by the row rule of these actions, so
        that rule is not asked here.
        """
        return self.filter(case=None, action=None)._seen_by(user, ("person", "place"))

    def keeping_out(self, who: Standing) -> "CmogItemQuerySet":
        """Those about a person or place that this person is shut out of, whatever else lets them see it."""
        shut = Q()
        for name in ("person", "place"):
            open_to_them = self._others(name).without_shut_out(who).values("pk")
            shut |= Q((f"{name}__isnull", False)) & ~Q(Among(name, open_to_them))
        return self.filter(shut)

    def _seen_by(self, user: User | AnonymousUser, about: tuple[str, ...]) -> "CmogItemQuerySet":
        who = standing(user)
        if who is None or not _opens(user, Permission.CMOG_ITEM_VIEW):
            return self.none()
        rows = self.filter(Among("meeting", self._others("meeting").visible_to(user).values("pk")))
        for name in about:
            seen = self._others(name).visible_to(user).values("pk")
            rows = rows.filter(Q((name, None)) | Q(Among(name, seen)))
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
