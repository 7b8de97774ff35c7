"""Triage in words: likely matches with their reasons, and what the screening tool's arithmetic gives."""

from cases.record.choices import RiskCategory
from cases.triage.forms import DecisionForm
from cse_portal.reference.scoring import Indicative
from cse_portal.ui.presenters import Row, counted, joined


def screening_words(computed: Indicative) -> str:
    """The indicative category and what it rests on, in a sentence."""
    category = RiskCategory(computed.category).label
    return (
        f"{category} ({counted(computed.total, 'point')} in the screening tool). Indicative only: you decide."
    )


def queue_count(number: int, *, overdue: bool, urgency: str) -> str:
    """How many concerns the filters leave, in words."""
    words = counted(number, "concern waits,concerns wait")
    kinds = [*(["past their decision time"] if overdue else []), *([urgency.lower()] if urgency else [])]
    return f"{words} for a decision" + (f" ({joined(kinds)})" if kinds else "")


def not_saved(form: DecisionForm) -> list[Row]:
    """What was typed into a decision that came too late, so that nothing is lost."""
    said = form.cleaned_data
    rows = [("Why", said.get("rationale")), ("Feedback", said.get("feedback"))]
    return [Row(label, text) for label, text in rows if text]
