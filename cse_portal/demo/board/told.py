"""Children whose stories are told in full: a life, written down by the services as it happens."""

import datetime as dt
from collections.abc import Callable, Generator
from dataclasses import replace
from functools import partial
from typing import Any

from django.utils import timezone

from cases.assessments import services as assessments
from cases.assessments.models import AnswerTiming
from cases.casework.services import record_picture
from cases.chronology import services as chronology
from cases.chronology.models import EntryKind
from cases.concerns import services as concerns
from cases.concerns.choices import ConcernOutcome, ConcernStep
from cases.concerns.models import Concern
from cases.concerns.selectors import StepAnswers
from cases.documents import services as documents
from cases.documents.models import DocumentKind
from cases.family import services as family
from cases.family.models import HealthTopic
from cases.history.models import PeriodKind
from cases.history.services import Period, record_period
from cases.identity import services as identity
from cases.letters.choices import LetterKind
from cases.letters.services import change_letter, letter_sent, write_letter
from cases.missing.models import InterviewStep
from cases.missing.selectors.told import told_in
from cases.missing.services import episodes as missing
from cases.record.choices import RiskCategory
from cases.record.models.case import Case
from cases.sharing.services import access
from cases.triage import services as triage
from cases.trigger_plans import services as trigger_plans
from cases.trigger_plans.selectors import review_by
from cases.voice.services import Said, record_change, record_voice
from cse_portal.demo.board import meetings, reviews
from cse_portal.demo.board.clockwork import Story, at, later, together, working_moment
from cse_portal.demo.board.concerns import decision_moment
from cse_portal.demo.board.lives import LOW, Assessed, Life, Opened, Sent, ToldCourse, Worry
from cse_portal.demo.board.scene import LAWFUL_BASIS, Scene
from cse_portal.keys import new_key
from intelligence.submissions import services as submissions
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


