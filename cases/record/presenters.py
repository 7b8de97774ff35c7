"""The banner of a case and the list of cases in words."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from cases.record.models.case import Case
from cases.record.selectors import COUNTED_TO, Caseload
from cse_portal.ui.presenters import CaseBanner, Paging, age_on, counted, joined, short_date

# Which reference list words each coded field of a child.
LISTS = {
    "sex": "sex", "ethnicity": "ethnicity", "disabilities": "disability", "ward": "ward",
    "legal_status": "legal-status-group", "exploitation_models": "exploitation-model",
}  # fmt: skip
UNKNOWN = "Not known"


@dataclass(frozen=True)
class Difference:
    """One fact that reads otherwise in the record than on the page: both are shown."""

    label: str
    saved: str
    typed: str


def spaced(number: str) -> str:
    """An NHS number as it is read out: 999 000 0018."""
    return f"{number[:3]} {number[3:6]} {number[6:]}" if len(number) == 10 else number


def shortened(text: str, length: int = 280) -> str:
    """The beginning of a long text, ending at a word."""
    return text if len(text) <= length else f"{text[:length].rsplit(' ', 1)[0]} …"


def banner(case: Case) -> CaseBanner:
    """What stands above every page of a case; the case comes `with_identity()`."""
    return CaseBanner(
        name=case.child.name,
        reference=case.reference,
        url=reverse("cases:case", args=[case.reference]),
        age=age_on(case.child.date_of_birth),
        category=case.category,
        restricted=case.is_restricted,
        closed=not case.is_open,
        missing_since=case.missing_since,
        lead_professional=case.lead_professional.full_name if case.lead_professional else "",
        next_review_on=case.next_review_on,
    )


@dataclass(frozen=True)
class CaseRow:
    """One line of the list."""

    name: str
    url: str
    reference: str
    age: int | None
    also_known_as: str
    category: int
    missing: bool
    restricted: bool
    closed: bool
    lead_agency: str
    lead_professional: str
    next_review_on: dt.date | None
    last_activity: str


def case_rows(cases: Iterable[Case]) -> list[CaseRow]:
    """The lines of a page; the cases come `with_identity()` and with aliases."""
    return [
        CaseRow(
            name=case.child.name,
            url=reverse("cases:case", args=[case.reference]),
            reference=case.reference,
            age=age_on(case.child.date_of_birth),
            also_known_as=joined(alias.name for alias in case.child.aliases.all()),
            category=case.category,
            missing=case.missing_since is not None,
            restricted=case.is_restricted,
            closed=not case.is_open,
            lead_agency=case.lead_agency.short_name,
            lead_professional=case.lead_professional.full_name if case.lead_professional else "None yet",
            next_review_on=case.next_review_on if case.is_open else None,
            last_activity=short_date(case.last_activity_at),
        )
        for case in cases
    ]


def count_words(found: Caseload) -> str:
    """How many cases the filters leave."""
    return counted_words(found.count)


def counted_words(count: int) -> str:
    """A count that stopped at the cap says so."""
    return f"More than {COUNTED_TO:,} cases" if count > COUNTED_TO else counted(count, "case")


def paging(found: Caseload) -> Paging:
    """The page and whether another follows."""
    return Paging(found.number, found.has_next, count_words(found))
