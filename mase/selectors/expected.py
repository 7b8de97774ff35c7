"""A meeting that was due, booked or not: what the initial one and every review after it have in common."""

import datetime as dt
from dataclasses import dataclass

from cse_portal.reference.working_days import local_day
from mase.models import MaseMeeting


@dataclass(frozen=True)
class Expected:
    """Its last day, pauses counted, and the meeting booked for it, if one is.

    `category` is the one by which the last day was set; `closed_on` is when work on the case ended after it was set.
    """

    booked: MaseMeeting | None
    due_on: dt.date
    category: int
    closed_on: dt.date | None

    @property
    def held_on(self) -> dt.date | None:
        """The day it was held, once it has ended."""
        held = self.booked if self.booked and self.booked.ended_at else None
        return local_day(held.started_at) if held and held.started_at else None

    @property
    def in_time(self) -> bool:
        """Held on or before its last day."""
        return self.held_on is not None and self.held_on <= self.due_on

    @property
    def falls_due(self) -> bool:
        """Not where work on the case ended on or before its last day, with no such meeting held."""
        return self.held_on is not None or self.closed_on is None or self.closed_on > self.due_on
