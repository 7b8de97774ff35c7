"""Writing down who the child is. Two people may do so at once: the second is shown both texts."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from cases.errors import CaseClosed, NumberRefused
from cases.models import Case, Child, ChildAlias
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

    Raises StaleEdit when somebody saved in between, NumberRefused for a number another child's record carries.
    """
    gate.require(by, Permission.CASE_CHANGE, case)
    locked = Case.objects.select_for_update().get(pk=case.pk)
    child = Child.objects.select_for_update().get(pk=case.child_id)
    if not locked.is_open:
        raise CaseClosed
    if child.version != version:
        raise StaleEdit
    changed = [name for name in IDENTITY_FIELDS if name in fields and getattr(child, name) != fields[name]]
    for name in changed:
        setattr(child, name, fields[name])
    changed += ["aliases"] if _set_aliases(child, aliases) else []
    if locked.exploitation_models != exploitation_models:
        locked.exploitation_models = exploitation_models
        changed.append("exploitation_models")
    if changed:
        child.version += 1
        _save(child)
        locked.last_activity_at = timezone.now()
        locked.save(update_fields=["exploitation_models", "last_activity_at"])
        record(Action.CASE_CHANGED, by=by, obj=child, case=locked, detail={"fields": changed})
    return locked


def _save(child: Child) -> None:
    try:
        with transaction.atomic():
            child.save()
    except IntegrityError as error:
        refused = NumberRefused()
        refused.field = "upn" if "child_upn_once" in str(error) else "nhs_number"
        raise refused from error


def _set_aliases(child: Child, names: list[str]) -> bool:
    wanted = list(dict.fromkeys(names))
    known = {alias.name: alias for alias in child.aliases.all()}
    gone = [alias.pk for name, alias in known.items() if name not in wanted]
    ChildAlias.objects.filter(pk__in=gone).delete()
    new = [ChildAlias(child=child, name=name) for name in wanted if name not in known]
    ChildAlias.objects.bulk_create(new)
    return bool(gone or new)
