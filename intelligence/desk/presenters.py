"""The unit's lists and reports in words."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator

from cases.record.models.case import Case
from cse_portal.reference.selectors import find_code, label
from cse_portal.ui.presenters import Row, counted, display_date, joined, short_date
from intelligence.desk.models import IntelligenceReport, Link
from intelligence.desk.selectors.leaks import Leak, parts_of
from intelligence.desk.selectors.work import Checked, going_further
from intelligence.subjects.models import Handling, Subject
from intelligence.subjects.presenters import detail
from intelligence.submissions.models import (
    WAITING,
    IntelligenceLine,
    IntelligenceSubmission,
    SubmissionSource,
    SubmissionState,
)
from intelligence.submissions.presenters import prose, sections, strands

HOUR, DAY, SOON = 60, 60 * 24, 2


@dataclass(frozen=True)
class LinkWords:
    """What a report is about, one thing a line."""

    kind: str
    name: str
    detail: str = ""
    url: str = ""


@dataclass(frozen=True)
class ReportWords:
    """One line of a list of reports."""

    reference: str
    url: str
    handling: str
    withdrawn: bool
    issued: str
    first_line: str
    lines: int
    about: str


@dataclass(frozen=True)
class Waiting:
    """One line of the inbox: what it says, whose turn it is, and by when. Never who wrote it."""

    reference: str
    url: str
    first_line: str
    agency: str
    note: str
    due: str
    days: str
    urgent: bool
    late: bool


@dataclass(frozen=True)
class LineRow:
    """One line on the desk: the author's words and the sanitised ones, in pieces of which some are marked."""

    line: IntelligenceLine
    form: Any
    leaks: list[Leak]
    grade: str
    legacy: list[str]

    @property
    def raw(self) -> list[tuple[str, bool]]:
        """The author's words, with what the check found in the other text."""
        return parts_of(self.line.text, self.leaks)

    @property
    def sanitised(self) -> list[tuple[str, bool]]:
        """What goes further, with what the check found."""
        return parts_of(self.line.sanitised, self.leaks)


@dataclass(frozen=True)
class FoundRow:
    """A subject that the text may mean: linked, or to link."""

    kind: str
    reference: str
    name: str
    detail: str
    linked: bool = False


def inbox(submissions: Iterable[Any]) -> list[Waiting]:
    """Lines of the inbox; each knows by when it is due (`due_on`) and how it begins."""
    today = timezone.localdate()
    return [
        Waiting(
            reference=each.reference,
            url=reverse("intelligence:desk", args=[each.reference]),
            first_line=Truncator(each.first_line or "").chars(140),
            agency=each.author_agency.short_name,
            note=each.received_by.full_name if each.received_by else "Not taken",
            due=_due(each, today),
            days=ago(each.submitted_at),
            urgent=each.urgency == "PRIORITY",
            late=each.state in WAITING and each.due_on < today,
        )
        for each in submissions
    ]


def _due(each: Any, today: dt.date) -> str:
    if each.state not in WAITING:
        return (
            str(each.get_state_display())
            if each.state == SubmissionState.ANSWERED
            else "With the author for detail"
        )
    verb = "Receive" if each.state == SubmissionState.SUBMITTED else "Answer"
    days = (each.due_on - today).days
    if days < 0:
        return f"{verb}: {counted(-days, 'day')} late"
    return f"{verb} by {['5pm today', '5pm tomorrow'][days] if days < SOON else short_date(each.due_on)}"


