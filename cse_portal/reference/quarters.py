"""Financial quarters: Q1 is April to June, Q4 January to March of the next calendar year."""

import datetime as dt
import re
from dataclasses import dataclass

_WRITTEN = re.compile(r"^(?P<year>2[0-9]{3})[-/](?P<short>[0-9]{2})[- ]Q(?P<number>[1-4])$")


@dataclass(frozen=True, order=True)
class Quarter:
    """One quarter of a financial year, named by the calendar year in which that financial year starts."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if self.number not in (1, 2, 3, 4):
            raise ValueError(f"A financial year has quarters 1 to 4, not {self.number}.")

    @classmethod
    def containing(cls, day: dt.date) -> "Quarter":
        """The quarter this day falls in."""
        year = day.year if day.month >= 4 else day.year - 1
        return cls(year, (day.month - 4) % 12 // 3 + 1)

    @classmethod
    def parse(cls, text: str) -> "Quarter":
        """Read "2026-27-Q1" (as in addresses) or "2026/27 Q1" (as on paper); ValueError for anything else."""
        match = _WRITTEN.match(text.strip())
        if match is None or int(match["short"]) != (int(match["year"]) + 1) % 100:
            raise ValueError(f"Not a financial quarter: {text!r}")
        return cls(int(match["year"]), int(match["number"]))

    @property
    def label(self) -> str:
        """As people write it: "2026/27 Q1"."""
        return f"{self.year}/{(self.year + 1) % 100:02d} Q{self.number}"

    @property
    def slug(self) -> str:
        """As it is in addresses and file names: "2026-27-Q1"."""
        return f"{self.year}-{(self.year + 1) % 100:02d}-Q{self.number}"

    @property
    def starts_on(self) -> dt.date:
        """Its first day."""
        return (
            dt.date(self.year, 4 + 3 * (self.number - 1), 1)
            if self.number < 4
            else dt.date(self.year + 1, 1, 1)
        )

    @property
    def ends_on(self) -> dt.date:
        """Its last day."""
        return self.next().starts_on - dt.timedelta(days=1)

    def next(self) -> "Quarter":
        """The quarter after this one."""
        return Quarter(self.year, self.number + 1) if self.number < 4 else Quarter(self.year + 1, 1)

    def previous(self) -> "Quarter":
        """The quarter before this one."""
        return Quarter(self.year, self.number - 1) if self.number > 1 else Quarter(self.year - 1, 4)

    def with_before(self, number: int) -> "list[Quarter]":
        """So many quarters, oldest first; this one is the last."""
        before = self.previous().with_before(number - 1) if number > 1 else []
        return [*before, self]

    def __contains__(self, day: dt.date) -> bool:
        return self.starts_on <= day <= self.ends_on

    def __str__(self) -> str:
        return self.label
