"""The decision from which an initial MASE is counted: the first that puts a child into category 2 or 3."""

import datetime as dt
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from cases.choices import RiskCategory
from cases.models import CategoryDecision, Episode


def threshold_decisions() -> QuerySet[CategoryDecision]:
    """Those that ask for a meeting."""
    return CategoryDecision.objects.filter(category__gte=RiskCategory.MEDIUM)


def with_threshold(episodes: QuerySet[Episode]) -> QuerySet[Any]:
    """These periods of work with the first such decision since each began: `threshold_at`, `threshold_category`."""
    since = threshold_decisions().filter(case=OuterRef("case"), decided_at__gte=OuterRef("opened_at"))
    first = since.order_by("decided_at")
    return episodes.annotate(
        threshold_at=Subquery(first.values("decided_at")[:1]),
        threshold_category=Subquery(first.values("category")[:1]),
    )


def counted_from(episode: Any) -> dt.datetime:
    """The moment its initial MASE is counted from; without such a decision the day work began."""
    return episode.threshold_at or episode.opened_at


def asked_for(episode: Any, category: int) -> bool:
    """Whether a decision asks for its initial MASE; one held to close a child of category 1 nobody waits for."""
    return category >= RiskCategory.MEDIUM or episode.threshold_at is not None
