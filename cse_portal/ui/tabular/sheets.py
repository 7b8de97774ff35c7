"""What is written: a sheet of rows, with lines above them and a line at the foot of each printed page."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

Cell = str | int | float | dt.date | None


@dataclass(frozen=True)
class Sheet:
    """One table. The notes stand above the headings; the footer on paper, where the kind of file has one."""

    name: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    notes: Sequence[str] = ()
    footer: str = ""
