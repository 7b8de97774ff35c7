"""A subject's last month: what happened and what was done, from what the person who asks may see."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from cases.concerns.models import Concern
from cases.missing.models import MissingEpisode
from cse_portal.accounts.models import User
from cse_portal.reference.selectors import label
from intelligence.desk.models import IntelligenceReport
from intelligence.desk.selectors import links_shown
from intelligence.disruption.models import Disruption
from mase.meetings.models.agenda import AgendaItem
from mase.plans.models.plan import PlanAction

MONTH = 30  # days


@dataclass(frozen=True)
class Month:
    """What happened about one subject in 30 days, and what was done, with its words. `linked`: of children linked."""

    until: dt.date
    concerns: list[dt.date]
    missing: list[dt.date]
    reports: list[dt.date]
    done: list[tuple[dt.date, str]]
    linked: bool


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
