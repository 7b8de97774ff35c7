"""The clock of agreed disruption: its agency is told before its day, on it and after it, each time once."""

import datetime as dt
from collections.abc import Iterator

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.standing import people_who_may
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.jobs.models import Notification
from cse_portal.jobs.services import notify_all
from cse_portal.reference.selectors import clock_rule
from intelligence.choices import DisruptionNotice, DisruptionState
from intelligence.models import Disruption
from intelligence.services.disruption import readers_of

SOON, TODAY, LATE = "Due soon", "Due today", "Overdue"


@transaction.atomic
def remind() -> int:
    """Every morning: whoever may see it at the agency is told of what is agreed and not in force; returns of how many.

    A second run finds nothing left to say. After days on which the clock did not run, everybody is told once, of how
    it stands now. Words and events name neither the person nor the place.
    """
    today = timezone.localdate()
    held = Disruption.objects.select_for_update(of=("self",)).filter(state=DisruptionState.AGREED)
    come = list(_come(list(held.select_related("agency").order_by("id")), today))
    told = [(person, each) for each in come for person in readers_of(each) or _who_agree(each)]
    Disruption.objects.bulk_update(come, ["reminded"])
    notify_all(_line(person, each, today) for person, each in told)
    if come:
        detail = {"disruption": [str(each.pk) for each in come]}
        record(Action.DISRUPTION_REMINDED, by=None, detail=detail, about=[each.about_id for each in come])
    return len(come)


def _come(held: list[Disruption], today: dt.date) -> Iterator[Disruption]:
    """Those of which a reminder's day has come and nobody was told, marked with the last of them."""
    steps = ["", *DisruptionNotice.values]
    rules = {step: clock_rule(step, on=today) for step in DisruptionNotice.values}
    for each in held:
        last = max(
            (step for step in rules if rules[step].due(each.due_on) <= today), key=steps.index, default=""
        )
        if steps.index(last) > steps.index(each.reminded):
            each.reminded = last
            yield each


def _who_agree(disruption: Disruption) -> list[User]:
    """Nobody of the agency can see it any more: those who agree on tactics must find it another."""
    people = people_who_may(Permission.DISRUPTION_AGREE)
    return [each for each in people if gate.can(each, Permission.DISRUPTION_VIEW, disruption)]


def _when(disruption: Disruption, today: dt.date) -> str:
    if disruption.due_on == today:
        return TODAY
    return SOON if disruption.due_on > today else LATE


def _line(person: User, disruption: Disruption, today: dt.date) -> Notification:
    """One about each, so that it goes from the list of whoever may no longer know of it."""
    text = f"{_when(disruption, today)} and not in force yet: an agreed tactic of disruption."
    url = reverse("intelligence:disruption", args=[disruption.pk])
    return Notification(user=person, text=text, url=url, about_id=disruption.pk)
