"""Ellie-Mae, who turns out to share a car with Simran: what connects the two is recorded as the demo starts."""

import datetime as dt
from dataclasses import replace
from random import Random

from django.utils import timezone

from cases.record.choices import HarmStatus
from cases.record.models.case import Case
from cse_portal.demo.board import intelligence, reviews, simran, told
from cse_portal.demo.board.children import NHS_NUMBERS
from cse_portal.demo.board.clockwork import Story, later, together
from cse_portal.demo.board.lives import LOW, Assessed, Opened, ToldCourse, Worry
from cse_portal.demo.board.scene import Scene
from cse_portal.keys import new_key
from intelligence.desk.services import work as desk
from intelligence.links.selectors.graph import Thing
from intelligence.links.services import Said, record_connection
from intelligence.subjects.models import Subject
from intelligence.submissions import services as sending

FLAT = "Flat, Canal Row"
FIRST = Worry(
    40, "education", "Ellie-Mae was collected from school twice by an adult in a grey Audi whom staff do not know.",
    ("RSK03", "VUL19"), "He is a friend of a friend.",
)  # fmt: skip
AT_FIRST = Assessed(LOW, ("RSK03", "VUL19"), "She was collected twice, and says by whom.")
WHO = {
    "given_name": "Ellie-Mae", "family_name": "Thornbury", "sex": "2", "ethnicity": "WBRI", "disabilities": [],
    "nhs_number": NHS_NUMBERS[-5], "address": "9 Dudley Road, Tipton", "postcode": "DY4 8AA",
    "school": "Holly Bank School", "lives_with": "Mother", "legal_status": "CIN_PLAN",
}  # fmt: skip


def story(scene: Scene) -> Story:
    """From a school's worry to the day on which she and Simran turn out to share a car."""
    scene = replace(scene, random=Random(15))  # what the others draw stays as it was
    life = replace(
        simran.TOLD.life, who=WHO, age=15 * 365 + 160, named=(), agencies=("police",), people=(), periods=()
    )
    how = Opened(LOW, HarmStatus.H1, ("M2",), "An adult whom nobody knows collects her.")
    hers = yield from told.opened(scene, life, FIRST, how)
    yield later(2, hour=14)
    yield from told.assessed(hers, AT_FIRST)
    yield from together(reviews.until(hers, scene.now + dt.timedelta(days=100)), connected(hers))


def connected(course: ToldCourse) -> Story:
    """A report about Simran names a man, his car and a flat; today the car turns out to be the one by the school."""
    scene, officer, manager = course.scene, course.scene.cast("police"), course.scene.cast("manager")
    yield scene.ago(2, hour=10)
    line = ("Kez drives young people in a grey Audi to a flat on Canal Row.", "At night")
    driver = {"other_names": "Kez", "role": "DRIVER"}
    answers = intelligence.pages([line], "TOLD_BY_CHILD", subjects=[driver])
    sent = sending.send(answers=answers, by=scene.colleague("csc"))
    desk.receive(submission=sent, by=officer)
    intelligence.graded(Random(1), sent, officer, handling="P")
    other = Case.objects.get(child__given_name="Simran", child__family_name="Penrose")
    intelligence.place(sent, FLAT, "Two young people name it.", officer)
    kez, car, flat = (
        Subject.objects.filter(name__startswith=name).latest("added_at")
        for name in ("Kez", "Grey Audi", FLAT)
    )
    for reference in (other.reference, kez.reference, car.reference):
        desk.link(submission=sent, reference=reference, by=officer)
    intelligence.issued(sent, officer, scene.board.staff["police"][2])
    report = sent.reports.latest("issued_at").reference
    day = timezone.localdate() - dt.timedelta(days=4)
    rows: list[tuple[Thing, Thing, Said]] = [
        (other, car, Said("IN_VEHICLE", "2", "A", "passenger", day, day, "INTERVIEW")),
        (other, flat, Said("AT_PLACE", "2", "A", "there", day, day, "INTERVIEW")),
        (kez, car, Said("DRIVES", "2", "A", "driver", day, report=report)),
        (kez, flat, Said("OFTEN_AT", "2", "D", report=report)),
    ]
    for first, second, said in rows:
        record_connection(first=first, second=second, said=said, by=manager, key=new_key())
    yield scene.now - dt.timedelta(minutes=20)
    seen = timezone.localdate() - dt.timedelta(days=1)
    for thing, said in (
        (car, Said("IN_VEHICLE", "2", "A", "collected", seen, seen, "CONCERN")),
        (flat, Said("AT_PLACE", "2", "C", "seen outside", seen, seen, "HANDOFF")),
    ):
        record_connection(first=course.case, second=thing, said=said, by=manager, key=new_key())
