"""What is watched in numbers alone: accounts by agency, work behind the pages, the seals, and a return's shares."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet
from django.utils import timezone

from cse_portal.accounts.models import Membership, User
from cse_portal.audit.verification import notes
from cse_portal.jobs.choices import JobState
from cse_portal.jobs.models import Job, OutboxMessage
from cse_portal.people.models import Invitation
from reporting.measures.selectors import registry
from reporting.measures.selectors.targets import tiled
from reporting.returns.models import RegionalReturn
from reporting.returns.selectors.changes import Reading, series
from reporting.returns.selectors.returns import JOB_KIND, return_list

QUIET = dt.timedelta(days=90)
WEEK = dt.timedelta(days=7)


@dataclass(frozen=True)
class Service:
    """What an administrator watches. It names no person: each agency's lead looks after its people."""

    accounts: list[Any]
    invited: list[Any]
    jobs: dict[str, Any]
    messages: dict[str, Any]
    audit: list[str]


def service() -> Service:
    """Two questions about accounts, two about background work, and what the audit says of itself."""
    now = timezone.now()
    opened = Invitation.objects.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=now)
    is_failed = Q(state=JobState.FAILED, finished_at__gte=now - WEEK)
    return Service(
        accounts=list(_accounts(now)),
        invited=list(opened.order_by().values("agency__short_name").annotate(invited=Count("pk"))),
        jobs=Job.objects.aggregate(
            waiting=Count("pk", filter=Q(state=JobState.QUEUED)),
            running=Count("pk", filter=Q(state=JobState.RUNNING)),
            failed=Count("pk", filter=is_failed),
            last=Max("finished_at", filter=Q(state=JobState.DONE)),
            last_return=Max("finished_at", filter=Q(state=JobState.DONE, kind=JOB_KIND)),
        ),
        messages=OutboxMessage.objects.filter(delivered_at=None).aggregate(
            waiting=Count("pk"), oldest=Min("created_at")
        ),
        audit=notes(),
    )


def _accounts(now: dt.datetime) -> QuerySet[Membership, Any]:
    """By agency: people without a second factor, people who stay away, and leavers whose access is not taken yet."""
    today = timezone.localdate(now)
    is_over = Q(ends_on__isnull=False, ends_on__lte=today)
    works = Q(user__is_active=True, user__is_system=False, starts_on__lte=today) & ~is_over
    since = Q(user__last_login__lt=now - QUIET) | Q(user__last_login=None, user__joined_at__lt=now - QUIET)
    has_factor = Exists(Authenticator.objects.filter(user=OuterRef("user")))
    rows = (
        Membership.objects.alias(has_factor=has_factor).order_by("agency__name").values("agency__short_name")
    )
    return rows.annotate(
        no_factor=Count("pk", filter=works & Q(has_factor=False)),
        away=Count("pk", filter=works & since),
        leavers=Count("pk", filter=is_over & Q(let_go_at=None)),
    )


def measured(user: User) -> list[tuple[RegionalReturn, Mapping[str, Reading | None]]]:
    """The two newest returns that this person may see and that have figures, the newest first."""
    newest = list(return_list(user).current().filter(revision__gt=0)[:2])
    known = registry.headlines(newest[0].ends_on) if newest else {}
    told = series(
        {each.quarter: each.pk for each in newest},
        [known[each.code] for each in tiled() if each.code in known],
    )
    return [(each, told.get(each.quarter, {})) for each in newest]
