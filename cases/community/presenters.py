"""Reports from the community in words, and the languages in which we can be told."""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language_info

from cases.community.models import CommunityReport
from cases.community.selectors import wards_in
from cases.record.presenters import shortened
from cases.triage.presenters import ago
from cse_portal.ui.presenters import Row, display_datetime, joined

ENGLISH = "en"


@dataclass(frozen=True)
class ReportRow:
    """A line of the list."""

    report: CommunityReport
    url: str
    ago: str
    wards: str
    worry: str
    became: str


def languages() -> dict[str, str]:
    """The languages in which the page can be read, by their own names: English, and those with a compiled file."""
    files = Path(settings.LOCALE_PATHS[0]).glob("*/LC_MESSAGES/django.mo")
    found = sorted(path.parent.parent.name for path in files)
    return {code: get_language_info(code)["name_local"] for code in [ENGLISH, *found]}


def report_row(report: CommunityReport) -> ReportRow:
    """From whom, how long ago, where, and what became of it."""
    return ReportRow(
        report, reverse("cases:community-report", args=[report.reference]), ago(report.received_at),
        joined(wards_in(f"{report.place} {report.worry}")), shortened(report.worry, 160), became(report),
    )  # fmt: skip


def became(report: CommunityReport) -> str:
    """What was decided: the concern, or the report that it repeats."""
    if not report.outcome:
        return ""
    about = report.concern or report.joins
    return f"{report.get_outcome_display()}: {about}" if about else str(report.get_outcome_display())


def decided_rows(report: CommunityReport) -> list[Row]:
    """Who decided what, and why."""
    if not report.outcome:
        return []
    rows = [Row("What became of it", became(report)), Row("Why", report.reason)]
    rows.append(Row("Decided by", f"{report.decided_by}, {display_datetime(report.decided_at)}"))
    return [row for row in rows if row.value]


def report_rows(report: CommunityReport) -> list[Row]:
    """Who told us, when, and how we may reach them."""
    return [
        Row("Who", str(report.get_from_whom_display())),
        Row("Received", f"{display_datetime(report.received_at)}, {ago(report.received_at)} ago"),
        Row("Ward", joined(wards_in(f"{report.place} {report.worry}")) or "None is named"),
        Row("How to reach them", report.contact or "They did not say"),
    ]
