"""The workbook: a cover, the definitions, a sheet a measure, what changed and why, what was restated, the checks."""

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cse_portal.ui.presenters import display_date, display_datetime
from cse_portal.ui.tabular import Cell, book, put

WITHHELD = "c"


def shown(told: dict[str, Any]) -> Cell:
    """A number of a document in a cell; nothing where there is none."""
    return WITHHELD if told["withheld"] else told["value"]


def workbook(document: dict[str, Any]) -> bytes:
    """An .xlsx file. Text goes in as text, so that nothing in it is ever calculated."""
    buffer = io.BytesIO()
    with book(buffer) as opened:
        writer = _Writer(opened)
        writer.cover(document)
        for measure in document["measures"]:
            writer.measure(measure)
        writer.headlines(document["headlines"])
        if document["restated"]:
            writer.restated(document["restated"])
        writer.checks(document["checks"])
    return buffer.getvalue()


class _Writer:
    def __init__(self, book: Any) -> None:
        self.book = book
        self.bold = book.add_format({"bold": True})
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.heading = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self.right = book.add_format({"align": "right"})

    def cover(self, document: dict[str, Any]) -> None:
        sheet = self.book.add_worksheet("Return")
        sheet.set_column(0, 0, 24)
        sheet.set_column(1, 1, 100)
        put(sheet, 0, 0, f"Regional CSE return, {document['label']}", self.title)
        facts = (
            ("Marking", "OFFICIAL-SENSITIVE"),
            ("Quarter", f"{display_date(document['starts_on'])} to {display_date(document['ends_on'])}"),
            ("Version", document["version"]),
            *([("Why restated", document["restated_because"])] if document["restated_because"] else []),
            ("Signed off", display_datetime(document["signed_at"])),
            ("Withheld numbers", f'{document["withheld"]} They are marked "{WITHHELD}".'),
            ("Worked out by", document["code_version"]),
        )
        for row, (label, text) in enumerate(facts, start=2):
            put(sheet, row, 0, label, self.bold)
            put(sheet, row, 1, text, self.wrapped)
        below = len(facts) + 3
        self._headings(sheet, below, ("Measure", "Definition"))
        for row, measure in enumerate(document["measures"], start=below + 1):
            put(sheet, row, 0, f"{measure['code']} {measure['name']}", self.wrapped)
            words = f"{measure['definition']} {measure['note']}".strip()
            put(sheet, row, 1, f"{words} (version {measure['definition_version']})", self.wrapped)

    def measure(self, measure: dict[str, Any]) -> None:
        sheet = self.book.add_worksheet(measure["code"])
        sheet.set_column(0, 0, 46)
        sheet.set_column(1, 8, 16)
        put(sheet, 0, 0, f"{measure['code']} {measure['name']}", self.title)
        put(sheet, 1, 0, measure["definition"])
        row = 3
        for table in measure["tables"]:
            row = self._table(sheet, row, table) + 2

    def headlines(self, headlines: list[dict[str, Any]]) -> None:
        quarters = ("this_quarter", "last_quarter", "last_year")
        headings = (
            "Measure", "What is counted", "This quarter", "Last quarter", "Last year", "Unit", "Why it changed",
        )  # fmt: skip
        rows = [
            (
                each["measure"], each["label"], *(shown(each[name]) for name in quarters), each["unit"],
                each["explanation"],
            )
            for each in headlines
        ]  # fmt: skip
        self._list("Changes", headings, rows, widths={1: 46, 6: 80})

    def restated(self, restated: list[dict[str, Any]]) -> None:
        headings = ("Measure", "Table", "Row", "Column", "Version before", "This version")
        rows = [
            (
                f"{each['measure']} {each['name']}", each["table"], each["row_label"], each["column_label"],
                shown(each["before"]), shown(each["after"]),
            )
            for each in restated
        ]  # fmt: skip
        self._list("Restated", headings, rows, widths={0: 46, 2: 30, 3: 20})

    def checks(self, checks: list[dict[str, Any]]) -> None:
        rows = [
            (each["rule"], each["title"], "Holds" if each["passed"] else "Does not hold") for each in checks
        ]
        self._list("Checks", ("Rule", "What must hold", "Result"), rows, widths={1: 80})

    def _list(
        self, name: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]], widths: Mapping[int, int]
    ) -> None:
        sheet = self.book.add_worksheet(name)
        for column, width in widths.items():
            sheet.set_column(column, column, width)
        self._headings(sheet, 0, headings)
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                put(sheet, number, column, value, self.wrapped)

    def _headings(self, sheet: Any, row: int, words: Sequence[str]) -> None:
        for column, word in enumerate(words):
            put(sheet, row, column, word, self.heading)

    def _table(self, sheet: Any, row: int, table: dict[str, Any]) -> int:
        """Draw one table from a row on; returns its last row."""
        columns = list(dict.fromkeys((each["column"], each["column_label"]) for each in table["figures"]))
        rows = list(dict.fromkeys((each["row"], each["row_label"]) for each in table["figures"]))
        put(sheet, row, 0, table["title"], self.heading)
        for number, (_, label) in enumerate(columns, start=1):
            put(sheet, row, number, label, self.heading)
        across = {code: number for number, (code, _) in enumerate(columns, start=1)}
        down = {code: row + number for number, (code, _) in enumerate(rows, start=1)}
        for code, label in rows:
            put(sheet, down[code], 0, label, self.wrapped)
        for figure in table["figures"]:
            place = (down[figure["row"]], across[figure["column"]])
            put(sheet, *place, shown(figure), self.right)
        return row + len(rows)
