"""What the state of minutes forbids, in words that their reader can act on."""

MINUTES_AGREED = "These minutes are agreed, so they cannot be changed. A correction is added after them."
NOT_SENT_OUT = "These minutes have not been sent out yet."
NOT_SETTLED = (
    "Objections are still possible or have no answer, or the minutes have changed since they were sent out."
)
WORDING_MISSING = "Say in a sentence what the minutes say here. What was noted cannot be left out."
OBJECTIONS_WAIT = "An objection has no answer yet. Anyone who may see what it is about answers it first."
OBJECTIONS_OVER = "The last day for objections has passed. If something is wrong, tell the chair."
OWN_OBJECTION = "You objected to this yourself. Somebody else who may see it answers."
