"""The scale of a danger in words and as a chart: everybody's number, why, and what one more would take."""

from typing import Any

from django.utils.text import Truncator

from cse_portal.reference.selectors import label
from cse_portal.ui.charts import Chart, Mark, scale_spread
from mase.models import DangerStatement, Invitation
from mase.selectors.record import MeetingRecord


def spread(danger: DangerStatement, record: MeetingRecord) -> Chart | None:
    """Everyone's number now and at the last meeting; who gave one then and none now keeps their line."""
    now = {_seat(each.invitation): each for each in danger.scores.all()}
    before = {_seat(each.invitation): each for each in danger.earlier.scores.all()} if danger.earlier else {}
    if not now and not before:
        return None
    names = {_seat(each): record.names.get(each.pk, "") for each in record.invitations}
    marks = [
        Mark(
            names.get(seat) or seat_name((now.get(seat) or before[seat]).invitation),
            now[seat].value if seat in now else None,
            before[seat].value if seat in before else None,
        )
        for seat in (now | before)
    ]
    lowest, highest = (
        min((each.value for each in now.values()), default=0),
        max((each.value for each in now.values()), default=0),
    )
    words = f"From {lowest} to {highest}, where 0 is certain harm and 10 is safe enough to close."
    return scale_spread(
        f"Scale: {Truncator(danger.text).chars(80)}",
        words if now else "Nobody has given a number today.",
        marks,
    )


def reasons(danger: DangerStatement, record: MeetingRecord) -> list[tuple[str, int, str]]:
    """Who gave which number, why, and what they would have to see to say one more."""
    return [
        (
            record.names.get(each.invitation_id) or seat_name(each.invitation),
            each.value,
            "\n".join(
                filter(None, (each.reason, each.one_higher and f"One more would be: {each.one_higher}"))
            ),
        )
        for each in danger.scores.all()
    ]


def seat_name(invitation: Invitation) -> str:
    """Who sat there, where they are not asked to this meeting."""
    who = invitation.person.full_name if invitation.person else invitation.agency
    return str(who or label("meeting-role", invitation.role))


def _seat(invitation: Invitation) -> tuple[Any, ...]:
    """An agency's, or one person's of it, in whatever role; of the family, the role alone tells who it is."""
    asked = (invitation.agency_id, invitation.person_id)
    return asked if any(asked) else (invitation.role,)
