"""A child's tab: one time missing in four steps, what the child told, calls and sightings, and earlier times."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils import timezone

from cases.missing.models import (
    ABSENT,
    InterviewState,
    InterviewStep,
    MissingCall,
    MissingEpisode,
    MissingRiskGrade,
    ReturnHomeInterview,
)
from cases.missing.presenters.lists import COLOURS, day_and_time, due_words, hours_missing, lasted
from cases.missing.selectors.episodes import EpisodeRecord
from cases.missing.selectors.prompts import RepeatedlyMissing
from cases.missing.selectors.told import leads_in_interview
from cases.record.presenters import UNKNOWN, Difference
from cse_portal.reference import selectors as reference
from cse_portal.ui.presenters import Row, counted, display_date, display_datetime, display_time

NEVER = "Never filled in: home, school, what pushed them away, how they felt, and the grading."


@dataclass(frozen=True)
class TabStep:
    """One of the four steps: reported, back, offered, held."""

    title: str
    when: str
    words: list[str] = field(default_factory=list)
    is_done: bool = True
    warning: str = ""


def tab(records: Sequence[EpisodeRecord], chosen: str) -> dict[str, Any]:
    """The episode that the address names, else the open or newest one; and the others as rows."""
    if not records:
        return {}
    shown = next((each for each in records if str(each.episode.pk) == chosen), records[0])
    held = next((each for each in shown.steps if each.step == InterviewStep.HELD), None)
    episode = shown.episode
    return {
        "episode": episode,
        "heading": _heading(episode),
        "number": len(records) - list(records).index(shown),
        "state": shown.state,
        "colour": COLOURS[shown.state] if shown.state else "",
        "due": due_words(shown),
        "is_booked": shown.booked is not None,
        "steps": _steps(shown, held),
        "known": _known(episode),
        "grades": [grade_words(row) for row in episode.risk_grades.all()],
        "told": _told(held) if held else None,
        "calls": [call_row(each) for each in episode.calls.all() if each.done_at or episode.is_open],
        "sightings": [_seen(each) for each in episode.sightings.all()],
        "may_be_shared": held and not any(each.step == InterviewStep.SHARED for each in shown.steps),
        "draft": {"pk": held.pk, "lines": leads_in_interview(held), "never": NEVER} if held else None,
        "others": [episode_row(each) for each in records if each is not shown],
    }


def _heading(episode: MissingEpisode) -> str:
    word = "Absent" if episode.kind == ABSENT else "Missing"
    if episode.returned_at is None:
        return f"{word} now, {hours_missing(episode.missing_since, timezone.now())}"
    day = timezone.localtime(episode.missing_since)
    length = lasted(episode.missing_since, episode.returned_at)
    return f"{word} for {length}, {day:%A} {display_date(day)}"


def _steps(record: EpisodeRecord, held: ReturnHomeInterview | None) -> list[TabStep]:
    episode = record.episode
    number = f", log {episode.police_reference}" if episode.police_reference else ""
    place = reference.label("missing-from", episode.missing_from)
    reported = [f"By {episode.reporting_agency.short_name}{number}.", f"From: {place}."]
    grades = [
        f"{reference.label('police-risk-grade', each.grade)} at {display_time(each.graded_at)}"
        for each in reversed(episode.risk_grades.all())
    ]
    if grades:
        reported.append(f"Risk: {', then '.join(grades)}.")
    steps = [TabStep("Reported", day_and_time(episode.missing_since), reported)]
    if episode.returned_at is None:
        return [
            *steps,
            *(TabStep(title, "Not yet", [], is_done=False) for title in ("Back", "Offered", "Held")),
        ]
    found = [
        ", ".join(filter(None, (episode.found_by and f"Found by {episode.found_by}", episode.found_where))),
        episode.harm_while_away and f"Harm: {reference.label('harm-while-away', episode.harm_while_away)}",
        episode.return_notes,
    ]
    steps.append(TabStep("Back", day_and_time(episode.returned_at), [each for each in found if each]))
    return [*steps, _offered(record), _held(record, held)]


def _offered(record: EpisodeRecord) -> TabStep:
    offered = next((each for each in record.steps if each.step == InterviewStep.OFFERED), None)
    if offered:
        return TabStep("Offered", day_and_time(offered.at), [f"By {offered.provider.short_name}."])
    return TabStep(
        "Offered", "Not recorded" if record.steps else "Nobody has offered it", is_done=bool(record.steps)
    )


def _held(record: EpisodeRecord, held: ReturnHomeInterview | None) -> TabStep:
    declined = [each for each in record.steps if each.step == InterviewStep.DECLINED]
    shared = [each for each in record.steps if each.step == InterviewStep.SHARED]
    if held and record.episode.returned_at:
        after = lasted(record.episode.returned_at, held.at)
        independent = "independent" if held.is_independent else "not independent"
        where = f"Place: {held.held_where}." if held.held_where else ""
        words = [
            f"After {after}, {'in time' if record.due_at and held.at <= record.due_at else 'late'}.",
            f"{held.interviewer}, {held.provider.short_name}, {independent}.", where,
            f"Also there: {held.others_present}." if held.others_present else "",
            *(f"Shared with the police: {day_and_time(each.at)}." for each in shared),
        ]  # fmt: skip
        return TabStep("Held", day_and_time(held.at), [each for each in words if each])
    if record.state == InterviewState.DECLINED:
        last = declined[-1]
        return TabStep(
            "Declined", day_and_time(last.at), [reference.label("interview-declined", last.declined_reason)]
        )
    if booked := record.booked:
        words = [f"{booked.interviewer}, {booked.provider.short_name}.", booked.held_where, due_words(record)]
        late = "After the 72 hours." if record.is_booked_late else ""
        return TabStep(
            "Booked", day_and_time(booked.at), [each for each in words if each], is_done=False, warning=late
        )
    return TabStep("Held", due_words(record) or "Not yet", [], is_done=False)


def _told(held: ReturnHomeInterview) -> dict[str, Any]:
    """What the child said, and what it says about where they were."""
    rows = [
        Row("Where", held.where_they_went), Row("With", held.with_whom), Row("Transport", held.transport),
        Row("Phones", held.phones), Row("Given", held.gifts),
        Row("Harm", held.harm and reference.label("harm-while-away", held.harm)),
        Row("Contact since", held.contact_since),
    ]  # fmt: skip
    return {
        "text": held.text,
        "who": f"To {held.interviewer}, {display_date(held.at)}",
        "push": [reference.label("push-factor", each) for each in held.push_factors],
        "pull": [reference.label("pull-factor", each) for each in held.pull_factors],
        "rows": [each for each in rows if each.value],
        "help": held.would_help,
    }


def _known(episode: MissingEpisode) -> list[Row]:
    seen = ", by ".join(filter(None, (episode.last_seen_where, episode.last_seen_by)))
    told = f"{episode.recorded_by.full_name}, {episode.agency.short_name}, {display_datetime(episode.recorded_at)}"
    rows = [
        Row("Which", reference.label("missing-type", episode.kind)),
        Row("Last seen", seen),
        Row("Wearing", episode.last_seen_wearing),
        Row("May be with", episode.with_whom),
        Row("What was known", episode.notes),
        Row("Recorded by", told),
    ]
    return [row for row in rows if row.value]


def call_row(call: MissingCall) -> dict[str, Any]:
    """A call to make, or what came of it."""
    return {
        "call": call,
        "when": day_and_time(call.call_at) if call.call_at else "Now",
        "done": f"{day_and_time(call.done_at)}: {'answered' if call.answered else 'no answer'}"
        if call.done_at
        else "",
    }


def _seen(sighting: Any) -> dict[str, str]:
    by = f", by {sighting.seen_by}" if sighting.seen_by else ""
    return {"when": day_and_time(sighting.seen_at), "words": f"{sighting.where}{by}", "note": sighting.note}


def episode_row(record: EpisodeRecord) -> dict[str, Any]:
    """One time missing as a line of a list."""
    episode = record.episode
    case = reverse("cases:missing", args=[episode.case.reference])
    return {
        "pk": episode.pk,
        "case": episode.case,
        "url": f"{case}?episode={episode.pk}",
        "day": display_date(episode.missing_since),
        "lasted": lasted(episode.missing_since, episode.returned_at or timezone.now()),
        "found": ", by ".join(filter(None, (episode.found_where, episode.found_by))) or "Came back",
        "interview": record.state.label if record.state else "Missing now",
    }


def repeated_words(found: RepeatedlyMissing, since: dt.date) -> str:
    """How often, since when."""
    return f"Missing {counted(found.times, 'time')} since {display_date(since)}"


def grade_words(row: MissingRiskGrade) -> str:
    """High since 27 March 2026 at 7pm, recorded by whom, and why."""
    label = reference.label("police-risk-grade", row.grade)
    words = f"{label} since {display_datetime(row.graded_at)}"
    who = f"recorded by {row.recorded_by.full_name}, {row.agency.short_name}"
    return f"{words}, {who}" + (f": {row.reason}" if row.reason else "")


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
