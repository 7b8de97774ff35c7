"""The case that a concern is added to."""

from cases.record.models.case import Case
from cse_portal.accounts.models import User


def case_to_add_to(user: User, reference: str) -> Case | None:
    """The case with this reference, if this person may see it."""
    return Case.objects.visible_to(user).with_identity().filter(reference=reference).first()
