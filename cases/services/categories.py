"""Confirming a child's category: by triage, by the CSE team on an assessment, by a meeting."""

import uuid
from collections.abc import Callable

from django.db import transaction
from django.utils import timezone

from cases.choices import DecisionSource, EntryKind, HarmStatus, RiskCategory
from cases.errors import CategoryRule, ClosingNeedsLowerCategory, RiskNotOver
from cases.models import Case, CategoryDecision
from cases.selectors.categories import why_not_over
from cases.services.chronology import add_entry
from cases.services.locking import lock_open
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record

# What the floors above do in the same transaction when a category rises: they say it here when the portal starts.
_when_it_rises: dict[str, Callable[[Case, User], None]] = {}


def when_it_rises(name: str, act: Callable[[Case, User], None]) -> None:
    """Have a floor above act, with the case as it is now and whoever confirmed it, whenever a category rises."""
    _when_it_rises[name] = act


@transaction.atomic
def confirm(
    *,
    case: Case,
    category: RiskCategory,
    harm_status: HarmStatus,
    rationale: str,
    source: DecisionSource,
    by: User,
    source_id: uuid.UUID | None = None,
) -> CategoryDecision:
    """Record the confirmed category and harm status.

    It rises whenever evidence says so; it falls only by a meeting's decision, or from category 1 when a case closes
    that a meeting left there, one step at a time (IICSA 2022 F.4: children were taken off lists while still being
    harmed).
    """
    locked = lock_open(case, Permission.CATEGORY_CONFIRM, by)
    falls = locked.category - category
    if falls > 0 and (source not in (DecisionSource.MEETING, DecisionSource.CLOSURE) or falls > 1):
        raise CategoryRule
    if source == DecisionSource.CLOSURE:
        check_over(locked)
    decision = CategoryDecision.objects.create(
        case=locked,
        category=category,
        previous_category=locked.category,
        harm_status=harm_status,
        rationale=rationale,
        source=source,
        source_id=source_id,
        decided_by=by,
    )
    locked.category, locked.harm_status = category, harm_status
    locked.last_activity_at = timezone.now()
    locked.save(update_fields=["category", "harm_status", "last_activity_at"])
    _written_down(locked, decision, by)
    if falls < 0:
        for act in _when_it_rises.values():
            act(locked, by)
    return decision


def _written_down(locked: Case, decision: CategoryDecision, by: User) -> None:
    confirmed = f"{decision.get_category_display()}, confirmed by {decision.get_source_display()}."
    text = f"{confirmed} {decision.get_harm_status_display()}."
    add_entry(
        case=locked,
        kind=EntryKind.CATEGORY,
        happened_on=timezone.localdate(),
        text=text,
        by=by,
        source_id=decision.pk,
    )
    record(
        Action.CATEGORY_CONFIRMED, by=by, obj=decision, case=locked,
        detail={
            "from": decision.previous_category, "to": decision.category, "harm": decision.harm_status,
            "source": decision.source,
        },
    )  # fmt: skip


def check_over(case: Case) -> None:
    """Nobody closes a case on the word that the risk is over while the record says otherwise."""
    if case.category > RiskCategory.LOW:
        raise ClosingNeedsLowerCategory
    if because := why_not_over(case):
        raise RiskNotOver(because)
