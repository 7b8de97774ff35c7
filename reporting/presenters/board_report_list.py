"""How the board's reports read in their list."""

from dataclasses import dataclass

from cse_portal.ui.presenters import counted, display_date
from reporting.models import BoardReport


@dataclass(frozen=True)
class ListedReport:
    """One report in the list."""

    quarter: str
    label: str
    period: str
    published: str
    size: str


def listed(report: BoardReport) -> ListedReport:
    """The quarter in words, when it was published, how long it is."""
    period = report.regional_return.period
    return ListedReport(
        quarter=period.slug,
        label=period.label,
        period=f"{display_date(period.starts_on)} to {display_date(period.ends_on)}",
        published=display_date(report.rendered_at),
        size=f"PDF, {counted(report.pages, 'page')}",
    )
