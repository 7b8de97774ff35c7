"""The coming days: meetings, reports, interviews, reviews and actions by day, and the queues that have no day."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils import timezone

from cases.handoffs.selectors import child_key
from cases.missing.models import InterviewState
from cases.missing.selectors.episodes import record_of
from cases.record.presenters import step_row
from cases.record.selectors.steps import REVIEW, TO_BOOK
from cases.voice.selectors import voices_due
from cse_portal.ui.presenters import counted, display_time, local_date
from mase.meetings.models.meeting import Meeting
from mase.plans.presenters.actions import about as about_action
from reporting.home.presenters.now import owed_reports
from reporting.home.selectors.today import Today

SHOWN_A_DAY = 5
GROUPED_FROM = 3  # so many meetings of a day are one line
NOT_BOOKED = (InterviewState.TO_OFFER, InterviewState.TO_HOLD)


@dataclass(frozen=True)
class Item:
    """One thing of a day."""

    at: dt.datetime | dt.date
    label: str
    url: str
    whose: str = ""
    note: str = ""
    late: bool = False
    abouts: tuple[uuid.UUID | None, ...] = ()
    by: bool = False
    when: str = ""


@dataclass(frozen=True)
class Day:
    """One day with what is on it, and how much more there is than the page has room for."""

    on: dt.date
    items: list[Item]
    more: int
    is_today: bool


@dataclass(frozen=True)
class Queue:
    """Work without a day: how much, and where it is done."""

    number: str
    words: str
    url: str


QUEUES = {
    "to-book": ("meeting to book,meetings to book", "mase:to-book"),
    "to-confirm": ("category to confirm,categories to confirm", "cases:assessment-confirm"),
    "actions": ("action to confirm,actions to confirm", "mase:actions"),
    "overdue-actions": ("overdue action,overdue actions", "mase:actions"),
    "gaps": ("gap to mend for the return,gaps to mend for the return", "reporting:gaps"),
    "minutes": ("minutes to send,minutes to send", "mase:minutes-drafts"),
    "handoffs": ("hand-off not accepted,hand-offs not accepted", "cases:handoffs-not-accepted"),
    "community": ("report from the community,reports from the community", "cases:community-reports"),
    "transfers": ("transfer not acknowledged,transfers not acknowledged", "cases:border-list"),
    "disagreements": ("open disagreement,open disagreements", "mase:disagreements"),
    "copies": ("copy to decide,copies to decide", "cases:exports"),
    "disposals": ("disposal to decide,disposals to decide", "reporting:disposals"),
    "subjects": ("subject of concern to review,subjects of concern to review", "intelligence:subjects"),
    "facts": ("fact to confirm or remove,facts to confirm or remove", "intelligence:subjects"),
    "requests": ("request to see a record,requests to see a record", "reporting:subject-access-requests"),
}


def days(found: Today) -> list[Day]:
    """Today and the next working days, each with its first things. What is late is on today."""
    by_day: dict[dt.date, list[Item]] = defaultdict(list)
    for item in _items(found):
        day = local_date(item.at) or found.day
        if day <= found.last_day:
            by_day[max(each for each in found.days if each <= max(day, found.day))].append(item)
    drawn = []
    for day in found.days:
        items = sorted(by_day[day], key=_order)
        shown = [replace(each, when=_when(each, day)) for each in items[:SHOWN_A_DAY]]
        drawn.append(Day(day, shown, max(0, len(items) - SHOWN_A_DAY), day == found.day))
    return drawn


def queues(found: Today) -> list[Queue]:
    """Those that hold something, the longest first."""
    numbers = dict(found.queues) | {"to-confirm": len(found.to_confirm), "gaps": found.gaps}
    held = sorted((name for name, number in numbers.items() if number), key=lambda each: -numbers[each])
    return [
        Queue(
            f"{numbers[name]:,}", counted(numbers[name], QUEUES[name][0]).split(" ", 1)[1], _url(name, found)
        )
        for name in held
    ]


def _url(name: str, found: Today) -> str:
    """The list; of categories to confirm the first one, which leads on to the next."""
    if name == "to-confirm":
        first = found.to_confirm[0]
        return reverse(QUEUES[name][1], args=[first.case.reference, first.pk])
    query = {
        "actions": "?whose=all&show=waiting", "overdue-actions": "?whose=all&show=overdue",
        "subjects": "?show=review", "facts": "?show=confirm",
    }  # fmt: skip
    return reverse(QUEUES[name][1]) + query.get(name, "")


def _when(item: Item, day: dt.date) -> str:
    """A time for what is held then, or to be done by then; the day too, where that is another one."""
    on = local_date(item.at) or day
    words = [] if on == day else [f"{on:%a} {on.day} {on:%b}"]
    if isinstance(item.at, dt.datetime):
        words.append(display_time(item.at))
    return f"By {', '.join(words)}" if words and item.by else ", ".join(words)


def _order(item: Item) -> tuple[bool, str]:
    """What is late, what has a time, what is due by the end of the day."""
    is_timed = isinstance(item.at, dt.datetime)
    return not item.late, item.at.isoformat() if is_timed else "~"


def _items(found: Today) -> Iterator[Item]:
    yield from _meetings(found.meetings, found.day)
    for each in found.cmogs:
        if (local_date(each.scheduled_for) or found.day) < found.day:
            continue
        yield Item(each.scheduled_for, each.get_kind_display(), each.get_absolute_url())
    for part in found.objectives:
        objective, note = part.objective, ". ".join(part.evidence)
        on = found.day if part.evidence else objective.due_on or found.day
        yield Item(
            on, "Report on the strategy", objective.get_absolute_url(), objective.text, note, part.is_overdue
        )
    for meeting, due_on in owed_reports(found):
        if due_on >= found.day:
            url, whose = reverse("mase:report", args=[meeting.pk]), meeting.case.child.name
            yield Item(due_on, "Report for a meeting", url, whose, abouts=(meeting.case_id,))
    yield from _interviews(found)
    for case in found.led:
        for step in found.steps[case.pk]:
            if step.kind.slug in (REVIEW, TO_BOOK, "repeat") and not step.is_late:
                row, day = step_row(step, case), step.due_at.date()
                yield Item(day, row.words, row.url, case.child.name, abouts=(case.pk,))
    for action in found.actions:
        url = reverse("mase:action", args=[action.pk])
        if action.due_on >= found.day:
            yield Item(action.due_on, "Action", url, about_action(action), abouts=(action.case_id,))
    for last, other in found.supervision:
        late = last.next_on < found.day
        whose, url, note = f"with {other.full_name}", last.get_absolute_url(), "Overdue" if late else ""
        yield Item(last.next_on, "Supervision due", url, whose, note, late)
    yield from _to_hear(found)
    yield from _handed(found)


def _to_hear(found: Today) -> Iterator[Item]:
    """The children to whom somebody must listen by the end of the week; many are one line."""
    due = voices_due(found.led, found.last_day)
    label = "Listen to the child"
    if len(due) >= GROUPED_FROM:
        late, keys = due[0][0] < found.day, tuple(case.pk for _, case in due)
        url = f"{reverse('cases:list')}?scope=mine"
        children = counted(len(due), "child,children")
        yield Item(due[0][0], label, url, children, "Late" if late else "", late, keys)
        return
    for day, case in due:
        url, late = reverse("cases:voice", args=[case.reference]), day < found.day
        yield Item(day, label, url, case.child.name, "Late" if late else "", late, (case.pk,))


def _handed(found: Today) -> Iterator[Item]:
    """What this person's agency is asked to accept, and what it does and reviews."""
    for each in found.handed:
        day = each.accept_by if each.is_asked else each.review_on
        if day and day >= found.day:
            label = "New to you: accept or decline" if each.is_asked else "Review of a hand-off"
            url = reverse("cases:handoff", args=[each.pk])
            yield Item(day, label, url, each.child_name, abouts=(child_key(each),))


