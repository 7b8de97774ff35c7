"""Stories of hand-offs: early help that worked, one stepped up, one that nobody accepted, one declined."""

import datetime as dt
from collections.abc import Generator

from django.utils import timezone

from cases.concerns.choices import ConcernOutcome
from cases.concerns.models import Concern
from cases.handoffs import services as handoffs
from cases.handoffs.models import HandOff
from cases.triage import services as triage
from cse_portal.demo.board import concerns, words
from cse_portal.demo.board.children import make_child
from cse_portal.demo.board.clockwork import Story, later
from cse_portal.demo.board.scene import Scene


def stories(scene: Scene) -> list[Story]:
    """Four children, each handed to an agency in the last weeks, and one who was to be handed to none."""
    return [
        stepped_up(scene, 600, scene.ago(26, hour=9)),
        accepted(scene, 601, scene.ago(9, hour=9)),
        declined(scene, 602, scene.ago(7, hour=9)),
        not_accepted(scene, 603, scene.ago(8, hour=9)),
        corrected(scene, 604, scene.ago(1, hour=10)),
    ]


def stepped_up(scene: Scene, number: int, begins: dt.datetime) -> Story:
    """Early help took it on and reviewed it; more was needed, and it waits for triage again."""
    hand_off = yield from handed(scene, number, begins, "early-help")
    worker = scene.board.staff["early-help"][1]
    yield later(1)
    concerns.accept(hand_off, worker, days=14)
    yield later(14)
    review_on = timezone.localdate() + dt.timedelta(days=28)
    handoffs.review(
        hand_off=hand_off, found=words.says.found, plan=words.says.plan, review_on=review_on, by=worker
    )
    yield scene.now - dt.timedelta(hours=3)
    handoffs.step_up(hand_off=hand_off, reason=words.says.worse, by=worker)


def accepted(scene: Scene, number: int, begins: dt.datetime) -> Story:
    """The school's safeguarding lead works with the child."""
    hand_off = yield from handed(scene, number, begins, "education")
    yield later(1)
    concerns.accept(hand_off, scene.cast("outsider"), days=21)


def declined(scene: Scene, number: int, begins: dt.datetime) -> Story:
    """It came back to the CSE team."""
    hand_off = yield from handed(scene, number, begins, "voluntary")
    yield later(1)
    handoffs.decline(hand_off=hand_off, reason=words.says.no_worker, by=scene.board.staff["voluntary"][0])


def not_accepted(scene: Scene, number: int, begins: dt.datetime) -> Story:
    """Nobody answered, and the time has run out."""
    yield from handed(scene, number, begins, "health")


def corrected(scene: Scene, number: int, begins: dt.datetime) -> Story:
    """Decided without a case; the manager says an hour later why that was wrong, and it waits again."""
    yield begins
    child = make_child(scene.random, number, scene.today, scene.today)
    concern = concerns.log(scene, child, signs=4, author=scene.colleague("education"))
    yield begins + dt.timedelta(hours=1)
    nothing = triage.Verdict(
        outcome=ConcernOutcome.NO_FURTHER_ACTION,
        rationale=words.says.rationales[3],
        feedback=words.says.feedback[3],
    )
    triage.decide(concern=concern, verdict=nothing, by=scene.colleague("cse-team"))
    yield begins + dt.timedelta(hours=2)
    triage.correct(concern=concern, reason=words.says.wrong, by=scene.cast("manager"))


def handed(
    scene: Scene, number: int, begins: dt.datetime, code: str
) -> Generator[dt.datetime, None, HandOff]:
    """A concern that triage hands to an agency; the generator's value is the hand-off."""
    yield begins
    child = make_child(scene.random, number, timezone.localdate(), scene.today)
    concern: Concern = concerns.log(scene, child, signs=2, author=scene.cast("outsider"))
    yield timezone.now() + dt.timedelta(hours=3)
    outcome = ConcernOutcome.EARLY_HELP if code == "early-help" else ConcernOutcome.SINGLE_AGENCY
    verdict = triage.Verdict(
        outcome=outcome,
        rationale=words.says.handed_why,
        feedback=words.says.handed_feedback,
        responsible_agency=scene.agency(code),
        asked=words.says.asked,
    )
    triage.decide(concern=concern, verdict=verdict, by=scene.cast("manager"))
    return HandOff.objects.get(concern=concern)
