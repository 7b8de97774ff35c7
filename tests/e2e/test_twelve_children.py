"""A session of twelve children on six screens, played by a script that counts what the chair and the minute taker do.

The time is simulated: what people say at each stage, and what their hands do, by the constants below.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, expect

from cases.record.choices import RiskCategory
from cases.voice.models import VoiceEntry
from mase.meetings.choices import AnswerKind
from mase.meetings.models.meeting import Meeting, MeetingSession
from mase.meetings.services import sessions
from mase.meetings.services.answers import Answer
from tests.cast import Cast
from tests.e2e import chairing
from tests.e2e.chairing import PATIENT, part
from tests.e2e.person import Person
from tests.factories.cases import make_case, make_child
from tests.factories.meetings import bring, make_session

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]
NAMES = ("Ann", "Bea", "Cat", "Dee", "Eve", "Fay", "Gem", "Hal", "Ida", "Jo", "Kim", "Liv")
AGENCIES = {"police": "police", "health": "health", "practitioner": "csc"}
PRESS_SECONDS, INPUT_SECONDS, SECONDS_A_CHARACTER = 2, 3, 0.25
TALK_SECONDS = 75  # at each of five stages
MOST_PRESSES, MOST_INPUTS, MOST_MINUTES = 45, 25, 120
DANGER, GOAL = "Adults collect her after school.", "Home by ten for six weeks."
WHY, AGAINST = "The same car came back twice.", "She is stronger. Review in two weeks."
NEW = (
    ("Prevent", "Weekly one-to-one until March."),
    ("Pursue", "Find whose car it is."),
    ("Protect", "Fetch her."),
)


@dataclass
class Hands:
    """What two people press and type for one child."""

    presses: int = 0
    inputs: int = 0
    characters: int = 0
    everything: list[tuple[int, int, float]] = field(default_factory=list)

    def press(self, person: Person, button: Locator) -> None:
        """A button that loads the page anew."""
        chairing.press(person, button)
        self.presses += 1

    def type(self, box: Locator, text: str) -> None:
        """Into one box."""
        box.fill(text)
        self.typed(text)

    def typed(self, text: str, presses: int = 0) -> None:
        """Told of what a step of chairing typed and pressed."""
        self.inputs, self.characters = self.inputs + 1, self.characters + len(text)
        self.presses += presses

    def next_child(self) -> None:
        """What was done for this child, and how long it took with what was said."""
        hands = (
            PRESS_SECONDS * self.presses + INPUT_SECONDS * self.inputs + SECONDS_A_CHARACTER * self.characters
        )
        self.everything.append((self.presses, self.inputs, hands + 5 * TALK_SECONDS))
        self.presses = self.inputs = self.characters = 0


@pytest.fixture
def session(cast: Cast) -> MeetingSession:
    """Twelve children are booked, every agency comes and has sent its report; each child has been heard."""
    made = make_session(cast, slots=len(NAMES), minute_taker=cast.outsider)
    for name in NAMES:
        case = make_case(
            cast, child=make_child(given_name=name, family_name="Testley"), category=RiskCategory.MEDIUM
        )
        VoiceEntry.objects.create(
            case=case, heard_on=timezone.localdate(), heard_by="Priya Raman", seen_alone=True, tool="THREE_HOUSES",
            own_words=f"{name} wants to sleep at night.", recorded_by=cast.practitioner, agency=cast.agency("csc"),
        )  # fmt: skip
        meeting = sessions.book(session=made, case=case, by=cast.manager)
        for person, agency in {"outsider": "education", **AGENCIES}.items():
            bring(
                meeting,
                cast.agency(agency),
                cast.people[person],
                new=f"{agency} saw {name}.",
                PROTECT=f"Step of {agency}.",
            )
    for person in ("outsider", *AGENCIES):
        sessions.answer_all(session=made, given=Answer(AnswerKind.ACCEPT), by=cast.people[person])
    return made


def test_twelve_children_are_decided_in_two_hours(
    sign_in: Callable[..., Person], cast: Cast, session: MeetingSession
) -> None:
    chair, taker = sign_in("manager"), sign_in("outsider")
    others = [sign_in(key, width=390) for key in AGENCIES]
    wall, hands = sign_in("manager"), Hands()
    meetings = list(session.meetings.order_by("scheduled_for"))
    chair.goes_to(f"/meetings/{meetings[0].pk}/")
    for meeting in meetings:
        for person in (taker, *others):
            person.goes_to(f"/meetings/{meeting.pk}/")
        wall.goes_to(f"/meetings/{meeting.pk}/room/")
        is_decided(hands, chair, taker, others, meeting)
        hands.next_child()
    assert session.meetings.filter(state="ended").count() == len(NAMES)
    for meeting in meetings:
        meeting.refresh_from_db()
        assert meeting.voice.words == f"{meeting.case.child.given_name} wants to sleep at night."
        assert (meeting.actions.count(), meeting.views.get(word="disagrees").reason) == (5, AGAINST)
        [danger] = meeting.dangers.all()
        assert sorted(danger.scores.values_list("value", flat=True)) == [2, 3, 4, 5], (
            "nobody's number is lost"
        )
    most_presses, most_inputs = (max(each[at] for each in hands.everything) for at in (0, 1))
    minutes = sum(each[2] for each in hands.everything) / 60
    assert (most_presses <= MOST_PRESSES, most_inputs <= MOST_INPUTS, minutes <= MOST_MINUTES) == (True, True, True), (
        most_presses, most_inputs, minutes,
    )  # fmt: skip


def is_decided(hands: Hands, chair: Person, taker: Person, others: list[Person], meeting: Meeting) -> None:
    """One child, from the start to the next one's page."""
    hands.press(chair, button(chair, "Start the meeting"))
    if button(chair, "Start the meeting today").count():  # it is booked for another day
        chairing.press(chair, button(chair, "Start the meeting today"))
    hands.press(chair, button(chair, "All who accepted are here"))

    goes_on(hands, chair, taker, "The child")
    voice = part(taker, "voice")
    hands.type(voice.get_by_label("What changes because of it"), "Somebody rings her each evening.")
    hands.type(voice.get_by_label("If nobody asked for it"), "Her mother is in hospital.")
    chairing.save(taker, voice, "Save the child's voice")
    hands.presses += 1

    goes_on(hands, chair, taker, "What is new")
    for agency in ("health", "police"):
        hands.press(taker, button(taker, f"Step of {agency}."))

    goes_on(hands, chair, taker, "Safety")
    hands.type(taker.page.get_by_label("The worry"), DANGER)
    hands.type(taker.page.get_by_label("Safe enough means"), GOAL)
    hands.press(taker, button(taker, "Add danger and goal"))
    for number, person in enumerate(others, 2):
        chairing.gives(person, meeting, number)
    taker.loads(f"/meetings/{meeting.pk}/")
    chairing.sends(taker, taker.page.locator("#number-5"))
    hands.presses += 1

    goes_on(hands, chair, taker, "Decide")
    chairing.decides(chair, meeting, 2, "Harm suspected", WHY)
    hands.typed(WHY, presses=2)
    chairing.looks_at(taker, meeting, "stage=decide")
    for p, text in NEW:
        chairing.adds(taker, chairing.Action(p, text, "Social care"))
        hands.typed(text, presses=4)
    nurse = others[1]
    chairing.looks_at(nurse, meeting, "stage=decide")
    nurse.page.get_by_text("Disagrees", exact=True).click()
    nurse.page.get_by_label("Why it does not agree").fill(AGAINST)
    chairing.sends(nurse, button(nurse, "Disagrees, because of this"))
    expect(chair.page.locator("#agreed")).to_contain_text(AGAINST, timeout=PATIENT)
    chairing.hears_that_all_agree(chair)
    chairing.chooses_the_next_slot(chair)
    chairing.ends(chair)
    hands.presses += 2 + 1 + 2


def button(person: Person, name: str) -> Locator:
    """By its words."""
    return person.page.get_by_role("button", name=name)


def goes_on(hands: Hands, chair: Person, taker: Person, to: str) -> None:
    """Next; the minute taker's page goes along by itself."""
    hands.press(chair, button(chair, f"Next: {to}"))
    expect(taker.page.locator("#place")).to_contain_text(to, timeout=PATIENT)
