"""What a CMOG looks at beside its items: a subject's last month, and where, when and through whom in 90 days.

All of it from what the person who asks may see. It is for people in the room: small numbers name a child.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from cases.concerns.models import Concern
from cases.missing.models import MissingEpisode
from cse_portal.accounts.models import User
from cse_portal.reference.selectors import label
from intelligence.desk.models import IntelligenceReport
from intelligence.desk.selectors import links_shown
from intelligence.disruption.models import Disruption
from intelligence.subjects.models import Subject
from mase.meetings.models.agenda import AgendaItem
from mase.plans.models.plan import PlanAction

MONTH, QUARTER = 30, 90  # days
DAY_BEGINS = dt.timedelta(hours=6)
NAMED = 40


@dataclass(frozen=True)
class Month:
    """What happened about one subject in 30 days, and what was done, with its words. `linked`: of children linked."""

    until: dt.date
    concerns: list[dt.date]
    missing: list[dt.date]
    reports: list[dt.date]
    done: list[tuple[dt.date, str]]
    linked: bool


@dataclass(frozen=True)
class Pictures:
    """Concerns and missing episodes by ward of residence; missing by weekday and two hours; whom reports name."""

    wards: Counter[str]
    hours: Counter[tuple[int, int]]
    named: list[tuple[str, int]]


def month_of(
    user: User, item: AgendaItem, reports: list[IntelligenceReport], disruption: list[Disruption]
) -> Month | None:
    """Of a child, or of the children whom reports link with a subject; of anything else there is none."""
    if item.case_id is None and item.subject_id is None:
        return None
    until = item.meeting.ended_at or timezone.now()
    since = until - dt.timedelta(days=MONTH)
    cases: Iterable[Any] = [item.case_id]
    if item.case_id is None:
        linked = links_shown(user).filter(report__in=[each.pk for each in reports], case__isnull=False)
        cases = list(linked.order_by().values_list("case", flat=True).distinct())
    concerns = Concern.objects.visible_to(user).filter(case__in=cases, submitted_at__range=(since, until))
    missing = MissingEpisode.objects.visible_to(user).filter(
        case__in=cases, missing_since__range=(since, until)
    )
    done = [(each.in_force_from, label("disruption-tactic", each.tactic)) for each in disruption]
    if item.case is not None:
        found = IntelligenceReport.objects.visible_to(user).about(item.case, user)
        reports = list(found.filter(issued_at__gte=since))
        actions = PlanAction.objects.visible_to(user).filter(
            case=item.case_id, completed_at__range=(since, until)
        )
        done = [(timezone.localdate(at), text) for at, text in actions.values_list("completed_at", "text")]
    first, last = timezone.localdate(since), timezone.localdate(until)
    return Month(
        until=last,
        concerns=_days(concerns.values_list("submitted_at", flat=True)),
        missing=_days(missing.values_list("missing_since", flat=True)),
        reports=_days(each.issued_at for each in reports if since <= each.issued_at <= until),
        done=sorted((day, words) for day, words in done if day is not None and first <= day <= last),
        linked=item.case_id is None,
    )


def _days(moments: Iterable[dt.datetime | None]) -> list[dt.date]:
    return sorted(timezone.localdate(each) for each in moments if each)


def pictures(user: User) -> Pictures:
    """A day runs from 6am to 6am: what happens at 2am on Saturday is Friday night's.

    When a concern was sent says nothing of when something happened: it is in no hour.
    """
    since = timezone.now() - dt.timedelta(days=QUARTER)
    concerns = Concern.objects.visible_to(user).filter(submitted_at__gte=since)
    missing = MissingEpisode.objects.visible_to(user).filter(missing_since__gte=since)
    rows = [
        *concerns.order_by().values_list("submitted_at", "case__child__ward"),
        *missing.order_by().values_list("missing_since", "case__child__ward"),
    ]
    hours: Counter[tuple[int, int]] = Counter()
    for moment in missing.order_by().values_list("missing_since", flat=True):
        local = timezone.localtime(moment).replace(tzinfo=None) - DAY_BEGINS
        hours[local.weekday(), local.hour // 2] += 1
    reports = IntelligenceReport.objects.visible_to(user).filter(issued_at__gte=since, withdrawn_at=None)
    times = Count("links__report", filter=Q(links__report__in=reports.values("pk")), distinct=True)
    found = Subject.objects.visible_to(user).annotate(times=times).filter(times__gt=0)
    named = [(each.name, each.times) for each in found.order_by("-times", "reference")[:NAMED]]
    return Pictures(Counter(ward for _, ward in rows if ward), hours, named)
