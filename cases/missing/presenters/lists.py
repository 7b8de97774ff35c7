"""Who is missing and whose interview is due, as lists show them."""

import datetime as dt
import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone

from cases.missing.models import (
    ABSENT,
    MISSING,
    InterviewState,
    MissingEpisode,
)
from cases.missing.selectors.episodes import EpisodeRecord, record_of
from cse_portal.reference import selectors as reference
from cse_portal.ui.presenters import (
    age_on,
    counted,
    display_datetime,
    display_time,
    short_date,
)

COLOURS = {
    InterviewState.TO_OFFER: "yellow", InterviewState.TO_HOLD: "yellow", InterviewState.BOOKED: "blue",
    InterviewState.LATE: "red",
    InterviewState.HELD: "blue", InterviewState.HELD_LATE: "orange", InterviewState.DECLINED: "grey",
}  # fmt: skip


@dataclass(frozen=True)
class MissingRow:
    """A child who is missing, as a line of the list."""

    name: str
    age: int | None
    url: str
    tonight_url: str
    category: int
    lead: str
    hours: str
    since: str
    kind: str
    is_absent: bool
    grade: str
    police_reference: str
    last_seen: str
    wearing: str
    with_whom: str
    next_call: str
    call_words: str
    call_url: str
    seen_url: str
    back_url: str


@dataclass(frozen=True)
class InterviewRow:
    """A return home interview that is due, as a line of the list."""

    name: str
    age: int | None
    url: str
    category: int
    lead: str
    time_left: str
    is_late: bool
    share_used: int
    returned: str
    away: str
    step: str
    where: str
    is_booked_late: bool
    is_missing_again: bool
    act: str
    act_url: str


def missing_rows(
    episodes: Iterable[MissingEpisode], worked_on: Collection[uuid.UUID] = ()
) -> list[MissingRow]:
    """The lines of the list; who may contribute to a case gets the link that says the child is back."""
    now = timezone.now()
    return [
        MissingRow(
            **_child(each),
            tonight_url=reverse("cases:tonight", args=[each.case.reference]),
            hours=hours_missing(each.missing_since, now),
            since=day_and_time(each.missing_since),
            kind="" if each.kind == MISSING else reference.label("missing-type", each.kind),
            is_absent=each.kind == ABSENT,
            grade=f"{reference.label('police-risk-grade', each.risk_grade)} risk" if each.risk_grade else "",
            police_reference=each.police_reference,
            last_seen=_last_seen(each),
            wearing=each.last_seen_wearing,
            with_whom=each.with_whom,
            **_next_call(each, is_mine=each.case_id in worked_on),
            seen_url=_address("sighting", each) if each.case_id in worked_on else "",
            back_url=_address("back", each) if each.case_id in worked_on else "",
        )
        for each in episodes
    ]


def interview_rows(
    episodes: Iterable[MissingEpisode], worked_on: Collection[uuid.UUID] = ()
) -> list[InterviewRow]:
    """The lines of the list; who may contribute to a case gets the link that records the interview."""
    records = (record_of(each, each.interviews.all()) for each in episodes)
    return [_interview_row(each, timezone.now(), worked_on) for each in records]


def _interview_row(record: EpisodeRecord, now: dt.datetime, worked_on: Collection[uuid.UUID]) -> InterviewRow:
    episode, due_at = record.episode, record.due_at or now
    returned_at = episode.returned_at or now
    is_late = now > due_at
    step = _step(record)
    page = "book" if step["act"] == "Book" else "interview"
    between = (lasted(due_at, now), "late") if is_late else (lasted(now, due_at), "left")
    return InterviewRow(
        **_child(episode),
        time_left=" ".join(between),
        is_late=is_late,
        share_used=min(100, round(100 * (now - returned_at) / (due_at - returned_at))),
        returned=day_and_time(returned_at),
        away=f"after {lasted(episode.missing_since, returned_at)}",
        **step,
        is_booked_late=record.is_booked_late,
        is_missing_again=episode.case.missing_since is not None,
        act_url=_address(page, episode) if episode.case_id in worked_on else "",
    )


def _child(episode: MissingEpisode) -> dict[str, Any]:
    case = episode.case
    lead = case.lead_professional
    return {
        "name": case.child.name, "age": age_on(case.child.date_of_birth), "category": case.category,
        "url": reverse("cases:missing", args=[case.reference]),
        "lead": f"{lead.full_name} leads" if lead else "Nobody leads yet",
    }  # fmt: skip


