"""One girl's story over two years to a meeting that runs now: every page of her record has something.

All of it is invented.
"""

from cases.chronology.models import EntryKind
from cases.documents.models import DocumentKind
from cases.identity.services import Contact, Identity
from cases.missing.services import episodes as missing
from cases.record.choices import HarmStatus
from cse_portal.demo.board import living, meetings, reviews, told
from cse_portal.demo.board.children import NHS_NUMBERS
from cse_portal.demo.board.clockwork import Story, later
from cse_portal.demo.board.lives import (
    HIGH,
    HOME,
    LEGAL,
    LOW,
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

BEGAN, RISES = 640, 330  # days before today
HELPS = "He just helps me."
FIRST = Worry(
    BEGAN, "education", "Simran has been collected from school four times by adults whom staff do not know. She has a "
    "second phone that her mother did not buy, and goes outside to answer it.", ("RSK03", "RSK14", "VUL05"), HELPS,
)  # fmt: skip
SECOND = Worry(
    RISES, "police", "Stopped in a grey car at 1am with two men and another girl. She did not know their names. She "
    "asked to be taken to her aunt, not home.", ("SIG03", "SIG01", "RSK17", "VUL12"), HELPS,
)  # fmt: skip
THIRD = Worry(
    6, "education", "An adult she calls K waited at the school gate in a grey car on Wednesday. She went with him and "
    "came back after two hours. Her phone rang eleven times in one lesson.", ("SIG02", "SIG03", "SIG04", "RSK14"),
    HELPS,
)  # fmt: skip
AT_FIRST = Assessed(LOW, FIRST.signs, "New adults and a second phone. She says little yet.")
AT_NIGHT = Assessed(
    MEDIUM,
    ("SIG01", "SIG03", "RSK03", "RSK17", "VUL12", "VUL05"),
    "Missing at night, with adults.",
    ("RSK14",),
)
NOW = Assessed(
    HIGH, ("SIG01", "SIG02", "SIG03", "SIG04", "RSK03", "RSK12", "RSK14", "VUL05", "VUL12"),
    "K collects her, and the phone rings all night. She is afraid of him.", ("RSK17",),
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
LIFE = Life(
    who={
        "given_name": "Simran", "family_name": "Penrose", "known_as": "Sim", "sex": "2", "ethnicity": "MWAS",
        "disabilities": [], "nhs_number": NHS_NUMBERS[-1], "address": "58 Hatch Road, Oldbury", "postcode": "B69 4AA",
        "school": "Northfield Gate School", "lives_with": "Foster carers", "legal_status": "LAC",
    },
    age=17 * 365 + 210, is_boy=False,
    named=(
        {"kind": "person", "part": "suspected", "name": "K", "details": "About 25."},
        {"kind": "vehicle", "name": "Grey car, BX19", "details": "Waits near the school gate."},
    ),
    agencies=("police",),
    people=(
        person("Asha Penrose", "MOTHER", sex="2", phone="07700 900214", first_language="Punjabi",
               needs_interpreter=True, parental_responsibility="yes"),
        person("Mark Penrose", "FATHER", sex="1", parental_responsibility="yes", contact_safe="no",
               contact_reason="He asks where she lives, and she is afraid of him"),
        person("Arjan Penrose", "SIBLING", sex="1", phone="07700 900287"),
        person("Kiran Sohal", "AUNT", sex="2", is_trusted=True, phone="07700 900163", notes="Sundays"),
        person("Denise Whitlock", "FOSTER", sex="2", lives_with_child=True, phone="07700 900142",
               notes="Call first"),
        person("Alan Whitlock", "FOSTER", sex="1", lives_with_child=True, phone="07700 900143"),
        person("Tia M.", "PEER", sex="2", contact_safe="unknown"),
        person("Sam Aldous", "YOUTH", organisation="Lantern", is_trusted=True, phone="07700 900118"),
        person("Colin Mears", "SCHOOL", organisation="Northfield Gate School", phone="07700 900377"),
        person("Hannah Okafor", "HEALTH", organisation="Looked-after children’s nurse", phone="07700 900266"),
        person("Omar Reza", "IRO", phone="07700 900319"),
    ),
    moved=250,
    periods=(
        (SCHOOL, "ENROLLED", "Holly Bank School", 900, 700),
        (SCHOOL, "CME", "", 700, 560, "She stopped going in the summer term"),
        (SCHOOL, "ENROLLED", "Northfield Gate School", 560, None, "A place with a quiet room", 71),
        (HOME, "P1", "With her mother in Smethwick", 900, 420),
        (HOME, "U6", "Foster carers in Walsall", 420, 365, "Voluntary, after a night outside"),
        (HOME, "K2", "Children’s home in Tipton", 365, 250, "The carers could not go on"),
        (HOME, "U4", "Denise and Alan Whitlock, Oldbury", 250, None, "Six of nine times missing were from the home"),
        (LEGAL, "V2", "", 420, 330),
        (LEGAL, "C1", "", 330, 250),
        (LEGAL, "C2", "", 250, None),
    ),
    away=(
        (410, 6, 40), (360, 9, 60), (340, 20, 70), (320, 11, 50), (290, 27, 90), (62, 8, 44), (33, 6, 39),
        (2, 9, None),
    ),
    known=missing.Known(
        last_seen_where="At the bus stop by the home", last_seen_by="Denise Whitlock",
        last_seen_wearing="Black puffer coat, white trainers", with_whom="Perhaps Tia, from school",
        notes="Did not come back after the evening meal.",
    ),
    missing_from="HOME",
    found={
        "found_where": "At the bus station", "return_notes": "Tired and hungry.", "found_by": "Police",
        "harm_while_away": "NOT_KNOWN",
    },
    interview={
        "text": (
            "She said a man called K buys food and drives her and a friend to a flat above a shop. He is angry when "
            "she does not answer. She walked to the bus station when he slept."
        ),
        "push_factors": ["UNHAPPY_PLACED"], "pull_factors": ["GIFTS", "ADULT"],
        "where_they_went": "A flat above a shop in Castle Street", "with_whom": "A man called K; a friend",
        "transport": "A grey car",
    },
    events=(
        (600, EntryKind.EVENT, "Began at Northfield Gate School. She has a quiet room and one tutor."),
        (270, EntryKind.CONTACT, "Seen alone at the children’s home. She asked not to stay there."),
        (180, EntryKind.EVENT, "Kept every appointment with the nurse since May."),
        (40, EntryKind.EVENT, "A grey car waited near the school on two days. Part of the registration is BX19."),
        (12, EntryKind.CONTACT, "Home visit. Denise says the phone rings until three in the morning."),
    ),
    voices=(
        (280, "Sam Aldous, Lantern", "I do not sleep here. People come and go.", "To live with a family",
         "She moved to Denise and Alan Whitlock.", 32),
        (120, "Priya Raman, on a walk", "Sundays at my aunt’s are the best day.", "More Sundays",
         "Every Sunday is with her aunt, and Alan drives her.", 9),
        (11, "Sam Aldous, Lantern", "I feel stuck. I like it at Denise’s.", "That he stops ringing", "", 0),
    ),
    letters=(Sent(111, "What we agreed", LETTER),),
    papers=(
        (205, "Personal education plan", DocumentKind.ASSESSMENT, "A quiet room, and one tutor."),
    ),
    health=(),
    own=(
        Contact("phone", "07700 900655", "TOLD_BY_CHILD", used_for="Rings her aunt on it"),
        Contact("phone", "", "TOLD_BY_OTHER", used_for="A second phone, which she did not have in the summer"),
        Contact("account", "sim.pz09", "TOLD_BY_CHILD", "Snapchat", "Talks to Tia and Leah"),
    ),
    identity=Identity("SAME", "NOT_SAID", "child", "I would rather not say"),
    plan={
        "expected_grade": "HIGH",
        "do_first": "Ring Denise, then Kiran. Look at the bus station and at the shops in Castle Street.",
        "kept_by": "Priya Raman",
        "looks": "17, 5 ft 4, long black hair, a small scar on the left eyebrow.",
        "often_wears": "Black puffer coat, white trainers.",
        "people": "Ask; Tia M., from school\nOf concern; a man she calls K, about 25",
        "places": "Her aunt’s home; Safe place\nCastle Street; Police; Two officers, nobody alone",
        "medical": "Asthma. The inhaler is in her coat.",
        "calms": "Sam’s voice, and her aunt. Say that she is not in trouble.",
        "makes_worse": "Uniforms in a group. Questions in the car.",
        "when_found": "Take her to Denise. Ask whether she wants Sam.",
    },
    plan_days=6,
    picture=(
        "Simran is settled with Denise and Alan and trusts Sam, her youth worker. Since October an adult she calls “K” "
        "has collected her from school, and she has been missing three times. She says she feels stuck. We think he "
        "controls her phone. Lifts from school and Sundays with her aunt help. We do not know who K is."
    ),
    protective="She trusts Sam and her aunt, and lets people help.",
)  # fmt: skip


def story(scene: Scene) -> Story:
    """From a school's first worry to the meeting that runs as the demo starts, led by the cast's social worker."""
    how = Opened(LOW, HarmStatus.H1, ("M2", "M6"), "Unknown adults and a second phone.")
    course = yield from told.opened(scene, LIFE, FIRST, how)
    yield later(2, hour=13)
    yield from living.lived(course, work(course))


def work(course: ToldCourse) -> Story:
    """Reviewed by her lead in category 1, then by meetings in category 2, until the one that runs today."""
    yield from told.assessed(course, AT_FIRST)
    yield from reviews.until(course, course.scene.ago(RISES))
    yield from told.again(course, SECOND)
    yield from told.assessed(course, AT_NIGHT)
    yield from told.meet(course, last=today)


def today(course: ToldCourse) -> Story:
    """A new worry, an assessment that points to category 3, and the meeting that runs now."""
    yield from told.again(course, THIRD)
    told.assess(course, NOW)
    yield from meetings.today(course)
