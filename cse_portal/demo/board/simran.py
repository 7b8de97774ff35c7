"""One child's story told in full, over two years to a meeting that runs now: every page of her record has something.

All of it is invented.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from django.utils import timezone

from cases.assessments import services as assessments
from cases.assessments.models import AnswerTiming, RiskAssessment
from cases.casework.services import record_picture
from cases.chronology import services as chronology
from cases.chronology.models import EntryKind
from cases.concerns import services as concerns
from cases.concerns.choices import ConcernOutcome, ConcernStep
from cases.concerns.models import Concern
from cases.concerns.selectors import StepAnswers
from cases.family import services as family
from cases.history.models import PeriodKind
from cases.history.services import Period, record_period
from cases.identity import services as identity
from cases.identity.services import Contact, Identity
from cases.letters.choices import LetterKind, SentHow
from cases.letters.services import change_letter, letter_sent, write_letter
from cases.missing.models import InterviewStep
from cases.missing.services import episodes as missing
from cases.record.choices import HarmStatus, RiskCategory
from cases.record.models.case import Case
from cases.sharing.services import access
from cases.triage import services as triage
from cases.trigger_plans import services as trigger_plans
from cases.trigger_plans.selectors import review_by
from cases.voice.services import Said, record_change, record_voice
from cse_portal.accounts.models import User
from cse_portal.demo.board import meetings, reviews
from cse_portal.demo.board.children import NHS_NUMBERS, Child
from cse_portal.demo.board.clockwork import Story, at, later, together, working_moment
from cse_portal.demo.board.concerns import decision_moment, opening_for
from cse_portal.demo.board.missing import booking
from cse_portal.demo.board.scene import LAWFUL_BASIS, Course, Scene
from cse_portal.keys import new_key
from mase.meetings.choices import MeetingKind
from mase.meetings.selectors.meetings import kind_of_next

LOW, MEDIUM = RiskCategory.LOW, RiskCategory.MEDIUM
SCHOOL, HOME, LEGAL = PeriodKind.SCHOOL, PeriodKind.HOME, PeriodKind.LEGAL
BEGAN, RISES, MOVED, HEARD = 640, 330, 250, 11  # days before today
A_WEEK = dt.timedelta(days=7)
SIGNS_NOW = ("SIG01", "SIG02", "SIG03", "SIG04", "RSK03", "RSK12", "RSK14", "VUL05", "VUL12")
WHO = {
    "given_name": "Simran", "family_name": "Penrose", "known_as": "Sim", "sex": "2", "ethnicity": "MWAS",
    "disabilities": [], "nhs_number": NHS_NUMBERS[-1], "address": "58 Hatch Road, Oldbury", "postcode": "B69 4AA",
    "school": "Northfield Gate School", "lives_with": "Foster carers", "legal_status": "LAC",
}  # fmt: skip
NAMED = (
    {"kind": "person", "part": "suspected", "name": "K", "details": "About 25."},
    {"kind": "vehicle", "name": "Grey car, BX19", "details": "Waits near the school gate."},
)

FIRST_WORRY = (
    "Simran has been collected from school four times by adults whom staff do not know. She has a second phone that "
    "her mother did not buy, and goes outside to answer it."
)
SECOND_WORRY = (
    "Stopped in a grey car at 1am with two men and another girl. She did not know their names. She asked to be taken "
    "to her aunt, not home."
)
THIRD_WORRY = (
    "An adult she calls K waited at the school gate in a grey car on Wednesday. She went with him and came back after "
    "two hours. Her phone rang eleven times in one lesson."
)
PICTURE = (
    "Simran is settled with Denise and Alan and trusts Sam, her youth worker. Since October an adult she calls “K” has "
    "collected her from school, and she has been missing three times. She says she feels stuck. We think he controls "
    "her phone. Lifts from school and Sundays with her aunt help. We do not know who K is."
)
PEOPLE: tuple[dict[str, Any], ...] = (
    {"name": "Asha Penrose", "relation": "MOTHER", "sex": "2", "phone": "07700 900214", "first_language": "Punjabi",
     "needs_interpreter": True, "parental_responsibility": "yes", "contact_safe": "yes"},
    {"name": "Mark Penrose", "relation": "FATHER", "sex": "1", "parental_responsibility": "yes", "contact_safe": "no",
     "contact_reason": "He asks where she lives, and she is afraid of him"},
    {"name": "Arjan Penrose", "relation": "SIBLING", "sex": "1", "contact_safe": "yes", "phone": "07700 900287"},
    {"name": "Kiran Sohal", "relation": "AUNT", "sex": "2", "is_trusted": True, "contact_safe": "yes",
     "phone": "07700 900163", "notes": "Sundays"},
    {"name": "Denise Whitlock", "relation": "FOSTER", "sex": "2", "lives_with_child": True, "contact_safe": "yes",
     "phone": "07700 900142", "notes": "Call first"},
    {"name": "Alan Whitlock", "relation": "FOSTER", "sex": "1", "lives_with_child": True, "contact_safe": "yes",
     "phone": "07700 900143"},
    {"name": "Tia M.", "relation": "PEER", "sex": "2"},
    {"name": "Sam Aldous", "relation": "YOUTH", "organisation": "Lantern", "is_trusted": True, "contact_safe": "yes",
     "phone": "07700 900118"},
    {"name": "Colin Mears", "relation": "SCHOOL", "organisation": "Northfield Gate School", "contact_safe": "yes",
     "phone": "07700 900377"},
    {"name": "Hannah Okafor", "relation": "HEALTH", "organisation": "Looked-after children’s nurse",
     "contact_safe": "yes", "phone": "07700 900266"},
    {"name": "Omar Reza", "relation": "IRO", "contact_safe": "yes", "phone": "07700 900319"},
)  # fmt: skip
# Of each: its kind, code and name, days before today from and until, why it changed, attendance.
PERIODS = (
    (SCHOOL, "ENROLLED", "Holly Bank School", 900, 700, "", None),
    (SCHOOL, "CME", "", 700, 560, "She stopped going in the summer term", None),
    (SCHOOL, "ENROLLED", "Northfield Gate School", 560, None, "A place with a quiet room", 71),
    (HOME, "P1", "With her mother in Smethwick", 900, 420, "", None),
    (HOME, "U6", "Foster carers in Walsall", 420, 365, "Voluntary, after a night outside", None),
    (HOME, "K2", "Children’s home in Tipton", 365, 250, "The carers could not go on", None),
    (HOME, "U4", "Denise and Alan Whitlock, Oldbury", 250, None, "Six of nine missing episodes were from the home",
     None),
    (LEGAL, "V2", "", 420, 330, "", None),
    (LEGAL, "C1", "", 330, 250, "", None),
    (LEGAL, "C2", "", 250, None, "", None),
)  # fmt: skip
# Of each time she was missing: days before today, hours away, hours to the interview or None while it is due.
AWAY = (
    (410, 6, 40),
    (360, 9, 60),
    (340, 20, 70),
    (320, 11, 50),
    (290, 27, 90),
    (62, 8, 44),
    (33, 6, 39),
    (2, 9, None),
)
TOLD = (
    "She said a man called K buys food and drives her and a friend to a flat above a shop. He is angry when she does "
    "not answer. She walked to the bus station when he slept."
)
EVENTS = (
    (600, EntryKind.EVENT, "Began at Northfield Gate School. She has a quiet room and one tutor."),
    (270, EntryKind.CONTACT, "Seen alone at the children’s home. She asked not to stay there."),
    (180, EntryKind.EVENT, "Kept every appointment with the nurse since May."),
    (40, EntryKind.EVENT, "A grey car waited near the school on two days. Part of the registration is BX19."),
    (12, EntryKind.CONTACT, "Home visit. Denise says the phone rings until three in the morning."),
)
# What she said: days before today, who listened, her words, what she wants, what changed and after how many days.
VOICES = (
    (280, "Sam Aldous, Lantern", "I do not sleep here. People come and go.", "To live with a family",
     "She moved to Denise and Alan Whitlock.", 32),
    (120, "Priya Raman, on a walk", "Sundays at my aunt’s are the best day.", "More Sundays",
     "Every Sunday is with her aunt, and Alan drives her.", 9),
    (HEARD, "Sam Aldous, Lantern", "I feel stuck. I like it at Denise’s.", "That he stops ringing", "", 0),
)  # fmt: skip
LETTER = """Dear Simran,

