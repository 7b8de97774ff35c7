"""Who may read and record disruption."""

import uuid
from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet

from cse_portal.access.permissions import Permission
from cse_portal.access.roles import ROLES
from cse_portal.access.rules import rule
from cse_portal.access.standing import Standing
from cse_portal.accounts.models import User
from cse_portal.jobs.registry import telling_of_a_row
from intelligence.disruption.models import Disruption


@telling_of_a_row
def disruption_told_of(user: User, keys: Collection[uuid.UUID]) -> QuerySet[Any, Any]:
    """The disruption they may see: with the person or place it is against."""
    return Disruption.objects.visible_to(user).filter(pk__in=keys).values_list("pk", flat=True)


@rule(Permission.DISRUPTION_VIEW)
def may_view_disruption(standing: Standing, disruption: Disruption) -> bool:
    """Exactly the disruption that the list shows."""
    return Disruption.objects.visible_to(standing.user).filter(pk=disruption.pk).exists()


@rule(Permission.DISRUPTION_RECORD, seen_by=Permission.DISRUPTION_VIEW)
def may_record_disruption(standing: Standing, disruption: Disruption) -> bool:
    """The agency that uses it, and those who agree on such tactics."""
    agrees = Permission.DISRUPTION_AGREE in ROLES[standing.role].permissions
    return agrees or disruption.agency_id == standing.agency.pk
