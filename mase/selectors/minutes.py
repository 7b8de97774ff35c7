"""Minutes: who may read them, and everything that stands in them."""

import uuid
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.jobs.models import Job
from cse_portal.keys import new_key
from mase.choices import Audience
from mase.models import MaseMeeting, Minutes, PlanAction
from mase.selectors.meetings import meeting_for
from mase.selectors.record import MeetingRecord, record_of


@dataclass(frozen=True)
class MinutesRecord:
    """What the minutes of one meeting are drawn from."""

    minutes: Minutes
    record: MeetingRecord
    earlier: list[PlanAction]
    audience: Audience
    key: uuid.UUID


def meeting_with_minutes(user: User | AnonymousUser, pk: uuid.UUID) -> MaseMeeting:
    """The meeting, for a person who may read its minutes."""
    return gate.require(user, Permission.MINUTES_VIEW, meeting_for(user, pk))


def minutes_of(meeting: MaseMeeting) -> Minutes | None:
    """The minutes, ready or on their way; none before the meeting has ended."""
    return Minutes.objects.filter(meeting=meeting).select_related("job").first()


def audience_of(user: User, meeting: MaseMeeting) -> Audience:
    """Which copy is this reader's: the full one for those alone to whom the restricted part was given."""
    sees = gate.can(user, Permission.MINUTES_RESTRICTED_VIEW, meeting.case)
    return Audience.FULL if sees else Audience.OPEN


def minutes_record(meeting_id: uuid.UUID, audience: Audience) -> MinutesRecord:
    """What an ended meeting's copy for this audience is drawn from. The gate is asked by who reads it."""
    rows = Minutes.objects.select_related(
        "meeting__case__child", "meeting__case__lead_agency", "meeting__case__lead_professional",
        "meeting__chair", "meeting__decision", "meeting__voice", "meeting__ended_by",
    )  # fmt: skip
    minutes = rows.get(meeting=meeting_id)
    meeting = minutes.meeting
    earlier = PlanAction.objects.filter(case=meeting.case_id, issued_at__lt=meeting.started_at)
    since = earlier.exclude(meeting=meeting).exclude(completed_at__lt=meeting.started_at)
    return MinutesRecord(
        minutes=minutes,
        record=record_of(meeting, restricted=audience is Audience.FULL),
        audience=audience,
        key=new_key(),
        earlier=list(since.select_related("agency", "owner", "meeting").order_by("due_on", "id")),
    )


def may_watch(user: User, job: Job) -> bool:
    """Whoever may read the minutes may watch them being made."""
    rows = MaseMeeting.objects.visible_to(user).filter(pk=job.payload.get("meeting"))
    meeting = rows.first()
    return meeting is not None and gate.can(user, Permission.MINUTES_VIEW, meeting)
