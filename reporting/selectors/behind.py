"""What stands behind a number: the very meetings, invitations or actions it counts, as far as they may be seen."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.db.models import QuerySet

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.errors import NotVisible
from cse_portal.reference.quarters import Quarter
from mase.models import Invitation, MaseMeeting, PlanAction
from reporting.choices import Dimension
from reporting.selectors.measures.actions import action_tally
from reporting.selectors.measures.attendance import answers, in_detail
from reporting.selectors.measures.meetings import attendance_tally, initial_tally
from reporting.selectors.measures.registry import Period
from reporting.selectors.measures.tally import Counted, behind

ATTENDANCE = "attendance"


@dataclass(frozen=True)
class Behind:
    """One number, and where its list stands: the things counted, by the words of the cells they are in."""

    quarter: Quarter
    measure: str
    dimension: Dimension
    row: str
    column: str
    counted: list[Counted]

    @property
    def is_of_invitations(self) -> bool:
        """Whether an agency's answers are counted, and not meetings or actions."""
        return self.measure in ("D3", ATTENDANCE) and self.dimension == Dimension.AGENCY

    @property
    def is_of_actions(self) -> bool:
        """Whether actions are counted."""
        return LISTED_BY[self.measure] is Permission.ACTION_LIST


def _initial(period: Period, user: User) -> list[Counted]:
    return initial_tally(period, MaseMeeting.objects.visible_to(user))


def _attendance(period: Period, user: User) -> list[Counted]:
    return attendance_tally(period, MaseMeeting.objects.visible_to(user))


def _answers(period: Period, user: User) -> list[Counted]:
    return in_detail(answers(MaseMeeting.objects.visible_to(user), period.start, period.end))


def _actions(period: Period, user: User) -> list[Counted]:
    return action_tally(period, PlanAction.objects.visible_to(user))


_TALLIES: Mapping[str, Callable[[Period, User], list[Counted]]] = MappingProxyType(
    {"D1": _initial, "D3": _attendance, "D4": _actions, ATTENDANCE: _answers}
)
LISTED_BY: Mapping[str, Permission] = MappingProxyType(
    {
        "D1": Permission.MEETING_LIST,
        "D3": Permission.MEETING_LIST,
        "D4": Permission.ACTION_LIST,
        ATTENDANCE: Permission.MEETING_LIST,
    }
)


def may_look_behind(user: User, measure: str) -> bool:
    """Whether a measure's numbers lead this person anywhere: they read returns, and see the lists of what it counts."""
    listed = LISTED_BY.get(measure)
    return listed is not None and gate.can(user, listed) and gate.can(user, Permission.RETURN_VIEW)


def number(user: User, quarter: str, measure: str, dimension: str, row: str, column: str) -> Behind:
    """What one number counts, of what this person may see; NotVisible where there is no such measure or quarter."""
    gate.require(user, Permission.RETURN_VIEW)
    try:
        period, broken_down = Period(Quarter.parse(quarter)), Dimension(dimension)
    except ValueError:
        raise NotVisible from None
    if measure not in _TALLIES:
        raise NotVisible
    gate.require(user, LISTED_BY[measure])
    counted = behind(_TALLIES[measure](period, user), broken_down, row, column)
    return Behind(period.quarter, measure, broken_down, row, column, counted)


def rows_behind(found: Behind) -> QuerySet[Any]:
    """The meetings, the invitations with their answers, or the actions, in the order of their days."""
    keys = [each.thing for each in found.counted]
    if found.is_of_actions:
        return PlanAction.objects.filter(pk__in=keys).with_context().order_by("due_on", "id")
    if found.is_of_invitations:
        rows = Invitation.objects.filter(pk__in=keys)
        shown = ("meeting__case__child", "meeting__chair", "agency", "person", "attendance")
        return rows.select_related(*shown).order_by("meeting__scheduled_for", "agency__name", "id")
    return MaseMeeting.objects.filter(pk__in=keys).with_case().order_by("scheduled_for", "id")
