"""A return on paper, drawn from its document alone: what is withheld there cannot be said here."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from cse_portal.reference.quarters import Quarter
from reporting.measures.presenters import by_letter, change_in_words, compared, figure_in_words, once
from reporting.measures.selectors.figures import PERCENT

WITHHELD = "withheld"


@dataclass(frozen=True)
class PaperRow:
    """A headline with the quarter and the year before, and why it changed."""

    code: str
    label: str
    now: str
    restated: str
    last: str
    change: str
    year: str
    why: str


def paper(document: dict[str, Any]) -> dict[str, Any]:
    """What its template draws: the document, and its headlines in words by letter."""
    letters = by_letter(document["headlines"], lambda each: each["measure"])
    sections = [
        (f"{letter} {title}", list(map(_row, those, once(each["measure"] for each in those))))
        for letter, title, those in letters
    ]
    failed = [each["title"] for each in document["checks"] if not each["passed"]]
    quarters = compared(Quarter.parse(document["quarter"]))
    return {"r": document, "quarters": quarters, "sections": sections, "failed_checks": failed}


def _row(headline: dict[str, Any], code: str) -> PaperRow:
    unit = headline["unit"]
    told = ("this_quarter", "last_quarter", "last_year", "version_before")
    now, last, year, before = (headline[each] for each in told)
    return PaperRow(
        code=code,
        label=headline["label"],
        now=_number(now, unit),
        restated=_number(before, unit) if before else "",
        last=_number(last, unit),
        change=_change(now, last, unit),
        year=_number(year, unit),
        why=headline["explanation"],
    )


def _number(told: dict[str, Any], unit: str) -> str:
    if told["withheld"]:
        return WITHHELD
    return "–" if told["value"] is None else figure_in_words(Decimal(str(told["value"])), unit)


def _change(now: dict[str, Any], last: dict[str, Any], unit: str) -> str:
    """Nothing where one of the two is withheld: the change would give it away."""
    if now["value"] is None or last["value"] is None:
        return "–"
    return change_in_words(Decimal(str(now["value"])), Decimal(str(last["value"])), is_share=unit == PERCENT)