We met to talk about keeping you safe. Priya told us what you said.

# What you said, and what changed
- You want more Sundays with your aunt: every Sunday is with her, and Alan drives you.
- You like it at Denise’s: you stay there.

# What we decided
We call the danger “medium” (category 2). This is about what adults do, not about you.

# Did we get it wrong?
Tell Priya or Sam, any way you like."""
OWN = (
    Contact("phone", "07700 900655", "TOLD_BY_CHILD", used_for="Rings her aunt on it"),
    Contact("phone", "", "TOLD_BY_OTHER", used_for="A second phone, which she did not have in the summer"),
    Contact("account", "sim.pz09", "TOLD_BY_CHILD", "Snapchat", "Talks to Tia and Leah"),
)
IDENTITY = Identity("SAME", "NOT_SAID", "child", "I would rather not say")
PLAN: dict[str, Any] = {
    "expected_grade": "HIGH",
    "do_first": "Ring Denise, then Kiran. Look at the bus station and at the shops in Castle Street.",
    "kept_by": "Priya Raman",
    "looks": "17, 5 ft 4, long black hair, a small scar on the left eyebrow.",
    "often_wears": "Black puffer coat, white trainers.",
    "people": "Tia M., from school. A man she calls K, about 25.",
    "places": "Her aunt’s home is safe. Not alone near Castle Street.",
    "medical": "Asthma. The inhaler is in her coat.",
    "calms": "Sam’s voice, and her aunt. Say that she is not in trouble.",
    "makes_worse": "Uniforms in a group. Questions in the car.",
    "when_found": "Take her to Denise. Ask whether she wants Sam.",
}


def story(scene: Scene) -> Story:
    """From a school's first worry to the meeting that runs as the demo starts, led by the cast's social worker."""
    lead = scene.cast("practitioner")
    child = Child({**WHO, "date_of_birth": scene.today - dt.timedelta(days=17 * 365 + 210)}, is_boy=False)
    yield scene.ago(BEGAN)
    first = tell(scene, child, FIRST_WORRY, ("RSK03", "RSK14", "VUL05"), scene.colleague("education"))
    yield decision_moment(scene.random)
    opening = replace(opening_for(scene, LOW, lead), models=("M2", "M6"))
    decide(scene, first, ConcernOutcome.OPEN_CASE, "Unknown adults and a second phone.", opening=opening)
    course = Course(scene, Case.objects.with_identity().get(concerns=first), child, lead, LOW, meetings=0)
    access.share(
        case=course.case, to=scene.agency("police"), reason="Joint work to protect the child", may_change=True,
        lawful_basis=LAWFUL_BASIS, by=scene.cast("manager"),
    )  # fmt: skip
    yield later(2, hour=13)
    around_her(course)
    made = assess(
        course, LOW, ("RSK03", "RSK14", "VUL05"), "New adults and a second phone. She says little yet."
    )
    yield from confirmed(course, made, LOW)
    yield from together(
        work(course), written(course), *(away(course, *each) for each in AWAY),
        *(heard(course, *each) for each in VOICES),
    )  # fmt: skip


def work(course: Course) -> Story:
    """Reviewed by her lead in category 1, then by meetings in category 2, until the one that runs today."""
    scene, case = course.scene, course.case
    yield from reviews.until(course, scene.ago(RISES))
    yield from again(course, SECOND_WORRY, ("SIG03", "SIG01", "RSK17", "VUL12"), scene.colleague("police"))
    case.refresh_from_db()
    signs = ("SIG01", "SIG03", "RSK03", "RSK17", "VUL12", "VUL05")
    made = assess(course, MEDIUM, signs, "Missing at night, with adults.")
    yield from confirmed(course, made, MEDIUM)
    course.category = MEDIUM
    yield from meet(course)


def meet(course: Course) -> Story:
    """Meeting after meeting, each by its day; what follows from one goes on while the next is prepared."""
    case = course.case
    case.refresh_from_db()
    due_on = case.next_review_on
    if due_on is not None and due_on >= course.scene.today - A_WEEK:
        yield from today(course)
        return
    if due_on is not None and kind_of_next(case) is MeetingKind.REVIEW:
        yield working_moment(due_on - dt.timedelta(days=10), hour=9)
    yield from meetings.once(course, meet(course))


def today(course: Course) -> Story:
    """A new worry, an assessment that points to category 3, and the meeting that runs now."""
    scene, case, lead = course.scene, course.case, course.lead
    yield scene.ago(6, hour=15)
    yield from again(course, THIRD_WORRY, ("SIG02", "SIG03", "SIG04", "RSK14"), scene.colleague("education"))
    case.refresh_from_db()
    assess(
        course,
        RiskCategory.HIGH,
        SIGNS_NOW,
        "K collects her, and the phone rings all night. She is afraid of him.",
    )
    for said in OWN:
        identity.record_contact(case=case, said=said, by=lead)
    identity.record_identity(case=case, said=IDENTITY, by=lead)
    plan = trigger_plans.Plan(**PLAN, review_on=review_by(case))
    trigger_plans.save(case=case, plan=plan, seen=0, by=lead)
    record_picture(case=case, text=PICTURE, by=lead)
    yield from meetings.today(course)


def again(course: Course, worry: str, signs: tuple[str, ...], author: User) -> Story:
    """Another concern, added to her case the next working day."""
    concern = tell(course.scene, course.child, worry, signs, author)
    yield decision_moment(course.scene.random)
    decide(course.scene, concern, ConcernOutcome.ADD_TO_CASE, "The same child.", case=course.case)


def tell(scene: Scene, child: Child, worry: str, signs: tuple[str, ...], author: User) -> Concern:
    """A concern in somebody's own words."""
    ticked = [
        {"code": code, "timing": "current", "evidence": "Seen by staff and written down on the day.",
         "provenance": "SEEN", "confidence": "yes"}
        for code in signs
    ]  # fmt: skip
    who = {"child_told": "TOLD", "parent_told": "TOLD", "agreement": "AGREED"}
    answers = {
        ConcernStep.WORRY: StepAnswers(
            {"immediate_danger": False, "worry": worry, "child_view": "He just helps me."}
        ),
        ConcernStep.CHILD: StepAnswers(child.fields),
        ConcernStep.SIGNS: StepAnswers({}, ticked),
        ConcernStep.OTHERS: StepAnswers(who, mentions=[dict(each) for each in NAMED]),
    }
    return concerns.log(answers=answers, by=author)


