"""The strategy discussions of a case, and whether one is still to be recorded."""

import datetime as dt

from django.db.models import QuerySet

from cases.concerns.models import Concern
from cases.record.choices import HarmStatus
from cases.record.models.case import Case
from cases.strategy.models import StrategyDiscussion
from cse_portal.accounts.choices import AgencyKind
from cse_portal.accounts.models import Agency, User

HARMED = (HarmStatus.H2, HarmStatus.H3)
NEVER_THERE = (AgencyKind.BUSINESS_UNIT, AgencyKind.REGIONAL)


def discussions_of(user: User, case: Case) -> list[StrategyDiscussion]:
    """The newest first."""
    rows = StrategyDiscussion.objects.visible_to(user).filter(case=case)
    return list(rows.select_related("recorded_by", "agency"))


def discussions_at_triage(user: User, concern: Concern) -> list[StrategyDiscussion]:
    """Those of a concern found by `concern_for`, the newest first."""
    rows = StrategyDiscussion.objects.visible_to(user).filter(concern=concern)
    return list(rows.select_related("recorded_by", "agency")) if concern.is_discussed else []  # type: ignore[attr-defined]


def last_discussion(case: Case) -> dt.date | None:
    """The day of the last one, of a case that the caller may see."""
    days = StrategyDiscussion.objects.filter(case=case).order_by("-held_on")
    return days.values_list("held_on", flat=True).first()


def asks_for_strategy(case: Case) -> bool:
    """Whether an open case has harm that asks for a discussion, and none was recorded."""
    return case.is_open and case.harm_status in HARMED and last_discussion(case) is None


def agencies_that_take_part() -> QuerySet[Agency]:
    """The partners that sit in a strategy discussion."""
    return Agency.objects.filter(is_active=True).exclude(kind__in=NEVER_THERE).order_by("name")