def _meetings(meetings: Iterable[Meeting], today: dt.date) -> Iterator[Item]:
    """Many of one day and kind are one line, which leads to the calendar."""
    together: dict[tuple[dt.date | None, str], list[Meeting]] = defaultdict(list)
    for each in meetings:
        together[local_date(each.scheduled_for), each.get_kind_display()].append(each)
    for (day, kind), group in together.items():
        late = bool(day and day < today)
        note = "Not ended" if late else ""
        if len(group) >= GROUPED_FROM:
            first, children = group[0], counted(len(group), "child,children")
            keys = tuple(each.case_id for each in group)
            yield Item(first.scheduled_for, kind, reverse("mase:calendar"), children, note, late, keys)
            continue
        for each in group:
            url = reverse("mase:meeting", args=[each.pk])
            yield Item(each.scheduled_for, kind, url, each.case.child.name, note, late, (each.case_id,))


def _interviews(found: Today) -> Iterator[Item]:
    now = timezone.now()
    for episode in found.interviews:
        record = record_of(episode, episode.interviews.all())
        due_at, late = record.due_at or now, (record.due_at or now) < now
        note = "Late" if late else "Not booked" if record.state in NOT_BOOKED else ""
        if episode.case.missing_since:
            note = f"{note}. Missing again" if note else "Missing again"
        url = reverse("cases:missing", args=[episode.case.reference])
        yield Item(
            due_at, "Return interview", url, episode.case.child.name, note, late, (episode.case_id,), by=True
        )
