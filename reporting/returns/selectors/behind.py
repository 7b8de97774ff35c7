"""What stands behind a number: the very things it counts, as far as they may be seen."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any

from django.db.models import F, QuerySet
from django.utils import timezone

from cases.concerns.models import Concern, ConcernDecision
from cases.missing.models import MissingEpisode
from cases.record.models.case import Case, Episode
from cases.reviews.models import CaseReview
from cases.reviews.selectors import lead_review
from cases.support.models import SupportReferral
from cse_portal.access import gate
from cse_portal.access.permissions import Permission as P
from cse_portal.accounts.models import Agency, User
from cse_portal.errors import NotVisible
from intelligence.disruption.models import Disruption
from intelligence.outcomes.models import CourtOutcome
from intelligence.subjects.models import Subject
from intelligence.submissions.models import IntelligenceSubmission
from mase.disagreements.models import Disagreement, DisagreementEntry
from mase.meetings.models.meeting import Invitation, Meeting
from mase.plans.models.plan import PlanAction
from reporting.measures.models import CountedThing, Dimension
from reporting.measures.selectors import registry
from reporting.measures.selectors.actions import as_at
from reporting.measures.selectors.expected import initials_of, reviews_set_by
from reporting.measures.selectors.figures import RATE, TOTAL
from reporting.measures.selectors.periods import Period
from reporting.measures.selectors.registry import Measure
from reporting.measures.selectors.tables import Count, Lines, Table, cell_words
from reporting.measures.selectors.tally import Scope, Tally
from reporting.prevention.models import PreventionActivity
from reporting.quality.models import CaseAudit
from reporting.returns.models import RegionalReturn, ReturnFigure
from reporting.returns.selectors.suppression import is_small
from reporting.workforce.models import Attendance
from reporting.workforce.selectors.people import people_of


@dataclass(frozen=True)
class Behind:
    """One number, where it stands, and the keys of the things it counts, of those that a person may see."""

    period: Period
    measure: Measure
    dimension: Dimension
    row: str
    column: str
    count: Count
    tally: Tally
    table: Table | Lines
    keys: Any

    @property
    def things(self) -> CountedThing:
        """What is counted, one by one."""
        return self.count.thing

    @cached_property
    def length(self) -> int:
        """How many things are behind it."""
        return len(self.keys) if isinstance(self.keys, list) else self.keys.count()

    @property
    def words(self) -> str:
        """The row and the column it is in; nothing where nothing is counted, for the address may say anything."""
        return cell_words(self.count, self.tally, self.table, self.row, self.column) if self.length else ""


@dataclass(frozen=True)
class Reader:
    """How one kind of thing is read in a list, and the permission to see such lists."""

    listed_by: P
    rows: Callable[[Any], Any]


def _rows(model: Any, order: str, *related: str) -> Callable[[Any], QuerySet[Any]]:
    return lambda keys: (
        model._default_manager.filter(pk__in=keys).select_related(*related).order_by(order, "id")
    )


def _with_context(model: Any, order: str) -> Callable[[Any], QuerySet[Any]]:
    return lambda keys: model.objects.filter(pk__in=keys).with_context().order_by(order, "id")


def _meetings(keys: Any) -> QuerySet[Any]:
    meetings = Meeting.objects.filter(pk__in=keys).with_case().select_related("minutes")
    return meetings.order_by("scheduled_for", "id")


def _invitations(keys: Any) -> QuerySet[Any]:
    related = ("meeting__case__child", "meeting__chair", "agency", "person")
    rows = Invitation.objects.filter(pk__in=keys).select_related(*related)
    return rows.order_by("meeting__scheduled_for", "agency__name", "id")


def _reviews(keys: list[uuid.UUID]) -> list[Any]:
    """The meeting that set a review; of one by the lead professional that review, or the case that waits for it."""
    held = CaseReview.objects.filter(pk__in=keys).select_related("case__child")
    waiting = Case.objects.filter(pk__in=keys).select_related("child")
    days: dict[Any, dt.date | None] = {
        each: each.review_on for each in Meeting.objects.filter(pk__in=keys).with_case()
    }
    days |= {each: each.due_on for each in held} | {each: each.next_review_on for each in waiting}
    return sorted(days, key=lambda each: (days[each] or dt.date.max, str(each.pk)))


def _court(keys: Any) -> QuerySet[Any]:
    """Investigations, referrals or measures: whatever the measure counts."""
    return _rows(keys.model, "recorded_at", "case__child")(keys)


_EPISODES = _rows(Episode, "opened_at", "case__child")
_MISSING = _rows(MissingEpisode, "missing_since", "case__child")
_STAGES = _rows(
    DisagreementEntry, "at", "disagreement__case__child", "disagreement__agency", "disagreement__against"
)
READERS: Mapping[CountedThing, Reader] = MappingProxyType(
    {
        CountedThing.CONCERNS: Reader(P.CONCERN_TRIAGE, _rows(Concern, "submitted_at", "author_agency")),
        CountedThing.DECISIONS: Reader(
            P.CONCERN_TRIAGE, _rows(ConcernDecision, "decided_at", "concern__author_agency")
        ),
        CountedThing.SUBMISSIONS: Reader(
            P.INTELLIGENCE_GRADE, _rows(IntelligenceSubmission, "submitted_at", "author_agency")
        ),
        CountedThing.CHILDREN: Reader(P.CASE_LIST, _rows(Case, "reference", "child", "lead_professional")),
        CountedThing.PERIODS: Reader(P.CASE_LIST, _EPISODES),
        CountedThing.EPISODES: Reader(
            P.CASE_LIST, lambda keys: _MISSING(keys).prefetch_related("interviews")
        ),
        CountedThing.INITIALS: Reader(P.MEETING_LIST, _EPISODES),
        CountedThing.REVIEWS: Reader(P.MEETING_LIST, _reviews),
        CountedThing.MEETINGS: Reader(P.MEETING_LIST, _meetings),
        CountedThing.MINUTES: Reader(P.MEETING_LIST, _meetings),
        CountedThing.INVITATIONS: Reader(P.MEETING_LIST, _invitations),
        CountedThing.ACTIONS: Reader(P.ACTION_LIST, _with_context(PlanAction, "due_on")),
        CountedThing.STAGES: Reader(P.DISAGREEMENT_LIST, _STAGES),
        CountedThing.DISAGREEMENTS: Reader(P.DISAGREEMENT_LIST, _with_context(Disagreement, "ended_at")),
        CountedThing.SUBJECTS: Reader(P.REPORT_LIST, _rows(Subject, "added_at")),
        CountedThing.ORDERS: Reader(P.REPORT_LIST, _rows(Disruption, "asked_at", "subject", "agency")),
        CountedThing.OUTCOMES: Reader(P.REPORT_LIST, _rows(CourtOutcome, "decided_on", "subject")),
        CountedThing.COURT: Reader(P.CASE_LIST, _court),
        CountedThing.ACTIVITIES: Reader(P.PREVENTION_VIEW, _rows(PreventionActivity, "on", "agency")),
        CountedThing.TRAINING: Reader(
            P.TRAINING_ALL, _rows(Attendance, "on", "course", "user", "staff", "agency")
        ),
        CountedThing.AUDITS: Reader(
            P.CASE_LIST, _rows(CaseAudit, "completed_at", "case__child", "lead_agency")
        ),
        CountedThing.STAFF: Reader(P.TRAINING_ALL, list),
        CountedThing.SUPPORT: Reader(
            P.CASE_LIST, _rows(SupportReferral, "asked_on", "case__child", "service")
        ),
    }
)


def leading_on(user: User) -> frozenset[tuple[str, str]]:
    """The tables, by measure and breakdown, whose numbers lead this person on.

    They read returns, and see the lists of what the table counts.
    """
    if not gate.can(user, P.RETURN_VIEW):
        return frozenset()
    listed = {thing for thing, reader in READERS.items() if gate.can(user, reader.listed_by)}
    return frozenset(
        (about.code, str(table.dimension))
        for about in registry.in_force(timezone.localdate())
        for count in about.counts
        for table in count.tables
        if count.thing in listed
    )


def number(user: User, period: str, measure: str, dimension: str, row: str, column: str) -> Behind:
    """What one number counts, of what this person may see; NotVisible where there is no such number."""
    gate.require(user, P.RETURN_VIEW)
    try:
        of, broken_down = Period.parse(period), Dimension(dimension)
    except ValueError:
        raise NotVisible from None
    about = registry.find(measure, of.ends_on)
    found = about.table(broken_down) if about else None
    if about is None or found is None:
        raise NotVisible
    count, table = found
    gate.require(user, READERS[count.thing].listed_by)
    tally: Tally = count(of, Scope(user))
    keys = tally.keys(table.cell(row, column))
    return Behind(of, about, broken_down, row, column, count, tally, table, keys)


def in_the_return(user: User, found: Behind) -> int | None:
    """What the return says where this person came from, if they may read it and it says a number there.

    Of a share it is what that is a share of. No more is told than is in the return: it is not counted anew.
    Nothing is told where that would count a few children whose cases are kept from this person.
    """
    column = TOTAL if found.column == RATE else found.column
    seen = RegionalReturn.objects.visible_to(user).current().filter(quarter=found.period.slug)
    figures = ReturnFigure.objects.filter(
        measure__regional_return__in=seen, measure__revision=F("measure__regional_return__revision"),
        measure__code=found.measure.code, dimension=found.dimension, row=found.row, column=column,
    )  # fmt: skip
    figure = figures.values_list("value", "is_suppressed").first()
    if figure is None or figure[0] is None:
        return None
    value = int(figure[0])
    few = is_small(value) or is_small(value - found.length) or figure[1]
    return None if value > found.length and few else value


def rows_behind(found: Behind) -> QuerySet[Any] | list[Any]:
    """The very things counted, in the order of their days."""
    rows: QuerySet[Any] | list[Any] = READERS[found.things].rows(found.keys)
    return rows


def shown(found: Behind, rows: Iterable[Any]) -> list[Any]:
    """These rows as they are shown: in place of what asked for a meeting, that meeting, where those are counted.

    Actions as they stood at the period's end, which is what was counted.
    """
    until = found.period.ends_on
    if found.things == CountedThing.STAFF:
        return people_of(set(rows), until)
    keys = [each.pk for each in rows]
    if found.things == CountedThing.INITIALS:
        initials = initials_of(Episode.objects.filter(pk__in=keys), until=until)
        return sorted(initials, key=lambda each: keys.index(each.episode.pk))
    if found.things == CountedThing.ACTIONS:
        return _as_they_stood(found.period, rows)
    if found.things != CountedThing.REVIEWS:
        return list(rows)
    meetings = [each.pk for each in rows if isinstance(each, Meeting)]
    reviews = reviews_set_by(Meeting.objects.filter(pk__in=meetings).with_case(), until=until)
    places = {each.after.pk: each for each in reviews}
    return [places[each.pk] if isinstance(each, Meeting) else lead_review(each) for each in rows]


def _as_they_stood(period: Period, rows: Iterable[PlanAction]) -> list[PlanAction]:
    """The same rows, changed in memory alone."""
    actions = {each.pk: each for each in rows}
    then = list(as_at(period, PlanAction.objects.filter(pk__in=actions)))
    agencies = {
        each.code: each for each in Agency.objects.filter(code__in={each.then_agency for each in then})
    }
    for each in then:
        action = actions[each.pk]
        action.state, action.due_on, action.done_on = each.then_state, each.then_due_on, each.then_done_on
        action.completed_at, action.agency = each.then_completed_at, agencies[each.then_agency]
    return list(actions.values())
