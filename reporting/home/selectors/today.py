"""What needs one person now and in the coming days, from every floor: one question a list."""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Value
from django.utils import timezone

from cases.assessments.models import RiskAssessment
from cases.assessments.selectors import awaiting_confirmation
from cases.borders.selectors import transfers_waiting
from cases.community.selectors import reports_waiting
from cases.concerns.models import Concern
from cases.concerns.selectors import hidden_outcomes, waiting_for_triage
from cases.exports.selectors import exports_to_decide
from cases.handoffs.models import HandOff
from cases.handoffs.selectors import handed_to_us, waiting_for_acceptance
from cases.missing.models import MissingEpisode
from cases.missing.selectors.episodes import interviews_due, missing_now
from cases.record.models.case import Case
from cases.record.selectors import CaseFilters, Caseload, caseload
from cases.record.selectors.steps import NextStep, steps_of
from cases.sharing.selectors.emergency import emergencies
from cases.sharing.selectors.exclusions import proposals
from cases.voice.selectors import with_last_heard
from cse_portal.access import gate
from cse_portal.access.permissions import Permission as P
from cse_portal.access.user_context import user_context
from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import User
from cse_portal.people.selectors import Waiting, waiting_for
from cse_portal.reference.quarters import Quarter
from cse_portal.reference.working_days import next_working_day
from intelligence.links.selectors.clusters import Task, connection_tasks
from intelligence.profiles.selectors import facts_to_confirm, to_review
from intelligence.submissions.models import IntelligenceSubmission
from intelligence.submissions.selectors import waiting_for_the_unit, with_news_for
from mase.cmog.selectors.cmog import my_cmogs
from mase.disagreements.selectors import disagreement_list
from mase.meetings.models.meeting import Invitation, Meeting
from mase.meetings.models.querysets import is_overdue, waits_for_chair
from mase.meetings.models.sections import Contribution
from mase.meetings.selectors.meetings import count_to_book, to_book
from mase.minutes.selectors.circulation import drafts
from mase.plans.models.plan import PlanAction
from mase.plans.selectors.actions import action_list, holders
from mase.strategy.selectors import ObjectiveRecord, own_objectives
from reporting.home.selectors.service import Service, measured, service
from reporting.oversight.selectors.oversight import findings
from reporting.quality.models import Supervision
from reporting.quality.selectors import supervision_due
from reporting.retention.selectors import disposals_to_decide
from reporting.returns.models import RegionalReturn
from reporting.returns.selectors.gaps import gaps_asked_of
from reporting.returns.selectors.returns import quarters_to_start, returns_waiting_for
from reporting.subject_access.selectors import requests

DAYS = 5  # working days of "This week", today among them
MOST = 100  # of one list
MOST_COUNTED = 1000


@dataclass
class Today:
    """Everything that one person's page is made of; what their role does not open is empty."""

    day: dt.date
    role: Role | None
    is_team: bool = False
    sees_children: bool = False
    missing: list[MissingEpisode] = field(default_factory=list)
    interviews: list[MissingEpisode] = field(default_factory=list)
    waiting: list[Any] = field(default_factory=list)  # concerns with their `asks_danger`
    to_book_soon: list[Case] = field(default_factory=list)
    connected: list[Task] = field(default_factory=list)
    led: list[Case] = field(default_factory=list)
    steps: Mapping[uuid.UUID, list[NextStep]] = field(default_factory=dict)
    shared: Caseload | None = None
    meetings: list[Meeting] = field(default_factory=list)
    reports: dict[uuid.UUID, Meeting] = field(default_factory=dict)
    cmogs: list[Any] = field(default_factory=list)
    objectives: list[ObjectiveRecord] = field(default_factory=list)
    actions: list[PlanAction] = field(default_factory=list)
    supervision: list[tuple[Supervision, User]] = field(default_factory=list)
    handed: list[HandOff] = field(default_factory=list)
    concerns: list[Concern] = field(default_factory=list)
    kept: set[Any] = field(default_factory=set)
    to_confirm: list[RiskAssessment] = field(default_factory=list)
    queues: Mapping[str, int] = field(default_factory=dict)
    gaps: int = 0
    inbox: list[IntelligenceSubmission] = field(default_factory=list)
    news: list[IntelligenceSubmission] = field(default_factory=list)
    reviews: list[Any] = field(default_factory=list)
    returns: list[RegionalReturn] = field(default_factory=list)
    to_start: list[Quarter] = field(default_factory=list)
    measured: list[tuple[RegionalReturn, Any]] = field(default_factory=list)
    service: Service | None = None
    people: Waiting | None = None
    lost_actions: int = 0

    @property
    def has_office_work(self) -> bool:
        """Whether something waits for who works by counts and references."""
        waiting = (self.returns, self.to_start, self.people, self.lost_actions, self.reviews, self.objectives)
        return any(waiting)

    @property
    def last_day(self) -> dt.date:
        """The last day of This week."""
        return self.days[-1]

    @property
    def days(self) -> list[dt.date]:
        """Today, and the working days that follow."""
        found = [self.day]
        while len(found) < DAYS:
            found.append(next_working_day(found[-1] + dt.timedelta(days=1)))
        return found


def reads_reports_only(user: User) -> bool:
    """Whether the board's packs are all that opens, and nothing waits: then they are the home page."""
    reads = gate.can(user, P.BOARD_REPORT_VIEW) and not gate.can(user, P.RETURN_VIEW)
    return reads and not own_objectives(user)


