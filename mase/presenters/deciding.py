"""What stands beside the category decision: the newest assessment, its strong indicators, and the category so far."""

from dataclasses import dataclass

from cases.choices import IndicatorTiming
from cases.presenters.assessments import category_chart
from cse_portal.ui.charts import Chart
from cse_portal.ui.presenters import display_date, display_time
from mase.selectors.category import Dropped, Evidence
from mase.selectors.record import MeetingRecord


@dataclass(frozen=True)
class EvidenceView:
    """Drawn for whoever sees the meeting."""

    words: str
    now: tuple[str, ...]
    earlier: tuple[str, ...]
    chart: Chart | None
    dropped: str = ""


def evidence_view(found: Evidence, *, shared: bool = False, dropped: Dropped | None = None) -> EvidenceView:
    """The evidence in words, a floor that was dropped since the last meeting, and the category over time as a chart.

    `shared`: the room or the family see it. What was found about the child is then nobody's to read off a screen.
    """
    if shared:
        return EvidenceView(_words_for_all(found), (), (), category_chart(found.decisions))
    now, earlier = found.strong(IndicatorTiming.CURRENT), found.strong(IndicatorTiming.EARLIER)
    return EvidenceView(
        _words(found), now, earlier, category_chart(found.decisions), _dropped(dropped) if dropped else ""
    )


def asked_again(record: MeetingRecord) -> str:
    """Why agencies that have spoken stand without a word: what they spoke of is not what is decided now."""
    changed = record.decision.changed_at if record.decision else None
    if changed is None or not record.silent:
        return ""
    return f"The decision changed at {display_time(changed)}: each agency is asked again."


def _dropped(floor: Dropped) -> str:
    return (
        f"A lowest category was dropped: {floor.category}. An earlier assessment had it: {floor.sentence}"
        f" {floor.by} left it out on {display_date(floor.assessed_at)}. Ask what has changed before you decide less."
    )


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
