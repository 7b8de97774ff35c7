"""The row rule: which records of a guardian-granted model a person may see, as one query."""

import datetime as dt
from collections.abc import Iterable
from typing import TypeVar, cast

from django.contrib.auth.models import AnonymousUser
from django.db.models import BooleanField, Exists, ExpressionWrapper, Model, OuterRef, Q, QuerySet
from django.db.models.expressions import Combinable
from django.utils import timezone

from cse_portal.access.permissions import Permission
from cse_portal.access.roles import ROLES
from cse_portal.access.standing import Standing, standing
from cse_portal.access.tables import grants_to_agencies, grants_to_people
from cse_portal.accounts.models import User

M = TypeVar("M", bound=Model)


def visible_rows(rows: QuerySet[M], user: User | AnonymousUser, *, opens: Permission) -> QuerySet[M]:
    """The rows this person may see: role, then no exclusion, then a grant that has not expired.

    A restricted row is seen only by people granted it by name. The model has `is_restricted` and `exclusions`.
    """
    who = standing(user)
    if who is None or opens not in ROLES[who.role].permissions:
        return rows.none()
    return granted_rows(rows, who, codename=f"view_{rows.model._meta.model_name}")


def granted_rows(rows: QuerySet[M], who: Standing, *, codename: str) -> QuerySet[M]:
    """The rows on which this permission is granted to the person, or to their agency unless restricted."""
    granted, excluded = _rule(rows.model, who, codename)
    return rows.filter(granted).exclude(excluded)


def granted_parts(row: Model, who: Standing, *, codenames: Iterable[str]) -> frozenset[str]:
    """Which of these permissions are granted on one row, by the same rule, in one question."""
    rules = {name: _rule(type(row), who, name) for name in codenames}
    answers = {
        name: ExpressionWrapper(Q(granted), output_field=BooleanField())
        for name, (granted, _) in rules.items()
    }
    shut = next(excluded for _, excluded in rules.values())
    rows = type(row)._default_manager.filter(pk=row.pk).exclude(shut)
    found = rows.annotate(**answers).order_by().values(*rules).first() or {}
    return frozenset(name for name, granted in found.items() if granted)


def _rule(model: type[Model], who: Standing, codename: str) -> tuple[Combinable | Q, Exists]:
    """The conditions of a permission; one request sees one moment, so they are made once in it."""
    key = (model, codename)
    if key not in who.rules:
        who.rules[key] = _made(model, who, codename)
    made: tuple[Combinable | Q, Exists] = who.rules[key]
    return made


def _made(model: type[Model], who: Standing, codename: str) -> tuple[Combinable | Q, Exists]:
    """What grants a row and what shuts it, as conditions.

    What a person was granted by name stays behind with the agency they then worked for.
    """
    unexpired = Q(expires_at__isnull=True) | Q(expires_at__gt=timezone.now())
    this = Q(content_object=OuterRef("pk"), permission__codename=codename)
    to_person = grants_to_people(model).filter(
        unexpired, this, given_in_agency(who, "granted_at"), user=who.user
    )
    to_agency = grants_to_agencies(model).filter(unexpired, this, group=who.agency.group_id)
    exclusion = cast(type[Model], model._meta.get_field("exclusions").related_model)
    excluded = exclusion._default_manager.filter(Q(user=who.user) | Q(agency=who.agency), case=OuterRef("pk"))
    return Exists(to_person) | Q(is_restricted=False) & Exists(to_agency), Exists(excluded)


def given_in_agency(who: Standing, moment: str) -> Q:
    """Whether a row was given, at the moment this field says, while the person worked for today's agency."""
    given = Q()
    for post in who.posts_here:
        held = Q((f"{moment}__gte", beginning_of(post.starts_on)))
        given |= held & Q((f"{moment}__lt", beginning_of(post.ends_on))) if post.ends_on else held
    return given


def beginning_of(day: dt.date) -> dt.datetime:
    """Its first moment in this country."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))
