"""The children somebody works with, their own concerns and actions, and what waits for those who see no child."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone

from cases.concerns.models import Concern
from cases.concerns.presenters import DECIDED, has_news, next_url, state_words
from cases.missing.presenters.lists import hours_missing
from cases.record.models.case import Case
from cases.record.presenters import StepRow, step_row
from cse_portal.access.roles import ROLES
from cse_portal.ui.presenters import counted
from reporting.home.selectors.today import Today

NEW_FOR = dt.timedelta(days=7)


@dataclass(frozen=True)
class Card:
    """One child whose case this person leads; `may` is whether their role does the next step."""

    case: Case
    missing: str
    is_new: bool
    step: StepRow | None
    may: bool


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
    return sorted((_card(each, found) for each in found.led), key=lambda card: not card.missing)


def _card(case: Case, found: Today) -> Card:
    now, may = timezone.now(), ROLES[found.role].permissions if found.role else frozenset()
    missing = hours_missing(case.missing_since, now) if case.missing_since else ""
    step = next((step_row(each, case) for each in found.steps[case.pk]), None)
    return Card(case, missing, case.opened_at > now - NEW_FOR, step, bool(step and step.permission in may))


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
