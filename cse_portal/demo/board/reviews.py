"""Stories of the lead professional's own work: a review every 12 weeks in category 1, and listening to the child."""

import datetime as dt
from random import Random

from django.utils import timezone

from cases.record.choices import RiskCategory
from cases.record.models.case import Case
from cases.reviews.models import ReviewConclusion
from cases.reviews.selectors import review_due
from cases.reviews.services import Held, record_review
from cases.voice.services import Said, record_change, record_voice
from cse_portal.accounts.models import User
from cse_portal.demo.board import words
from cse_portal.demo.board.clockwork import Story, later, working_moment
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


def listened(course: Course) -> Story:
    """A Three Houses record and, two weeks later, what changed because of it and that the child was told."""
    yield later(1, hour=16)
    random, case = Random(str(course.case.reference)), course.case
    spoken = random.choice(words.says.voices)
    said = Said(
        heard_on=timezone.localdate(), heard_by=f"{course.lead.full_name}, at school", seen_alone=True,
        tool="THREE_HOUSES", own_words=spoken, wants=random.choice(words.says.wishes),
        themes=words.says.themes[words.says.voices.index(spoken)],
    )  # fmt: skip
    entry = record_voice(case=case, said=said, by=course.lead)
    yield later(14, hour=16)
    changed = words.says.changes[0]
    record_change(entry=entry, what_changed=changed, told_on=timezone.localdate(), by=course.lead)
