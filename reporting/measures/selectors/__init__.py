"""The measures of the return. Importing them registers each with its definition."""

from reporting.measures.selectors import (
    actions,
    audits,
    disagreements,
    intelligence,
    meetings,
    missing,
    population,
    prevention,
    pursuit,
    quality,
    reviews,
    screening,
    subjects,
    support,
    training,
    transition,
    voice,
)

__all__ = [
    "actions", "audits", "disagreements", "intelligence", "meetings", "missing", "population", "prevention", "pursuit",
    "quality",
    "reviews", "screening", "subjects", "support", "training", "transition", "voice",
]  # fmt: skip