def decide(scene: Scene, concern: Concern, outcome: ConcernOutcome, rationale: str, **more: Any) -> None:
    """What triage decided, and what the author was told."""
    feedback = "Thank you. Priya Raman leads and rings you this week. If she is in danger, call 999."
    verdict = triage.Verdict(outcome=outcome, rationale=rationale, feedback=feedback, **more)
    triage.decide(concern=concern, verdict=verdict, by=scene.cast("manager"))


def confirmed(course: Course, made: RiskAssessment, category: RiskCategory) -> Story:
    """The manager confirms the next day what her lead assessed."""
    yield later(1, hour=9)
    course.case.refresh_from_db()
    assessments.confirm_category(
        case=course.case, assessment=made, category=category, harm_status=HarmStatus.H1,
        rationale="The assessment agrees with what the agencies saw.", by=course.scene.cast("manager"),
    )  # fmt: skip


def assess(course: Course, category: RiskCategory, signs: tuple[str, ...], narrative: str) -> RiskAssessment:
    """Her lead's assessment; the meeting or the manager confirms a category."""
    ticked = {
        code: assessments.Answer(
            AnswerTiming.TICKED if code.startswith("VUL") else AnswerTiming.CURRENT, "Seen by two agencies."
        )
        for code in signs
    }
    protective = "She trusts Sam and her aunt, and lets people help."
    return assessments.record_assessment(
        case=course.case, answers=assessments.Answers(ticked, protective_factors=protective),
        judgement=assessments.Judgement(category, HarmStatus.H1, narrative, "Recent signs weigh more."),
        by=course.lead, key=new_key(),
    )  # fmt: skip


