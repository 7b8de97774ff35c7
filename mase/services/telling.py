"""Telling the sides of a disagreement, in words without a name, and only what each may open."""

from django.urls import reverse

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import Membership, User
from cse_portal.jobs.models import Notification
from cse_portal.jobs.services import notify_all
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


def tell_leads(held: Disagreement, *, by: User) -> None:
    """Whoever answers for the people of either agency finds its head of service today.

    They see no case by their role: the line names neither child nor reference, and leads to none.
    """
    rows = Membership.objects.current().filter(
        role=Role.AGENCY_LEAD, agency__in=[held.agency_id, held.against_id], user__is_active=True
    )
    words = (
        f"{held.agency.short_name} and {held.against.short_name} disagree, and a child may not be safe today. "
        "Have your head of service ring the CSE Team Manager now."
    )
    notify_all(
        Notification(user=each.user, text=words, url=reverse("home"))
        for each in rows.select_related("user")
        if each.user != by
    )
