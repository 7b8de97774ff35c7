"""Missing episodes and return home interviews in words."""

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
    InterviewStep,
    MissingEpisode,
    MissingRiskGrade,
    ReturnHomeInterview,
)
from cases.missing.selectors import EpisodeRecord, Repeated, record_of
from cases.record.presenters import UNKNOWN, Difference
from cse_portal.reference import selectors as reference
from cse_portal.ui.presenters import (
    Row,
    age_on,
    counted,
    display_date,
    display_datetime,
    display_time,
    short_date,
)

COLOURS = {
    InterviewState.TO_OFFER: "yellow", InterviewState.TO_HOLD: "yellow", InterviewState.LATE: "red",
    InterviewState.HELD: "blue", InterviewState.HELD_LATE: "orange", InterviewState.DECLINED: "grey",
}  # fmt: skip


AFTER_HELD = {InterviewStep.HELD, InterviewStep.SHARED}


@dataclass(frozen=True)
class MissingRow:
    """A child who is missing, as a line of the list."""

    name: str
    age: int | None
    url: str
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
    offered: str
    is_missing_again: bool
    record_url: str


def missing_rows(
    episodes: Iterable[MissingEpisode], worked_on: Collection[uuid.UUID] = ()
) -> list[MissingRow]:
    """The lines of the list; who may contribute to a case gets the link that says the child is back."""
    now = timezone.now()
    return [
        MissingRow(
            **_child(each),
            hours=hours_missing(each.missing_since, now),
            since=day_and_time(each.missing_since),
            kind="" if each.kind == MISSING else reference.label("missing-type", each.kind),
            is_absent=each.kind == ABSENT,
            grade=f"{reference.label('police-risk-grade', each.risk_grade)} risk" if each.risk_grade else "",
            police_reference=each.police_reference,
            last_seen=_last_seen(each),
            wearing=each.last_seen_wearing,
            with_whom=each.with_whom,
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
    between = (lasted(due_at, now), "late") if is_late else (lasted(now, due_at), "left")
    return InterviewRow(
        **_child(episode),
        time_left=" ".join(between),
        is_late=is_late,
        share_used=min(100, round(100 * (now - returned_at) / (due_at - returned_at))),
        returned=day_and_time(returned_at),
        away=f"after {lasted(episode.missing_since, returned_at)}",
        offered=_offered(record),
        is_missing_again=episode.case.missing_since is not None,
        record_url=_address("interview", episode) if episode.case_id in worked_on else "",
    )


def _child(episode: MissingEpisode) -> dict[str, Any]:
    case = episode.case
    lead = case.lead_professional
    return {
        "name": case.child.name, "age": age_on(case.child.date_of_birth), "category": case.category,
        "url": reverse("cases:missing", args=[case.reference]),
        "lead": f"{lead.full_name} leads" if lead else "Nobody leads yet",
    }  # fmt: skip


def _last_seen(episode: MissingEpisode) -> str:
    place = episode.last_seen_where or reference.label("missing-from", episode.missing_from)
    return f"{place}, by {episode.last_seen_by}" if episode.last_seen_by else place


def _offered(record: EpisodeRecord) -> str:
    if not record.steps:
        return "Nobody has offered it"
    step = record.steps[-1]
    return f"Offered by {step.provider.short_name}, {day_and_time(step.at)}"


def _address(page: str, episode: MissingEpisode) -> str:
    return reverse(f"cases:missing-{page}", args=[episode.case.reference, episode.pk])


def day_and_time(moment: dt.datetime) -> str:
    """Saturday, 6:15pm; 27 Mar 2026, 6:15pm, where that is a week ago or more."""
    day = timezone.localtime(moment).date()
    is_near = timezone.localdate() - day < dt.timedelta(days=7)
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


def cards(records: Iterable[EpisodeRecord]) -> list[dict[str, Any]]:
    """Every episode in words."""
    return [
        {
            "episode": each.episode,
            "state": each.state,
            "kind": reference.label("missing-type", each.episode.kind),
            "rows": _rows(each.episode),
            "grades": [grade_words(row) for row in each.episode.risk_grades.all()],
            "colour": COLOURS[each.state] if each.state else "",
            "due": due_words(each),
            "steps": [(interview_words(step), step.text, interview_facts(step)) for step in each.steps],
            "may_be_shared": {step.step for step in each.steps} & AFTER_HELD == {InterviewStep.HELD},
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
        Row("Police reference", episode.police_reference),
        Row("Last seen", _last_seen(episode) if episode.last_seen_where or episode.last_seen_by else ""),
        Row("Wearing", episode.last_seen_wearing),
        Row("May be with", episode.with_whom),
        Row("What was known", episode.notes),
        Row("Recorded by", told),
        Row("Back", display_datetime(episode.returned_at) if episode.returned_at else "Not yet"),
        Row("How long", lasted(episode.missing_since, until)),
        Row("Found where", episode.found_where),
        Row("Found by", episode.found_by),
        Row("Harm while away", reference.label("harm-while-away", episode.harm_while_away)),
        Row("What is known of it", episode.return_notes),
    ]
    return [row for row in rows if row.value]


def grade_words(row: MissingRiskGrade) -> str:
    """High since 27 March 2026 at 7pm, recorded by whom, and why."""
    label = reference.label("police-risk-grade", row.grade)
    words = f"{label} since {display_datetime(row.graded_at)}"
    who = f"recorded by {row.recorded_by.full_name}, {row.agency.short_name}"
    return f"{words}, {who}" + (f": {row.reason}" if row.reason else "")


def interview_facts(row: ReturnHomeInterview) -> list[Row]:
    """Where it was held and what the child said about where they were, as far as it was written down."""
    rows = [
        Row("Held where", row.held_where),
        Row("Who else was there", row.others_present),
        Row(
            "What pushed them away",
            "; ".join(reference.label("push-factor", each) for each in row.push_factors),
        ),
        Row(
            "What drew them there",
            "; ".join(reference.label("pull-factor", each) for each in row.pull_factors),
        ),
        Row("Where they went", row.where_they_went),
        Row("With whom", row.with_whom),
        Row("How they travelled", row.transport),
        Row("Contact since", row.contact_since),
    ]
    return [each for each in rows if each.value]


def differences(form: Any, episode: MissingEpisode) -> list[Difference]:
    """Where the record, saved by somebody else meanwhile, differs from what was typed."""

    def worded(name: str, value: str) -> str:
        return (reference.label("missing-type", value) if name == "kind" else value) or UNKNOWN

    typed = {"kind": form.cleaned_data["kind"], **vars(form.known)}
    return [
        Difference(str(form[name].label), worded(name, getattr(episode, name)), worded(name, value))
        for name, value in typed.items()
        if getattr(episode, name) != value
    ]


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