def lived(course: ToldCourse, *work: Story) -> Story:
    """Everything of the life that is not the work of triage, assessment and meetings, beside that work."""
    life = course.life
    around(course)
    yield from together(
        *work, written(course), *(away(course, *each) for each in life.away),
        *(heard(course, *each) for each in life.voices),
    )  # fmt: skip


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
    timings = dict.fromkeys(found.earlier, AnswerTiming.EARLIER) | dict.fromkeys(
        found.signs, AnswerTiming.CURRENT
    )
    ticked = {
        code: assessments.Answer(
            AnswerTiming.TICKED if code.startswith("VUL") else timing, "Seen by two agencies."
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
    note_plan(course)
    yield from assessed(course, found)


def note_plan(course: ToldCourse) -> None:
    """The plan for when the child is missing, and the current picture."""
    plan = trigger_plans.Plan(**course.life.plan, review_on=review_by(course.case))
    seen = course.case.trigger_plans.count()
    trigger_plans.save(case=course.case, plan=plan, seen=seen, by=course.lead)
    record_picture(case=course.case, text=course.life.picture, by=course.lead)


def around(course: ToldCourse, *, at_home: bool = False) -> None:
    """The child's people; those the child lives with from the day on which they moved to them."""
    for said in course.life.people:
        if bool(said.get("lives_with_child")) == at_home:
            family.record_member(case=course.case, member=family.Member(**said), by=course.lead)


def note_own(course: ToldCourse) -> None:
    """Their phones and accounts, and what they said of who they are."""
    for said in course.life.own:
        identity.record_contact(case=course.case, said=said, by=course.lead)
    identity.record_identity(case=course.case, said=course.life.identity, by=course.lead)


def written(course: ToldCourse) -> Story:
    """What the worker and others write down as it happens, from the day on which the case was opened."""
    life, began = course.life, timezone.localdate()
    dated: list[tuple[int, Callable[[], object]]] = [
        *((each[0], partial(note_event, course, *each)) for each in life.events),
        *((each[3], partial(note_period, course, began, *each)) for each in life.periods),
        *((each[0], partial(note_health, course, *each)) for each in life.health),
        *((each[0], partial(note_paper, course, *each)) for each in life.papers),
        *((each.days, partial(send, course, each)) for each in life.letters),
        (life.moved, partial(around, course, at_home=True)),
        (life.plan_days, partial(note_own, course)),
        (life.plan_days, partial(note_plan, course)),
    ]
    for days, note in sorted(dated, key=lambda each: -each[0]):
        yield course.scene.ago(days, hour=16)
        note()


def note_event(course: ToldCourse, days: int, kind: EntryKind, text: str) -> None:
    """An entry of the chronology; what happened to the child has a star, and a contact none."""
    day, starred = course.scene.today - dt.timedelta(days=days), kind == EntryKind.EVENT
    chronology.add_event(
        case=course.case, kind=kind, happened_on=day, text=text, by=course.lead, significant=starred
    )


def note_period(
    course: ToldCourse, case_began: dt.date, kind: PeriodKind, code: str, name: str, began: int,
    until: int | None, why: str = "", attendance: int | None = None, special_needs: str = "",
) -> None:  # fmt: skip
    """A school, a home or a legal status. One that ended before the case began is written with both its days."""
    today = course.scene.today
    ended = today - dt.timedelta(days=until) if until else None
    said = Period(
        code, name, today - dt.timedelta(days=began), ended if ended and ended <= case_began else None, why,
        attendance=attendance, special_needs=special_needs,
    )  # fmt: skip
    record_period(case=course.case, kind=kind, said=said, by=course.lead)


def note_health(course: ToldCourse, days: int, topic: HealthTopic, text: str, for_others: str) -> None:
    """Health detail, and what the others may know of it."""
    next_on = timezone.localdate() + dt.timedelta(days=28)
    camhs: dict[str, Any] = {"camhs": "yes", "camhs_worker": "Omar Reza", "next_on": next_on}
    family.add_note(
        case=course.case, topic=topic, happened_on=timezone.localdate(), text=text, for_others=for_others,
        by=course.scene.board.staff["health"][0], **(camhs if topic == HealthTopic.CAMHS else {}),
    )  # fmt: skip


def note_paper(course: ToldCourse, days: int, title: str, kind: DocumentKind, text: str) -> None:
    """A document that an agency brought."""
    documents.add(
        case=course.case, title=title, kind=kind, name="document.txt", content=text.encode(), by=course.lead
    )


def send(course: ToldCourse, said: Sent) -> None:
    """A letter in plain words, and how it reached its reader."""
    case, by = course.case, course.lead
    to = case.network_members.filter(relation=said.relation).first() if said.relation else None
    letter = write_letter(case=case, kind=LetterKind.OUTCOME, recipient=to, language=said.language, by=by)
    change_letter(letter=letter, version=letter.version, heading=said.heading, body=said.body, by=by)
    letter_sent(letter=letter, on=timezone.localdate(), how=said.how, by=by)


def heard(course: ToldCourse, days: int, who: str, words: str, wants: str, changed: str, after: int) -> Story:
    """What the child said, and later what changed and that the child was told."""
    yield course.scene.ago(days, hour=16)
    said = Said(
        heard_on=timezone.localdate(), heard_by=who, seen_alone=True, tool="THREE_HOUSES", own_words=words,
        wants=wants, themes=("safety", "workers"),
    )  # fmt: skip
    entry = record_voice(case=course.case, said=said, by=course.lead)
    if changed:
        yield later(after, hour=16)
        record_change(entry=entry, what_changed=changed, told_on=timezone.localdate(), by=course.lead)


def away(course: ToldCourse, days: int, hours: int, interviewed: int | None) -> Story:
    """Missing from one evening, back, and an interview, unless it is still due.

    The lead begins a draft of intelligence from the newest.
    """
    scene, life = course.scene, course.life
    yield at(scene.today - dt.timedelta(days=days), 21, 10)
    by = scene.cast("manager")
    known = replace(life.known, police_reference=f"SW-{days:04d}")
    gone = missing.Gone("M", timezone.now(), life.missing_from, scene.agency("police"), known, "MEDIUM")
    row = missing.report(case=course.case, gone=gone, by=by)
    yield timezone.now() + dt.timedelta(hours=hours)
    missing.returned(episode=row, back=missing.Back(timezone.now(), **life.found), by=by)
    if interviewed is None:
        return
    yield timezone.now() + dt.timedelta(hours=interviewed)
    step = missing.Step(
        InterviewStep.HELD, timezone.now(), scene.agency("csc"), interviewer="Sam Aldous, Lantern",
        is_independent=True, held_where="At the project", others_present="Nobody", **life.interview,
    )  # fmt: skip
    made = missing.interview(episode=row, step=step, by=by)
    if days == min(each[0] for each in life.away if each[2]):
        lines = [each.key for each in told_in(made)]
        submissions.start_from_interview(interview=made, ticked=lines, by=course.lead)
