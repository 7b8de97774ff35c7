"""Stories of reviews by the lead professional: every 12 weeks while a child is in category 1."""

import datetime as dt

from django.utils import timezone

from cases.record.choices import RiskCategory
from cases.record.models.case import Case
from cases.reviews.models import ReviewConclusion
from cases.reviews.selectors import review_due
from cases.reviews.services import Held, record_review
from cse_portal.accounts.models import User
from cse_portal.demo.board.clockwork import Story, working_moment
from cse_portal.demo.board.scene import Course, Scene

WHY = {
    ReviewConclusion.STAYS: "School goes well and the friend has not been seen again. The evenings are still long.",
    ReviewConclusion.OVER: "No contact for six months. Home, school and the youth worker all say the same.",
}


def until(course: Course, end: dt.datetime) -> Story:
    """The child is seen and reviewed some days before each is due, as long as the category stays at 1 and no longer.

    Yields the end last.
    """
    case = course.case
    case.refresh_from_db()
    while case.category <= RiskCategory.LOW and case.next_review_on is not None:
        due = working_moment(case.next_review_on - dt.timedelta(days=5), hour=15)
        if due >= end:
            break
        yield due
        case.refresh_from_db()
        review(course.scene, case, ReviewConclusion.STAYS, course.lead)
    yield end


def review(scene: Scene, case: Case, conclusion: ReviewConclusion, lead: User) -> None:
    """By the lead professional; where that person has left, by the CSE team."""
    by = scene.cast("manager") if lead == scene.cast("leaver") else lead
    today = timezone.localdate()
    held = Held(
        held_on=today, conclusion=conclusion, why=WHY[conclusion], next_on=review_due(case.category, today),
        seen_by=f"{by.full_name}, at school", seen_alone=True,
    )  # fmt: skip
    record_review(case=case, held=held, by=by)
    case.refresh_from_db()
