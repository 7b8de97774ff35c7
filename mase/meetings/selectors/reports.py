"""Agencies' reports before a meeting: whose is in, whose is missing, what is to be chased; and the papers of it."""

import datetime as dt
import uuid
from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from cases.casework.selectors import aliases_of
from cases.chronology.selectors import PRINTED, chronology
from cases.family.selectors import health_notes, hides_home
from cse_portal.access.user_context import user_context
from cse_portal.accounts.models import Agency, User
from cse_portal.errors import NotVisible
from cse_portal.reference.selectors import clock_rule
from cse_portal.ui.presenters import local_date
from intelligence.submissions.services.beginning import Beginning, lines_of
from mase.meetings.choices import FOR_POLICE, MeetingState
from mase.meetings.models.meeting import Meeting
from mase.meetings.models.sections import Contribution
from mase.meetings.selectors.meetings import meeting_for
from mase.meetings.selectors.record import MeetingRecord, record_for
from mase.minutes.selectors.minutes import sees_restricted
from mase.plans.models.plan import PlanAction

CHASES = ("AGENCY_REPORT_CHASE_1", "AGENCY_REPORT_CHASE_2")


def owing(meeting: Meeting) -> dict[Agency, set[str]]:
    """Every agency that is asked and has brought nothing yet, by name, and of which days it was reminded."""
    sent = meeting.contributions.exclude(given_at=None).order_by().values("agency")
    asked = meeting.invitations.filter(agency__isnull=False).exclude(role="CHAIR").exclude(agency__in=sent)
    found: dict[Agency, set[str]] = {}
    for each in asked.select_related("agency").order_by("agency__name"):
        if each.agency is not None:
            found.setdefault(each.agency, set()).update(each.reminded)
    return found


def unsent(record: MeetingRecord) -> list[Agency]:
    """Those of whom nothing has come, from what has been read already."""
    there = {each.agency_id for each in record.contributions} | record.held_back
    return [each for each in record.reporting if each.pk not in there]


def own_report(user: User, meeting: Meeting) -> list[Contribution]:
    """What this person's agency brought; there is nothing to bring where the agency is not asked."""
    who = user_context(user)
    if who is None or not is_asked(meeting, who.agency):
        raise NotVisible
    return list(meeting.contributions.filter(agency=who.agency).select_related("saved_by"))


def intelligence_in(user: User, pk: uuid.UUID, _: Collection[str] = ()) -> Beginning:
    """What this person's agency brought to a meeting that the police can look for, a line for each paragraph."""
    boxes = [
        each for each in own_report(user, meeting_for(user, pk)) if each.kind in FOR_POLICE and each.text
    ]
    if not boxes:
        raise NotVisible
    learned = max((each.given_at for each in boxes if each.given_at), default=None)
    return Beginning(local_date(learned), {"lines": lines_of("\n".join(each.text for each in boxes))})


def is_asked(meeting: Meeting, agency: Agency) -> bool:
    """Whether this agency is asked to bring something."""
    return meeting.invitations.filter(agency=agency).exclude(role="CHAIR").exists()


def awaiting_reports(now: dt.datetime) -> QuerySet[Meeting]:
    """Meetings ahead, soonest first, whose agencies may have to be reminded."""
    rows = Meeting.objects.of_children().filter(state=MeetingState.SCHEDULED, scheduled_for__gt=now)
    return rows.order_by("scheduled_for", "pk").select_related("case")


def clocks_due(meeting: Meeting, today: dt.date) -> list[str]:
    """The reminders whose day has come."""
    return [code for code in CHASES if clock_rule(code).due(meeting.scheduled_for) <= today]


def pack_record(user: User, meeting: Meeting) -> dict[str, Any]:
    """Everything that the papers of a meeting are drawn from; nothing of it that their reader may not see.

    While the family is in the room, nothing restricted.
    """
    case, last = meeting.case, last_held(meeting)
    since = timezone.localdate(last.ended_at) if last else None
    assessments = case.assessments.select_related("author", "author_agency").prefetch_related("answers")
    apart = not meeting.family_is_here
    details = health_notes(user, case)
    if since:
        details = details.filter(happened_on__gte=since)
    return {
        "meeting": meeting, "record": record_for(user, meeting), "aliases": aliases_of(case),
        "hides_home": hides_home(case), "assessment": assessments.first(),
        "categories": list(case.category_decisions.select_related("decided_by")),
        "last": last, "last_decision": getattr(last, "decision", None),
        "last_actions": _last_actions(user, last, apart=apart) if last else [],
        "chronology": list(chronology(user, case, since=since)[:PRINTED]),
        "health": list(details) if apart else [], "restricted": apart and sees_restricted(user, meeting),
    }  # fmt: skip


def _last_actions(user: User, last: Meeting, *, apart: bool) -> list[PlanAction]:
    rows = PlanAction.objects.visible_to(user).filter(meeting=last)
    shown = rows if apart else rows.filter(restricted=False)
    return list(shown.select_related("agency", "owner", "danger").order_by("due_on"))


def last_held(meeting: Meeting) -> Meeting | None:
    """The last meeting about this child that was held before this one."""
    rows = Meeting.objects.ended().filter(case=meeting.case_id).exclude(pk=meeting.pk)
    last = rows.select_related("decision", "chair").order_by("-ended_at").first()
    if last is not None:
        last.case = meeting.case
    return last
