"""Periods of work on cases, and in which column of the reconciliation each one counts. Pure."""

import datetime as dt
from dataclasses import dataclass

START, NEW, REOPENED, CLOSED, END = "start", "new", "reopened", "closed", "end"


@dataclass(frozen=True)
class Span:
    """One period of work, from its opening to its closing, if it has been closed."""

    opened_at: dt.datetime
    closed_at: dt.datetime | None
    reopened: bool = False

    def open_at(self, moment: dt.datetime) -> bool:
        """Whether work was going on just before this moment."""
        return self.opened_at < moment and (self.closed_at is None or self.closed_at >= moment)


def columns_of(span: Span, start: dt.datetime, end: dt.datetime) -> list[str]:
    """Where a period of work counts in a quarter: `end` is the first moment after it."""
    columns = []
    if span.open_at(start):
        columns.append(START)
    if start <= span.opened_at < end:
        columns.append(REOPENED if span.reopened else NEW)
    if span.closed_at is not None and start <= span.closed_at < end:
        columns.append(CLOSED)
    if span.open_at(end):
        columns.append(END)
    return columns
