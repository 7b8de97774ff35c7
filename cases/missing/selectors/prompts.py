"""Which absences make a pattern, and ask for a review of the category."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import OuterRef, Q
from django.utils import timezone

from cases.assessments.models import CategoryDecision
from cases.missing.models import (
    MissingEpisode,
    ReviewReason,
)
from cases.record.choices import CaseStatus, RiskCategory
from cases.record.models.case import Case
from cse_portal.reference.selectors import clock_rule, codes
from cse_portal.ui.presenters import age_on

LONG = dt.timedelta(hours=24)
NIGHT = dt.time(3)  # away at this hour is away overnight


@dataclass(frozen=True)
class Prompt:
    """One reason to review the category, and the newest episode that gave it."""

    reason: ReviewReason
    episode: MissingEpisode


@dataclass(frozen=True)
class RepeatedlyMissing:
    """How often one child was missing within the days that count together, and when last."""

    case_id: uuid.UUID
    times: int
    last: dt.datetime


def counts_since(day: dt.date | dt.datetime) -> dt.date:
    """The first of the days that count together, looked at from this one."""
    return clock_rule("MISSING_REPEATED").due(day)


def repeatedly_missing(day: dt.date | dt.datetime, *, case: Case | None = None) -> list[RepeatedlyMissing]:
    """Children of open cases who were missing as often as makes it a pattern, who was missing last at the end."""
    rows = MissingEpisode.objects.filter(
        missing_since__date__gte=counts_since(day), case__status=CaseStatus.OPEN
    )
    if case is not None:
        rows = rows.filter(case=case)
    times: dict[uuid.UUID, list[dt.datetime]] = {}
    for key, moment in rows.order_by("missing_since").values_list("case", "missing_since"):
        times.setdefault(key, []).append(moment)
    often = [
        RepeatedlyMissing(key, len(found), found[-1])
        for key, found in times.items()
        if len(found) >= times_that_repeat()
    ]
    return sorted(often, key=lambda each: each.last)


def times_missing(case: Case, day: dt.date | dt.datetime) -> int:
    """How often within the days that count together; anyone who asks was shown the case."""
    return case.missing_episodes.filter(missing_since__date__gte=counts_since(day)).count()


def review_prompts(case: Case) -> list[Prompt]:
    """Why the category is to be reviewed: what happened since it was last decided, each reason with its newest episode.

    Whoever asks was shown the case. Episodes count for as long as they count together.
    """
    return prompts_among(case, episodes_since(case, counts_since(timezone.now())))


def episodes_since(case: Case, day: dt.date) -> list[MissingEpisode]:
    """The episodes from this day on and one that is open, the oldest first, each with the last decision's moment."""
    newest = CategoryDecision.objects.filter(case=OuterRef("case")).order_by("-decided_at")
    recent = Q(missing_since__date__gte=day) | Q(returned_at__isnull=True)
    rows = case.missing_episodes.filter(recent).annotate(decided_at=newest.values("decided_at")[:1])
    return list(rows.order_by("missing_since"))


def prompts_among(case: Case, episodes: Iterable[MissingEpisode]) -> list[Prompt]:
    """The same, of episodes that were read with `episodes_since`."""
    now, day = timezone.now(), counts_since(timezone.now())
    rows = [each for each in episodes if each.is_open or timezone.localdate(each.missing_since) >= day]
    found: dict[ReviewReason, MissingEpisode] = {}
    for number, each in enumerate(rows, start=1):
        reached = _reached(case, each, number, now)
        found |= {
            reason: each
            for reason, at in reached.items()
            if not each.decided_at or at > each.decided_at  # type: ignore[attr-defined]
        }
    return [Prompt(reason, found[reason]) for reason in ReviewReason if reason in found]


def _reached(
    case: Case, episode: MissingEpisode, number: int, now: dt.datetime
) -> dict[ReviewReason, dt.datetime]:
    """When the episode, the number it is of those that count together, became a reason."""
    since, until = episode.missing_since, episode.returned_at or now
    night = _next_night(since)
    born = case.child.date_of_birth
    checks = (
        (ReviewReason.REPEATED, number >= times_that_repeat(), since),
        (ReviewReason.LONG, until - since > LONG, since + LONG),
        (
            ReviewReason.OVERNIGHT,
            until >= night and born is not None and (age_on(born, night.date()) or 0) < 16,
            night,
        ),
        (ReviewReason.CATEGORY, case.category >= RiskCategory.MEDIUM, since),
    )
    return {reason: at for reason, holds, at in checks if holds}


def is_overnight(since: dt.datetime, until: dt.datetime) -> bool:
    """Whether somebody who was away from then until then was away at night."""
    return until >= _next_night(since)


def _next_night(since: dt.datetime) -> dt.datetime:
    """The first time that it is three in the morning in this country."""
    local = timezone.localtime(since)
    day = local.date() if local.time() < NIGHT else local.date() + dt.timedelta(days=1)
    return timezone.make_aware(dt.datetime.combine(day, NIGHT))


def times_that_repeat() -> int:
    """How many times within the days that count together are again and again."""
    return min(int(each.extra["episodes"]) for each in codes("missing-repeated"))
