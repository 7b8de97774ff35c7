"""Taking a copy of people's records out of the portal: asked for, agreed to, made, taken, deleted, and found again."""

from cases.services.exports.asking import Wanted, allowance_left, ask, decide
from cases.services.exports.columns import COLUMNS
from cases.services.exports.making import JOB, make
from cases.services.exports.taking import delete_old, download, trace, trace_paper

__all__ = [
    # asking
    "COLUMNS",
    "Wanted",
    "allowance_left",
    "ask",
    "decide",
    # making
    "JOB",
    "make",
    # taking, ending, finding
    "download",
    "delete_old",
    "trace",
    "trace_paper",
]
