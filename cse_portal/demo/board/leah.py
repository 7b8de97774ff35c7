"""One girl's story: 16, looked after away from her town, from category 3 to 2; and her younger brother in category 1.

All of it is invented.
"""

import datetime as dt
from random import Random

from django.utils import timezone

from cases.chronology.models import EntryKind
from cases.documents.models import DocumentKind
from cases.family.models import HealthTopic
from cases.identity.services import Contact, Identity
from cases.missing.services import episodes as missing
from cases.record.choices import HarmStatus
from cases.strategy.models import StrategyOutcome
from cases.strategy.services import Discussed
from cse_portal.demo.board import intelligence, living, noah, told, witness
from cse_portal.demo.board.children import NHS_NUMBERS
from cse_portal.demo.board.clockwork import Story, later
from cse_portal.demo.board.lives import (
    HIGH,
    HOME,
    LEGAL,
    MEDIUM,
    SCHOOL,
    Assessed,
    Life,
    Opened,
    Sent,
    ToldCourse,
    Worry,
    person,
)
from cse_portal.demo.board.scene import Scene
from cse_portal.keys import new_key
from intelligence.desk.services import work as desk
from intelligence.disruption import services as disruption
from intelligence.disruption.choices import Stage
from intelligence.subjects.models import Subject, SubjectKind
from intelligence.submissions import services as sending
from intelligence.submissions.models import SubmissionStep
from intelligence.submissions.selectors import StepAnswers
from mase.clocks import services as clocks
from mase.transition import services as transition
from mase.transition.models import TransitionPart

