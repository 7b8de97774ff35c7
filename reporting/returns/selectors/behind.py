"""What stands behind a number: the very meetings, actions or episodes it counts, as far as they may be seen."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.db.models import F, QuerySet

from cases.missing.models import MissingEpisode
from cases.record.models.case import Case, Episode
from cases.reviews.models import CaseReview
from cases.reviews.selectors import lead_review
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.errors import NotVisible
from cse_portal.reference.quarters import Quarter
from mase.disagreements.models import Disagreement, DisagreementEntry
from mase.meetings.models.meeting import Invitation, Meeting
from mase.plans.models.plan import PlanAction
from reporting.measures.models import Dimension
from reporting.measures.selectors.actions import action_tally, as_at_quarter_end
from reporting.measures.selectors.attendance import answers, in_detail
from reporting.measures.selectors.disagreements import disagreement_tally
from reporting.measures.selectors.expected import initials_of, reviews_set_by
from reporting.measures.selectors.figures import RATE, TOTAL
from reporting.measures.selectors.meetings import attendance_tally, initial_tally, minutes_tally
from reporting.measures.selectors.missing import (
    interview_tally,
    missing_long_tally,
    missing_tally,
    trigger_plan_tally,
)
from reporting.measures.selectors.registry import Period
from reporting.measures.selectors.reviews import review_tally
from reporting.measures.selectors.tally import Counted, behind
from reporting.returns.models import CountedThing, RegionalReturn, ReturnFigure
from reporting.returns.selectors.suppression import is_small

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
    def things(self) -> CountedThing:
        """What is counted, one by one."""
        match self.measure, self.dimension:
            case (("D3" | "attendance"), Dimension.AGENCY):
                return CountedThing.INVITATIONS
            case "D1", (Dimension.DUE | Dimension.PAUSED):
                return CountedThing.INITIALS
            case "D2", Dimension.DUE:
                return CountedThing.REVIEWS
            case "D4", _:
                return CountedThing.ACTIONS
            case "D5", _:
                return CountedThing.MINUTES
            case "D6", Dimension.STAGE:
                return CountedThing.STAGES
            case "D6", _:
                return CountedThing.DISAGREEMENTS
            case (("E2" | "E4"), _) | ("E1", Dimension.ALL):
                return CountedThing.CHILDREN
            case (("E1" | "E3"), _):
                return CountedThing.EPISODES
        return CountedThing.MEETINGS


@dataclass(frozen=True)
class Source:
    """What a measure counts of what somebody may see, and the permission to see it in lists."""

    tally: Callable[[Period, User], list[Counted]]
    listed_by: Permission


def _of_meetings(tally: Callable[[Period, Any], list[Counted]]) -> Source:
    return Source(
        lambda period, user: tally(period, Meeting.objects.of_children().visible_to(user)),
        Permission.MEETING_LIST,
    )


def _of_episodes(tally: Callable[[Period, QuerySet[MissingEpisode]], list[Counted]]) -> Source:
    return Source(
        lambda period, user: tally(period, MissingEpisode.objects.visible_to(user)), Permission.CASE_LIST
    )


def _answers(period: Period, meetings: Any) -> list[Counted]:
    return in_detail(answers(meetings, period.start, period.end))


def _initials(period: Period, user: User) -> list[Counted]:
    episodes = Episode.objects.filter(case__in=Case.objects.visible_to(user).values("pk"))
    return initial_tally(period, Meeting.objects.of_children().visible_to(user), episodes)


def _reviews(period: Period, user: User) -> list[Counted]:
    return review_tally(period, Meeting.objects.of_children().visible_to(user), Case.objects.visible_to(user))


def _actions(period: Period, user: User) -> list[Counted]:
    return action_tally(period, PlanAction.objects.visible_to(user))


def _trigger_plans(period: Period, user: User) -> list[Counted]:
    return trigger_plan_tally(period, Case.objects.visible_to(user))


def _disagreements(period: Period, user: User) -> list[Counted]:
    return disagreement_tally(period, Disagreement.objects.visible_to(user))


SOURCES: Mapping[str, Source] = MappingProxyType(
    {
        "D1": Source(_initials, Permission.MEETING_LIST),
        "D2": Source(_reviews, Permission.MEETING_LIST),
        "D3": _of_meetings(attendance_tally),
        "D4": Source(_actions, Permission.ACTION_LIST),
        "D5": _of_meetings(minutes_tally),
        "D6": Source(_disagreements, Permission.DISAGREEMENT_LIST),
        "E1": _of_episodes(missing_tally),
        "E2": _of_episodes(missing_long_tally),
        "E3": _of_episodes(interview_tally),
        "E4": Source(_trigger_plans, Permission.CASE_LIST),
        ATTENDANCE: _of_meetings(_answers),
    }
)


def leading_on(user: User) -> frozenset[str]:
    """The measures whose numbers lead this person on: they read returns, and see the lists of what it counts."""
    if not gate.can(user, Permission.RETURN_VIEW):
        return frozenset()
    return frozenset(measure for measure, source in SOURCES.items() if gate.can(user, source.listed_by))


def number(user: User, quarter: str, measure: str, dimension: str, row: str, column: str) -> Behind:
    """What one number counts, of what this person may see; NotVisible where there is no such measure or quarter."""
    gate.require(user, Permission.RETURN_VIEW)
    try:
        period, broken_down = Period(Quarter.parse(quarter)), Dimension(dimension)
    except ValueError:
        raise NotVisible from None
    source = SOURCES.get(measure)
    if source is None:
        raise NotVisible
    gate.require(user, source.listed_by)
    counted = behind(source.tally(period, user), broken_down, row, column)
    return Behind(period.quarter, measure, broken_down, row, column, counted)


def in_the_return(user: User, found: Behind) -> int | None:
    """What the return says where this person came from, if they may read it and it says a number there.

    Of a share it is what that is a share of. No more is told than is in the return: it is not counted anew.
    Nothing is told where that would count a few children whose cases are kept from this person.
    """
    column = TOTAL if found.column == RATE else found.column
    seen = RegionalReturn.objects.visible_to(user).filter(quarter=found.quarter.slug)
    figures = ReturnFigure.objects.filter(
        measure__regional_return__in=seen, measure__revision=F("measure__regional_return__revision"),
        measure__code=found.measure, dimension=found.dimension, row=found.row, column=column,
    )  # fmt: skip
    figure = figures.values_list("value", "is_suppressed").first()
    if figure is None or figure[0] is None:
        return None
    value, listed = int(figure[0]), len({each.thing for each in found.counted})
    few = is_small(value) or is_small(value - listed) or figure[1]
    return None if value > listed and few else value


def rows_behind(found: Behind) -> QuerySet[Any] | list[Any]:
    """The very things counted, in the order of their days.

    Of an initial meeting that was due it is the period of work, of a review the meeting that set it; of one by the
    lead professional that review, or the case that waits for it.
    """
    keys = [each.thing for each in found.counted]
    match found.things:
        case CountedThing.ACTIONS:
            return PlanAction.objects.filter(pk__in=keys).with_context().order_by("due_on", "id")
        case CountedThing.INVITATIONS:
            shown = ("meeting__case__child", "meeting__chair", "agency", "person")
            rows = Invitation.objects.filter(pk__in=keys).select_related(*shown)
            return rows.order_by("meeting__scheduled_for", "agency__name", "id")
        case CountedThing.STAGES:
            with_both = ("disagreement__case__child", "disagreement__agency", "disagreement__against")
            stages = DisagreementEntry.objects.filter(pk__in=keys).select_related(*with_both)
            return stages.order_by("at", "id")
        case CountedThing.DISAGREEMENTS:
            return Disagreement.objects.filter(pk__in=keys).with_context().order_by("ended_at", "id")
        case CountedThing.EPISODES:
            episodes = MissingEpisode.objects.filter(pk__in=keys).select_related("case__child")
            return episodes.prefetch_related("interviews").order_by("missing_since", "id")
        case CountedThing.CHILDREN:
            children = Case.objects.filter(pk__in=keys).select_related("child", "lead_professional")
            return children.order_by("reference")
        case CountedThing.INITIALS:
            return (
                Episode.objects.filter(pk__in=keys).select_related("case__child").order_by("opened_at", "id")
            )
    meetings = Meeting.objects.filter(pk__in=keys).with_case()
    if found.things == CountedThing.REVIEWS:
        return _reviews_behind(keys, meetings)
    return meetings.select_related("minutes").order_by("scheduled_for", "id")


def _reviews_behind(keys: list[uuid.UUID], meetings: QuerySet[Meeting]) -> list[Any]:
    held = CaseReview.objects.filter(pk__in=keys).select_related("case__child")
    waiting = Case.objects.filter(pk__in=keys).select_related("child")
    days: dict[Any, dt.date | None] = {each: each.review_on for each in meetings}
    days |= {each: each.due_on for each in held} | {each: each.next_review_on for each in waiting}
    return sorted(days, key=lambda each: (days[each] or dt.date.max, str(each.pk)))


def shown(found: Behind, rows: Iterable[Any]) -> list[Any]:
    """These rows as they are shown: in place of what asked for a meeting, that meeting, where those are counted.

    Actions as they stood at the quarter's end, which is what was counted.
    """
    keys, until = [each.pk for each in rows], found.quarter.ends_on
    if found.things == CountedThing.INITIALS:
        initials = initials_of(Episode.objects.filter(pk__in=keys), until=until)
        return sorted(initials, key=lambda each: keys.index(each.episode.pk))
    if found.things == CountedThing.ACTIONS:
        return as_at_quarter_end(Period(found.quarter), rows)
    if found.things != CountedThing.REVIEWS:
        return list(rows)
    meetings = [each.pk for each in rows if isinstance(each, Meeting)]
    reviews = reviews_set_by(Meeting.objects.filter(pk__in=meetings).with_case(), until=until)
    places = {each.after.pk: each for each in reviews}
    return [places[each.pk] if isinstance(each, Meeting) else lead_review(each) for each in rows]