def today(user: User) -> Today:
    """What this person's Today says."""
    who = user_context(user)
    found = Today(timezone.localdate(), who.role if who else None)
    found.is_team, found.sees_children = gate.can(user, P.CONCERN_TRIAGE), gate.can(user, P.CONCERN_LIST)
    found.objectives, found.cmogs = own_objectives(user), my_cmogs(user)
    if gate.can(user, P.CASE_LIST):
        _of_children(user, found)
    if gate.can(user, P.CONCERN_AGENCY):
        found.handed = handed_to_us(user)[:MOST]
    if found.is_team:
        _of_the_team(user, found)
    elif gate.can(user, P.CONCERN_LIST):
        rows = Concern.objects.visible_to(user).filter(author=user).select_related("decision", "case")
        found.concerns = list(rows.order_by("-created_at")[:8])
        found.kept = hidden_outcomes(user, found.concerns)
    if gate.can(user, P.INTELLIGENCE_SUBMIT):
        found.news = list(with_news_for(user).prefetch_related("feedback")[:5])
    if gate.can(user, P.INTELLIGENCE_GRADE):
        found.inbox = list(waiting_for_the_unit(user)[:MOST])
        found.queues = _counted({"subjects": to_review(user), "facts": facts_to_confirm(user)})
    _of_the_office(user, found)
    return found


def _of_children(user: User, found: Today) -> None:
    found.missing = missing_now(user)
    found.interviews = list(interviews_due(user)[:MOST])
    led = with_last_heard(Case.objects.visible_to(user).of_professional(user).open().with_identity())
    found.led = list(led.order_by("-category", F("next_review_on").asc(nulls_first=True), "pk")[:MOST])
    found.steps = steps_of(user, found.led)
    if not found.led and not found.is_team:
        found.shared = caseload(user, CaseFilters(sort="-category"))
    meetings = [each for each in my_meetings(user, MOST) if each.scheduled_for.date() <= found.last_day]
    found.meetings = meetings
    if meetings:
        found.reports = reports_owed(user, meetings)
    _, gaps = gaps_asked_of(user)
    found.gaps = sum(len(each.fields) for each in gaps)
    found.actions, found.supervision = list(action_list(user)[:MOST]), supervision_due(user)


def _of_the_team(user: User, found: Today) -> None:
    rows = waiting_for_triage(user).select_related("author", "author_agency").prefetch_related("indicators")
    found.waiting = list(rows.by_urgency()[:MOST])
    soon = found.days[1]
    found.to_book_soon = list(to_book(user).filter(next_review_on__range=(found.day, soon))[:MOST])
    found.to_confirm = awaiting_confirmation(user)
    found.connected = connection_tasks(user)[:MOST]
    issued = PlanAction.objects.visible_to(user).issued()
    queues: dict[str, QuerySet[Any]] = {
        "actions": issued.filter(waits_for_chair()),
        "overdue-actions": issued.filter(is_overdue()),
        "minutes": drafts(user),
        "disagreements": disagreement_list(user),
        "handoffs": waiting_for_acceptance(user),
        "community": reports_waiting(user),
        "copies": exports_to_decide(user),
        "transfers": transfers_waiting(user),
        "requests": requests(user),
    }
    if gate.can(user, P.RETENTION_APPROVE):
        queues["disposals"] = disposals_to_decide(user)
    found.queues = {**_counted(queues), "to-book": count_to_book(user)}


def _of_the_office(user: User, found: Today) -> None:
    """Who works by counts and references."""
    if gate.can(user, P.RETURN_VIEW):
        found.returns = returns_waiting_for(user)
    if gate.can(user, P.RETURN_PREPARE):
        found.to_start, found.measured = quarters_to_start(), measured(user)
    if gate.can(user, P.BREAK_GLASS_REVIEW):
        judged = emergencies(user).filter(verdict="").exclude(user=user)
        found.reviews = [*proposals(user)[:MOST], *judged[:MOST], *findings(user)[:MOST]]
        found.queues = _counted({"disposals": disposals_to_decide(user)})
    if gate.can(user, P.PEOPLE_MANAGE):
        found.people = waiting_for(user)
        found.lost_actions = sum(row["open"] for row in holders(user) if row["owner_gone"])
    if found.role == Role.SYSTEM_ADMINISTRATOR:
        found.service = service()


def _counted(queues: Mapping[str, QuerySet[Any]]) -> Counter[str]:
    """How long each of these lists is, asked together and up to a cap."""
    parts = [
        rows.order_by().annotate(queue=Value(name, CharField())).values_list("queue")[:MOST_COUNTED]
        for name, rows in queues.items()
    ]
    rows = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    return Counter(name for (name,) in rows)


def my_meetings(user: User, limit: int = 5) -> list[Meeting]:
    """The next meetings this person chairs or is asked to, by name or through their agency."""
    who = user_context(user)
    if who is None:
        return []
    theirs = Q(person=None) | Q(person=user) | Q(deputy=user)
    asked = Invitation.objects.filter(theirs, agency=who.agency, meeting=OuterRef("pk"))
    rows = Meeting.objects.of_children().visible_to(user).upcoming().with_case()
    rows = rows.filter(Q(chair=user) | Q(Exists(asked)))
    return list(rows[:limit])


def reports_owed(user: User, meetings: Iterable[Meeting]) -> dict[uuid.UUID, Meeting]:
    """Of these meetings those that this person's agency is asked to bring something to, and has not."""
    who = user_context(user)
    if who is None:
        return {}
    sent = Contribution.objects.filter(agency=who.agency).values("meeting")
    asked = Invitation.objects.filter(agency=who.agency).exclude(role="CHAIR").values("meeting")
    rows = Meeting.objects.filter(pk__in=[each.pk for each in meetings]).exclude(pk__in=sent)
    return {each.pk: each for each in rows.filter(pk__in=asked)}
