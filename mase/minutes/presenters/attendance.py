"""Who was at a meeting, as its minutes print it: by name where that is known, and whether it was quorate."""

from dataclasses import dataclass

from cse_portal.reference.selectors import label
from cse_portal.ui.presenters import joined
from mase.meetings.models.meeting import Invitation
from mase.meetings.selectors.record import MeetingRecord


@dataclass(frozen=True)
class Person:
    """Someone asked to the meeting, and how they answered."""

    who: str
    agency: str
    role: str
    attendance: str


def person(invitation: Invitation) -> Person:
    """One line of the attendance: who came by name where it is known, else their agency or role."""
    attendance, agency = getattr(invitation, "attendance", None), invitation.agency
    role = label("meeting-role", invitation.role)
    name = invitation.person.full_name if invitation.person else invitation.name
    came = attendance.who_came if attendance else ""
    who = f"{came} for {name}" if came and name and came != name else came or name
    return Person(
        who=who or (agency.name if agency else role),
        agency=agency.short_name if agency else "Family" if invitation.is_family else "",
        role="" if invitation.is_family else role,
        attendance=attendance.get_code_display() if attendance else "Not marked",
    )


def quorum(record: MeetingRecord) -> str:
    """Whether police, social care and health were there, and why the meeting went ahead without."""
    if not record.missing_quorum:
        return "Police, children's social care and health were there: the meeting was quorate."
    reason = record.meeting.no_quorum_reason
    return f"Nobody was there from {joined(record.missing_quorum)}. The meeting went ahead because: {reason}"