HOTEL = "Meridian Lodge, Ring Road"
FIRST = Worry(
    165, "police", "Leah was found at 4am in a hotel in Telford with two adults. A taxi had brought her from the home. "
    "She had bruises on her arm.", ("SIG01", "SIG03", "SIG07", "RSK18", "VUL12", "VUL04"),
    "I am fine. Leave me alone.",
)  # fmt: skip
STAFF = Worry(
    88, "housing", "A night porter remembered the training and rang. A driver without a badge waited, and drove off "
    "when he saw the telephone.", ("SIG07", "RSK03"), "The lady at the desk was kind.",
)  # fmt: skip
AT_FIRST = Assessed(
    HIGH, (*FIRST.signs, "SIG02", "RSK04", "RSK17", "RSK07", "VUL13", "VUL21"),
    "Taken by car to hotels in two towns. She is afraid, and is missing every week.", harm=HarmStatus.H2,
)  # fmt: skip
FEWER = Assessed(
    MEDIUM, ("SIG01", "RSK07", "VUL12", "VUL13"),
    "Missing less often, and not overnight. She rings the home when she is late.",
    ("SIG03", "SIG07", "RSK17", "RSK18"),
)  # fmt: skip
NOW = Assessed(
    MEDIUM, ("SIG01", "RSK03", "RSK07", "VUL04", "VUL12", "VUL13"),
    "Missing once since the summer. A new driver waited once near the college; she told Joan.", ("SIG07", "RSK17"),
)  # fmt: skip
TO_LEAH = """Dear Leah,

We met to talk about keeping you safe. You were there for the second half, with Nadia, your advocate.

# What you said, and what changed
- You want to see Noah: he comes every second Saturday, and Joan drives him.
- You want to choose your college: you visited two, and chose the one in Telford.

# What we decided
We call the danger “medium” (category 2) now. This is about what adults do, not about you.

# When you are 18
The help does not stop. In the new year you and Priya decide who goes on with it.

# Did we get it wrong?
Tell Priya, Joan or Nadia, any way you like."""
LIFE = Life(
    who={
        "given_name": "Leah", "family_name": "Cotterill", "sex": "2", "ethnicity": "MWBC", "disabilities": ["LD"],
        "nhs_number": NHS_NUMBERS[-3], "address": "Elm House, Telford", "postcode": "TF1 4AA",
        "school": "Telford Park College", "lives_with": "Children’s home", "legal_status": "LAC",
    },
    age=16 * 365 + 334, is_boy=False,
    named=(
        {"kind": "place", "name": HOTEL, "details": "Rooms by the hour."},
        {"kind": "vehicle", "name": "White minicab, no badge", "details": "Waits at the corner of the home."},
    ),
    agencies=("police", "health", "housing", "neighbour"),
    people=(
        person("Tracey Cotterill", "MOTHER", sex="2", phone="07700 900512", parental_responsibility="yes"),
        person("Dean Slater", "PARTNER", sex="1", contact_safe="no",
               contact_reason="He tells others where she is", parental_responsibility="no"),
        person("Pearl Cotterill", "GRAND", sex="2", is_trusted=True, phone="07700 900540", notes="Every evening at 8"),
        person("Joan Ashby", "KEYWORK", organisation="Elm House", lives_with_child=True, is_trusted=True,
               phone="07700 900561"),
        person("Dawn Pettit", "HEALTH", organisation="Looked-after children’s nurse", phone="07700 900266"),
        person("Nadia Brook", "ADVOCATE", organisation="Lantern", is_trusted=True, phone="07700 900573"),
        person("Ellen Voss", "IRO", phone="07700 900319"),
        person("Luke Farren", "SOCIAL", organisation="The neighbouring authority", phone="07700 900580"),
        person("Rob Tandy", "SCHOOL", organisation="Telford Park College", phone="07700 900588"),
    ),
    moved=230,
    periods=(
        (SCHOOL, "ENROLLED", "Northfield Gate School", 1500, 420, "", None, "E"),
        (SCHOOL, "CME", "", 420, 88, "No place after the move", None, "E"),
        (SCHOOL, "ENROLLED", "Telford Park College", 88, None, "She chose it", 83, "E"),
        (HOME, "P1", "With her mother and brother in Tipton", 2000, 700),
        (HOME, "U6", "Foster carers in Wednesbury", 700, 430, "Her mother’s partner had hurt her"),
        (HOME, "K2", "Children’s home in Dudley", 430, 230, "The carers could not go on"),
        (HOME, "K2", "Elm House, Telford, 26 miles away", 230, None, "Cars waited at the home in Dudley"),
        (LEGAL, "V2", "", 700, 610), (LEGAL, "C1", "", 610, 430), (LEGAL, "C2", "", 430, None),
    ),
    away=((156, 14, 46), (149, 9, 60), (138, 27, 66), (118, 8, 40), (37, 5, 20)),
    known=missing.Known(
        last_seen_where="At the corner of the home", last_seen_by="Joan Ashby", last_seen_wearing="Red jacket, jeans",
        with_whom="A driver whom staff did not know", notes="She said that she would be back by ten.",
    ),
    missing_from="RESIDENTIAL",
    found={
        "found_where": HOTEL, "return_notes": "Tired. She asked for her nan.", "found_by": "Hotel staff",
        "harm_while_away": "YES",
    },
    interview={
        "text": "She said that the same man books the room and the driver waits outside. She did not know the others. "
                "She rang the home by herself this time.",
        "push_factors": ["UNHAPPY_PLACED", "ALONE"], "pull_factors": ["ADULT", "SUBSTANCES"],
        "transport": "White minicab", "where_they_went": HOTEL, "with_whom": "A man called Vic, about 30; a driver",
        "gifts": "Vapes and a jacket", "would_help": "“Noah on Saturdays.” He comes from this week.",
    },
    events=(
        (159, EntryKind.EVENT, "Moved within Elm House to a room above the staff office; she chose it."),
        (130, EntryKind.CONTACT, "Seen alone. She asked who would still know her at 18."),
        (95, EntryKind.EVENT, "The council suspended the licence of a driver who brought her to the hotel."),
        (80, EntryKind.EVENT, "Began at Telford Park College: hair and beauty, with a helper under her plan."),
        (14, EntryKind.CONTACT, "Visit with Nadia. She plans her birthday, and wants her nan and Noah there."),
    ),
    voices=(
        (140, "Nadia Brook, advocate", "Everybody asks where I was. Nobody asks why.", "To see Noah",
         "Noah comes every second Saturday.", 24),
        (92, "Joan Ashby, in the kitchen", "I want to do hair. I do not want school to know everything.",
         "To choose my college", "She visited two colleges and chose one. The college knows what she agreed to.", 18),
        (26, "Nadia Brook, advocate", "I rang Joan myself. That was me.", "To go to my nan’s for Christmas",
         "The review agreed: three nights at her nan’s.", 10),
    ),
    letters=(Sent(62, "What we agreed", TO_LEAH),),
    papers=(
        (146, "Education, health and care plan", DocumentKind.ASSESSMENT, "Short sentences help."),
        (82, "Statement of the night porter", DocumentKind.LETTER, "He rang because of the training in June."),
    ),
    health=(
        (151, HealthTopic.INJURY, "Bruises on the left arm, photographed by the paediatrician with her agreement.",
         "The looked-after children’s nurse sees her every month. She may ask for her alone."),
        (70, HealthTopic.SEXUAL, "Seen at the young people’s clinic. Follow-up in three months.", ""),
    ),
    own=(
        Contact("phone", "07700 900602", "TOLD_BY_CHILD", used_for="Rings her nan on it"),
        Contact("account", "leah.hair", "TOLD_BY_CHILD", "Instagram", "Pictures of her college work"),
    ),
    identity=Identity("SAME", "NOT_SAID", "child"),
    plan={
        "expected_grade": "HIGH", "grade_reason": "From the first minute", "kept_by": "Elm House, police, Priya Raman",
        "do_first": "Ring her nan, then Noah’s mother\nThe police ring the hotel and the taxi office",
        "calls": "Elm House, all night; 07700 900561\nHer nan; 07700 900540", "looks": "16, 5 ft 6, red curls",
        "often_wears": "Red jacket, jeans", "speaks": "English. Short sentences",
        "people": "Safe; her nan\nOf concern; a man called Vic, about 30", "medical": "No medicine; allergic to nuts",
        "places": f"{HOTEL}; Found there; Ask the night porter\nTelford station; Seen there; Transport police",
        "pattern": "Fridays, after 9pm, by taxi", "calms": "Her nan on the telephone", "makes_worse": "Being searched",
        "when_found": "Joan collects her, at any hour. Food, then sleep. Nobody asks questions that night.",
    },
    plan_days=60,
    picture=(
        "Leah lives at Elm House, 26 miles from her family. A man called “Vic” had her brought to hotels by taxi. The "
        "hotel has a notice, one driver has lost his licence, and she has been missing once in two months. She goes to "
        "college. She is nearly 17: who goes on with the help at 18 is to be decided with her."
    ),
    protective="Her nan, Noah, Joan and the night porter who rang. She rings the home by herself.",
)  # fmt: skip


