"""What is around every stage of a child's meeting: whose it is, the day's children, the clock, who is here."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median_low
from typing import Any

from django.urls import reverse
from django.utils import timezone

from cases.assessments.models import DecisionSource
from cases.missing.models import MissingEpisode
from cases.record.models.case import Case
from cse_portal.ui.presenters import age_on, counted, display_date, local_date
from mase.meetings.choices import MeetingState, Stage
from mase.meetings.models.meeting import Meeting
from mase.meetings.selectors.record import MeetingRecord
from mase.plans.models.safety_map import DangerStatement

WEEKS = 13
SPARK = 14  # the height of the tallest bar
DONE, NOW, WAITS, READY = "done", "now", "waits", "ready"


@dataclass(frozen=True)
class RailLine:
    """One child of the day: the slot, how far it is, and what was decided."""

    time: str
    name: str
    url: str
    mark: str
    words: str
    category: int | None
    here: bool


@dataclass(frozen=True)
class Rail:
    """The children of the day in the order of their slots, and how the meeting keeps time."""

    title: str
    pace: str
    lines: list[RailLine]


@dataclass(frozen=True)
class StageLink:
    """One stage in the bar; `open` once it may be looked at."""

    number: int
    code: str
    title: str
    url: str
    done: bool
    here: bool
    open: bool


@dataclass(frozen=True)
class Fact:
    """One fact of the strip; `bars` are (left, top, height) of a week each."""

    label: str
    value: str
    late: str = ""
    bars: list[tuple[int, int, int]] = field(default_factory=list)
    apart: bool = False


@dataclass(frozen=True)
class Clock:
    """How long this child is talked about, and how long their slot is."""

    seconds: int
    minutes: int

    @property
    def gone(self) -> int:
        """Minutes of the slot that are gone."""
        return min(self.seconds // 60, self.minutes)

    @property
    def is_over(self) -> bool:
        """Whether the slot is."""
        return self.seconds >= self.minutes * 60

    @property
    def words(self) -> str:
        """6:20, or how long the slot is over, as far as the page has no script that lets it run."""
        if not self.is_over:
            return f"{self.seconds // 60}:{self.seconds % 60:02}"
        over = self.seconds // 60 - self.minutes
        if not over:
            return "Time is up"
        return f"Over by {counted(over // 60, 'hour') if over >= 60 else counted(over, 'minute')}"


def clock(meeting: Meeting) -> Clock | None:
    """While the meeting runs in a slot of a session."""
    if not (meeting.is_running and meeting.started_at and meeting.session):
        return None
    gone = timezone.now() - meeting.started_at
    return Clock(max(0, int(gone.total_seconds())), meeting.session.minutes_a_slot)


def rail(meetings: Sequence[Meeting], here: Meeting, to_come: Mapping[Any, int], *, shared: bool) -> Rail:
    """The children of this session, or this one alone; to a family in the room no other child is named."""
    shown = [each for each in meetings if each.pk == here.pk] if shared else meetings
    lines = [_rail_line(each, here, to_come.get(each.pk, 0)) for each in shown]
    decided = sum(each.state == MeetingState.ENDED for each in meetings)
    words = [f"{decided} decided"] if len(meetings) > 1 else []
    return Rail(counted(len(meetings), "child,children"), " · ".join([*words, *_pace(here)]), lines)


def _rail_line(meeting: Meeting, here: Meeting, to_come: int) -> RailLine:
    child, category, words, mark = meeting.case.child, None, "All reports in", READY
    if meeting.state == MeetingState.ENDED:
        category, before = meeting.decision.category, meeting.category_at_entry
        mark, words = DONE, "stays" if category == before else f"was {before}" if before else "new"
    elif meeting.is_running:
        mark, words = NOW, "Now"
    elif to_come:
        mark, words = WAITS, f"{counted(to_come, 'report')} to come"
    age = age_on(child.date_of_birth)
    name = f"{child.given_name} {child.family_name[:1]}." if child.family_name else child.name
    return RailLine(
        timezone.localtime(meeting.scheduled_for).strftime("%H:%M"), f"{name}, {age}" if age is not None else name,
        reverse("mase:meeting", args=[meeting.pk]), mark, words, category, meeting.pk == here.pk,
    )  # fmt: skip


def _pace(meeting: Meeting) -> list[str]:
    """How far it began from its slot, while it runs on the day it was booked for."""
    if not (meeting.is_running and meeting.started_at and meeting.session_id):
        return []
    late = int((meeting.started_at - meeting.scheduled_for).total_seconds()) // 60
    if abs(late) >= 24 * 60:
        return []
    return [f"{abs(late)} min {'behind' if late > 0 else 'ahead'}" if late else "in time"]


def stages(meeting: Meeting, looked_at: str) -> list[StageLink]:
    """The five stages; before the start the first three may be read."""
    order = list(Stage)
    at = order.index(Stage(meeting.stage)) if meeting.is_running else len(order) * (not meeting.is_open)
    return [
        StageLink(
            number + 1, each.value, each.label, stage_url(meeting, each), number < at, each == looked_at,
            meeting.state != MeetingState.SCHEDULED or number < order.index(Stage.SAFETY),
        )
        for number, each in enumerate(order)
    ]  # fmt: skip


def stage_url(meeting: Meeting, stage: Stage) -> str:
    """Where this stage is looked at, wherever the meeting is."""
    return f"{reverse('mase:meeting', args=[meeting.pk])}?stage={stage.value}"


def age_words(case: Case) -> str:
    """17 · 18 on 9 March 2027, in the last year before it."""
    born = case.child.date_of_birth
    age = age_on(born)
    if born is None or age is None:
        return "Age not known"
    if age != 17:
        return str(age)
    day = 28 if (born.month, born.day) == (2, 29) else born.day
    return f"17 · 18 on {display_date(born.replace(year=born.year + 18, day=day))}"


def facts(
    record: MeetingRecord, episodes: Sequence[MissingEpisode], newest: tuple[str, str] | None, safety: str
) -> list[Fact]:
    """The five facts that a decision is made on; the age of the assessment is for no screen that others see."""
    today = timezone.localdate()
    owed = [*record.outstanding, *record.waiting]
    late = sum(each.due_on < today for each in record.outstanding)
    found = [] if record.shared else [_assessed(record)]
    found += [
        Fact("Missing, 90 days", str(len(episodes)), bars=_bars(episodes)),
        Fact("Actions", f"{len(owed)} open", "" if record.shared or not late else f"{late} late"),
        Fact("Safety, 0 to 10", safety),
    ]
    if newest and not record.shared:
        found.append(Fact(f"Newest, {newest[0]}", newest[1], apart=True))
    return found


def _assessed(record: MeetingRecord) -> Fact:
    made = record.evidence.assessment
    if made is None:
        return Fact("Assessed", "", "never")
    days = (timezone.localdate() - timezone.localdate(made.assessed_at)).days
    words = counted(days // 30, "month") if days >= 60 else counted(days, "day") if days else "today"
    return Fact("Assessed", "", f"{words}, late") if record.evidence.is_old else Fact("Assessed", words)


def _bars(episodes: Sequence[MissingEpisode]) -> list[tuple[int, int, int]]:
    """One bar a week, this week last; a week without any is a line at the foot."""
    today, weeks = timezone.localdate(), [0] * WEEKS
    for each in episodes:
        ago = (today - timezone.localdate(each.missing_since)).days // 7
        if 0 <= ago < WEEKS:
            weeks[WEEKS - 1 - ago] += 1
    most = max(weeks)
    heights = [max(2, number * SPARK // most) if number else 1 for number in weeks]
    return [(number * 6, SPARK - height, height) for number, height in enumerate(heights)]


def why_indicated(record: MeetingRecord) -> list[str]:
    """What the newest assessment gives as its reasons, in sentences."""
    made = record.evidence.assessment
    return [line["sentence"] for line in made.arithmetic if line.get("kind") == "floor"] if made else []


def last_decided(record: MeetingRecord) -> dt.date | None:
    """The day of the last meeting's decision, where there was one."""
    decided = (each.decided_at for each in record.evidence.decisions if each.source == DecisionSource.MEETING)
    return local_date(next(decided, None))


def since_words(record: MeetingRecord) -> str:
    """Since when something is new."""
    last = last_decided(record)
    return f"since {display_date(last)}" if last else ""


def safety_words(record: MeetingRecord) -> str:
    """The middle of the agencies' numbers, last time and today: today's once it decides, so that it sways nobody."""
    meeting = record.meeting
    dangers = [each for each in record.dangers if not each.is_ended]
    earlier = [each.at_earlier_meetings[0] for each in dangers if each.at_earlier_meetings]
    last, now = _middle(earlier), _middle(dangers)
    shown = now if meeting.stage == Stage.DECIDE or not meeting.is_open else ""
    return (
        f"{last} last → {shown} today"
        if last and shown
        else f"{shown} today"
        if shown
        else f"last {last or '–'}"
    )


def _middle(dangers: Sequence[DangerStatement]) -> str:
    numbers = [score.value for each in dangers for score in each.scores.all() if score.invitation_id]
    return f"{median_low(numbers)}" if numbers else ""
