"""Stories of concerns: logged by every agency, decided by the CSE team, some still waiting, some never finished."""

import datetime as dt
from collections.abc import Generator
from random import Random

from django.utils import timezone

from cases.casework.services import NOT_YET_KNOWN
from cases.concerns import services as concerns
from cases.concerns.choices import ConcernOutcome, ConcernStep, Known
from cases.concerns.models import Concern
from cases.concerns.selectors import StepAnswers
from cases.handoffs import services as handoffs
from cases.handoffs.choices import HandOffOutcome
from cases.handoffs.models import HandOff
from cases.matching.services import link
from cases.record.choices import HarmStatus, RiskCategory
from cases.record.models.case import Case
from cases.strategy.models import StrategyOutcome
from cases.strategy.services import Discussed
from cases.triage import services as triage
from cse_portal.accounts.models import User
from cse_portal.demo.board import words
from cse_portal.demo.board.children import Child, make_child, pick
from cse_portal.demo.board.clockwork import Story, later, working_moment
from cse_portal.demo.board.scene import LAWFUL_BASIS, Scene

# Who tells the partnership, in per cent.
AUTHORS = {
    "csc": 27, "police": 19, "education": 18, "health": 9, "hospital": 5, "early-help": 7, "yos": 6, "voluntary": 7,
    "housing": 2,
}  # fmt: skip
UNOPENED = (
    ConcernOutcome.EARLY_HELP,
    ConcernOutcome.SINGLE_AGENCY,
    ConcernOutcome.ADVICE,
    ConcernOutcome.NO_FURTHER_ACTION,
)
MODELS = {RiskCategory.HIGH: ("M4", "M5"), RiskCategory.MEDIUM: ("M2", "M6")}
WAITING = 7
SECOND_LOOKS = (1, 2)  # days ago
DRAFTS = 4


