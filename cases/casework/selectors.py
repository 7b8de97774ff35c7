"""Everything that the first page of a case shows, and its periods of work."""

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    DateTimeField,
    F,
    Func,
    OuterRef,
    QuerySet,
    Subquery,
    TextField,
    Value,
    prefetch_related_objects,
)
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone

from cases.assessments.models import CategoryDecision, DecisionSource, RiskAssessment
from cases.assessments.selectors import newest_assessments, unconfirmed
from cases.chronology.models import ChronologyEntry
from cases.chronology.selectors import chronology
from cases.concerns.models import Concern
from cases.family.models import ConfidentialAddress, NetworkMember
from cases.family.selectors import OF_THE_CHILD, current_addresses
from cases.missing.models import InterviewStep, MissingEpisode, ReturnHomeInterview
from cases.missing.selectors.episodes import interviews_due
from cases.missing.selectors.prompts import episodes_since
from cases.record.choices import RiskCategory
from cases.record.models.case import Case, CurrentPicture, Episode
from cases.record.models.child import ChildAlias
from cases.record.selectors import also_recorded
from cases.record.selectors.steps import NextStep, steps_of
from cases.sharing.selectors.access import named_people
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import Membership, User
from cse_portal.reference.selectors import clock_rule
from cse_portal.ui.charts import Scaling
from cse_portal.ui.charts.years import DAYS


def answered_at_a_meeting(case: Case) -> list[dict[str, Any]]:
    """The lines of the checklist that the last meeting which went through it answered."""
    open_now = Episode.objects.filter(case=case, closed_at__isnull=True).first()
    return open_now.checklist if open_now else []


def last_closing(case: Case) -> Episode | None:
    """How the newest closed period of work ended."""
    closed = Episode.objects.filter(case=case, closed_at__isnull=False)
    return closed.select_related("closed_by").order_by("-closed_at").first()


LATEST = 5


def interviews_to_hold(user: User) -> QuerySet[MissingEpisode]:
    """Return home interviews as dated steps: within 72 hours. The note is the time for which one is booked."""
    hours = dt.timedelta(hours=clock_rule("RETURN_INTERVIEW").amount)
    rows = interviews_due(user).prefetch_related(None)
    bookings = ReturnHomeInterview.objects.filter(episode=OuterRef("pk"), step=InterviewStep.BOOKED)
    newest = bookings.order_by("-recorded_at").values(words=Cast("at", TextField()))[:1]
    note = Coalesce(Subquery(newest), NO_WORDS)
    return rows.annotate(step_case=F("case_id"), step_due=F("returned_at") + hours, step_note=note)


def assessments_to_confirm(user: User) -> QuerySet[RiskAssessment]:
    """Assessments on which nobody has confirmed a category, since they were made."""
    return unconfirmed(user).annotate(step_case=F("case_id"), step_due=F("assessed_at"), step_note=NO_WORDS)


def assessments_to_repeat(user: User) -> QuerySet[RiskAssessment]:
    """Assessments as dated steps: each is repeated after three months, as long as the child is in a category."""
    months = f"(%(expressions)s + interval '{clock_rule('ASSESSMENT_REPEAT').amount} months')"
    due = Func(F("assessed_at"), template=months, output_field=DateTimeField())
    rows = newest_assessments(user).filter(case__category__gt=RiskCategory.NONE)
    return rows.annotate(step_case=F("case_id"), step_due=due, step_note=NO_WORDS)


NO_WORDS = Value("", output_field=TextField())


# The floor that holds the meetings says how their scalings of a child's safety are read, oldest first.
_scalings: list[Callable[[User, Case], list[Scaling]]] = []


def register_scalings(read: Callable[[User, Case], list[Scaling]]) -> None:
    """Add where people placed a child's safety to the first screen of the record."""
    _scalings.append(read)


@dataclass(frozen=True)
class Overview:
    """A case's present state: what was decided, what happened in two years, what is next, and whom to call."""

    aliases: list[ChildAlias]
    episodes: list[Episode]
    decisions: list[CategoryDecision]
    concerns: list[Concern]
    events: list[ChronologyEntry]
    confidential: list[ConfidentialAddress]
    missing: list[MissingEpisode]
    steps: list[NextStep]
    family: list[NetworkMember]
    people: list[Membership]
    also: dict[uuid.UUID, str]
    scalings: list[Scaling]

    @property
    def hides_home(self) -> bool:
        """Whether it is confidential where the child lives."""
        return any(each.kind in OF_THE_CHILD for each in self.confidential)


def overview(user: User, case: Case) -> Overview:
    """The rows behind the overview of a case that this person may see (`case_for`).

    Why a period of work ended is asked of a closed case alone. Who holds a restricted case is told to people who may
    read who has access.
    """
    told = not case.is_restricted or gate.can(user, Permission.CASE_ACCESS_VIEW, case)
    concerns = Concern.objects.visible_to(user, of=case).select_related("author", "author_agency")
    years = timezone.localdate() - dt.timedelta(days=DAYS)
    also = also_recorded(user, case)
    prefetch_related_objects([case], "child__aliases")
    decisions = decisions_of(case)
    is_scaled = any(each.source == DecisionSource.MEETING for each in decisions)
    return Overview(
        aliases=sorted(case.child.aliases.all(), key=lambda each: (each.recorded_at, each.name)),
        episodes=[] if case.is_open else episodes_of(case),
        decisions=decisions,
        concerns=list(concerns.order_by("-submitted_at")),
        events=list(chronology(user, case, also=also, significant=True)[:LATEST]),
        confidential=current_addresses(case),
        missing=episodes_since(case, years),
        steps=steps_of(user, [case]).get(case.pk, []),
        family=list(case.network_members.filter(ended_on__isnull=True)),
        people=list(named_people(case)) if told else [],
        also=also,
        scalings=[each for read in _scalings for each in read(user, case)] if is_scaled else [],
    )


def episodes_of(case: Case) -> list[Episode]:
    """Every period of work, the newest first; the person was shown the case."""
    return list(case.episodes.select_related("opened_by", "closed_by"))


def decisions_of(case: Case) -> list[CategoryDecision]:
    """Every confirmed category, the newest first; the person was shown the case."""
    return list(case.category_decisions.select_related("decided_by"))


def pictures_of(case: Case) -> list[CurrentPicture]:
    """What was written as the current picture, the newest first; the person was shown the case."""
    return list(case.pictures.select_related("recorded_by", "agency"))


def aliases_of(case: Case) -> list[ChildAlias]:
    """The other names the child is known by, oldest first."""
    return list(case.child.aliases.order_by("recorded_at", "name"))


def still_has_access(user: User, case: Case) -> bool:
    """Asked anew after somebody gave a case away: whether they themselves may still open it."""
    return Case.objects.visible_to(user).filter(pk=case.pk).exists()
