"""What became of somebody's open actions that were handed to others, in words."""

from cse_portal.ui.presenters import counted, joined
from mase.plans.services.handing_over import HandedOver


def moved_words(done: HandedOver) -> str:
    """4 actions are handed over: 3 to Sonia Patel and 1 to Tom Reid."""
    number = sum(done.moved.values())
    shares = joined(f"{share} to {name}" for name, share in done.moved.items())
    return f"{counted(number, 'action is,actions are')} handed over: {shares}." if number else ""


def stayed_words(done: HandedOver) -> str:
    """What was not moved, and why."""
    if not done.stayed:
        return ""
    stayed = counted(done.stayed, "action was,actions were")
    return (
        f"{stayed} not handed over, because nobody you chose works for its agency and may open it. "
        "Choose somebody else, or ask the chair to share the child’s case with them first."
    )
