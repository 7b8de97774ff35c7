"""The measures of the return. Importing them registers each with its definition."""

from reporting.measures.selectors import (
    actions,
    awareness,
    disagreements,
    intelligence,
    meetings,
    missing,
    population,
    pursuit,
    quality,
    screening,
    support,
    voice_and_audit,
)

__all__ = [
    "actions", "awareness", "disagreements", "intelligence", "meetings", "missing", "population", "pursuit", "quality",
    "screening", "support", "voice_and_audit",
]  # fmt: skip
