"""Deciding a concern, handling it meanwhile, and correcting a decision."""

from cases.triage.services.correcting import correct
from cases.triage.services.deciding import (
    AlreadyDecided,
    HandledBySomebody,
    Opening,
    Verdict,
    add_decided,
    decide,
)
from cases.triage.services.handling import answer_danger, let_go, take

__all__ = [
    "AlreadyDecided",
    "HandledBySomebody",
    "Opening",
    "Verdict",
    "add_decided",
    "answer_danger",
    "correct",
    "decide",
    "let_go",
    "take",
]
