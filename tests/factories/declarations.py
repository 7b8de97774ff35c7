"""That somebody has answered whom they are close to: everybody in the tests has, unless a test says not."""

from collections.abc import Iterable

from django.utils import timezone

from cases.choices import Relation
from cases.models import Declaration
from cases.selectors.exclusions import has_answered
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.roles import ROLES
from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import User

# No child of the tests lives there.
ELSEWHERE = "ZE3 9JZ"


def opens_children(role: Role) -> bool:
    """Whether whoever has this role must answer first."""
    return Permission.CONFLICT_DECLARE in ROLES[role].permissions


def answer_for(people: Iterable[User]) -> None:
    """Each has nobody to declare, and lives where no child does."""
    Declaration.objects.bulk_create(
        Declaration(user=person, relation=Relation.NOBODY, postcode=ELSEWHERE) for person in people
    )


def answered_by_now(person: User) -> bool:
    """The same for somebody who was never asked; whoever answered or took it back stays as they are."""
    said = Declaration.objects.filter(user=person)
    if said.exists():
        return has_answered(person)
    if gate.can(person, Permission.CONFLICT_DECLARE):
        answer_for([person])
        return True
    return False


def not_answered(*people: User) -> None:
    """They are asked again before their next page about children."""
    Declaration.objects.filter(user__in=people, withdrawn_at=None).update(withdrawn_at=timezone.now())