def around_her(course: Course, *, at_home: bool = False) -> None:
    """Her people; those she lives with from the day on which she moved to them."""
    for said in PEOPLE:
        if (said["relation"] == "FOSTER") == at_home:
            family.record_member(case=course.case, member=family.Member(**said), by=course.lead)


def written(course: Course) -> Story:
    """What her worker writes down as it happens: the periods of her life, and contacts."""
    dated: list[tuple[int, Callable[[], None]]] = [
        *((each[0], partial(note_event, course, *each)) for each in EVENTS),
        *((each[3], partial(note_period, course, *each)) for each in PERIODS),
        (MOVED, partial(around_her, course, at_home=True)),
    ]
    for days, note in sorted(dated, key=lambda each: -each[0]):
        if days < BEGAN:
            yield course.scene.ago(days, hour=16)
        note()


def note_event(course: Course, days: int, kind: EntryKind, text: str) -> None:
    """An entry of the chronology."""
    day = course.scene.today - dt.timedelta(days=days)
    chronology.add_event(case=course.case, kind=kind, happened_on=day, text=text, by=course.lead)


def note_period(
    course: Course, kind: PeriodKind, code: str, name: str, began: int, until: int | None, why: str,
    attendance: int | None,
) -> None:  # fmt: skip
    """A school, a home or a legal status. One that ended before the case began is written with both its days."""
    today = course.scene.today
    ended = today - dt.timedelta(days=until) if until and until >= BEGAN else None
    said = Period(code, name, today - dt.timedelta(days=began), ended, why, attendance=attendance)
    record_period(case=course.case, kind=kind, said=said, by=course.lead)


