"""Staff declare themselves, their relatives and those close to them. The finder compares it with children's records."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from cases.sharing.models import Declaration, Relation
from cases.sharing.selectors.exclusions import declaration_for
from cases.sharing.services.exclusions import find_for
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record


@transaction.atomic
def declare(
    *,
    relation: Relation,
    given_name: str,
    family_name: str,
    date_of_birth: dt.date | None,
    address: str,
    postcode: str,
    by: User,
) -> Declaration:
    """Write down whom this person is or is close to; what fits is proposed to the privacy officer.

    The same said twice is one declaration.
    """
    gate.require(by, Permission.CONFLICT_DECLARE)
    declared, is_new = Declaration.objects.get_or_create(
        user=by, relation=relation, given_name=given_name, family_name=family_name,
        date_of_birth=date_of_birth, address=address, postcode=postcode, withdrawn_at=None,
    )  # fmt: skip
    if is_new:
        record(Action.CONFLICT_DECLARED, by=by, obj=declared, detail={"relation": relation})
        find_for(by)
    return declared


@transaction.atomic
def withdraw(*, declaration: Declaration, by: User) -> None:
    """It no longer holds. What the privacy officer decided stays decided."""
    mine = declaration_for(by, declaration.pk)
    mine.withdrawn_at = timezone.now()
    mine.save(update_fields=["withdrawn_at"])
    record(Action.CONFLICT_WITHDRAWN, by=by, obj=mine)
