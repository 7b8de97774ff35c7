"""Stories of intelligence: sent by every agency, graded by the police unit, answered for most of its authors."""

import datetime as dt
from random import Random

from django.utils import timezone

from cases.record.models.case import Case
from cse_portal.accounts.models import User
from cse_portal.demo.board import words
from cse_portal.demo.board.children import pick
from cse_portal.demo.board.clockwork import Story, later, working_moment
from cse_portal.demo.board.scene import Scene
from cse_portal.keys import new_key
from intelligence.desk import services as desk
from intelligence.desk.models import IntelligenceReport
from intelligence.subjects.models import LinkKind
from intelligence.submissions import services as sending
from intelligence.submissions.models import IntelligenceSubmission, SubmissionStep
from intelligence.submissions.selectors import StepAnswers

SUBMISSIONS = 0.3  # of each child
WAITING = (4, 3, 2, 1, 0)  # days ago, for the police to read and grade
AUTHORS = {
    "csc": 24,
    "education": 20,
    "voluntary": 14,
    "health": 10,
    "yos": 10,
    "early-help": 8,
    "housing": 8,
    "hospital": 6,
}
ANSWERS = {
    "F1": ("DEVELOPMENT", "Thank you. It adds to what was known and is being looked into."),
    "F2": ("TASKED", "Thank you. Officers will look at this place over the next two weeks."),
    "F3": ("LOGGED_NO_FURTHER", "Thank you. It is kept; nothing more is planned at present."),
}
PLACES = ("Takeaway, Glass Street", "Car park, Dock Close", "Flat above a shop, Foundry Lane")
NAMES = (("Kez", "Marlowe"), ("Dean", "Harcote"), ("Faz", "Idlewood"), ("Lee", "Brockway"))


def stories(scene: Scene) -> list[Story]:
    """Nearly a third as many submissions as children over the two years, and the newest, which still wait."""
    span = (scene.today - scene.begins_on).days
    number = int(SUBMISSIONS * scene.children)
    days = sorted(scene.random.randrange(60, span) for _ in range(number))
    days += [span - ago for ago in WAITING]
    return [submission(scene, scene.begins_on + dt.timedelta(days=day)) for day in days]


def submission(scene: Scene, day: dt.date) -> Story:
    """One practitioner's knowledge, from their form to the answer they read."""
    random = scene.random
    yield working_moment(day, hour=random.randrange(9, 17))
    sent = sending.send(answers=answers(random), by=scene.colleague(pick(random, AUTHORS)))
    officer = scene.cast("police") if random.random() < 0.7 else scene.board.staff["police"][2]
    yield later(random.randrange(1, 4), hour=9)
    desk.receive(submission=sent, by=officer)
    yield later(random.randrange(2, 6), hour=11)
    graded(random, sent, officer)
    link(scene, sent, officer)
    yield later(random.randrange(1, 9), hour=15)
    code = random.choice(list(ANSWERS))
    outcome, text = ANSWERS[code]
    desk.answer(submission=sent, code=code, outcome=outcome, text=text, by=officer, key=new_key())


def answers(random: Random) -> dict[SubmissionStep, StepAnswers]:
    """What somebody who knows one thing writes."""
    today = timezone.localdate()
    facts = random.sample(words.FACTS, random.randrange(1, 4))
    given, family = random.choice(NAMES)
    subject = {
        "given_name": given,
        "family_name": family,
        "role": random.choice(("SUSPECT", "ASSOCIATE", "DRIVER")),
        "date_of_birth": dt.date(
            1990 + random.randrange(12), random.randrange(1, 13), random.randrange(1, 28)
        ),
        "description": "Described by a young person; about 25.",
    }
    things = {
        "vehicles": [{"registration": "", "make_and_model": "Hatchback", "colour": "Silver"}],
        "places": [{"name": random.choice(PLACES), "details": "Named by two young people."}],
        "contacts": [{"kind": "PHONE", "value": "07700 900142"}] if random.random() < 0.4 else [],
    }
    return {
        SubmissionStep.LEARNED: StepAnswers(
            {"strands": ["CSE"], "urgency": "ROUTINE", "learned_on": today - dt.timedelta(days=1)},
            rows={"lines": [{"text": fact, "happened": "In the last two weeks"} for fact in facts]},
        ),
        SubmissionStep.PEOPLE: StepAnswers(rows={"subjects": [subject]}),
        SubmissionStep.THINGS: StepAnswers(rows=things),
        SubmissionStep.SOURCE: StepAnswers(
            {
                "provenance": random.choice(("WITNESSED", "TOLD_BY_CHILD", "TOLD_BY_THIRD_PARTY")),
                "first_hand": True,
            },
            source={
                "name": "Known to the author",
                "relation": "Works with the author",
                "risk": "None expected.",
            },
        ),
        SubmissionStep.HANDLING: StepAnswers(
            {"meeting_may_discuss": random.random() < 0.75, "police_may_contact": True}
        ),
    }


def graded(random: Random, sent: IntelligenceSubmission, officer: User) -> None:
    """Every line on 3x5x2; most may be shared, some only with conditions."""
    handling = pick(random, {"P": 80, "C": 20})
    grades = [
        desk.LineGrade(
            line_id=line.pk,
            source_evaluation=random.choice("112"),
            assessment=random.choice("ABBD"),
            handling=handling,
            conditions=["A1"] if handling == "C" else [],
            sanitised=line.text,
        )
        for line in sent.lines.all()
    ]
    instructions = "Do not discuss with the family." if handling == "C" else ""
    desk.grade(
        submission=sent, grades=grades, meeting_may_discuss=True, instructions=instructions, by=officer
    )


def link(scene: Scene, sent: IntelligenceSubmission, officer: User) -> None:
    """To a child whose case the officer may see, and to a place."""
    shared = list(Case.objects.visible_to(officer).open().order_by("opened_at")[:200])
    for report in IntelligenceReport.objects.filter(submission=sent):
        if shared:
            desk.link_case(report=report, reference=scene.random.choice(shared).reference, by=officer)
        fields = {"name": scene.random.choice(PLACES), "address": "", "postcode": "", "description": ""}
        desk.add_nominal(report=report, kind=LinkKind.PLACE, fields=fields, by=officer, key=new_key())
