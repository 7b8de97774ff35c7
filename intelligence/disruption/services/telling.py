"""Who is told of an order: when it is asked for, due, begun, breached or about to end. No line names anybody."""

import datetime as dt
from collections.abc import Iterable, Iterator

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from cases.record.models.case import Case
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.user_context import people_in, people_who_may
from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import Membership, User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.jobs.models import Notification
from cse_portal.jobs.services import notify_all
from cse_portal.reference.selectors import clock_rule
from cse_portal.ui.presenters import display_date
from intelligence.desk.services import as_all_must_be_told
from intelligence.disruption.choices import WAITING, DisruptionNotice
from intelligence.disruption.models import Disruption
from intelligence.disruption.selectors import filters

ASKED = "Your agency has been asked for an order against a subject of concern."
BREACHED = "Urgent: an order against a subject of concern was breached."
BREACHED_FOR_LEAD = "Urgent: an order that protects a child you lead was breached."
CHILD_AT_RISK = "Urgent: the child of case {} may not be safe. Speak to the CSE team today."
TELL_CHILD = "An order protects a child you lead. Tell the child, or record why not."
TELL_CHILD_FOR_LEAD = (
    "An order protects a child whose lead cannot read it. Tell the child, or record why not."
)
ENDS = "An order against a subject of concern ends on {}. Apply again, or let it end."
SOON, TODAY, LATE = "Due soon", "Due today", "Overdue"


def readers_of(disruption: Disruption) -> list[User]:
    """Who works for the agency that applies for it and may see it."""
    rows = Membership.objects.current().filter(agency=disruption.agency, user__is_active=True)
    return _seeing(disruption, [row.user for row in rows.select_related("user")])


def tell(disruption: Disruption, people: Iterable[User], text: str, *, urgent: bool = False) -> None:
    """Leave these people a line that leads to the order."""
    notify_all((_line(person, disruption, text) for person in people), urgent=urgent)


def cases_protected(disruption: Disruption) -> list[Case]:
    """The cases of all the children it protects, with their leads."""
    with as_all_must_be_told():
        rows = disruption.children.select_related("case__lead_professional", "case__child")
        return [each.case for each in rows]


def ask_to_tell_children(disruption: Disruption, cases: Iterable[Case]) -> None:
    """Each child's lead is asked to tell the child; where the lead cannot read the order, the CSE Team Manager."""
    for case in cases:
        lead = case.lead_professional
        if lead is not None and _may_know(lead, disruption, case):
            people, text = [lead], TELL_CHILD
        else:
            people, text = _managers(disruption), TELL_CHILD_FOR_LEAD
        notify_all(_line(person, disruption, text, case) for person in people)


def tell_of_breach(disruption: Disruption, *, by: User) -> None:
    """At once, whatever they chose: the CSE Team Manager, the police unit, and the leads of protected children.

    A lead who cannot read the order learns only that the child may not be safe, and whom to ask.
    """
    unit = _seeing(disruption, people_who_may(Permission.INTELLIGENCE_GRADE))
    told = dict.fromkeys([*_managers(disruption), *unit])
    told.pop(by, None)
    lines = [_line(person, disruption, BREACHED) for person in told]
    for case in cases_protected(disruption):
        lead = case.lead_professional
        if lead is None or lead == by or lead in told:
            continue
        if _may_know(lead, disruption, case):
            lines.append(_line(lead, disruption, BREACHED_FOR_LEAD, case))
            told[lead] = None
        elif gate.can(lead, Permission.CASE_VIEW, case):
            url = reverse("cases:case", args=[case.reference])
            text = CHILD_AT_RISK.format(case.reference)
            lines.append(Notification(user=lead, text=text, url=url, case_id=case.pk))
    notify_all(lines, urgent=True)


# ------------------------------------------------------------------------------------------ every morning


@transaction.atomic
def remind() -> int:
    """Anyone who may see it at the agency is told of what waits for its next step; returns of how many orders.

    A second run finds nothing left to say. After days on which the clock did not run, everybody is told once, of how
    it stands now.
    """
    today = timezone.localdate()
    held = Disruption.objects.select_for_update(of=("self",)).filter(stage__in=WAITING)
    come = list(_due(list(held.select_related("agency").order_by("id")), today))
    for each in come:
        words = f"{_when(each, today)}, and not in force yet: an order against a subject of concern."
        tell(each, readers_of(each) or _who_ask(each), words)
    Disruption.objects.bulk_update(come, ["reminded"])
    _note(come)
    return len(come)


@transaction.atomic
def warn_of_ends() -> int:
    """Once for each end, 28 days before it: the applicant and the CSE Team Manager; returns of how many orders."""
    ending = filters()["ending"]
    held = Disruption.objects.select_for_update(of=("self",)).filter(ending)
    rows = held.select_related("agency").order_by("id")
    come = [each for each in rows if each.end_told != each.ends_on]
    for each in come:
        people = dict.fromkeys([*readers_of(each), *_managers(each)])
        tell(each, people, ENDS.format(display_date(each.ends_on)))
        each.end_told = each.ends_on
    Disruption.objects.bulk_update(come, ["end_told"])
    _note(come)
    return len(come)


def _due(held: list[Disruption], today: dt.date) -> Iterator[Disruption]:
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


def _when(disruption: Disruption, today: dt.date) -> str:
    if disruption.due_on == today:
        return TODAY
    return SOON if disruption.due_on > today else LATE


def _who_ask(disruption: Disruption) -> list[User]:
    """Nobody of the agency can see it any more: those who ask for orders must find it another."""
    return _seeing(disruption, people_who_may(Permission.DISRUPTION_ASK))


def _managers(disruption: Disruption) -> list[User]:
    return _seeing(disruption, people_in(Role.TEAM_MANAGER))


def _seeing(disruption: Disruption, people: Iterable[User]) -> list[User]:
    return [each for each in people if gate.can(each, Permission.DISRUPTION_VIEW, disruption)]


def _may_know(lead: User, disruption: Disruption, case: Case) -> bool:
    """Whether a lead may read both the order and that it protects this child."""
    reads = gate.can(lead, Permission.CASE_INTELLIGENCE_VIEW, case)
    return reads and gate.can(lead, Permission.DISRUPTION_VIEW, disruption)


def _line(person: User, disruption: Disruption, text: str, case: Case | None = None) -> Notification:
    """One about each, so that it goes from the list of anyone who may no longer know of it."""
    url = reverse("intelligence:disruption", args=[disruption.pk])
    key = case.pk if case else None
    return Notification(user=person, text=text, url=url, about_id=disruption.pk, case_id=key)


def _note(come: list[Disruption]) -> None:
    if come:
        detail = {"disruption": [str(each.pk) for each in come]}
        record(Action.DISRUPTION_REMINDED, by=None, detail=detail, about=[each.subject_id for each in come])
