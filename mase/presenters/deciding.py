"""What stands beside the category decision: the newest assessment, its strong indicators, and the category so far."""

from dataclasses import dataclass

from cases.choices import IndicatorTiming
from cases.presenters.assessments import category_chart
from cse_portal.ui.charts import Chart
from cse_portal.ui.presenters import display_date
from mase.selectors.category import Evidence


@dataclass(frozen=True)
class EvidenceView:
    """Drawn for whoever sees the meeting."""

    words: str
    now: tuple[str, ...]
    earlier: tuple[str, ...]
    chart: Chart | None


def evidence_view(found: Evidence, *, shared: bool = False) -> EvidenceView:
    """The evidence in words, and the category over time as a chart.

    `shared`: the room or the family see it. What was found about the child is then nobody's to read off a screen.
    """
    if shared:
        return EvidenceView(_words_for_all(found), (), (), category_chart(found.decisions))
    now, earlier = found.strong(IndicatorTiming.CURRENT), found.strong(IndicatorTiming.EARLIER)
    return EvidenceView(_words(found), now, earlier, category_chart(found.decisions))


def _words_for_all(found: Evidence) -> str:
    made = found.assessment
    if made is None:
        return "There is no risk assessment yet."
    return f"Assessed on {display_date(made.assessed_at)}. What was found is on no screen that others see."


def _words(found: Evidence) -> str:
    made = found.assessment
    if made is None:
        return "There is no risk assessment yet."
    return (
        f"Assessed on {display_date(made.assessed_at)}: {made.get_professional_category_display()}."
        f" {made.get_harm_status_display()}."
    )
