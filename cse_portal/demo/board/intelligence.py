"""Stories of intelligence: sent by every agency, graded by the police unit, answered for most of its authors."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from random import Random
from typing import Any

from django.utils import timezone

from cases.record.models.case import Case
from cse_portal.accounts.models import User
from cse_portal.demo.board import words
from cse_portal.demo.board.children import pick
from cse_portal.demo.board.clockwork import Story, later, working_moment
from cse_portal.demo.board.scene import Scene
from cse_portal.keys import new_key
from intelligence.desk import services as desk
from intelligence.desk.selectors.leaks import without
from intelligence.desk.selectors.work import checked
from intelligence.desk.services import work
from intelligence.subjects.models import Subject, SubjectKind
from intelligence.subjects.services import add_subject
from intelligence.submissions import services as sending
from intelligence.submissions.models import IntelligenceSubmission, SubmissionStep
from intelligence.submissions.selectors import StepAnswers
from intelligence.submissions.services import attaching

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
UNFINISHED = {"code": "F2", "outcome": "DEVELOPMENT", "text": "Thank you. This fits what we know."}
# With their wards; of two nobody knows it yet.
PLACES = {
    "Car park, Dock Close": "E05001278", "Flat above a shop, Foundry Lane": "", "Snooker hall, Mill Lane": "E05001267",
    "Retail park, Anchor Road": "E05001268", "Barber, Station Street": "E05001277", "Skate park": "E05001279",
    "Bus station, upper deck": "E05001283", "Guest house, Park Row": "E05001260", "Canal basin": "E05001274",
    "Car wash, Wharf Road": "E05001273", "Garage, Tollgate Way": "E05001264", "Phone shop, Lower Street": "",
}  # fmt: skip
TOGETHER = 3  # children of one place: a cluster that people can look into
OF_STORIES = ("Simran", "Ellie-Mae", "Leah")  # their own stories say where they are
NAMES = (("Kez", "Marlowe"), ("Dean", "Harcote"), ("Faz", "Idlewood"), ("Lee", "Brockway"))
CHARGER = " There is a pink charger in the glove box."  # left out by the unit: it shows who told


def stories(scene: Scene) -> list[Story]:
    """Nearly a third as many submissions as children over the two years, and the newest, which still wait."""
    span = (scene.today - scene.begins_on).days
    number = int(SUBMISSIONS * scene.children)
    days = sorted(scene.random.randrange(60, span) for _ in range(number))
    days += [span - ago for ago in WAITING]
    told = [submission(scene, scene.begins_on + dt.timedelta(days=day)) for day in days]
    return [*told, at_the_desk(scene)]


def submission(scene: Scene, day: dt.date) -> Story:
    """One practitioner's knowledge, from their form to the answer they read."""
    random = scene.random
    yield working_moment(day, hour=random.randrange(9, 17))
    sent = sending.send(answers=answers(random), by=scene.colleague(pick(random, AUTHORS)))
    officer, second = officers(scene)
    yield later(1, hour=9)
    work.receive(submission=sent, by=officer)
    yield later(random.randrange(2, 6), hour=11)
    graded(random, sent, officer)
    link(scene, sent, officer)
    issued(sent, officer, second)


def officers(scene: Scene) -> tuple[User, User]:
    """The two of the unit, in either order."""
    unit = [scene.cast("police"), scene.board.staff["police"][2]]
    return (unit[0], unit[1]) if scene.random.random() < 0.7 else (unit[1], unit[0])