def heard(course: Course, days: int, who: str, words: str, wants: str, changed: str, after: int) -> Story:
    """What she said, and later what changed and that she was told."""
    yield course.scene.ago(days, hour=16)
    said = Said(
        heard_on=timezone.localdate(), heard_by=who, seen_alone=True, tool="THREE_HOUSES", own_words=words,
        wants=wants, themes=("family", "safety"),
    )  # fmt: skip
    entry = record_voice(case=course.case, said=said, by=course.lead)
    if changed:
        yield later(after, hour=16)
        record_change(entry=entry, what_changed=changed, told_on=timezone.localdate(), by=course.lead)
        if days == VOICES[1][0]:
            letter = write_letter(
                case=course.case, kind=LetterKind.OUTCOME, recipient=None, language="English", by=course.lead
            )
            change_letter(letter=letter, version=1, heading="What we agreed", body=LETTER, by=course.lead)
            letter_sent(letter=letter, on=timezone.localdate(), how=SentHow.IN_PERSON, by=course.lead)


def away(course: Course, days: int, hours: int, interviewed: int | None) -> Story:
    """Missing from one evening, back, and an interview, which is booked if it is still due."""
    scene = course.scene
    yield at(scene.today - dt.timedelta(days=days), 21, 10)
    by = scene.cast("manager")
    known = missing.Known(
        police_reference=f"SW-{days:04d}", last_seen_where="At the bus stop by the home",
        last_seen_by="Denise Whitlock", last_seen_wearing="Black puffer coat, white trainers",
        with_whom="Perhaps Tia, from school", notes="Did not come back after the evening meal.",
    )  # fmt: skip
    gone = missing.Gone("M", timezone.now(), "HOME", scene.agency("police"), known, "MEDIUM")
    row = missing.report(case=course.case, gone=gone, by=by)
    yield timezone.now() + dt.timedelta(hours=hours)
    back = missing.Back(timezone.now(), "At the bus station", "Tired and hungry.", "Police", "NOT_KNOWN")
    missing.returned(episode=row, back=back, by=by)
    if interviewed is None:
        yield timezone.now() + dt.timedelta(hours=4)
        missing.interview(episode=row, step=booking(scene), by=course.lead)
        return
    yield timezone.now() + dt.timedelta(hours=interviewed)
    step = missing.Step(
        InterviewStep.HELD, timezone.now(), scene.agency("csc"), interviewer="Sam Aldous, Lantern",
        is_independent=True, text=TOLD, held_where="At the project", others_present="Nobody",
        push_factors=["UNHAPPY_PLACED"], pull_factors=["GIFTS", "ADULT"],
        where_they_went="A flat above a shop in Castle Street", with_whom="A man called K, and a friend",
        transport="A grey car",
    )  # fmt: skip
    missing.interview(episode=row, step=step, by=by)
