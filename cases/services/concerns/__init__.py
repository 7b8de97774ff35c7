"""The verbs of a concern, from the first words to what is added after it was sent."""

from cases.services.concerns.drafts import confirm_called, discard, leave_step, save_step, start
from cases.services.concerns.following import (
    add_addendum,
    record_compared,
    record_listed,
    record_view,
    shown_as,
)
from cases.services.concerns.submission import log, submit, urgency_of

__all__ = [
    # writing it
    "start",
    "save_step",
    "leave_step",
    "confirm_called",
    "discard",
    # sending it
    "submit",
    "log",
    "urgency_of",
    # following it
    "add_addendum",
    "record_view",
    "record_listed",
    "record_compared",
    "shown_as",
]
