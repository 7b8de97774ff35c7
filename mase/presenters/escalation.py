"""What somebody reads who was called to settle a disagreement: nothing of the child, and nothing written about them."""

from cse_portal.accounts.models import Agency, User
from cse_portal.ui.presenters import Row, display_date, display_datetime, due_words
from mase.presenters.disagreements import issue, stage_words
from mase.selectors.escalation import Called


def facts(found: Called) -> list[Row]:
    """Who with whom, about what kind of thing, at which stage, until when, and where it came up."""
    row = found.disagreement
    meeting = row.meeting
    lines = [
        Row("Raised by", row.agency.name),
        Row("With", row.against.name),
        Row("About", issue(row)),
        Row("Raised", display_datetime(row.raised_at)),
        Row("Came up at", f"{meeting.get_kind_display()}, {display_date(meeting.scheduled_for)}")
        if meeting
        else None,
        Row("You were told at", stage_words(found.call.stage, row.raised_at.date())),
        Row("It is now at", stage_words(row.stage, row.raised_at.date())) if row.is_open else None,
        Row("To be settled by", f"{display_date(row.due_on)}, {due_words(row.due_on)}")
        if row.is_open
        else None,
        Row("How it ended", f"{row.get_state_display()} on {display_date(row.ended_at)}")
        if not row.is_open
        else None,
    ]
    return [line for line in lines if line is not None]


def to_ring(found: Called) -> list[Row]:
    """Who can say what it is about: who raised it, and the CSE Team Managers who may chair for the child."""
    row = found.disagreement
    return [
        Row("Who raised it", person_words(row.raised_by, row.agency)),
        *(Row("Who may chair", person_words(each)) for each in found.chairs),
    ]


def person_words(person: User, agency: Agency | None = None) -> str:
    """Hannah Okafor, named nurse, Health, 0121 496 0000."""
    where = agency.short_name if agency else ""
    return ", ".join(each for each in (person.full_name, person.job_title, where, person.phone) if each)
