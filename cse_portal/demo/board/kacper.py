"""One boy's story: exploitation that began in a game, early help, a meeting, and a category that falls.

All of it is invented.
"""

from django.utils import timezone

from cases.concerns.choices import ConcernOutcome
from cases.handoffs import services as handoffs
from cases.handoffs.models import HandOff
from cases.letters.choices import LetterKind, Reader
from cases.letters.services import write_wording
from cases.record.choices import HarmStatus
from cases.strategy.models import StrategyOutcome
from cases.strategy.services import Discussed
from cse_portal.demo.board import concerns, living, told
from cse_portal.demo.board.clockwork import Story, later
from cse_portal.demo.board.concerns import decision_moment
from cse_portal.demo.board.lives import MEDIUM, Opened, ToldCourse, read
from cse_portal.demo.board.scene import Scene

TOLD = read("kacper")


def story(scene: Scene) -> Story:
    """Early help takes it on and steps it up; social care enquires alone; two meetings, then the lead's reviews."""
    yield scene.ago(TOLD.first.days)
    write_wording(
        kind=LetterKind.OUTCOME, reader=Reader.PARENT, language="Polish", heading="Co ustaliliśmy", body=TOLD.polish,
        by=scene.cast("manager"),
    )  # fmt: skip
    concern = told.tell(scene, TOLD.life, TOLD.first)
    yield decision_moment(scene.random)
    told.decide(
        scene, concern, ConcernOutcome.EARLY_HELP, "Online contact, and nothing more is known.",
        responsible_agency=scene.agency("early-help"), asked="Meet him every week, and talk with his mother.",
    )  # fmt: skip
    hand_off, worker = HandOff.objects.get(concern=concern), scene.board.staff["early-help"][1]
    yield later(1)
    concerns.accept(hand_off, worker, days=28)
    yield scene.ago(178)
    concern = handoffs.step_up(hand_off=hand_off, reason=TOLD.worse, by=worker)
    yield later(1)
    enquiry = Discussed(
        timezone.localdate(), tuple(scene.agency(each).name for each in ("csc", "police", "health")),
        StrategyOutcome.S47_SINGLE, "The police look for the adult; social care alone talks with him and his mother.",
    )  # fmt: skip
    how = Opened(MEDIUM, HarmStatus.H2, ("M6",), "Images and a threat: more than early help can do.")
    course = told.open_from(scene, TOLD.life, concern, how, strategy=enquiry)
    yield later(2, hour=13)
    yield from living.lived(course, work(course), told.looked_at_again(course, 32, TOLD.now))


def work(course: ToldCourse) -> Story:
    """Assessed, met about, and lowered by the review meeting."""
    yield from told.assessed(course, TOLD.at_first)
    yield from told.meet(course, fall=TOLD.fewer, after=1)
