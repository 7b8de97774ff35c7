"""The unit's lists and reports in words."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator

from cases.record.models.case import Case
from cse_portal.reference.selectors import label
from cse_portal.ui.presenters import Row, display_date, joined, local_date, short_date
from intelligence.desk.models import IntelligenceReport, Link
from intelligence.desk.selectors import Nominal
from intelligence.subjects.models import LinkKind, PersonOfConcern
from intelligence.submissions.models import IntelligenceSubmission, SubmissionState
from intelligence.submissions.presenters import (
    STATE_COLOURS,
    Listed,
    prose,
    strands,
    unit_words,
    waiting_words,
)


@dataclass(frozen=True)
class LinkWords:
    """What a report is about, one thing a line."""

    kind: str
    name: str
    detail: str = ""
    url: str = ""
    person: uuid.UUID | None = None


@dataclass(frozen=True)
class ReportWords:
    """One line of a list of reports."""

    reference: str
    url: str
    handling: str
    issued: str
    first_line: str
    lines: int
    about: str


@dataclass(frozen=True)
class Found:
    """Something the officer may link a report to."""

    value: str
    name: str
    detail: str


def inbox(submissions: Iterable[IntelligenceSubmission]) -> list[Listed]:
    """Lines of the inbox."""
    today = timezone.localdate()
    return [
        Listed(
            reference=each.reference,
            url=reverse("intelligence:submission", args=[each.reference]),
            state=unit_words(each),
            colour=STATE_COLOURS[SubmissionState(each.state)],
            about=strands(each),
            when=short_date(each.submitted_at),
            agency=each.author_agency.short_name,
            urgent=each.urgency == "PRIORITY",
            due_on=each.answer_by if each.state != SubmissionState.ANSWERED else None,
            note=each.received_by.full_name if each.received_by else "Not taken",
            first_line=Truncator(each.first_line or "").chars(140),  # type: ignore[attr-defined]
            days=waiting_words((today - (local_date(each.submitted_at) or today)).days),
        )
        for each in submissions
    ]


def reports(found: Iterable[IntelligenceReport]) -> list[ReportWords]:
    """Lines of a list of reports."""
    return [
        ReportWords(
            reference=each.reference,
            url=reverse("intelligence:report", args=[each.reference]),
            handling=each.handling,
            issued=short_date(each.issued_at),
            first_line=first.text if (first := next(iter(each.lines.all()), None)) else "",
            lines=len(each.lines.all()),
            about=joined(link.name for link in links(each)) or "Not linked yet",
        )
        for each in found
    ]


def report_rows(report: IntelligenceReport) -> list[Row]:
    """A report's head: how it may be handled."""
    conditions = [f"{code}: {label('handling-condition', code)}" for code in report.conditions]
    rows = [Row("Handling", report.get_handling_display()), Row("Issued", display_date(report.issued_at))]
    if conditions:
        rows.append(Row("Conditions", "; ".join(conditions)))
    if report.instructions:
        rows.append(Row("Instructions", prose(report.instructions)))
    return [*rows, Row("May a meeting discuss it", "Yes" if report.meeting_may_discuss else "No")]


def links(report: IntelligenceReport) -> list[LinkWords]:
    """What the report is about, as far as its reader may see it."""
    return [link_words(each) for each in report.seen_links]  # type: ignore[attr-defined]


def nominals_found(rows: Iterable[Nominal]) -> list[Found]:
    """People, places or vehicles that a search found."""
    return [Found(str(row.pk), _nominal_name(row), _nominal_detail(row)) for row in rows]


def cases_found(rows: Iterable[Case]) -> list[Found]:
    """Cases that a search found."""
    return [
        Found(
            row.reference,
            f"{row.child.name}, {row.reference}",
            f"born {display_date(row.child.date_of_birth)}" if row.child.date_of_birth else "",
        )
        for row in rows
    ]


def link_words(link: Link) -> LinkWords:
    """What stands at the other end of a link."""
    if link.case:
        url = reverse("cases:case", args=[link.case.reference])
        return LinkWords(LinkKind.CHILD.label, link.case.child.name, link.case.reference, url)
    nominal = link.person or link.place or link.vehicle
    kind = LinkKind.PERSON if link.person else LinkKind.PLACE if link.place else LinkKind.VEHICLE
    return LinkWords(kind.label, _nominal_name(nominal), _nominal_detail(nominal), person=link.person_id)


def _nominal_name(nominal: Nominal | None) -> str:
    return str(getattr(nominal, "name", "") or getattr(nominal, "registration", ""))


def _nominal_detail(nominal: Nominal | None) -> str:
    standing = nominal.standing if isinstance(nominal, PersonOfConcern) else ""
    born = getattr(nominal, "date_of_birth", None)
    parts = [
        getattr(nominal, "reference", ""),
        f"born {display_date(born)}" if born else "",
        f"{label('concern-status', standing).lower()} since {short_date(nominal.standing_since)}"
        if isinstance(nominal, PersonOfConcern)
        else "",
        *(getattr(nominal, name, "") for name in ("address", "postcode", "colour", "make_and_model")),
    ]
    return ", ".join(part for part in parts if part)
