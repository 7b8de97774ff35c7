"""The row rule: which records of a guardian-granted model a person may see, as one query.

PostgreSQL repeats it as the policy of the table (cse_portal/row_security.py); a property test holds the two
together.
"""

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils import timezone
from guardian.utils import get_group_obj_perms_model, get_user_obj_perms_model

from cse_portal.access.permissions import Permission
from cse_portal.access.roles import ROLES
from cse_portal.access.user_context import UserContext, user_context
from cse_portal.accounts.models import Agency, User
from cse_portal.errors import NotVisible

M = TypeVar("M", bound=Model)


def visible_rows(rows: QuerySet[M], user: User | AnonymousUser, *, opens: Permission) -> QuerySet[M]:
    """The rows this person may see: role, then no exclusion, then a grant that has not expired.

    A restricted row is seen only by people granted it by name. The model has `is_restricted`, its child `exclusions`.
    """
    who = user_context(user)
    if who is None or opens not in ROLES[who.role].permissions:
        return rows.none()
    return granted_rows(rows, who, codename=f"view_{rows.model._meta.model_name}")


def get_visible(rows: QuerySet[M]) -> M:
    """The first of these rows, which begin with `visible_to`; NotVisible where there is none."""
    if (found := rows.first()) is None:
        raise NotVisible
    return found


def granted_rows(rows: QuerySet[M], who: UserContext, *, codename: str) -> QuerySet[M]:
    """The rows on which this permission is granted to the person, or to their agency unless restricted."""
    seen = rows.filter(
        who.answer(("granted", rows.model, codename), lambda: _granted(rows.model, who, codename))
    )
    return seen.exclude(pk__in=shut) if (shut := excluded_records(who)) else seen


def _granted(model: type[Model], who: UserContext, codename: str) -> Q:
    """That a row of this model is granted: written once a request, for the pages that ask it in many lists."""
    this = {"content_object": OuterRef("pk"), "permission__codename": codename}
    by_name = grants_to_people(model).filter(
        unexpired(), granted_in_agency(who, "granted_at"), user=who.user, **this
    )
    to_agency = grants_to_agencies(model).filter(unexpired(), group=who.agency.group_id, **this)
    return Q(Exists(by_name)) | Q(Exists(to_agency), is_restricted=False)


def granted_parts(row: Model, who: UserContext, *, codenames: tuple[str, ...]) -> set[str]:
    """Which of these permissions `granted_rows` would find on one row."""
    this = {"content_object": row.pk, "permission__codename__in": codenames}
    model = type(row)
    by_name = grants_to_people(model).filter(
        unexpired(), granted_in_agency(who, "granted_at"), user=who.user, **this
    )
    to_agency = grants_to_agencies(model).filter(
        unexpired(), group=who.agency.group_id, content_object__is_restricted=False, **this
    )
    names = [each.order_by().values_list("permission__codename") for each in (by_name, to_agency)]
    found = {name for (name,) in names[0].union(names[1])}
    return set() if row.pk in excluded_records(who) else found


def people_who_see(
    row: Model, people: Iterable[UserContext], *, codename: str, agencies: Iterable[Agency] = ()
) -> set[uuid.UUID]:
    """The keys of those of these people who are granted this on the row: `granted_rows` asked from the other side.

    Of `agencies`, those too whose people see it. A property test holds the two to each other.
    """
    this = {"content_object": row.pk, "permission__codename": codename}
    model = type(row)
    given: dict[uuid.UUID, list[dt.datetime]] = {}
    for key, moment in grants_to_people(model).filter(unexpired(), **this).values_list("user", "granted_at"):
        given.setdefault(key, []).append(moment)
    open_groups = set(
        grants_to_agencies(model)
        .filter(unexpired(), content_object__is_restricted=False, **this)
        .values_list("group", flat=True)
    )
    shut = {each for _, each in excluded_from([row.pk])}
    there = {each.pk for each in agencies if each.group_id in open_groups and each.pk not in shut}
    return there | {
        who.user.pk
        for who in people
        if not shut & {who.user.pk, who.agency.pk}
        and (
            who.agency.group_id in open_groups
            or any(_given_here(who, moment) for moment in given.get(who.user.pk, ()))
        )
    }


def excluded_records(who: UserContext) -> frozenset[uuid.UUID]:
    """The keys of the children, cases and concerns that this person, or their agency, is excluded from.

    Asked once a request, and as keys: nobody reads why they are excluded.
    """

    def ask() -> frozenset[uuid.UUID]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT gate.shut_out_of(%s, %s)", [who.user.pk, who.agency.pk])
            return frozenset(cursor.fetchone()[0])

    return who.answer("shut out of", ask)


def excluded_from(cases: Iterable[uuid.UUID]) -> set[tuple[uuid.UUID, uuid.UUID]]:
    """Of these cases, each with the key of a person or an agency that is excluded from it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT shut_case, who FROM gate.excluded_from(%s::uuid[])", [list(cases)])
        return set(cursor.fetchall())


def among(field: str, keys: QuerySet[Any, Any]) -> Q:
    """That a field holds one of these keys."""
    return Q((f"{field}__in", keys))


def granted_in_agency(who: UserContext, moment: str) -> Q:
    """Whether a row was given, at the moment this field says, while the person worked for today's agency."""
    given = Q()
    for post in who.posts_here:
        held = Q((f"{moment}__gte", beginning_of(post.starts_on)))
        given |= held & Q((f"{moment}__lt", beginning_of(post.ends_on))) if post.ends_on else held
    return given


def _given_here(who: UserContext, moment: dt.datetime) -> bool:
    """As `granted_in_agency` asks it in SQL."""
    return any(
        beginning_of(post.starts_on) <= moment
        and (post.ends_on is None or moment < beginning_of(post.ends_on))
        for post in who.posts_here
    )


def unexpired() -> Q:
    """Whether a grant has not ended yet."""
    return Q(expires_at__isnull=True) | Q(expires_at__gt=timezone.now())


def beginning_of(day: dt.date) -> dt.datetime:
    """Its first moment in this country."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


def grants_to_people(target: Model | type[Model]) -> QuerySet[Any]:
    """Every grant of this kind of record to a person by name."""
    return get_user_obj_perms_model(target)._default_manager.all()  # type: ignore[arg-type]


def grants_to_agencies(target: Model | type[Model]) -> QuerySet[Any]:
    """Every grant of this kind of record to an agency's group."""
    return get_group_obj_perms_model(target)._default_manager.all()  # type: ignore[arg-type]
