"""Who may do what with a concern."""

import uuid
from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet

from cases.concerns.choices import ConcernState
from cases.concerns.models import Concern
from cases.record.policies import TRIAGE, _triages
from cse_portal.access.permissions import Permission
from cse_portal.access.rules import rule
from cse_portal.access.user_context import UserContext
from cse_portal.accounts.choices import AgencyKind
from cse_portal.accounts.models import Membership, User
from cse_portal.jobs.registry import row_notification


@row_notification
def concerns_told_of(user: User, keys: Collection[uuid.UUID]) -> QuerySet[Any, Any]:
    """The concerns they may see: none once it is part of a case that is shut to them."""
    return Concern.objects.visible_to(user).filter(pk__in=keys).values_list("pk", flat=True)


@rule(Permission.CONCERN_VIEW)
def may_view_concern(user_context: UserContext, concern: Concern) -> bool:
    """Exactly the concerns that the lists show."""
    return Concern.objects.visible_to(user_context.user).filter(pk=concern.pk).exists()


@rule(Permission.CONCERN_EDIT, seen_by=Permission.CONCERN_VIEW)
def may_edit_concern(user_context: UserContext, concern: Concern) -> bool:
    """Its author; whether it is still a draft is a question of state that the service answers."""
    return concern.author_id == user_context.user.pk


@rule(Permission.CONCERN_ADD, seen_by=Permission.CONCERN_VIEW)
def may_add_to_concern(user_context: UserContext, concern: Concern) -> bool:
    """Anyone of the author's agency, and triage, once it is submitted."""
    mine = concern.author_agency_id == user_context.agency.pk or _triages(user_context)
    return concern.state != ConcernState.DRAFT and mine


@rule(Permission.CONCERN_DECIDE, seen_by=Permission.CONCERN_VIEW)
def may_decide_concern(user_context: UserContext, concern: Concern) -> bool:
    """The CSE team, and of it a colleague of the person who wrote it: a no about their own people alone would tell
    them.

    Who is alone in triage decides.
    """
    if not _triages(user_context) or concern.author_id != user_context.user.pk:
        return _triages(user_context)
    team = Membership.objects.current().filter(role__in=TRIAGE, agency__kind=AgencyKind.CSE_TEAM)
    return not team.filter(user__is_active=True).exclude(user=user_context.user).exists()


@rule(Permission.CONCERN_CORRECT, seen_by=Permission.CONCERN_VIEW)
def may_correct_decision(user_context: UserContext, concern: Concern) -> bool:
    """The CSE Team Manager, of a concern that they did not write."""
    return concern.author_id != user_context.user.pk
