"""The children somebody works with, their own concerns and actions, and what waits for those who see no child."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone

from cases.concerns.models import Concern
from cases.concerns.presenters import DECIDED, has_news, next_url, state_words
from cases.missing.presenters.lists import hours_missing
from cases.missing.selectors.episodes import record_of
from cases.record.models.case import Case
from cse_portal.ui.presenters import counted, local_date
from reporting.home.presenters.now import step_of
from reporting.home.selectors.today import Today

NEW_FOR = dt.timedelta(days=7)


@dataclass(frozen=True)
class Step:
    """What comes next for a child, by when, and its button."""

    label: str
    on: dt.date | None
    button: str
    url: str


@dataclass(frozen=True)
class Card:
    """One child whose case this person leads."""

    case: Case
    missing: str
    is_new: bool
    step: Step


@dataclass(frozen=True)
class OwnConcern:
    """One concern that this person wrote, and where it stands."""

    child: str
    url: str
    state: str
    news: bool
    draft: bool


@dataclass(frozen=True)
class Review:
    """One thing for the privacy officer to judge, by reference alone."""

    what: str
    about: str
    url: str
    due_on: dt.date | None


def cards(found: Today) -> list[Card]:
    """The cases this person leads: who is missing first, then the highest category."""
    now = timezone.now()
    made = [
        Card(
            each, hours_missing(each.missing_since, now) if each.missing_since else "",
            each.opened_at > now - NEW_FOR, next_step(each, found),
        )
        for each in found.led
    ]  # fmt: skip
    return sorted(made, key=lambda card: not card.missing)


def next_step(case: Case, found: Today) -> Step:
    """The oldest open dated step: interview, meeting, action or review."""
    return min(_steps(case, found), key=lambda step: step.on or dt.date.max)


def _steps(case: Case, found: Today) -> Iterator[Step]:
    for episode in found.interviews:
        if episode.case_id == case.pk:
            record = record_of(episode, episode.interviews.all())
            url = reverse("cases:missing", args=[case.reference])
            yield Step("Return interview", local_date(record.due_at), "Open interview", url)
    for action in found.actions:
        if action.case_id == case.pk:
            yield Step(
                "Your action", action.due_on, "Update action", reverse("mase:action", args=[action.pk])
            )
    booked = [each for each in found.meetings if each.case_id == case.pk]
    for meeting in booked:
        url = reverse("mase:meeting", args=[meeting.pk])
        yield Step(meeting.get_kind_display(), local_date(meeting.scheduled_for), "Open meeting", url)
    if not booked:
        label, button, url = step_of(case)
        yield Step(label, case.next_review_on, button, url)


def concerns(found: Today) -> list[OwnConcern]:
    """Drafts lead to where they go on."""
    return [_own_concern(each, kept=each.pk in found.kept) for each in found.concerns]


def _own_concern(concern: Concern, *, kept: bool) -> OwnConcern:
    if concern.is_draft:
        left = counted(len(concern.steps_left), "page")
        state = f"Not sent: {left} to go" if concern.steps_left else "Not sent: ready to send"
        return OwnConcern(concern.child_name, next_url(concern), state, False, True)
    state = DECIDED if kept else state_words(concern)
    url = reverse("cases:concern", args=[concern.reference])
    return OwnConcern(concern.child_name, url, state, has_news(concern), False)


def reviews(found: Today) -> list[Review]:
    """Exclusions, emergencies and findings together, the soonest due first."""
    return sorted((_review(each) for each in found.reviews), key=lambda each: each.due_on or dt.date.max)


def _review(row: Any) -> Review:
    match row._meta.model_name:
        case "exclusion":
            url = reverse("cases:exclusion-decide", args=[row.pk])
            return Review("Decide a proposed exclusion", row.reference or "Not known", url, row.decide_by)
        case "breakglass":
            url = reverse("cases:emergency-review", args=[row.pk])
            return Review("Judge an emergency opening", row.case_reference, url, row.review_by)
        case _:
            url = reverse("reporting:audit-finding", args=[row.pk])
            return Review("Review a finding of the audit", row.why, url, None)
