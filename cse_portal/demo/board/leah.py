"""One girl's story: 16, looked after away from her town, from category 3 to 2; and her younger brother in category 1.

All of it is invented.
"""

import datetime as dt
from random import Random

from django.utils import timezone

from cases.record.choices import HarmStatus
from cases.strategy.models import StrategyOutcome
from cases.strategy.services import Discussed
from cse_portal.demo.board import intelligence, living, noah, told, witness
from cse_portal.demo.board.clockwork import Story, later
from cse_portal.demo.board.lives import HIGH, Opened, ToldCourse, read
from cse_portal.demo.board.scene import Scene
from cse_portal.keys import new_key
from intelligence.desk.services import work as desk
from intelligence.disruption import services as disruption
from intelligence.disruption.choices import Stage
from intelligence.subjects.models import Subject, SubjectKind
from intelligence.submissions import services as sending
from mase.clocks import services as clocks
from mase.transition import services as transition
from mase.transition.models import TransitionPart

HOTEL = "Meridian Lodge, Ring Road"
TOLD = read("leah")


def story(scene: Scene) -> Story:
    """From a night in a hotel to a plan for her 18th birthday; her brother is reviewed by the same lead."""
    names = tuple(scene.agency(each).name for each in ("csc", "police", "health", "neighbour"))
    yield scene.ago(TOLD.first.days)
    discussed = Discussed(
        timezone.localdate(),
        names,
        StrategyOutcome.S47_JOINT,
        "Bruises, and adults in a hotel room at night.",
    )
    how = Opened(HIGH, HarmStatus.H2, ("M4", "M5"), "Taken to another town, and hurt.")
    course = yield from told.opened(scene, TOLD.life, TOLD.first, how, strategy=discussed)
    yield later(2, hour=13)
    yield from living.lived(
        course,
        work(course),
        staff(course),
        disrupted(course),
        noah.story(course),
        near_18(course),
        witness.leah(course),
        told.looked_at_again(course, 27, TOLD.now),
    )


def work(course: ToldCourse) -> Story:
    """Assessed, met about every four weeks, and lowered by the third meeting."""
    yield from told.assessed(course, TOLD.at_first)
    yield from told.meet(course, fall=TOLD.fewer, after=2)


def staff(course: ToldCourse) -> Story:
    """What a hotel's staff saw, told by licensing."""
    yield from told.again(course, TOLD.staff)


def near_18(course: ToldCourse) -> Story:
    """Every lead is reminded of who is nearly 18; her own view of it, and what she agrees to."""
    yield course.scene.ago(24, hour=7)
    clocks.notify_about_clocks()
    yield course.scene.ago(24, hour=15)
    parts = (
        (TransitionPart.DISCUSSION, "", "She wants Joan and Nadia to stay, and nobody new before her exams."),
        (
            TransitionPart.CONSENT,
            "IN_PART",
            "To a referral, without what she said about her mother’s partner.",
        ),
    )
    for part, code, text in parts:
        on = None if code else timezone.localdate()
        transition.record_part(
            case=course.case, part=part, code=code, text=text, happened_on=on, by=course.lead
        )


def disrupted(course: ToldCourse) -> Story:
    """Licensing's knowledge of the hotel is graded and linked to her, and the police serve a notice on it."""
    scene, officer = course.scene, course.scene.cast("police")
    yield scene.ago(84, hour=11)
    line = ("A man books rooms by the hour. A minicab waits.", "Fridays")
    things = {"places": [{"name": HOTEL, "details": "Named by staff."}]}
    answers = intelligence.pages([line], "WITNESSED", things=things)
    sent = sending.send(answers=answers, by=scene.board.staff["housing"][2])
    yield later(1, hour=9)
    desk.receive(submission=sent, by=officer)
    intelligence.graded(Random(1), sent, officer)
    desk.link(submission=sent, reference=course.case.reference, by=officer)
    intelligence.place(sent, HOTEL, "Rooms by the hour.", officer)
    intelligence.place(sent, witness.MAN, "Books the rooms.", officer, SubjectKind.PERSON)
    intelligence.issued(sent, officer, scene.board.staff["police"][2])
    place = Subject.objects.visible_to(officer).get(name=HOTEL)
    tactic = disruption.Tactic("D09", "Who books a room, for six months.", scene.agency("police"))
    made = disruption.ask_for(target=place, tactic=tactic, by=officer, key=new_key())
    yield later(6, hour=10)
    on = timezone.localdate()
    served = disruption.Step(
        Stage.SERVED,
        "Served on the manager. Staff are trained.",
        on,
        served_by=officer.full_name,
        ends_on=on + dt.timedelta(days=180),
    )
    disruption.take_step(disruption=made, step=served, by=officer, key=new_key())
