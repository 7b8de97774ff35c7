"""One case, for the person who asks."""

from django.contrib.auth.models import AnonymousUser

from cases.models import Case
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.errors import NotVisible


def case_for(user: User | AnonymousUser, reference: str) -> Case:
    """The case with this reference and all its identity bar shows; NotVisible if it does not exist for this person."""
    case = Case.objects.visible_to(user).with_identity().filter(reference=reference).first()
    if case is None:
        raise NotVisible
    gate.note_shown(user, Permission.CASE_VIEW, case)
    return case
