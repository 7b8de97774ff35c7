"""The services, the referrals of one child, and how a service does, as far as somebody may see its referrals."""

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from cases.record.choices import CaseStatus
from cases.record.models.case import Case
from cases.support.models import Answer, Engagement, Service, SupportReferral
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.rows import get_visible
from cse_portal.accounts.models import User

WAITS = Q(service__isnull=False, first_on=None, ended_on=None, case__status=CaseStatus.OPEN) & ~Q(
    answer=Answer.DECLINED
)


@dataclass(frozen=True)
class ServiceFigures:
    """Of the referrals that the reader may see: who waits, how long others waited, how it went and ended."""

    waiting: Sequence[SupportReferral]
    under_way: int
    median_days: int | None
    engagement: list[tuple[str, int]]
    outcomes: list[tuple[str, int]]
    total: int


def support_of(user: User, case: Case) -> list[SupportReferral]:
    """Everything that was asked for a child, the newest first."""
    rows = SupportReferral.objects.visible_to(user).filter(case=case)
    return list(rows.select_related("case", "service", "recorded_by", "agency"))


def referral_for(user: User, case: Case, pk: uuid.UUID) -> SupportReferral:
    """One of this very case that a service was asked; of another case it does not exist."""
    rows = SupportReferral.objects.visible_to(user).filter(case=case, pk=pk, service__isnull=False)
    found = get_visible(rows.select_related("service"))
    found.case = case
    return found


def services(user: User) -> QuerySet[Service]:
    """The services by name, each with how many wait for it of those that the reader may see."""
    gate.require(user, Permission.SERVICE_LIST)
    seen = SupportReferral.objects.visible_to(user).filter(WAITS).values("pk")
    return Service.objects.annotate(waiting=Count("referrals", filter=Q(referrals__in=seen)))


def services_to_ask() -> QuerySet[Service]:
    """Those that are funded today."""
    return Service.objects.filter(Q(funded_until=None) | Q(funded_until__gte=timezone.localdate()))


def service_for(user: User, pk: uuid.UUID) -> Service:
    """One service, for who may read the list."""
    return get_visible(services(user).filter(pk=pk))


def same_service(service: Service) -> bool:
    """Whether another row has its name and provider."""
    return (
        Service.objects.filter(name=service.name, provider=service.provider).exclude(pk=service.pk).exists()
    )


def figures_of(user: User, service: Service) -> ServiceFigures:
    """How it does for the children whom the reader may see."""
    seen = SupportReferral.objects.visible_to(user).filter(service=service)
    waiting = seen.filter(WAITS).select_related("case__child", "service").order_by("asked_on", "pk")
    rows = list(seen.select_related("case"))
    waited = [each.waiting_days or 0 for each in rows if each.first_on]
    went = Counter(Engagement(each.engagement).label for each in rows if each.engagement)
    ended = Counter(each.outcome_label for each in rows if each.outcome)
    return ServiceFigures(
        waiting=list(waiting),
        under_way=sum(each.first_on is not None and each.ended_on is None for each in rows),
        median_days=round(median(waited)) if waited else None,
        engagement=went.most_common(),
        outcomes=ended.most_common(),
        total=len(rows),
    )
