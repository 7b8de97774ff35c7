"""How agencies answered their invitations: what D3 counts, and what the record of attendance shows in detail."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from cse_portal.reference.quarters import Quarter
from cse_portal.reference.working_days import local_day
from mase.meetings.choices import PRESENT, AttendanceCode
from mase.meetings.models.meeting import Invitation
from mase.meetings.models.querysets import MeetingQuerySet
from reporting.measures.models import Dimension
from reporting.measures.selectors.figures import Key
from reporting.measures.selectors.tally import Counted

INVITED = "Invited"
CAME, ABSENT = Key("came", "Came, or sent a deputy"), Key("absent", "Did not come, or not known")
NOT_RECORDED = Key("none", "Not recorded")
ANSWERS = {code.value: Key(code.value, code.label) for code in AttendanceCode}
CAMES = tuple(ANSWERS[code] for code in PRESENT)
ABSENTS = (*(key for code, key in ANSWERS.items() if code not in PRESENT), NOT_RECORDED)


@dataclass(frozen=True)
class Answer:
    """One agency's answer to one invitation to a meeting that was held."""

    invitation: uuid.UUID
    agency: Key
    quarter: Quarter
    answer: Key

    @property
    def summary(self) -> Key:
        """Whether they came; a written report alone is not coming."""
        return CAME if self.answer in CAMES else ABSENT


def answers(meetings: MeetingQuerySet, start: dt.datetime, end: dt.datetime) -> list[Answer]:
    """Of those of these meetings that ended between two moments: every invitation of an agency, and its answer."""
    held = meetings.ended().filter(ended_at__gte=start, ended_at__lt=end)
    rows = Invitation.objects.filter(meeting__in=held.values("pk"), agency__isnull=False)
    fields = ("pk", "agency__code", "agency__name", "meeting__ended_at", "came_as")
    return [
        Answer(pk, Key(code, name), Quarter.containing(local_day(ended)), ANSWERS.get(said, NOT_RECORDED))
        for pk, code, name, ended, said in rows.order_by("pk").values_list(*fields)
    ]


def came_or_not(given: Iterable[Answer]) -> list[Counted]:
    """As D3 counts them: by agency, came or did not."""
    return [Counted(Dimension.AGENCY, each.agency, each.summary, each.invitation, INVITED) for each in given]


def in_detail(given: Iterable[Answer]) -> list[Counted]:
    """As the record of attendance counts them: by agency, and how they answered."""
    return [Counted(Dimension.AGENCY, each.agency, each.answer, each.invitation, INVITED) for each in given]
