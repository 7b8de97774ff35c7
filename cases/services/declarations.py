"""Staff declare themselves, their relatives and those close to them. The finder compares it with children's records."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from cases.choices import Relation
from cases.errors import DeclaredSomebody
from cases.models import Declaration
from cases.selectors.exclusions import AT_HOME, declaration_for, declarations
from cases.services.exclusions import find_for
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

    The same said twice is one declaration. It takes back the answer that there is nobody, but not where they live.
    """
    gate.require(by, Permission.CONFLICT_DECLARE)
    declared, is_new = Declaration.objects.get_or_create(
        user=by, relation=relation, given_name=given_name, family_name=family_name,
        date_of_birth=date_of_birth, address=address, postcode=postcode, withdrawn_at=None,
    )  # fmt: skip
    if is_new:
        _take_back_nobody(by)
        record(Action.CONFLICT_DECLARED, by=by, obj=declared, detail={"relation": relation})
        find_for(by)
    return declared


@transaction.atomic
def declare_nobody(*, postcode: str, by: User) -> Declaration:
    """Nobody to declare but where they live. An answer, so that nobody is asked again until it changes."""
    gate.require(by, Permission.CONFLICT_DECLARE)
    if declarations(by).exists():
        raise DeclaredSomebody
    said, is_new = Declaration.objects.get_or_create(
        user=by, relation=Relation.NOBODY, postcode=postcode, withdrawn_at=None
    )
    if is_new:
        before = Declaration.objects.filter(user=by, relation=Relation.NOBODY, withdrawn_at=None)
        before.exclude(pk=said.pk).update(withdrawn_at=timezone.now())
        record(Action.CONFLICT_DECLARED, by=by, obj=said, detail={"relation": Relation.NOBODY})
    return said


@transaction.atomic
def withdraw(*, declaration: Declaration, by: User) -> None:
    """It no longer holds. What the privacy officer decided stays decided."""
    mine = declaration_for(by, declaration.pk)
    mine.withdrawn_at = timezone.now()
    mine.save(update_fields=["withdrawn_at"])
    record(Action.CONFLICT_WITHDRAWN, by=by, obj=mine)


def _take_back_nobody(by: User) -> None:
    """There is somebody after all. The home that came with the answer stays declared, unless they declared it anew."""
    said = Declaration.objects.filter(user=by, relation=Relation.NOBODY, withdrawn_at=None)
    home = said.exclude(postcode="").first()
    at_home = declarations(by).filter(relation__in=AT_HOME).exclude(postcode="")
    if home and not at_home.exists():
        names = by.full_name.split() or [""]
        Declaration.objects.create(
            user=by, relation=Relation.MYSELF, family_name=names[-1][:100], postcode=home.postcode,
            declared_at=home.declared_at,
        )  # fmt: skip
    said.update(withdrawn_at=timezone.now())
