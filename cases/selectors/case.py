"""One case, for the person who asks."""

from typing import Any

from django.contrib.auth.models import AnonymousUser

from cases.models import Case, Episode
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.rows import get_visible
from cse_portal.accounts.models import User


def case_for(user: User | AnonymousUser, reference: str) -> Case:
    """The case with this reference and all its identity bar shows; NotVisible if it does not exist for this person."""
    case = get_visible(Case.objects.visible_to(user).with_identity().filter(reference=reference))
    gate.note_shown(user, Permission.CASE_VIEW, case)
    return case


def case_to_add_to(user: User, reference: str) -> Case | None:
    """The case with this reference, if this person may see it."""
    return Case.objects.visible_to(user).with_identity().filter(reference=reference).first()


def answered_at_a_meeting(case: Case) -> list[dict[str, Any]]:
    """The lines of the checklist that the last meeting which went through it answered."""
    open_now = Episode.objects.filter(case=case, closed_at__isnull=True).first()
    return open_now.checklist if open_now else []


def last_closing(case: Case) -> Episode | None:
    """How the newest closed period of work ended."""
    closed = Episode.objects.filter(case=case, closed_at__isnull=False)
    return closed.select_related("closed_by").order_by("-closed_at").first()
