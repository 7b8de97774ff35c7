"""How the pages read on which somebody's open actions are handed to others."""

from dataclasses import dataclass

from django.urls import reverse

from cse_portal.ui.presenters import counted, joined
from mase.plans.choices import Escalation, PlanP
from mase.plans.presenters.actions import about, reference
from mase.plans.selectors.handing_over import Held
from mase.plans.services.handing_over import HandedOver


@dataclass(frozen=True)
class HeldRow:
    """One of their actions: for an agency's lead its part of the plan and its day, and no more."""

    what: str
    url: str
    about: str
    reference: str
    p: str
    due_on: object
    escalated: str


def held_rows(held: list[Held]) -> list[HeldRow]:
    """The lines of one person's page."""
    return [
        HeldRow(
            what=each.action.text if each.action else PlanP(each.p).label,
            url=reverse("mase:action", args=[each.action.pk]) if each.action else "",
            about=about(each.action) if each.action else "",
            reference=reference(each.action) if each.action else "",
            p=PlanP(each.p).label if each.action else "",
            due_on=each.due_on,
            escalated=Escalation(each.escalation).label if each.escalation else "",
        )
        for each in held
    ]


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
