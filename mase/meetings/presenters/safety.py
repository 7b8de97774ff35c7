"""Stage 4, Safety: the scale of one danger, with a row for the child and for each seat."""

from collections import Counter
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from cse_portal.ui.charts.spread import HIGHEST
from cse_portal.ui.presenters import display_date, local_date
from mase.meetings.choices import CHILD
from mase.meetings.forms.sections import SectionForm
from mase.meetings.models.meeting import Invitation
from mase.meetings.presenters.meeting import MeetingPage
from mase.meetings.selectors.thresholds import name_of
from mase.plans.models.safety_map import DangerStatement, ScaleScore
from mase.plans.presenters.scale import seat_key

OUTLIER = 2  # so far from the middle somebody is asked why
WORDS = [
    "none",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
]


def place(value: float | None) -> str:
    """On the axis, whose numbers are the buttons."""
    return "" if value is None else f"{(value + 0.5) / (HIGHEST + 1) * 100:.2f}%"


@dataclass(frozen=True)
class ScaleRow:
    """One seat or the child: the number of today and of last time, and how far from the middle it is."""

    who: str
    note: str
    now: int | None
    last: int | None
    is_child: bool = False
    beyond: str = ""

    @property
    def now_at(self) -> str:
        """Where today's number is drawn."""
        return place(self.now)

    @property
    def last_at(self) -> str:
        """Where the number of last time is drawn."""
        return place(self.last)

    @property
    def is_below(self) -> bool:
        """Far below the middle: it is said on that side."""
        return self.beyond.endswith("below")

    @property
    def words(self) -> str:
        """The same for those who do not see it."""
        now = "no number" if self.now is None else f"{self.now} today"
        last = "" if self.last is None else f"{self.last} last time"
        return f"{self.who}: " + ", ".join(filter(None, (now, last, self.beyond)))


@dataclass(frozen=True)
class Reason:
    """Why somebody is far from the middle: a box for who may write it, else the words."""

    label: str
    words: str
    section: SectionForm | None


@dataclass
class SafetyStage:
    """One danger at a time. The numbers of others are `shown` once this reader has given their own.

    `seats` are those whose number they may give, `asked` the one whose turn it is.
    """

    dangers: list[tuple[int, DangerStatement]]
    danger: DangerStatement | None
    new: SectionForm | None
    form: SectionForm | None = None
    seats: list[tuple[str, str]] = field(default_factory=list)
    asked: str = ""
    pressed: int | None = None
    shown: bool = False
    spread: str = ""
    sentence: str = ""
    rows: list[ScaleRow] = field(default_factory=list)
    middle_at: str = ""
    last_on: str = ""
    reasons: list[Reason] = field(default_factory=list)
    numbers: tuple[int, ...] = tuple(range(HIGHEST + 1))


def safety_stage(page: MeetingPage, danger: str = "") -> SafetyStage:
    """For this reader: `danger` is the key of the one they look at, else it is the first that goes on."""
    going_on = [(number, each) for number, each in enumerate(page.record.dangers, 1) if not each.is_ended]
    here = next((each for _, each in going_on if str(each.pk) == danger), None)
    here = here or (going_on[0][1] if going_on else None)
    stage = SafetyStage(going_on, here, None if going_on else page.of_meeting("new-danger"))
    if here is not None:
        _draw(stage, page, here)
    return stage


