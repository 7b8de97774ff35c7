"""Children whose stories are told in full: a life, written down by the services as it happens."""

import datetime as dt
from collections.abc import Callable, Generator
from typing import Any

from cases.assessments import services as assessments
from cases.concerns import services as concerns
from cases.concerns.choices import ConcernOutcome, ConcernStep, IndicatorTiming
from cases.concerns.models import Concern
from cases.concerns.selectors import StepAnswers
from cases.record.choices import RiskCategory
from cases.record.models.case import Case
from cases.sharing.services import access
from cases.triage import services as triage
from cse_portal.demo.board import living, meetings, reviews
from cse_portal.demo.board.clockwork import Story, later, working_moment
from cse_portal.demo.board.concerns import decision_moment
from cse_portal.demo.board.lives import LOW, Assessed, Life, Opened, ToldCourse, Worry
from cse_portal.demo.board.scene import LAWFUL_BASIS, Scene
from cse_portal.keys import new_key
from mase.meetings.choices import MeetingKind
from mase.meetings.selectors.meetings import kind_of_next


def opened(
    scene: Scene, life: Life, worry: Worry, how: Opened, **more: Any
) -> Generator[dt.datetime, None, ToldCourse]:
    """A concern opens the case, which is shared; the generator's value is the course."""
    yield scene.ago(worry.days)
    concern = tell(scene, life, worry)
    yield decision_moment(scene.random)
    return open_from(scene, life, concern, how, **more)


def open_from(scene: Scene, life: Life, concern: Concern, how: Opened, **more: Any) -> ToldCourse:
    """Triage opens the case from a concern, led by the cast's social worker."""
    lead = scene.cast("practitioner")
    opening = triage.Opening(
        scene.agency("csc"), lead, how.category, how.harm, LAWFUL_BASIS, models=how.models
    )
    decide(scene, concern, ConcernOutcome.OPEN_CASE, how.why, opening=opening, **more)
    case = Case.objects.with_identity().get(concerns=concern)
    for code in life.agencies:
        access.share(
            case=case, to=scene.agency(code), reason="Joint work to protect the child", may_change=True,
            lawful_basis=LAWFUL_BASIS, by=scene.cast("manager"),
        )  # fmt: skip
    return ToldCourse(scene, case, life.child(scene), lead, how.category, meetings=0, life=life)


def tell(scene: Scene, life: Life, worry: Worry, *, is_first: bool = True) -> Concern:
    """A concern in somebody's own words. The first names people and places."""
    ticked = [
        {"code": code, "timing": "current", "evidence": "Seen by staff and written down on the day.",
         "provenance": "SEEN", "confidence": "yes"}
        for code in worry.signs
    ]  # fmt: skip
    who = {"child_told": "TOLD", "parent_told": "TOLD", "agreement": "AGREED"}
    said = {"immediate_danger": False, "worry": worry.text, "child_view": worry.child_view}
    answers = {
        ConcernStep.WORRY: StepAnswers(said),
        ConcernStep.CHILD: StepAnswers(life.child(scene).fields),
        ConcernStep.SIGNS: StepAnswers({}, ticked),
        ConcernStep.OTHERS: StepAnswers(who, mentions=[dict(each) for each in life.named if is_first]),
    }
    return concerns.log(answers=answers, by=scene.colleague(worry.agency))


def decide(scene: Scene, concern: Concern, outcome: ConcernOutcome, rationale: str, **more: Any) -> None:
    """What triage decided, and what the author was told."""
    feedback = "Thank you. Priya Raman leads and rings you this week. If anybody is in danger, call 999."
    verdict = triage.Verdict(outcome=outcome, rationale=rationale, feedback=feedback, **more)
    triage.decide(concern=concern, verdict=verdict, by=scene.cast("manager"))


def again(course: ToldCourse, worry: Worry) -> Story:
    """Another concern, added to the case the next working day."""
    yield course.scene.ago(worry.days, hour=15)
    concern = tell(course.scene, course.life, worry, is_first=False)
    yield decision_moment(course.scene.random)
    decide(course.scene, concern, ConcernOutcome.ADD_TO_CASE, "The same child.", case=course.case)
    course.case.refresh_from_db()


def assess(course: ToldCourse, found: Assessed) -> assessments.RiskAssessment:
    """The lead's assessment; the meeting or the manager confirms a category."""
    timings = dict.fromkeys(found.earlier, IndicatorTiming.EARLIER) | dict.fromkeys(
        found.signs, IndicatorTiming.CURRENT
    )
    ticked = {
        code: assessments.Answer(
            IndicatorTiming.TICKED if code.startswith("VUL") else timing, "Seen by two agencies."
        )
        for code, timing in timings.items()
    }
    return assessments.record_assessment(
        case=course.case, answers=assessments.Answers(ticked, protective_factors=course.life.protective),
        judgement=assessments.Judgement(found.category, found.harm, found.words, "Recent signs weigh more."),
        by=course.lead, key=new_key(),
    )  # fmt: skip


def assessed(course: ToldCourse, found: Assessed) -> Story:
    """The manager confirms the next day what the lead assessed; a category that falls is left to the meeting."""
    made = assess(course, found)
    yield later(1, hour=9)
    course.case.refresh_from_db()
    category = RiskCategory(max(found.category, course.case.category))
    falls = found.category < category
    why = "Fewer signs are current. The meeting decides." if falls else "It agrees with what agencies saw."
    assessments.confirm_category(
        case=course.case, assessment=made, category=category, harm_status=found.harm, rationale=why,
        by=course.scene.cast("manager"),
    )  # fmt: skip
    course.case.refresh_from_db()
    course.category = category


def meet(
    course: ToldCourse,
    fall: Assessed | None = None,
    after: int = 0,
    last: Callable[[ToldCourse], Story] | None = None,
) -> Story:
    """Meeting after meeting, each by its day; what follows from one goes on while the next is prepared.

    After so many meetings an assessment finds less, and the next one lowers the category. The lead reviews a child in
    category 1. Where the next meeting would be these days, `last` is told in its place.
    """
    case, today = course.case, course.scene.today
    case.refresh_from_db()
    if last and case.next_review_on and case.next_review_on >= today - dt.timedelta(days=7):
        yield from last(course)
        return
    if case.category <= LOW:
        yield from reviews.until(course, course.scene.now + dt.timedelta(days=100))
        return
    if kind_of_next(case) is MeetingKind.REVIEW and case.next_review_on:
        yield working_moment(case.next_review_on - dt.timedelta(days=12), hour=9)
    course.gets_better = bool(fall) and after == 0
    if fall and after == 0:
        yield from assessed(course, fall)
    yield from meetings.once(course, meet(course, fall, after - 1, last))


def looked_at_again(course: ToldCourse, days: int, found: Assessed) -> Story:
    """Lately, so that nothing is late: an assessment that shows what changed, and the plan's next version."""
    yield course.scene.ago(days, hour=11)
    living.note_plan(course)
    yield from assessed(course, found)
