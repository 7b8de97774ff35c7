"""Disruption, for the person who asks: one, the list, and what is open against a subject."""

import uuid

from django.db.models import Case, F, Prefetch, QuerySet, When

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.rows import get_visible
from cse_portal.accounts.models import User
from intelligence.disruption.models import Disruption, DisruptionState, DisruptionUpdate


def disruption_list(user: User, *, over: bool = False) -> QuerySet[Disruption]:
    """What is agreed or in force, the soonest to be due or to expire first; or what is over."""
    rows = Disruption.objects.visible_to(user).select_related("subject", "agency")
    if over:
        return rows.filter(ended_on__isnull=False).order_by("-ended_on", "-agreed_at")
    waits = When(state=DisruptionState.AGREED, then=F("due_on"))
    return rows.filter(ended_on__isnull=True).order_by(Case(waits, default=F("expires_on")), "agreed_at")


def disruption_for(user: User, pk: uuid.UUID) -> Disruption:
    """One with its history; NotVisible if it does not exist for this person."""
    updates = DisruptionUpdate.objects.select_related("by", "agency")
    rows = Disruption.objects.visible_to(user).select_related("subject", "agency", "agreed_by")
    found = get_visible(rows.prefetch_related(Prefetch("updates", updates)).filter(pk=pk))
    gate.note_shown(user, Permission.DISRUPTION_VIEW, found)
    return found