def _draw(stage: SafetyStage, page: MeetingPage, danger: DangerStatement) -> None:
    record, given = page.record, {each.invitation_id: each for each in danger.scores.all()}
    stage.form = page.sections.get(("score", danger.pk))
    stage.seats = _seats(page) if stage.form else []
    by_key = {str(key or CHILD): score.value for key, score in given.items()}
    keys = [key for key, _ in stage.seats]
    stage.asked = next((key for key in keys if key not in by_key), keys[0] if keys else "")
    stage.pressed = by_key.get(stage.asked)
    mine = given.get(record.seat.pk) if record.seat else None
    sees = mine is not None or page.powers.notes or record.seat is None or not page.meeting.is_running
    stage.shown = bool(given) and sees
    if not stage.shown:
        return
    numbers = [given[each.pk].value for each in record.seats if each.agency and each.pk in given]
    middle = median(numbers) if numbers else None
    last: dict[Any, int] = {}
    for before in danger.at_earlier_meetings[:1]:
        last = {seat_key(each.invitation): each.value for each in before.scores.all()}
        stage.last_on = display_date(local_date(before.meeting.started_at))
    stage.rows = [
        _row(page, seat, given.get(seat.pk if seat else None), last.get(seat_key(seat)), middle)
        for seat in (None, *record.seats)
    ]
    stage.middle_at, stage.spread = place(middle), _spread(numbers)
    stage.sentence = " ".join(filter(None, (_most(numbers), _child(stage.rows[0]))))
    for seat in record.seats:
        score = given.get(seat.pk)
        if score and (score.reason if seat.is_family else _beyond(score, middle) and not record.shared):
            asked = f"{short_name(page, seat)} says {score.value}. Why?"
            stage.reasons.append(Reason(asked, score.reason, page.sections.get(("why", score.pk))))


def _seats(page: MeetingPage) -> list[tuple[str, str]]:
    """Those whose number this reader may give, their own first."""
    record, own = page.record, page.record.seat
    theirs = [own] if own and page.powers.contributes else []
    if page.powers.notes:
        theirs += [each for each in record.seats if each != own]
    found = [(str(each.pk), "Your number" if each == own else short_name(page, each)) for each in theirs]
    may_child = page.powers.notes or page.powers.schedules
    return [*found, (CHILD, page.meeting.case.child.given_name)] if may_child else found


def short_name(page: MeetingPage, seat: Invitation) -> str:
    """The agency, or the person where several of it have a seat."""
    if seat.agency is None:
        return name_of(seat)
    alone = sum(each.agency_id == seat.agency_id for each in page.record.seats) == 1
    return seat.agency.short_name if alone or not seat.person else seat.person.full_name


def _row(
    page: MeetingPage,
    seat: Invitation | None,
    score: ScaleScore | None,
    last: int | None,
    middle: float | None,
) -> ScaleRow:
    now = score.value if score else None
    if seat is None:
        by = f"by {score.recorded_by.full_name.split()[0]}" if score else ""
        return ScaleRow(page.meeting.case.child.given_name, by, now, last, is_child=True)
    note = "you" if seat == page.record.seat else ""
    return ScaleRow(short_name(page, seat), note, now, last, beyond=_beyond(score, middle) if score else "")


def _beyond(score: ScaleScore, middle: float | None) -> str:
    """2 below; nothing near the middle, and of who comes without an agency."""
    if middle is None or score.invitation is None or not score.invitation.agency_id:
        return ""
    far = score.value - middle
    return f"{abs(far):g} {'above' if far > 0 else 'below'}" if abs(far) >= OUTLIER else ""


def _spread(numbers: list[int]) -> str:
    if not numbers:
        return "No agency yet"
    low, high = min(numbers), max(numbers)
    return (
        f"From {low} to {high}" if low < high else f"All say {low}" if len(numbers) > 1 else f"One says {low}"
    )


def _most(numbers: list[int]) -> str:
    """Three of six say 3."""
    value, often = Counter(numbers).most_common(1)[0] if numbers else (0, 0)
    if not 1 < often < len(numbers) < len(WORDS):
        return ""
    return f"{WORDS[often].capitalize()} of {WORDS[len(numbers)]} say {value}."


def _child(row: ScaleRow) -> str:
    """Simran says 2, one lower than last time."""
    if row.now is None:
        return ""
    apart = row.now - (row.now if row.last is None else row.last)
    than = f", {WORDS[abs(apart)]} {'higher' if apart > 0 else 'lower'} than last time" if apart else ""
    return f"{row.who} says {row.now}{than}."
