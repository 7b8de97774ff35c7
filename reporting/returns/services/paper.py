"""A return on paper, drawn from its document alone: what is withheld there cannot be said here."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from cse_portal.reference.quarters import Quarter
from cse_portal.ui.presenters import display_date, display_datetime
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


@dataclass(frozen=True)
class Paper:
    """The whole return as its template draws it."""

    label: str
    reference: str
    version: str
    period: str
    signed_at: str
    code_version: str
    withheld: str
    restated_because: str
    restated_figures: int
    quarters: Sequence[str]
    sections: list[tuple[str, list[PaperRow]]]  # by letter
    definitions: list[tuple[str, str]]
    failed_checks: list[str]


def paper(document: dict[str, Any]) -> Paper:
    """Everything in words."""
    quarter = Quarter.parse(document["quarter"])
    letters = by_letter(document["headlines"], lambda each: each["measure"])
    return Paper(
        label=quarter.label,
        reference=document["reference"],
        version=document["version"],
        period=f"{display_date(quarter.starts_on)} to {display_date(quarter.ends_on)}",
        signed_at=display_datetime(document["signed_at"]),
        code_version=document["code_version"],
        withheld=document["withheld"],
        restated_because=document["restated_because"],
        restated_figures=len(document["restated"]),
        quarters=compared(quarter),
        sections=[
            (f"{letter} {title}", list(map(_row, those, once(each["measure"] for each in those))))
            for letter, title, those in letters
        ],
        definitions=[
            (f"{each['code']} {each['name']}", f"{each['definition']} {each['note']}".strip())
            for each in document["measures"]
        ],
        failed_checks=[each["title"] for each in document["checks"] if not each["passed"]],
    )


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
