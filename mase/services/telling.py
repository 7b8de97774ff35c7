"""Telling the sides of a disagreement, in words without a name, and only what each may open."""

from django.db.models import Q
from django.urls import reverse

from cases.models import Exclusion
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import Membership, User
from cse_portal.jobs.models import Notification
from cse_portal.jobs.services import notify_all
from cse_portal.reference.models import Code
from cse_portal.reference.selectors import codes
from mase.models import Disagreement
from mase.selectors.meetings import chairs_for, people_to_tell


def tell_parties(held: Disagreement, words: str, *, by: User | None) -> None:
    """A line for those of both agencies, the chair and the lead professional, of whom each sees the case."""
    people = dict.fromkeys(
        [*people_to_tell(held.agency), *people_to_tell(held.against), *chairs_for(held.case)]
    )
    if held.case.lead_professional is not None:
        people[held.case.lead_professional] = None
    if by is not None:
        people.pop(by, None)
    gate.ask_together(people, Permission.CASE_VIEW, held.case)
    url = reverse("mase:disagreement", args=[held.pk])
    notify_all(
        Notification(user=person, text=words, url=url, case_id=held.case_id)
        for person in people
        if gate.can(person, Permission.DISAGREEMENT_VIEW, held)
    )


def tell_stage(held: Disagreement, *, by: User | None) -> None:
    """Whoever the reference data name for the stage it has reached, from line managers to the board's chair."""
    stage = _stage(held)
    words = (
        f"{held.agency.short_name} and {held.against.short_name} disagree about a child. It is now at the stage of "
        f"{stage.label.lower()}: see that it is settled in time."
    )
    _tell_roles(held, words, by=by)


def tell_leads(held: Disagreement, *, by: User) -> None:
    """Whoever answers for the people of either agency finds its head of service today."""
    words = (
        f"{held.agency.short_name} and {held.against.short_name} disagree, and a child may not be safe today. "
        "Have your head of service ring the CSE Team Manager now."
    )
    _tell_roles(held, words, by=by)


def tell_last_stage_over(held: Disagreement) -> None:
    """The time of the last stage is over: the team managers who chair for this child, and whom that stage names."""
    url = reverse("mase:disagreement", args=[held.pk])
    words = "A professional disagreement was not settled in the time of its last stage. Nobody is above it: settle it."
    notify_all(
        Notification(user=person, text=words, url=url, case_id=held.case_id)
        for person in chairs_for(held.case)
        if gate.can(person, Permission.DISAGREEMENT_VIEW, held)
    )
    stage = _stage(held)
    words = (
        f"{held.agency.short_name} and {held.against.short_name} still disagree about a child, and the time of "
        f"{stage.label.lower()} is over. Speak with the CSE Team Manager today."
    )
    _tell_roles(held, words, by=None)


def _tell_roles(held: Disagreement, words: str, *, by: User | None) -> None:
    """They see no case by their role: the line names neither child nor reference, and leads to none.

    Whoever is shut out of the case is not told that there is one.
    """
    roles = _stage(held).extra.get("tells", ())
    sides = Q(role=Role.AGENCY_LEAD, agency__in=[held.agency_id, held.against_id])
    rows = Membership.objects.current().filter(sides | ~Q(role=Role.AGENCY_LEAD), role__in=roles)
    shut = Exclusion.objects.filter(case=held.case_id)
    rows = rows.filter(user__is_active=True, suspended_at__isnull=True).exclude(
        Q(user__in=shut.filter(user__isnull=False).values("user"))
        | Q(agency__in=shut.filter(agency__isnull=False).values("agency"))
    )
    people = {each.user for each in rows.select_related("user")} - {by}
    notify_all(Notification(user=person, text=words, url=reverse("home")) for person in people)


def _stage(held: Disagreement) -> Code:
    return next(each for each in codes("escalation-stage") if each.code == str(held.stage))
