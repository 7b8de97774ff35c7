"""How agencies answered their invitations, in the words of D3 and of the record of attendance."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from cse_portal.reference.quarters import Quarter
from cse_portal.reference.working_days import local_day
from mase.meetings.choices import PRESENT, AttendanceCode
from mase.meetings.models.meeting import Invitation
from mase.meetings.models.querysets import MeetingQuerySet
from reporting.measures.selectors.figures import Key

NOT_RECORDED = Key("none", "Not recorded")
ANSWERS = {code.value: Key(code.value, code.label) for code in AttendanceCode}
CAMES = tuple(ANSWERS[code] for code in PRESENT)
ABSENTS = (*(key for code, key in ANSWERS.items() if code not in PRESENT), NOT_RECORDED)


@dataclass(frozen=True)
class Answer:
    """One agency's answer to one invitation to a meeting that was held."""

    agency: Key
    day: dt.date
    answer: Key

    @property
    def quarter(self) -> Quarter:
        """The quarter in which the meeting ended."""
        return Quarter.containing(self.day)


def answers(meetings: MeetingQuerySet, start: dt.datetime, end: dt.datetime) -> Iterable[Answer]:
    """Of those of these meetings that ended between two moments: every invitation of an agency, and its answer."""
    held = meetings.ended().filter(ended_at__gte=start, ended_at__lt=end)
    rows = Invitation.objects.filter(meeting__in=held.values("pk"), agency__isnull=False)
    fields = ("agency__code", "agency__name", "meeting__ended_at", "came_as")
    for code, name, ended, said in rows.order_by("pk").values_list(*fields):
        yield Answer(Key(code, name), local_day(ended), ANSWERS.get(said, NOT_RECORDED))