def at_the_desk(scene: Scene) -> Story:
    """What the desk has before it today, one in each state: half done, returned, with the second, recalled, urgent."""
    officer, second = scene.cast("police"), scene.board.staff["police"][2]
    yield scene.ago(3, hour=10)
    agencies = ("csc", "voluntary", "health", "education")
    half, back, asked, recalled = (
        sending.send(answers=of_kez(), by=scene.colleague(code)) for code in agencies
    )
    for each in (half, back, asked, recalled):
        work.receive(submission=each, by=officer)
    work.return_for_detail(submission=back, question="Which canal? Please do not ask her.", by=officer)
    for each in (asked, recalled):
        graded(Random(1), each, officer, handling="P")
    work.ask_second_officer(submission=asked, by=officer)
    issued(recalled, officer, second)
    yield scene.ago(1, hour=11)
    lines = [work.LineWork(line.order, "2", "A", "C", line.text) for line in half.lines.all()]
    work.save(submission=half, lines=lines, answer=UNFINISHED, by=officer)
    for report in recalled.reports.all():
        desk.withdraw(report=report, reason="Line 2 was about another car.", by=officer)
    yield scene.ago(1, hour=16)
    author = scene.board.staff["education"][1]
    urgent = sending.save_all(submission=sending.start(by=author), answers=of_kez("PRIORITY"), by=author)
    attaching.add(
        submission=urgent, title="Message on her phone, as she read it out", name="message.txt",
        content=b"be ready at 9, same place. tell noone. K", by=author, key=new_key(),
    )  # fmt: skip
    sending.submit(submission=urgent, by=author)


def pages(
    lines: Sequence[tuple[str, str]], provenance: str, *, first_hand: bool = False, urgency: str = "ROUTINE",
    strands: Sequence[str] = ("CSE",), learned: int = 0, subjects: Sequence[dict[str, Any]] = (),
    things: dict[str, Any] | None = None, source: dict[str, str] | None = None, may_discuss: bool = True,
) -> dict[SubmissionStep, StepAnswers]:  # fmt: skip
    """A submission filled in: each line with when it happened, how it is known, and whom and what it names."""
    on = timezone.localdate() - dt.timedelta(days=learned)
    told = [{"text": text, "happened": happened} for text, happened in lines]
    return {
        SubmissionStep.LEARNED: StepAnswers(
            {"strands": list(strands), "urgency": urgency, "learned_on": on}, rows={"lines": told}
        ),
        SubmissionStep.PEOPLE: StepAnswers(rows={"subjects": list(subjects)}),
        SubmissionStep.THINGS: StepAnswers(rows=things or {}),
        SubmissionStep.SOURCE: StepAnswers(
            {"provenance": provenance, "first_hand": first_hand}, source=source or {}
        ),
        SubmissionStep.HANDLING: StepAnswers(
            {"meeting_may_discuss": may_discuss, "police_may_contact": True}
        ),
    }


def of_kez(urgency: str = "ROUTINE") -> dict[SubmissionStep, StepAnswers]:
    """What one girl said about a man and his car; of the charger only somebody in the car knows."""
    facts = (
        "A man called Kez collected her by the canal on Saturday.",
        f"Grey Audi, BX19 and ends in K.{CHARGER}",
    )
    return pages(
        [(fact, "Saturday, about 11pm") for fact in facts], "TOLD_BY_CHILD", first_hand=True, urgency=urgency,
        strands=("CSE", "TRAFFICKING"),
        subjects=[
            {"other_names": "Kez", "role": "DRIVER"},
            {"given_name": "Jade", "role": "CHILD_AT_RISK", "age": "14"},
        ],
        things={
            "vehicles": [{"registration": "BX19 ...K", "make_and_model": "Audi", "colour": "Grey"}],
            "places": [{"name": "Canal Row", "details": "A flat."}],
        },
        source={"name": "Jade", "risk": "Only she knows of the pink charger in the glove box."},
    )  # fmt: skip


def answers(random: Random) -> dict[SubmissionStep, StepAnswers]:
    """What somebody who knows one thing writes."""
    facts = random.sample(words.says.facts, random.randrange(1, 4))
    given, family = random.choice(NAMES)
    subject = {
        "given_name": given, "family_name": family, "role": random.choice(("SUSPECT", "ASSOCIATE", "DRIVER")),
        "date_of_birth": dt.date(1990 + random.randrange(12), random.randrange(1, 13), random.randrange(1, 28)),
        "description": "Described by a young person; about 25.",
    }  # fmt: skip
    things = {
        "vehicles": [{"registration": "", "make_and_model": "Hatchback", "colour": "Silver"}],
        "places": [{"name": random.choice(list(PLACES)), "details": "Named by two young people."}],
        "contacts": [{"kind": "PHONE", "value": "07700 900142"}] if random.random() < 0.4 else [],
    }
    return pages(
        [(fact, "In the last two weeks") for fact in facts],
        random.choice(("WITNESSED", "TOLD_BY_CHILD", "TOLD_BY_THIRD_PARTY")), first_hand=True, learned=1,
        subjects=[subject], things=things,
        source={"name": "Known to the author", "relation": "Works with the author", "risk": "None expected."},
        may_discuss=random.random() < 0.75,
    )  # fmt: skip


