"""The band that is read first: what needs this person now, one line and one button each."""

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse
from django.utils import timezone

from cases.concerns.selectors import age_of, screening
from cases.concerns.services import shown_as
from cases.handoffs.selectors import child_key
from cases.missing.models import ABSENT, MissingEpisode
from cases.missing.presenters.lists import day_and_time, hours_missing
from cases.missing.selectors.episodes import record_of
from cases.record.models.case import Case
from cases.record.presenters import step_row
from cse_portal.reference import selectors as reference
from cse_portal.ui.presenters import age_on, counted, display_date, display_time, local_date
from intelligence.links.presenters import task_row
from mase.clocks.selectors.clocks import report_due
from mase.meetings.models.meeting import Meeting
from mase.plans.presenters.actions import about as about_action
from reporting.home.selectors.today import Today

MOST = 10  # lines, but for what is urgent: that is never left out


@dataclass(frozen=True)
class NowRow:
    """One line: what is wrong and since when, whose it is, one fact, and what to do."""

    kind: str
    clock: str
    name: str
    url: str
    button: str
    button_url: str
    fact: str
    about: uuid.UUID | None
    quiet: str = ""
    age: int | None = None
    category: int = 0
    indicated: bool = False
    urgent: bool = False
    primary: bool = False
    untagged: bool = False
    late: bool = True
    others: tuple[uuid.UUID, ...] = ()  # whom it names beside `about`


@dataclass(frozen=True)
class Now:
    """The lines; how many more there are, and which queues are empty."""

    rows: list[NowRow]
    more: int
    clear: list[str]


def now(found: Today) -> Now:
    """Missing, danger, overdue decisions and own work, children newly connected, then initial meetings to book."""
    rows = [
        *_missing(found),
        *_waiting(found),
        *_own(found),
        *_connected(found),
        *_late(found),
        *_to_book(found),
    ]
    urgent = [each for each in rows if each.urgent]
    others = [each for each in rows if not each.urgent]
    shown = max(0, MOST - len(urgent))
    drawn = [*urgent, *others[:shown]]
    first = next((each for each in drawn if each.indicated and each.urgent), drawn[0] if drawn else None)
    return Now(
        [replace(each, primary=each is first) for each in drawn],
        max(0, len(others) - shown),
        list(_clear(found)),
    )


def _missing(found: Today) -> Iterator[NowRow]:
    moment = timezone.now()
    for episode in found.missing:
        case, place = episode.case, reference.label("missing-from", episode.missing_from)
        lead = case.lead_professional
        yield NowRow(
            kind="Absent" if episode.kind == ABSENT else "Missing",
            clock=hours_missing(episode.missing_since, moment),
            fact=f"Since {day_and_time(episode.missing_since)}, from {place[:1].lower()}{place[1:]}.",
            quiet=f"{_police(episode)}{lead.full_name} leads." if lead else f"{_police(episode)}No lead yet.",
            button="Tonight sheet",
            button_url=reverse("cases:tonight", args=[case.reference]),
            urgent=True,
            **of_case(case),
        )


def _police(episode: MissingEpisode) -> str:
    return f"Police reference {episode.police_reference}. " if episode.police_reference else ""


def _waiting(found: Today) -> Iterator[NowRow]:
    overdue = sorted(
        (
            each
            for each in found.waiting
            if not (each.asks_danger or each.is_in_danger) and _days_late(each.decide_by, found.day)
        ),
        key=lambda each: each.decide_by or found.day,
    )
    for concern in [each for each in found.waiting if each.asks_danger or each.is_in_danger]:
        clock = f"{hours_missing(concern.submitted_at, timezone.now())} ago"
        yield _concern(
            concern, "Danger now?" if concern.asks_danger else "Immediate danger", clock, "Decide now"
        )
    for concern in overdue:
        yield _concern(concern, "Overdue", counted(_days_late(concern.decide_by, found.day), "day"), "Decide")


def _concern(concern: Any, kind: str, clock: str, button: str) -> NowRow:
    url = reverse("cases:triage-concern", args=[concern.reference])
    line = concern.worry.strip().split("\n")[0]
    worry = line if len(line) <= 110 else f"{line[:110].rsplit(' ', 1)[0]} …"
    sent = f"{concern.author.full_name}, {concern.author_agency.short_name}."
    return NowRow(
        kind=kind, clock=clock, name=concern.child_name, url=url, button=button, button_url=url,
        fact=f"“{worry}”" if worry else "", quiet=f"{sent} Decision due {display_date(concern.decide_by)}.",
        about=shown_as(concern), age=age_of(concern), category=screening(concern).category, indicated=True,
        urgent=concern.asks_danger or concern.is_in_danger,
    )  # fmt: skip


