"""Tables as files that leave the portal: CSV, Excel and OpenDocument, in which nothing is ever calculated.

Every file with rows is written here and nowhere else, so that what somebody typed into a name stays a name.
"""

from cse_portal.ui.tabular.commas import csv_bytes
from cse_portal.ui.tabular.excel import book, put
from cse_portal.ui.tabular.files import FORMATS, Format, write
from cse_portal.ui.tabular.neutral import neutral
from cse_portal.ui.tabular.sheets import Cell, Sheet

__all__ = [
    # a whole file
    "FORMATS",
    "Format",
    "write",
    "Sheet",
    "Cell",
    # parts, for a file with a layout of its own
    "book",
    "put",
    "csv_bytes",
    "neutral",
]
