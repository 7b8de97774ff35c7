"""The seats round the table: each an invitation, and what it is called."""

from cse_portal.reference.selectors import label
from mase.meetings.choices import FAMILY, PRESENT
from mase.meetings.models.meeting import Invitation, MaseMeeting


def name_of(invitation: Invitation) -> str:
    """Owen Pritchard (Police); Health; Amina Yusuf (interpreter); Child or young person."""
    if invitation.agency is None:
        role = label("meeting-role", invitation.role)
        return f"{invitation.name} ({role[:1].lower()}{role[1:]})" if invitation.name else role
    agency = invitation.agency.short_name
    name = f"{invitation.person.full_name} ({agency})" if invitation.person else invitation.agency.name
    return f"{name}, chair" if invitation.role == "CHAIR" else name


def family_of(meeting: MaseMeeting) -> list[Invitation]:
    """The child and the parent or carer, as far as they were asked."""
    return list(meeting.invitations.filter(role__in=FAMILY).select_related("attendance").order_by("role"))


def family_name(invitation: Invitation) -> str:
    """Dana Testley (parent or carer), by who came; else the role alone."""
    attendance, role = getattr(invitation, "attendance", None), label("meeting-role", invitation.role)
    came = attendance.who_came if attendance else ""
    return f"{came} ({role[:1].lower()}{role[1:]})" if came else role


def is_present(invitation: Invitation) -> bool:
    """Attended, or a deputy did."""
    attendance = getattr(invitation, "attendance", None)
    return attendance is not None and attendance.code in PRESENT