def ago(at: dt.datetime) -> str:
    """How long something has waited, in its largest whole unit."""
    minutes = int((timezone.now() - at).total_seconds() // 60)
    if minutes < HOUR:
        return f"{max(minutes, 0)} min"
    return counted(minutes // HOUR, "hour") if minutes < DAY else counted(minutes // DAY, "day")


def line_rows(submission: IntelligenceSubmission, forms: Iterable[Any], found: Checked) -> list[LineRow]:
    """The lines of the desk, each with its form where the officer has it."""
    by_order = {form.order: form for form in forms}
    return [
        LineRow(
            line,
            by_order.get(line.order),
            found.leaks.get(line.order, []),
            grade_words(line),
            legacy_words(line),
        )
        for line in submission.lines.all()
    ]


def grade_words(line: IntelligenceLine) -> str:
    """The grade said in words, as far as it is given."""
    handling = {Handling.P: "may be shared", Handling.C: "shared with conditions"}
    said = [
        label("source-evaluation", line.source_evaluation) if line.source_evaluation else "",
        label("intelligence-assessment", line.assessment).lower() if line.assessment else "",
        handling[Handling(line.handling)] if line.handling else "",
    ]
    return ", ".join(filter(None, said))


def legacy_words(line: IntelligenceLine) -> list[str]:
    """An old 5x5x5 grade in words, and the nearest on 3x5x2: an aid to reading, and no grade."""
    lists = ("legacy-source", "legacy-assessment", "legacy-handling")
    old = [find_code(name, code) for name, code in zip(lists, line.legacy, strict=False)]
    if len(old) < len(lists) or None in old:
        return []
    nearest = "".join(each.extra["nearest"] for each in old if each)
    words = grade_words(
        IntelligenceLine(source_evaluation=nearest[0], assessment=nearest[1], handling=nearest[2])
    )
    said = ", ".join(each.label.lower() for each in old if each)
    return [f"Old grade {line.legacy}: {said}.", f"Nearest on 3x5x2: {nearest}, {words.lower()}."]


def subject_rows(
    rows: Iterable[tuple[Subject, str]], cases: Iterable[Case], chosen: set[str]
) -> list[FoundRow]:
    """Subjects with why each is there, and children's cases; what is chosen says so."""
    found = [
        FoundRow(row.kind, row.reference, row.name, ": ".join(filter(None, (detail(row), why))))
        for row, why in rows
    ]
    for case in cases:
        born = display_date(case.child.date_of_birth) or "not known"
        found.append(FoundRow("child", case.reference, case.child.name, f"{case.reference}, born {born}"))
    return [replace(row, linked=row.reference in chosen) for row in found]


def how_known(submission: IntelligenceSubmission) -> str:
    """How it is known, and never from whom."""
    known = label("fib-provenance", submission.provenance) if submission.provenance else ""
    first = {True: "first hand", False: "not first hand"}.get(bool(submission.first_hand), "")
    return f"{known}, {first}" if known else first


def for_the_force(
    submission: IntelligenceSubmission, reports: Iterable[IntelligenceReport]
) -> dict[str, Any]:
    """The sanitised intelligence on paper. Nothing of it says who wrote it, from which agency, or how it is known."""
    head = [
        Row("The force’s reference", submission.force_reference),
        Row("Reports issued", joined(each.reference for each in reports if not each.withdrawn_at)),
        Row("About", strands(submission)),
        Row("Urgency", label("fib-urgency", submission.urgency)),
        Row("Graded", display_date(submission.graded_at)),
    ]
    parts = {each: going_further(submission, each) for each in Handling}
    conditions = sorted({code for line in parts[Handling.C] for code in line.conditions})
    return {
        "head": [row for row in head if row.value],
        "strictest": min((each for each, lines in parts.items() if lines), default="–"),
        "parts": [
            (each, [(line.grade, grade_words(line), line.sanitised) for line in lines])
            for each, lines in parts.items()
            if lines
        ],
        "conditions": [f"{code}: {label('handling-condition', code)}" for code in conditions],
        "instructions": submission.work.get("instructions", "") if parts[Handling.C] else "",
        "left_out": sum(1 for line in submission.lines.all() if line.left_out),
        "is_issued": submission.state == SubmissionState.ANSWERED,
    }


def source_rows(submission: IntelligenceSubmission, source: SubmissionSource | None) -> list[Row]:
    """The locked part: the author, the source, and what the author said of who knows and may call."""
    author = f"{submission.author.full_name}, {submission.author_agency.name}"
    _, _, _, known, handling, _ = sections(submission, source)
    return [Row("Author", author), *known.rows, *handling.rows]


def reports(found: Iterable[IntelligenceReport]) -> list[ReportWords]:
    """Lines of a list of reports."""
    return [
        ReportWords(
            reference=each.reference,
            url=reverse("intelligence:report", args=[each.reference]),
            handling=each.handling,
            withdrawn=each.withdrawn_at is not None,
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


def link_words(link: Link) -> LinkWords:
    """What stands at the other end of a link."""
    if link.case:
        url = reverse("cases:case", args=[link.case.reference])
        return LinkWords("Child", link.case.child.name, link.case.reference, url)
    subject: Any = link.subject
    return LinkWords(
        subject.get_kind_display(),
        subject.name,
        detail(subject),
        reverse("intelligence:subject", args=[subject.reference]),
    )
