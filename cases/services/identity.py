"""Writing down who the child is. Two people may do so at once: the second is shown both texts."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from cases.errors import AddressIsConfidential, CaseClosed, NumberRefused
from cases.models import Case, Child, ChildAlias
from cases.selectors.addresses import hides_home
from cases.services.exclusions import find_of
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import StaleEdit

IDENTITY_FIELDS = (
    "given_name", "family_name", "date_of_birth", "date_of_birth_estimated", "sex", "ethnicity", "disabilities",
    "first_language", "nhs_number", "upn", "address", "postcode", "ward", "legal_status", "placing_authority",
    "school", "lives_with",
)  # fmt: skip
NUMBERS = ("nhs_number", "upn")
WHERE = ("address", "postcode", "ward")


@transaction.atomic
def change_identity(
    *,
    case: Case,
    version: int,
    fields: dict[str, Any],
    aliases: list[str],
    exploitation_models: list[str],
    by: User,
) -> Case:
    """Save the child's identity as written on a page drawn at this version.

    Raises StaleEdit when somebody saved in between, AddressIsConfidential for an address where the child's own is
    confidential, NumberRefused for a number of another child whose case this
    person may see. A number of a child hidden from them is written down: a refusal would tell that the child is known.
    """
    gate.require(by, Permission.CASE_CHANGE, case)
    locked = Case.objects.select_for_update().get(pk=case.pk)
    child = Child.objects.select_for_update().get(pk=case.child_id)
    if not locked.is_open:
        raise CaseClosed
    changed = [name for name in IDENTITY_FIELDS if name in fields and getattr(child, name) != fields[name]]
    changed += ["aliases"] if {alias.name for alias in child.aliases.all()} != set(aliases) else []
    changed += ["exploitation_models"] if locked.exploitation_models != exploitation_models else []
    if not changed:
        return locked  # the same page posted twice, or nothing to say
    if child.version != version:
        raise StaleEdit
    if any(fields.get(name) for name in WHERE if name in changed) and hides_home(locked):
        raise AddressIsConfidential
    _refuse_known_numbers(child, {name: fields[name] for name in NUMBERS if name in changed}, by)
    for name in fields.keys() & changed:
        setattr(child, name, fields[name])
    child.version += 1
    child.save()
    _set_aliases(child, aliases)
    locked.exploitation_models, locked.last_activity_at = exploitation_models, timezone.now()
    locked.save(update_fields=["exploitation_models", "last_activity_at"])
    record(Action.CASE_CHANGED, by=by, obj=child, case=locked, detail={"fields": changed})
    find_of(locked)
    return locked


def _refuse_known_numbers(child: Child, numbers: dict[str, str], by: User) -> None:
    others = Case.objects.visible_to(by).exclude(child=child)
    for name, number in numbers.items():
        if number and others.filter(**{f"child__{name}": number}).exists():
            refused = NumberRefused()
            refused.field = name
            raise refused


def _set_aliases(child: Child, names: list[str]) -> None:
    known = {alias.name for alias in child.aliases.all()}
    child.aliases.exclude(name__in=names).delete()
    ChildAlias.objects.bulk_create(
        ChildAlias(child=child, name=name) for name in dict.fromkeys(names) if name not in known
    )