def graded(random: Random, sent: IntelligenceSubmission, officer: User, handling: str = "") -> None:
    """Every line on 3x5x2, and the answer chosen; most may be shared, some only with conditions."""
    handling = handling or pick(random, {"P": 80, "C": 20})
    lines = [
        work.LineWork(
            line.order, random.choice("112"), random.choice("ABBD"), handling, line.text.replace(CHARGER, "")
        )
        for line in sent.lines.all()
    ]
    code = random.choice(list(ANSWERS))
    outcome, text = ANSWERS[code]
    work.save(
        submission=sent, lines=lines, answer={"code": code, "outcome": outcome, "text": text}, by=officer
    )
    conditional = handling == "C"
    work.prepare(
        submission=sent, conditions=["A1"] if conditional else [], meeting_may_discuss=True, by=officer,
        instructions="Do not discuss with the family." if conditional else "",
    )  # fmt: skip
    sent.refresh_from_db()
    for order, leaks in checked(sent).leaks.items():
        line = sent.lines.get(order=order)
        for leak in leaks:
            line.sanitised = without(line.sanitised, leak.text)
        grade = (line.source_evaluation, line.assessment, handling, line.sanitised)
        work.save(submission=sent, lines=[work.LineWork(order, *grade)], by=officer)


def link(scene: Scene, sent: IntelligenceSubmission, officer: User) -> None:
    """To a child whose case the officer may see, and to the place where that child is."""
    shared = list(Case.objects.visible_to(officer).open().order_by("opened_at")[:200])
    if shared:
        case = scene.random.choice(shared)
        work.link(submission=sent, reference=case.reference, by=officer)
        if name := where(scene, case):
            place(sent, name, "", officer)


def where(scene: Scene, case: Case) -> str:
    """Each child is named with one place; once all have their children, nobody knows where the next one is."""
    if case.pk not in scene.named_with:
        told = Counter(scene.named_with.values())
        free = case.child.given_name not in OF_STORIES
        known = [name for name in PLACES if free and told[name] < TOGETHER]
        scene.named_with[case.pk] = scene.random.choice(known) if known else ""
    return scene.named_with[case.pk] if scene.named_with[case.pk] in PLACES else ""


def named_with(scene: Scene, name: str, number: int, officer: User) -> list[Case]:
    """Children who are named with somebody, as many as are asked for: of whom no place is known, where it goes on."""
    shared = list(Case.objects.visible_to(officer).open().order_by("opened_at"))
    chosen = [case for case in shared if scene.named_with.get(case.pk) == name]
    chosen += [case for case in shared if not scene.named_with.get(case.pk)]
    for case in chosen[:number]:
        scene.named_with[case.pk] = name
    return chosen[:number]


def place(
    sent: IntelligenceSubmission,
    name: str,
    description: str,
    officer: User,
    kind: SubjectKind = SubjectKind.PLACE,
) -> None:
    """A place or person of concern, kept once, to be linked with what is issued."""
    known = Subject.objects.visible_to(officer).filter(name=name).first()
    fields = {"name": name, "description": description, "ward": PLACES.get(name, "")}
    made = known or add_subject(kind=kind, fields=fields, by=officer, key=new_key())
    work.link(submission=sent, reference=made.reference, by=officer)


def issued(sent: IntelligenceSubmission, officer: User, second: User) -> None:
    """A second officer agrees; then it is issued and its author answered."""
    work.ask_second_officer(submission=sent, by=officer)
    work.agree(submission=sent, by=second)
    work.finish(submission=sent, by=officer, key=new_key())
