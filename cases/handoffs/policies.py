"""Who may do what with a hand-off."""

import uuid
from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet

from cases.handoffs.models import HandOff
from cse_portal.access.permissions import Permission
from cse_portal.access.rules import rule
from cse_portal.access.standing import Standing
from cse_portal.accounts.models import User
from cse_portal.jobs.registry import telling_of_a_row


@telling_of_a_row
def hand_offs_told_of(user: User, keys: Collection[uuid.UUID]) -> QuerySet[Any, Any]:
    """The hand-offs they may see."""
    return HandOff.objects.visible_to(user).filter(pk__in=keys).values_list("pk", flat=True)


@rule(Permission.HANDOFF_VIEW)
def may_view_hand_off(standing: Standing, hand_off: HandOff) -> bool:
    """Exactly the hand-offs that the lists show."""
    return HandOff.objects.visible_to(standing.user).filter(pk=hand_off.pk).exists()


@rule(Permission.HANDOFF_ANSWER, seen_by=Permission.HANDOFF_VIEW)
def may_answer_hand_off(standing: Standing, hand_off: HandOff) -> bool:
    """The people of the agency that was asked."""
    return hand_off.agency_id == standing.agency.pk


@rule(Permission.HANDOFF_REASSIGN, seen_by=Permission.HANDOFF_VIEW)
def may_pass_on_hand_off(standing: Standing, hand_off: HandOff) -> bool:
    """The CSE team: a hand-off that nobody accepted comes back to them."""
    return True