def stories(scene: Scene) -> list[Story]:
    """Concerns that open no case: decided otherwise, waiting today, or still being written."""
    span = (scene.today - scene.begins_on).days
    decided = [
        refused(scene, number, scene.begins_on + dt.timedelta(days=scene.random.randrange(span - 5)))
        for number in range(scene.children // 4)
    ]
    waiting = [not_yet_decided(scene, number) for number in range(WAITING)]
    again = [second_look(scene, number, days) for number, days in enumerate(SECOND_LOOKS)]
    return [*decided, *waiting, *again, *(draft(scene, number) for number in range(DRAFTS))]


def refused(scene: Scene, number: int, day: dt.date) -> Story:
    """A concern that does not become a case; its author is told why as fully as any other."""
    child = make_child(scene.random, 300 + number, day, scene.today)
    yield working_moment(day, hour=11)
    concern = log(scene, child, signs=2, author=author_of(scene))
    yield decision_moment(scene.random)
    outcome = scene.random.choice(UNOPENED)
    agency = scene.agency("education" if outcome == ConcernOutcome.SINGLE_AGENCY else "early-help")
    verdict = triage.Verdict(
        outcome=outcome,
        rationale=scene.random.choice(words.says.rationales[2:]),
        feedback=scene.random.choice(words.says.feedback[1:]),
        responsible_agency=agency if outcome in UNOPENED[:2] else None,
        asked=words.says.asked if outcome in UNOPENED[:2] else "",
    )
    triage.decide(concern=concern, verdict=verdict, by=triager(scene))
    if hand_off := HandOff.objects.filter(concern=concern).first():
        yield from helped(hand_off, scene.colleague(agency.code))


def helped(hand_off: HandOff, by: User) -> Story:
    """Accepted the next day, reviewed after two weeks, and over after six."""
    yield later(1)
    accept(hand_off, by, days=14)
    yield later(14)
    review_on = timezone.localdate() + dt.timedelta(days=28)
    handoffs.review(
        hand_off=hand_off, found=words.says.found, plan=words.says.plan, review_on=review_on, by=by
    )
    yield later(28)
    handoffs.end(hand_off=hand_off, outcome=HandOffOutcome.HELPED, note=words.says.better, by=by)


def accept(hand_off: HandOff, by: User, *, days: int) -> None:
    """With the same plan and a review in so many days."""
    review_on = timezone.localdate() + dt.timedelta(days=days)
    handoffs.accept(hand_off=hand_off, plan=words.says.plan, review_on=review_on, by=by)


def not_yet_decided(scene: Scene, number: int) -> Story:
    """In the queue today: the oldest two past their time, one with news of danger, one about a child in danger now.

    A colleague handles one.
    """
    child = make_child(scene.random, 400 + number, scene.today, scene.today)
    moment = scene.ago((5, 4, 1, 1, 0, 0, 0)[number], hour=8 + number)
    yield min(moment, scene.now - dt.timedelta(minutes=30 - number))
    concern = log(scene, child, signs=3 + number % 3, author=author_of(scene), danger=number == 5)
    if number == 1:
        triage.take(concern=concern, by=scene.colleague("cse-team"))
    elif number == 2:
        yield scene.now - dt.timedelta(minutes=38)
        concerns.add_addendum(
            concern=concern, text=words.says.news_of_danger, by=concern.author, changes_danger=True
        )


def second_look(scene: Scene, number: int, days: int) -> Story:
    """Two concerns about one child, the second minutes after nothing followed from the first.

    The newer pair waits in triage; of the older the CSE team has said that it is the same child.
    """
    child = make_child(scene.random, 450 + number, scene.today, scene.today)
    yield scene.ago(days, hour=9)
    first = log(scene, child, signs=1, author=scene.colleague("education"))
    yield timezone.now() + dt.timedelta(hours=2)
    nothing = triage.Verdict(
        outcome=ConcernOutcome.NO_FURTHER_ACTION,
        rationale=words.says.rationales[2],
        feedback=words.says.feedback[1],
    )
    triage.decide(concern=first, verdict=nothing, by=scene.cast("manager"))
    yield timezone.now() + dt.timedelta(minutes=20)
    known = {name: child.fields[name] for name in ("family_name", "date_of_birth", "school", "sex")}
    second = log(
        scene, Child({**known, "given_name": ""}, child.is_boy), signs=4, author=scene.colleague("police")
    )
    if number:
        yield timezone.now() + dt.timedelta(minutes=30)
        link(concern=second, other=first, by=scene.cast("manager"))


def draft(scene: Scene, number: int) -> Story:
    """Begun and put aside; the cast's social worker has one to come back to."""
    child = make_child(scene.random, 500 + number, scene.today, scene.today)
    yield scene.ago(1 + number, hour=15)
    author = scene.cast("practitioner") if number == 0 else author_of(scene)
    concern = concerns.start(by=author)
    answers = answers_about(scene, child, signs=2, danger=False)
    for step in list(ConcernStep)[: 1 + number % 2]:
        concern = concerns.save_step(concern=concern, step=step, answers=answers[step], by=author)


def opened(
    scene: Scene,
    child: Child,
    day: dt.date,
    opening: triage.Opening,
    *,
    signs: int,
) -> Generator[dt.datetime, None, Case]:
    """A concern that opens a case; the generator's value is the case."""
    yield working_moment(day, hour=scene.random.randrange(9, 16))
    concern = log(scene, child, signs=signs, author=author_of(scene), harm=opening.harm_status)
    yield decision_moment(scene.random)
    verdict = triage.Verdict(
        outcome=ConcernOutcome.OPEN_CASE,
        rationale=scene.random.choice(words.says.rationales[:2]),
        feedback=words.says.feedback[0],
        opening=opening,
        strategy=discussed() if opening.harm_status == HarmStatus.H3 else None,
    )
    triage.decide(concern=concern, verdict=verdict, by=triager(scene))
    return Case.objects.with_identity().get(concerns=concern)


def discussed() -> Discussed:
    """The same day, with the police and health."""
    return Discussed(
        timezone.localdate(), words.says.discussed_by, StrategyOutcome.S47_JOINT, words.says.discussed
    )


def added(scene: Scene, case: Case) -> Story:
    """Another concern about a child whose case is open."""
    child = Child(
        {name: getattr(case.child, name) for name in ("given_name", "family_name", "date_of_birth", "sex")},
        case.child.sex == "1",
    )
    yield later(6, hour=14)
    concern = log(scene, child, signs=3, author=author_of(scene))
    yield decision_moment(scene.random)
    verdict = triage.Verdict(
        outcome=ConcernOutcome.ADD_TO_CASE,
        case=case,
        rationale=words.says.rationales[0],
        feedback=words.says.feedback[2],
    )
    triage.decide(concern=concern, verdict=verdict, by=scene.cast("manager"))


def log(
    scene: Scene,
    child: Child,
    *,
    signs: int,
    author: User,
    danger: bool = False,
    harm: HarmStatus = HarmStatus.H0,
) -> Concern:
    """Write and send a concern in one go."""
    return concerns.log(answers=answers_about(scene, child, signs=signs, danger=danger, harm=harm), by=author)


def answers_about(
    scene: Scene, child: Child, *, signs: int, danger: bool, harm: HarmStatus = HarmStatus.H0
) -> dict[ConcernStep, StepAnswers]:
    """What a tired practitioner writes, step by step."""
    random = scene.random
    worry = {
        "immediate_danger": danger,
        "immediate_danger_action": "Police called; an officer is with the child." if danger else "",
        "worry": words.about(random, words.says.worries, is_boy=child.is_boy),
        "child_view": words.about(random, words.says.voices, is_boy=child.is_boy),
        "harm_status": "" if harm == HarmStatus.H0 else harm,
        "harm_evidence": ""
        if harm == HarmStatus.H0
        else words.about(random, words.says.harms, is_boy=child.is_boy),
    }
    told = {"grooming_concern": Known.YES if signs > 3 else Known.NOT_KNOWN}
    sharing = {
        "child_told": "TOLD",
        "parent_told": random.choice(("TOLD", "TOLD", "NOT_TOLD_YET")),
        "agreement": random.choice(("AGREED", "AGREED", "NOT_ASKED_SAFETY")),
    }
    ticked = [
        *ticks(random, "SIG", 8, max(0, signs - 3)),
        *ticks(random, "RSK", 20, signs),
        *ticks(random, "VUL", 22, 1 + signs // 2),
    ]
    return {
        ConcernStep.WORRY: StepAnswers(worry),
        ConcernStep.CHILD: StepAnswers(child.fields),
        ConcernStep.SIGNS: StepAnswers(told, ticked),
        ConcernStep.OTHERS: StepAnswers(sharing, mentions=mentions(random)),
    }


def ticks(random: Random, prefix: str, of: int, number: int) -> list[dict[str, str]]:
    """Some of a tier's indicators, with what was seen and how it is known."""
    chosen = sorted(random.sample(range(1, of + 1), min(number, of)))
    return [
        {
            "code": f"{prefix}{which:02d}",
            "timing": random.choice(("current", "current", "earlier")),
            "evidence": random.choice(words.says.evidence),
            "provenance": random.choice(("SEEN", "TOLD_BY_CHILD", "TOLD_BY_OTHER", "RECORD")),
            "confidence": random.choice(("yes", "possible")),
        }
        for which in chosen
    ]


def mentions(random: Random) -> list[dict[str, str]]:
    """A few of the people, places and vehicles that concerns name."""
    known = (
        {
            "kind": "person",
            "part": "suspected",
            "name": "An adult known as Kez",
            "details": "About 25, drives a silver car.",
        },
        {"kind": "place", "name": "Takeaway on Glass Street", "details": "Rooms above the shop."},
        {"kind": "vehicle", "name": "Silver hatchback", "details": "Waits near the school gate."},
        {"kind": "phone", "name": "07700 900142", "details": "Rings most evenings."},
        {"kind": "account", "name": "nightlift", "details": "Offers lifts."},
    )
    return [dict(one) for one in random.sample(known, random.choice((0, 0, 1, 1, 2)))]


def author_of(scene: Scene) -> User:
    """Somebody of one of the agencies that tell."""
    return scene.colleague(pick(scene.random, AUTHORS))


def triager(scene: Scene) -> User:
    """The manager or one of the team."""
    return scene.cast("manager") if scene.random.random() < 0.6 else scene.colleague("cse-team")


def decision_moment(random: Random) -> dt.datetime:
    """Nearly always by the next working day."""
    return later(4 if random.random() < 0.08 else 1, hour=random.randrange(9, 12))


def opening_for(scene: Scene, category: RiskCategory, lead: User, code: str = "csc") -> triage.Opening:
    """What a new case begins with."""
    harm = pick(scene.random, {HarmStatus.H0: 45, HarmStatus.H1: 40, HarmStatus.H2: 12, HarmStatus.H3: 3})
    if category == RiskCategory.HIGH:
        harm = HarmStatus.H3 if scene.random.random() < 0.5 else HarmStatus.H2
    models = MODELS.get(category, (NOT_YET_KNOWN,))
    return triage.Opening(scene.agency(code), lead, category, harm, LAWFUL_BASIS, models=models)
