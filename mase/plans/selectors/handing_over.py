"""Whose actions there are to hand to others, for an agency's lead, who sees no case, and for the chair.

The lead is told numbers, and of each action its part of the plan and its day; never a child. What they may hand on is
every open action of their agency but those of cases they are shut out of.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from cases.record.models.case import Case
from cse_portal import acting
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.rows import excluded_records, granted_rows
from cse_portal.access.user_context import UserContext
from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import Membership, User
from cse_portal.errors import NotVisible
from mase.meetings.selectors.meetings import people_to_invite
from mase.plans.choices import Escalation
from mase.plans.models.plan import PlanAction
from mase.plans.models.querysets import ActionQuerySet


def to_hand_over(who: UserContext) -> ActionQuerySet:
    """The open actions this person may hand to others; asked on the system's behalf for a lead, who sees no case."""
    rows = PlanAction.objects.issued().unfinished()
    if who.role == Role.AGENCY_LEAD:
        rows, shut = rows.of_agency(who.agency), excluded_records(who)
        # Of a restricted case no number either: anyone who sees it hands its actions over.
        return rows.exclude(case__in=shut).exclude(case__is_restricted=True)
    chaired = granted_rows(Case.objects.visible_to(who.user), who, codename="change_case")
    of_no_child = rows.filter(case__isnull=True).visible_to(who.user)
    return rows.filter(
        Q(case__in=chaired.values("pk")) | Q(case__isnull=True, pk__in=of_no_child.values("pk"))
    )


def on_behalf_of(who: UserContext) -> acting.Actor:
    """Who asks PostgreSQL for those rows."""
    return acting.SYSTEM if who.role == Role.AGENCY_LEAD else who.actor


def holders(user: User) -> list[dict[str, Any]]:
    """Everybody with open actions that this person may hand over, and how many, those who cannot do them any more
    first; an agency's that nobody is named for are a line of their own.
    """
    who = gate.require_standing(user, Permission.ACTION_HAND_OVER)
    late, raised = Q(due_on__lt=timezone.localdate()), Q(escalation__gt=Escalation.NONE)
    unanswered = Q(answer_by__lt=timezone.localdate())
    with acting.acting(on_behalf_of(who)):
        rows = to_hand_over(who).marking_owners().order_by()
        found = rows.values("owner", "owner__full_name", "agency__short_name", "owner_gone").annotate(
            open=Count("pk"), overdue=Count("pk", filter=late), escalated=Count("pk", filter=raised),
            unanswered=Count("pk", filter=unanswered),
        )  # fmt: skip
        return sorted(
            found, key=lambda row: (not row["owner_gone"], -row["escalated"], row["owner__full_name"] or "")
        )


def held_by(user: User, pk: uuid.UUID) -> tuple[User, list[PlanAction], bool]:
    """One person and their open actions that may be handed over; somebody without any is not there.

    Whether the actions are shown: an agency's lead reads of each its part of the plan and its day alone.
    """
    who = gate.require_standing(user, Permission.ACTION_HAND_OVER)
    sees = who.role != Role.AGENCY_LEAD
    with acting.acting(on_behalf_of(who)):
        rows = to_hand_over(who).filter(owner=pk).order_by("due_on", "id")
        found = list(rows.with_context().with_items_for(user) if sees else rows)
    person = User.objects.filter(pk=pk).first()
    if not found or person is None:
        raise NotVisible
    return person, found, sees


def count_held_by(user: User, person: User) -> int:
    """How many open actions somebody has that this person may hand over; none where they may not."""
    if not gate.can(user, Permission.ACTION_HAND_OVER):
        return 0
    return sum(row["open"] for row in holders(user) if row["owner"] == person.pk)


def colleagues_of(person: User, agencies: Iterable[uuid.UUID]) -> QuerySet[Membership]:
    """Who could take them on: people who work with children for these agencies, but for the person themselves."""
    people = people_to_invite().filter(agency__in=set(agencies)).exclude(user=person)
    return people.exclude(role__in=(Role.AGENCY_LEAD, Role.REFERRER))


def leads_by_agency(agencies: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[User]]:
    """Who answers for the people of each of these agencies."""
    rows = Membership.objects.current().filter(
        agency__in=agencies, role=Role.AGENCY_LEAD, user__is_active=True, suspended_at__isnull=True
    )
    found: dict[uuid.UUID, list[User]] = defaultdict(list)
    for row in rows.select_related("user"):
        found[row.agency_id].append(row.user)
    return found
