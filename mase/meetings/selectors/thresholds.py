"""By when an initial MASE is held: counted from the decision that puts a child into category 2 or 3."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from cases.assessments.models import CategoryDecision
from cases.record.choices import RiskCategory
from cases.record.models.case import Case, Episode
from cse_portal.access.user_context import user_context
from cse_portal.accounts.models import User
from cse_portal.reference.models import ClockRule
from cse_portal.reference.selectors import clock_rule, label
from cse_portal.reference.working_days import local_day
from mase.meetings.choices import CHILD, FAMILY, PRESENT
from mase.meetings.models.meeting import Invitation, Meeting

HELD = "INITIAL_MASE"


def threshold_decisions() -> QuerySet[CategoryDecision]:
    """Those that ask for a meeting."""
    return CategoryDecision.objects.filter(category__gte=RiskCategory.MEDIUM)


def with_threshold(episodes: QuerySet[Episode]) -> QuerySet[Any]:
    """These periods of work with the first such decision since each began: `threshold_at`, `threshold_category`.

    And `raised_at`, the first that put the child into category 3, where there is one.
    """
    since = threshold_decisions().filter(case=OuterRef("case"), decided_at__gte=OuterRef("opened_at"))
    first = since.order_by("decided_at")
    return episodes.annotate(
        threshold_at=Subquery(first.values("decided_at")[:1]),
        threshold_category=Subquery(first.values("category")[:1]),
        raised_at=Subquery(first.filter(category=RiskCategory.HIGH).values("decided_at")[:1]),
    )


def counted_from(episode: Any) -> dt.datetime:
    """The moment its initial MASE is counted from; without such a decision the day work began."""
    return episode.threshold_at or episode.opened_at


def asked_for(episode: Any, category: int) -> bool:
    """Whether a decision asks for its initial MASE; one held to close a child of category 1 nobody waits for."""
    return category >= RiskCategory.MEDIUM or episode.threshold_at is not None


@dataclass(frozen=True)
class LastDay:
    """The last day on which an initial MASE is in time, the rule that gives it, and from when that counts."""

    day: dt.date
    rule: ClockRule
    since: dt.datetime


def last_day_of_initial(episode: Any) -> LastDay:
    """By the first decision that asks for it, or by the one that raises the category to 3 since, whichever ends first.

    The stricter standard counts from when the category rises, as it does for a meeting that is booked, and moves no day
    back. Pauses come on top.
    """
    found = [_by(episode.threshold_category, episode.threshold_at)]
    if episode.raised_at:
        found.append(_by(RiskCategory.HIGH, episode.raised_at))
    return min(found, key=lambda each: each.day)


def last_day_of_next(case: Case, episode: Any) -> LastDay:
    """The same where no such decision has been made since work began: by the category of today, from that day on."""
    if episode is not None and episode.threshold_at:
        return last_day_of_initial(episode)
    since = counted_from(episode) if episode is not None else case.opened_at
    rule = clock_rule(HELD, case.category)
    return LastDay(rule.due(since), rule, since)


def _by(category: int, since: dt.datetime) -> LastDay:
    rule = clock_rule(HELD, category, on=local_day(since))
    return LastDay(rule.due(since), rule, since)


def own_seat(user: User, invitations: Iterable[Invitation]) -> Invitation | None:
    """Where somebody sits: by name, as a deputy, or for their agency, where it names nobody."""
    who = user_context(user)
    of_agency = [each for each in invitations if who and each.agency_id == who.agency.pk]
    seats = {each.deputy_id or each.person_id: each for each in reversed(of_agency)}
    return seats.get(user.pk) or seats.get(None)


def name_of(invitation: Invitation | None) -> str:
    """Owen Pritchard (Police); Health; Amina Yusuf (interpreter); Child or young person, who needs no invitation."""
    if invitation is None:
        return label("meeting-role", CHILD)
    if invitation.agency is None:
        role = label("meeting-role", invitation.role)
        return f"{invitation.name} ({role[:1].lower()}{role[1:]})" if invitation.name else role
    agency = invitation.agency.short_name
    name = f"{invitation.person.full_name} ({agency})" if invitation.person else invitation.agency.name
    return f"{name}, chair" if invitation.role == "CHAIR" else name


def family_of(meeting: Meeting) -> list[Invitation]:
    """The child and the parent or carer, as far as they were asked."""
    return list(meeting.invitations.filter(role__in=FAMILY).order_by("role"))


def family_name(invitation: Invitation) -> str:
    """Dana Testley (parent or carer), by who came; else the role alone."""
    came, role = invitation.who_came, label("meeting-role", invitation.role)
    return f"{came} ({role[:1].lower()}{role[1:]})" if came else role


def is_present(invitation: Invitation) -> bool:
    """Attended, or a deputy did."""
    return invitation.came_as in PRESENT
