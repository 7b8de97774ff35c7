"""The papers of a meeting: what one reader may see of the child before it, read as that reader."""

from dataclasses import dataclass

from django.utils import timezone

from cases.assessments.models import CategoryDecision, RiskAssessment
from cases.casework.selectors import aliases_of
from cases.chronology.models import ChronologyEntry
from cases.chronology.selectors import PRINTED, chronology
from cases.family.models import HealthNote
from cases.family.selectors import health_notes, hides_home
from cases.record.models.child import ChildAlias
from cse_portal.accounts.models import User
from mase.meetings.models.meeting import Meeting
from mase.meetings.selectors.record import MeetingRecord, record_for
from mase.minutes.selectors.minutes import sees_restricted
from mase.plans.models.plan import Decision, PlanAction


@dataclass(frozen=True)
class PackRecord:
    """Everything the papers are drawn from; nothing of it that their reader may not see."""

    meeting: Meeting
    aliases: list[ChildAlias]
    hides_home: bool
    categories: list[CategoryDecision]
    assessment: RiskAssessment | None
    record: MeetingRecord
    last: Meeting | None
    last_decision: Decision | None
    last_actions: list[PlanAction]
    chronology: list[ChronologyEntry]
    health: list[HealthNote]
    restricted: bool


def pack_record(user: User, meeting: Meeting) -> PackRecord:
    """The papers of a meeting that this person was shown. While the family is in the room, nothing restricted."""
    case, last = meeting.case, last_held(meeting)
    since = timezone.localdate(last.ended_at) if last else None
    assessments = case.assessments.select_related("author", "author_agency").prefetch_related("answers")
    apart = not meeting.family_is_here
    return PackRecord(
        meeting=meeting,
        aliases=aliases_of(case),
        hides_home=hides_home(case),
        categories=list(case.category_decisions.select_related("decided_by")),
        assessment=assessments.first(),
        record=record_for(user, meeting),
        last=last,
        last_decision=getattr(last, "decision", None),
        last_actions=_last_actions(user, last, apart=apart) if last else [],
        chronology=list(chronology(user, case, since=since)[:PRINTED]),
        health=list(health_notes(user, case).filter(**({"happened_on__gte": since} if since else {})))
        if apart
        else [],
        restricted=apart and sees_restricted(user, meeting),
    )


def _last_actions(user: User, last: Meeting, *, apart: bool) -> list[PlanAction]:
    rows = PlanAction.objects.visible_to(user).filter(meeting=last)
    shown = rows if apart else rows.filter(restricted=False)
    return list(shown.select_related("agency", "owner", "goal").order_by("due_on"))


def last_held(meeting: Meeting) -> Meeting | None:
    """The last meeting about this child that was held before this one."""
    rows = Meeting.objects.ended().filter(case=meeting.case_id).exclude(pk=meeting.pk)
    last = rows.select_related("decision", "chair").order_by("-ended_at").first()
    if last is not None:
        last.case = meeting.case
    return last
