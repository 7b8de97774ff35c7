"""One boy's story: exploitation that began in a game, early help, a meeting, and a category that falls.

All of it is invented.
"""

from django.utils import timezone

from cases.chronology.models import EntryKind
from cases.concerns.choices import ConcernOutcome
from cases.documents.models import DocumentKind
from cases.family.models import HealthTopic
from cases.handoffs import services as handoffs
from cases.handoffs.models import HandOff
from cases.identity.services import Contact, Identity
from cases.letters.choices import LetterKind, Reader, SentHow
from cases.letters.services import write_wording
from cases.missing.services import episodes as missing
from cases.record.choices import HarmStatus
from cases.strategy.models import StrategyOutcome
from cases.strategy.services import Discussed
from cse_portal.demo.board import concerns, living, told
from cse_portal.demo.board.children import NHS_NUMBERS
from cse_portal.demo.board.clockwork import Story, later
from cse_portal.demo.board.concerns import decision_moment
from cse_portal.demo.board.lives import (
    HOME,
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

FIRST = Worry(
    232, "education", "Kacper plays a game online until the night and falls asleep in lessons. Somebody in the game "
    "sends him credit and has asked him to move to another app.", ("RSK09", "RSK14", "VUL10"),
    "He is the only one who talks to me.",
)  # fmt: skip
WORSE = "An adult account has asked him for images and says that he will show them to the school. He is frightened."
AT_FIRST = Assessed(
    MEDIUM, ("SIG06", "RSK13", "RSK14", "RSK09", "RSK02", "VUL10", "VUL20"),
    "An adult groomed him in a game and threatens him. He sleeps little and has been away at night.",
    harm=HarmStatus.H2,
)  # fmt: skip
FEWER = Assessed(
    LOW, ("RSK14", "VUL10", "VUL20"),
    "The account is closed, and nobody has written to him for weeks. He is at school and sleeps.",
    ("SIG06", "RSK13", "RSK09", "RSK02"),
)  # fmt: skip
NOW = Assessed(
    LOW, ("VUL10", "VUL20"), "He sleeps, goes to school and plays football. Nobody has written to him.",
    ("SIG06", "RSK13", "RSK14", "RSK09"),
)  # fmt: skip
TO_MOTHER = """Szanowna Pani Agnieszko,

Spotkaliśmy się, aby porozmawiać o bezpieczeństwie Kacpra. Dziękujemy, że powiedziała nam Pani, co Panią martwi.

# Co postanowiliśmy
Zagrożenie jest teraz mniejsze (kategoria 1). Chodzi o to, co robią inni ludzie. To nie jest wina Kacpra ani Pani.

# Kto co robi
- Sam spotyka się z Kacprem w każdy wtorek po szkole.
- W szkole Kacper może zawsze przyjść do pana Mearsa.
- Policja ma telefon. Prosimy nie szukać zdjęć i nikomu ich nie przesyłać.

# Do kogo zadzwonić
Jeśli ktoś jest w niebezpieczeństwie, proszę dzwonić pod 999. W innych sprawach: Priya Raman."""
# The board's own wording, which any parent who reads Polish gets.
POLISH = """Szanowni Państwo ({name}),

Spotkaliśmy się, aby porozmawiać o bezpieczeństwie dziecka: {child}.

# Co postanowiliśmy
Chodzi o to, co robią inni ludzie. To nie jest wina dziecka ani Państwa.

# Do kogo zadzwonić
Jeśli ktoś jest w niebezpieczeństwie, proszę dzwonić pod 999. W innych sprawach: {lead}."""
LIFE = Life(
    who={
        "given_name": "Kacper", "family_name": "Wolny", "sex": "1", "ethnicity": "WOTH", "disabilities": [],
        "nhs_number": NHS_NUMBERS[-2], "address": "7 Tannery Row, Smethwick", "postcode": "B66 4AB",
        "school": "Holly Bank School", "lives_with": "Mother", "legal_status": "CIN_PLAN",
    },
    age=14 * 365 + 160, is_boy=True,
    named=(
        {"kind": "account", "name": "northstar_77", "details": "In the game. Asks him to move to another app."},
    ),
    agencies=("police", "health", "early-help"),
    people=(
        person("Agnieszka Wolny", "MOTHER", sex="2", phone="07700 900431", first_language="Polish",
               needs_interpreter=True, parental_responsibility="yes", lives_with_child=True),
        person("Marek Wolny", "FATHER", sex="1", parental_responsibility="yes", contact_safe="unknown",
               notes="In Poland; telephones on Sundays"),
        person("Zofia Wolny", "SIBLING", sex="2", lives_with_child=True),
        person("Colin Mears", "SCHOOL", organisation="Holly Bank School", is_trusted=True, phone="07700 900377"),
        person("Omar Reza", "CAMHS", organisation="CAMHS", phone="07700 900319"),
        person("Sam Aldous", "YOUTH", organisation="Lantern", is_trusted=True, phone="07700 900118"),
        person("Abi Foster", "WORKER", organisation="Early help", phone="07700 900204"),
    ),
    moved=1100,
    periods=(
        (SCHOOL, "ENROLLED", "Holly Bank School", 1100, 170),
        (SCHOOL, "PART", "Holly Bank School", 170, 96, "Mornings only while he was frightened to go", 58, "K"),
        (SCHOOL, "ENROLLED", "Holly Bank School", 96, None, "He asked to be with his class again", 88, "K"),
        (HOME, "P1", "With his mother and sister in Smethwick", 1100, None),
    ),
    away=((160, 7, 40), (143, 9, 52)),
    known=missing.Known(
        last_seen_where="At home, at about 9pm", last_seen_by="His mother", last_seen_wearing="Blue school coat",
        with_whom="Alone; he took his telephone", notes="His bed was empty, and the game was still on.",
    ),
    missing_from="HOME",
    found={
        "found_where": "At the railway station", "return_notes": "Cold and hungry. Somebody had sent him a ticket.",
        "found_by": "British Transport Police", "harm_while_away": "NOT_KNOWN",
    },
    interview={
        "text": "He went to meet somebody from the game, who had said that he would send the images to his class. "
                "Nobody came. He does not want his mother to see the messages.",
        "push_factors": ["DISTRESS"], "pull_factors": ["ONLINE", "PRESSURE"], "transport": "Train",
        "where_they_went": "The railway station in Birmingham", "with_whom": "An adult who calls himself North",
        "phones": "northstar_77, in the game; a second account that he deleted", "gifts": "Credit for the game",
        "contact_since": "Messages every night until the police had the telephone",
        "would_help": "“That somebody tells my mum for me.” Sam and an interpreter will.",
    },
    events=(
        (166, EntryKind.EVENT, "The police have the telephone. The images were reported to the service that removes "
                               "them. Nobody else opened, saved or sent them."),
        (151, EntryKind.CONTACT, "Home visit with an interpreter. His mother knew nothing of it. She is on his side."),
        (138, EntryKind.EVENT, "The game’s company closed the account northstar_77."),
        (60, EntryKind.EVENT, "Joined the football team of his year."),
        (18, EntryKind.CONTACT, "Seen at school. He laughs again. He leaves the telephone downstairs at night."),
    ),
    voices=(
        (150, "Sam Aldous, Lantern", "I thought he was 15. I feel stupid. I am scared that everybody sees it.",
         "That my mum hears it from somebody who speaks Polish", "Sam and an interpreter told her, with him there.", 6),
        (98, "Priya Raman, at school", "I want to be in all the lessons again.", "To be with my class",
         "He is at school the whole day, and may go out to Mr Mears at any time.", 3),
        (20, "Sam Aldous, Lantern", "It is quiet now. I still look who it is when it rings.", "A new number",
         "He has a new number, and chose who gets it.", 7),
    ),
    letters=(Sent(92, "Co ustaliliśmy w sprawie Kacpra", TO_MOTHER, "MOTHER", "Polish", SentHow.INTERPRETER),),
    papers=(
        (164, "Letter of the online team", DocumentKind.LETTER, "We have the telephone. This letter has no image."),
        (110, "Attendance, autumn and spring", DocumentKind.ASSESSMENT, "58 per cent, and better since he came back."),
    ),
    health=(
        (156, HealthTopic.CAMHS, "Seen by CAMHS: low mood, sleeps four hours. He has a safety plan.",
         "CAMHS sees him every week. He has a safety plan, and his mother knows it."),
        (40, HealthTopic.CAMHS, "Sleeps eight hours. CAMHS sees him once a month.", ""),
    ),
    own=(
        Contact("phone", "07700 900690", "TOLD_BY_CHILD", used_for="His new number"),
        Contact("game", "kapi_fox", "TOLD_BY_CHILD", "The game", "Plays with his class"),
    ),
    identity=Identity("SAME", "NOT_SAID", "child"),
    plan={
        "expected_grade": "MEDIUM", "grade_reason": "High if a message asked him to come", "kept_by": "Priya Raman",
        "do_first": "Ring his mother with an interpreter\nAsk the railway police to look at both stations",
        "looks": "14, 5 ft 3, fair hair, glasses", "often_wears": "Blue school coat, black rucksack",
        "speaks": "English and Polish",
        "people": "Safe; Sam Aldous\nOf concern; an adult who calls himself North",
        "places": "Railway station; Found there twice; Railway police", "medical": "No medicine",
        "calms": "Football. Sam’s voice", "makes_worse": "Questions about the images in front of others",
        "when_found": "Take him home. No one asks to see his telephone.",
    },
    plan_days=130,
    picture=(
        "An adult whom he knows from a game sent Kacper credit, got images of him and threatened to show them. The "
        "police have the telephone, and the account is closed. He has been at school the whole day "
        "for weeks. His mother is on his side. Nobody knows yet who “North” is."
    ),
    protective="His mother, his sister and Mr Mears. He tells Sam when somebody writes to him.",
)  # fmt: skip


def story(scene: Scene) -> Story:
    """Early help takes it on and steps it up; social care enquires alone; two meetings, then the lead's reviews."""
    yield scene.ago(FIRST.days)
    write_wording(
        kind=LetterKind.OUTCOME, reader=Reader.PARENT, language="Polish", heading="Co ustaliliśmy", body=POLISH,
        by=scene.cast("manager"),
    )  # fmt: skip
    concern = told.tell(scene, LIFE, FIRST)
    yield decision_moment(scene.random)
    told.decide(
        scene, concern, ConcernOutcome.EARLY_HELP, "Online contact, and nothing more is known.",
        responsible_agency=scene.agency("early-help"), asked="Meet him every week, and talk with his mother.",
    )  # fmt: skip
    hand_off, worker = HandOff.objects.get(concern=concern), scene.board.staff["early-help"][1]
    yield later(1)
    concerns.accept(hand_off, worker, days=28)
    yield scene.ago(178)
    concern = handoffs.step_up(hand_off=hand_off, reason=WORSE, by=worker)
    yield later(1)
    enquiry = Discussed(
        timezone.localdate(), tuple(scene.agency(each).name for each in ("csc", "police", "health")),
        StrategyOutcome.S47_SINGLE, "The police look for the adult; social care alone talks with him and his mother.",
    )  # fmt: skip
    how = Opened(MEDIUM, HarmStatus.H2, ("M6",), "Images and a threat: more than early help can do.")
    course = told.open_from(scene, LIFE, concern, how, strategy=enquiry)
    yield later(2, hour=13)
    yield from living.lived(course, work(course), told.looked_at_again(course, 32, NOW))


def work(course: ToldCourse) -> Story:
    """Assessed, met about, and lowered by the review meeting."""
    yield from told.assessed(course, AT_FIRST)
    yield from told.meet(course, fall=FEWER, after=1)
