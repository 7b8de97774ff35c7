"""What is around every stage of a child's meeting: whose it is, the day's children, the clock, who is here."""

import datetime as dt
from collections.abc import Mapping, Sequence
from statistics import median_low
from typing import Any

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
Shown = dict[str, Any]  # as a template reads it


def clock(meeting: Meeting) -> Shown | None:
    """How long this child is talked about while the meeting runs in a slot of a session: 6:20, or how long it is over.

    The words are for a page that has no script to let it run; `gone` are the minutes of the slot that are gone.
    """
    if not (meeting.is_running and meeting.started_at and meeting.session):
        return None
    seconds = max(0, int((timezone.now() - meeting.started_at).total_seconds()))
    minutes, slot = seconds // 60, meeting.session.minutes_a_slot
    over, words = minutes - slot, f"{minutes}:{seconds % 60:02}"
    if over >= 0:
        words = f"Over by {counted(over // 60, 'hour') if over >= 60 else counted(over, 'minute')}"
    return {
        "seconds": seconds, "minutes": slot, "gone": min(minutes, slot), "is_over": over >= 0,
        "words": words if over else "Time is up",
    }  # fmt: skip


def rail(meetings: Sequence[Meeting], here: Meeting, to_come: Mapping[Any, int], *, shared: bool) -> Shown:
    """The children of this session, or this one alone; to a family in the room no other child is named."""
    shown = [each for each in meetings if each.pk == here.pk] if shared else meetings
    decided = sum(each.state == MeetingState.ENDED for each in meetings)
    words = [f"{decided} decided"] if len(meetings) > 1 else []
    return {
        "title": counted(len(meetings), "child,children"), "pace": " · ".join([*words, *_pace(here)]),
        "lines": [_rail_line(each, to_come.get(each.pk, 0)) for each in shown],
    }  # fmt: skip


def _rail_line(meeting: Meeting, to_come: int) -> Shown:
    """One child of the day: how far it is, and what was decided."""
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
    name = f"{name}, {age}" if age is not None else name
    return {"meeting": meeting, "name": name, "mark": mark, "words": words, "category": category}


def _pace(meeting: Meeting) -> list[str]:
    """How far it began from its slot, while it runs on the day it was booked for."""
    if not (meeting.is_running and meeting.started_at and meeting.session_id):
        return []
    late = int((meeting.started_at - meeting.scheduled_for).total_seconds()) // 60
    if abs(late) >= 24 * 60:
        return []
    return [f"{abs(late)} min {'behind' if late > 0 else 'ahead'}" if late else "in time"]


def stages(meeting: Meeting, looked_at: str) -> list[Shown]:
    """The five stages as the bar has them: those that are over are done."""
    order = list(Stage)
    at = order.index(Stage(meeting.stage)) if meeting.is_running else len(order) * (not meeting.is_open)
    return [
        {"number": number, "stage": each, "done": number <= at, "here": each == looked_at}
        for number, each in enumerate(order, 1)
    ]


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
) -> list[Shown]:
    """The five facts that a decision is made on; the age of the assessment is for no screen that others see."""
    today = timezone.localdate()
    owed = [*record.outstanding, *record.waiting]
    late = sum(each.due_on < today for each in record.outstanding)
    found = [] if record.shared else [_assessed(record)]
    found += [
        _fact("Missing, 90 days", str(len(episodes)), bars=_bars(episodes)),
        _fact("Actions", f"{len(owed)} open", "" if record.shared or not late else f"{late} late"),
        _fact("Safety, 0 to 10", safety),
    ]
    if newest and not record.shared:
        found.append(_fact(f"Newest, {newest[0]}", newest[1], apart=True))
    return found


def _fact(label: str, value: str, late: str = "", **more: Any) -> Shown:
    """`bars` are (left, top, height) of a week each; `apart` is for professionals."""
    return {"label": label, "value": value, "late": late, **more}


def _assessed(record: MeetingRecord) -> Shown:
    made = record.evidence.assessment
    if made is None:
        return _fact("Assessed", "", "never")
    days = (timezone.localdate() - timezone.localdate(made.assessed_at)).days
    words = counted(days // 30, "month") if days >= 60 else counted(days, "day") if days else "today"
    return _fact("Assessed", "", f"{words}, late") if record.evidence.is_old else _fact("Assessed", words)


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
    if last and shown:
        return f"{last} last → {shown} today"
    return f"{shown} today" if shown else f"last {last or '–'}"


def _middle(dangers: Sequence[DangerStatement]) -> str:
    numbers = [score.value for each in dangers for score in each.scores.all() if score.invitation_id]
    return f"{median_low(numbers)}" if numbers else ""
