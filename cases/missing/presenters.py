"""Missing episodes and return home interviews in words."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from cases.missing.models import InterviewState, InterviewStep, MissingEpisode, ReturnHomeInterview
from cases.missing.selectors import EpisodeRecord, Repeated
from cse_portal.reference import selectors as reference
from cse_portal.ui.presenters import Row, counted, display_date, display_datetime

COLOURS = {
    InterviewState.TO_OFFER: "yellow", InterviewState.TO_HOLD: "yellow", InterviewState.LATE: "red",
    InterviewState.HELD: "blue", InterviewState.HELD_LATE: "orange", InterviewState.DECLINED: "grey",
}  # fmt: skip


def cards(records: Iterable[EpisodeRecord]) -> list[dict[str, Any]]:
    """Every episode in words."""
    return [
        {
            "episode": each.episode,
            "state": each.state,
            "kind": reference.label("missing-type", each.episode.kind),
            "rows": _rows(each.episode),
            "colour": COLOURS[each.state] if each.state else "",
            "due": due_words(each),
            "steps": [(interview_words(step), step.text) for step in each.steps],
        }
        for each in records
    ]


def repeated_words(found: Repeated, since: dt.date) -> str:
    """How often, since when."""
    return f"Missing {counted(found.times, 'time')} since {display_date(since)}"


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
    is_due = record.state in (InterviewState.TO_OFFER, InterviewState.TO_HOLD, InterviewState.LATE)
    return f"To be held by {display_datetime(record.due_at)}" if is_due else ""


def _rows(episode: MissingEpisode) -> list[Row]:
    until = episode.returned_at or timezone.now()
    told = f"{episode.recorded_by.full_name}, {episode.agency.short_name}, {display_datetime(episode.recorded_at)}"
    rows = [
        Row("Missing from", reference.label("missing-from", episode.missing_from)),
        Row("Reported by", episode.reporting_agency.name),
        Row("What was known", episode.notes),
        Row("Recorded by", told),
        Row("Back", display_datetime(episode.returned_at) if episode.returned_at else "Not yet"),
        Row("How long", lasted(episode.missing_since, until)),
        Row("Found where", episode.found_where),
        Row("What is known of it", episode.return_notes),
    ]
    return [row for row in rows if row.value]


def interview_words(row: ReturnHomeInterview) -> str:
    """What happened, when, and by whom or why not."""
    words = [row.get_step_display(), display_datetime(row.at)]
    if row.step == InterviewStep.HELD:
        independent = "independent" if row.is_independent else "not independent"
        words.append(f"by {row.interviewer}, {row.provider.name}, {independent}")
    elif row.step == InterviewStep.DECLINED:
        words.append(reference.label("interview-declined", row.declined_reason))
    else:
        words.append(f"by {row.provider.name}")
    return ", ".join(words)