def _own(found: Today) -> Iterator[NowRow]:
    """The overdue steps of the cases this person leads, and reports that are late."""
    for meeting, due_on in owed_reports(found):
        if late := _days_late(due_on, found.day):
            at = f"{display_date(meeting.scheduled_for)}, {display_time(meeting.scheduled_for)}"
            url = reverse("mase:report", args=[meeting.pk])
            yield NowRow(
                "Overdue", counted(late, "day"), button="Write report", button_url=url,
                fact="Your agency’s report.", quiet=f"The meeting is on {at}.", **of_case(meeting.case),
            )  # fmt: skip
    for case in found.led:
        for step in found.steps[case.pk]:
            if step.is_late and step.kind.slug not in ("interview", "action"):
                late, row = _days_late(local_date(step.due_at), found.day), step_row(step, case)
                yield NowRow(
                    "Overdue", counted(late, "day"), button=row.verb, button_url=row.url, fact=f"{row.words}.",
                    **of_case(case),
                )  # fmt: skip


def _late(found: Today) -> Iterator[NowRow]:
    """Interviews of this person's children, own actions and hand-offs, late by a day or more."""
    led = {each.pk for each in found.led}
    for episode in found.interviews:
        due = local_date(record_of(episode, episode.interviews.all()).due_at)
        if (late := _days_late(due, found.day)) and (found.is_team or episode.case_id in led):
            url = reverse("cases:missing", args=[episode.case.reference])
            yield NowRow(
                "Interview late", counted(late, "day"), button="Open interview", button_url=url,
                fact="The return home interview was not held in 72 hours.", **of_case(episode.case),
            )  # fmt: skip
    for action in found.actions:
        if late := _days_late(action.due_on, found.day):
            url = reverse("mase:action", args=[action.pk])
            no_child = {"name": about_action(action), "url": url, "about": None, "untagged": True}
            yield NowRow(
                "Overdue", counted(late, "day"), button="Update action", button_url=url, fact=action.text[:160],
                **(of_case(action.case) if action.case else no_child),
            )  # fmt: skip
    for handed in found.handed:
        late = _days_late(handed.accept_by if handed.is_asked else handed.review_on, found.day)
        if late:
            url, button = (
                reverse("cases:handoff", args=[handed.pk]),
                "Answer" if handed.is_asked else "Review",
            )
            yield NowRow(
                "Overdue", counted(late, "day"), handed.child_name, url, button, url, handed.asked[:160],
                child_key(handed), quiet="Handed to your agency.", untagged=True,
            )  # fmt: skip


def _connected(found: Today) -> Iterator[NowRow]:
    """Children newly connected, for the CSE team to look at the same day."""
    for task in found.connected:
        row, (first, *others) = task_row(task), task.children
        yield NowRow(
            "Newly connected", "today" if row.is_today else row.since, row.title, row.url, "Look at it", row.url,
            row.fact, first.pk, untagged=True, others=tuple(each.pk for each in others),
        )  # fmt: skip


def _to_book(found: Today) -> Iterator[NowRow]:
    for case in found.to_book_soon:
        url = reverse("mase:schedule", args=[case.reference])
        lead = case.lead_professional.full_name if case.lead_professional else "Nobody"
        yield NowRow(
            "Book by", "today" if case.next_review_on == found.day else "tomorrow", button="Book", button_url=url,
            fact=f"A meeting to hold by {display_date(case.next_review_on)}.", quiet=f"{lead} leads.", late=False,
            **of_case(case),
        )  # fmt: skip


def _clear(found: Today) -> Iterator[str]:
    """A tick for each queue that could hold something and holds nothing."""
    if found.is_team and not found.waiting:
        yield "no concern waits"
    if found.is_team and not found.queues.get("minutes"):
        yield "no minutes wait to be sent"
    if found.is_team and not found.queues.get("handoffs"):
        yield "every hand-off is accepted"
    if (found.is_team or found.led) and not found.missing:
        yield "no child is missing"
    if (found.is_team or found.led) and not found.interviews:
        yield "no return interview is due"


def owed_reports(found: Today) -> list[tuple[Meeting, dt.date]]:
    """The meetings for which this person's agency still has to report, and by when."""
    meetings = [each for each in found.meetings if each.pk in found.reports]
    return [(each, report_due(found.reports[each.pk])) for each in meetings]


def of_case(case: Case) -> dict[str, Any]:
    """Whose line it is."""
    return {
        "name": case.child.name, "url": reverse("cases:case", args=[case.reference]), "about": case.pk,
        "age": age_on(case.child.date_of_birth), "category": case.category,
    }  # fmt: skip


def _days_late(day: dt.date | None, today: dt.date) -> int:
    return max(0, (today - day).days) if day else 0