def story(scene: Scene) -> Story:
    """From a night in a hotel to a plan for her 18th birthday; her brother is reviewed by the same lead."""
    names = tuple(scene.agency(each).name for each in ("csc", "police", "health", "neighbour"))
    yield scene.ago(FIRST.days)
    discussed = Discussed(
        timezone.localdate(),
        names,
        StrategyOutcome.S47_JOINT,
        "Bruises, and adults in a hotel room at night.",
    )
    how = Opened(HIGH, HarmStatus.H2, ("M4", "M5"), "Taken to another town, and hurt.")
    course = yield from told.opened(scene, LIFE, FIRST, how, strategy=discussed)
    yield later(2, hour=13)
    yield from living.lived(
        course,
        work(course),
        staff(course),
        disrupted(course),
        noah.story(course),
        near_18(course),
        witness.leah(course),
        told.looked_at_again(course, 27, NOW),
    )


def work(course: ToldCourse) -> Story:
    """Assessed, met about every four weeks, and lowered by the third meeting."""
    yield from told.assessed(course, AT_FIRST)
    yield from told.meet(course, fall=FEWER, after=2)


def staff(course: ToldCourse) -> Story:
    """What a hotel's staff saw, told by licensing."""
    yield from told.again(course, STAFF)


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
    answers = {
        SubmissionStep.LEARNED: StepAnswers(
            {"strands": ["CSE"], "urgency": "ROUTINE", "learned_on": timezone.localdate()},
            rows={
                "lines": [{"text": "A man books rooms by the hour. A minicab waits.", "happened": "Fridays"}]
            },
        ),
        SubmissionStep.THINGS: StepAnswers(rows={"places": [{"name": HOTEL, "details": "Named by staff."}]}),
        SubmissionStep.SOURCE: StepAnswers({"provenance": "WITNESSED", "first_hand": False}),
        SubmissionStep.HANDLING: StepAnswers({"meeting_may_discuss": True, "police_may_contact": True}),
    }
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
