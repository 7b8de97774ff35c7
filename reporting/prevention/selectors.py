"""Prevention as far as somebody may see it, narrowed by their filters, and whom it reached."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.utils import timezone

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.rows import get_visible
from cse_portal.accounts.models import Agency, User
from cse_portal.errors import NotPermitted
from reporting.prevention.models import PreventionActivity

REACHED = ("pupils", "staff", "parents", "drivers")


def require_reader(user: User) -> None:
    """For who records prevention and for who plans it."""
    if not any(gate.can(user, each) for each in (Permission.PREVENTION_VIEW, Permission.PREVENTION_RECORD)):
        raise NotPermitted


def activities(user: User, answers: Mapping[str, Any]) -> QuerySet[PreventionActivity]:
    """The newest first, of those that the filters leave."""
    require_reader(user)
    rows = PreventionActivity.objects.visible_to(user).select_related("agency")
    if settings := answers.get("setting"):
        rows = rows.filter(setting__in=settings)
    for name, field in (("kind", "kind"), ("ward", "in_ward"), ("agency", "agency")):
        if answers.get(name):
            rows = rows.filter(**{field: answers[name]})
    if days := answers.get("days"):
        rows = rows.filter(on__gt=timezone.localdate() - dt.timedelta(days=int(days)))
    return rows


def reach_of(rows: QuerySet[PreventionActivity]) -> dict[str, int]:
    """How many activities, and how many people they reached."""
    sums = {name: Sum(name, default=0) for name in REACHED}
    return rows.order_by().aggregate(activities=Count("pk"), **sums)


def agencies_of(user: User) -> QuerySet[Agency]:
    """Those whose prevention this person sees."""
    seen = PreventionActivity.objects.visible_to(user).order_by().values("agency")
    return Agency.objects.filter(pk__in=seen).order_by("name")


def activity_for(user: User, pk: uuid.UUID) -> PreventionActivity:
    """One that this person's agency recorded, to change it; another agency's does not exist for that."""
    agency = gate.require_standing(user, Permission.PREVENTION_RECORD).agency
    return get_visible(PreventionActivity.objects.visible_to(user).filter(pk=pk, agency=agency))
