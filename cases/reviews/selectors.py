"""By when the next step of a case is due, and the reviews that were held."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from cases.record.choices import CaseStatus, RiskCategory
from cases.record.models.case import Case
from cases.reviews.models import CaseReview, ReviewConclusion
from cse_portal.reference.selectors import clock_rule
from cse_portal.reference.working_days import last_working_day


def is_reviewed_by_lead(case: Case) -> bool:
    """Whether the lead professional reviews it, and no meeting has to: category 1, or none."""
    return case.category <= RiskCategory.LOW


def review_due(category: int, since: dt.date | dt.datetime) -> dt.date:
    """The last day for the lead professional's review: 12 weeks on, or the working day before."""
    return last_working_day(clock_rule("REVIEW_MASE", category).due(since))


def first_step_due(category: int) -> dt.date:
    """The last day for what follows a decision of today: the initial MASE, or the lead professional's review."""
    now = timezone.now()
    if category > RiskCategory.LOW:
        return clock_rule("INITIAL_MASE", category).due(now)
    return review_due(category, now)


def reviews_of(case: Case) -> list[CaseReview]:
    """Every review by the lead professional, the newest first; the person was shown the case."""
    return list(case.reviews.select_related("recorded_by", "agency"))


def review_says_over(case: Case) -> CaseReview | None:
    """The newest review, where it says that the risk is over and was held after the day of the last decision.

    Of this period of work, and only of a child whom the lead professional reviews. A meeting that lowers the category
    and a review on the same day are not two looks at the child (IICSA 2022, F.4).
    """
    period = case.episodes.filter(closed_at__isnull=True).values("opened_at")
    newest = case.reviews.filter(recorded_at__gte=period[:1]).order_by("-recorded_at").first()
    if newest is None or newest.conclusion != ReviewConclusion.OVER or not is_reviewed_by_lead(case):
        return None
    decided = case.category_decisions.filter(decided_at__date__gte=newest.held_on)
    return None if decided.exists() else newest


@dataclass(frozen=True)
class LeadReview:
    """A review of a lead professional that was due on a day: the one that was held, or none yet."""

    case: Case
    due_on: dt.date
    category: int
    held: CaseReview | None = None

    @property
    def key(self) -> uuid.UUID:
        """Of the review, or of the case that waits for it."""
        return self.held.pk if self.held else self.case.pk


def lead_reviews_due(cases: QuerySet[Case], first: dt.date, last: dt.date) -> list[LeadReview]:
    """Of these cases, those due from one day to another: held since, or still to be held."""
    held = CaseReview.objects.filter(case__in=cases.values("pk"), due_on__gte=first, due_on__lte=last)
    waiting = cases.filter(status=CaseStatus.OPEN, category__lte=RiskCategory.LOW)
    waiting = waiting.filter(next_review_on__gte=first, next_review_on__lte=last)
    rows: list[CaseReview | Case] = [*held.select_related("case__child"), *waiting.select_related("child")]
    return [lead_review(each) for each in rows]


def lead_review(row: CaseReview | Case) -> LeadReview:
    """What was due, from the review that was held or from the case that waits for it."""
    if isinstance(row, CaseReview):
        return LeadReview(row.case, row.due_on or row.held_on, row.category, row)
    return LeadReview(row, row.next_review_on or timezone.localdate(), row.category)