def _next_call(episode: MissingEpisode, *, is_mine: bool) -> dict[str, Any]:
    """The next call to make: now, where somebody is not told yet. And what came of the last one."""
    calls = list(episode.calls.all())
    to_make = next((each for each in calls if each.done_at is None), None)
    made = max(
        (each for each in calls if each.done_at),
        key=lambda each: each.done_at or each.recorded_at,
        default=None,
    )
    last = f"Last call {display_time(made.done_at)}: {made.result or made.with_whom}" if made else ""
    if to_make is None:
        return {"next_call": "", "call_words": last, "call_url": ""}
    when = display_time(to_make.call_at) if to_make.call_at else "Now"
    then = "No answer: then missing" if episode.kind == ABSENT else ""
    words = [
        f"with {to_make.with_whom}",
        "Not told yet" if not to_make.call_at else "",
        to_make.note,
        last,
        then,
    ]
    address = reverse("cases:missing-called", args=[episode.case.reference, to_make.pk])
    return {
        "next_call": when, "call_words": ". ".join(filter(None, words)), "call_url": address if is_mine else "",
    }  # fmt: skip


def _last_seen(episode: MissingEpisode) -> str:
    sighting = next(iter(episode.sightings.all()), None)
    if sighting:
        by = f", by {sighting.seen_by}" if sighting.seen_by else ""
        return f"{sighting.where}{by}, {day_and_time(sighting.seen_at)}"
    place = episode.last_seen_where or reference.label("missing-from", episode.missing_from)
    return f"{place}, by {episode.last_seen_by}" if episode.last_seen_by else place


def _step(record: EpisodeRecord) -> dict[str, Any]:
    """How far the interview has come, and what is done next."""
    if booked := record.booked:
        return {
            "step": f"{day_and_time(booked.at)}, {booked.interviewer}",
            "where": booked.held_where,
            "act": "Record",
        }
    if not record.steps:
        return {"step": "Nobody has offered it", "where": "", "act": "Offer"}
    step = record.steps[-1]
    offered = f"Offered by {step.provider.short_name}, {day_and_time(step.at)}"
    return {"step": offered, "where": "Not booked", "act": "Book"}


def interview_words(booked_at: str) -> str:
    """The dated step of a case: with the time, once it is booked."""
    if not booked_at:
        return "Return home interview"
    return f"Return interview: {day_and_time(dt.datetime.fromisoformat(booked_at))}"


def booked_before(record: EpisodeRecord) -> dict[str, Any]:
    """By whom, where and for which agency it was booked or offered, to begin a form with."""
    names = ("interviewer", "held_where", "provider")
    last = record.booked or next(reversed(record.steps), None)
    return {name: getattr(last, name) for name in names} if last else {}


def _address(page: str, episode: MissingEpisode) -> str:
    return reverse(f"cases:missing-{page}", args=[episode.case.reference, episode.pk])


def day_and_time(moment: dt.datetime) -> str:
    """Saturday, 6:15pm; 27 Mar 2026, 6:15pm, where that is a week ago or more."""
    day = timezone.localtime(moment).date()
    is_near = abs(timezone.localdate() - day) < dt.timedelta(days=7)
    return f"{day:%A}, {display_time(moment)}" if is_near else f"{short_date(moment)}, {display_time(moment)}"


def hours_missing(since: dt.datetime, now: dt.datetime) -> str:
    """40 hours; from the fourth day on, days."""
    hours = int((now - since).total_seconds()) // 3600
    return counted(hours, "hour") if 0 < hours < 96 else lasted(since, now)


def missing_heading(rows: Iterable[MissingRow]) -> str:
    """How many children are missing; who is absent is not counted."""
    number = sum(not each.is_absent for each in rows)
    if not number:
        return "No child is missing now"
    return f"{counted(number, 'child is,children are')} missing now"


def nobody_missing(last: MissingEpisode | None) -> str:
    """Where the list is empty: when somebody was last back."""
    if last is None or last.returned_at is None:
        return "No child whose case you can see has been missing."
    return f"The last came back on {day_and_time(last.returned_at)}."


def lasted(since: dt.datetime, until: dt.datetime) -> str:
    """2 days and 3 hours; 40 minutes."""
    minutes = int((until - since).total_seconds()) // 60
    days, hours = divmod(minutes // 60, 24)
    if not days and not hours:
        return counted(minutes, "minute")
    parts = [counted(days, "day")] if days else []
    return " and ".join([*parts, counted(hours, "hour")] if hours else parts)


def due_words(record: EpisodeRecord) -> str:
    """By when the interview is to be held, until it was held or declined."""
    is_over = record.state in (None, InterviewState.HELD, InterviewState.HELD_LATE, InterviewState.DECLINED)
    return "" if is_over else f"To be held by {display_datetime(record.due_at)}"
