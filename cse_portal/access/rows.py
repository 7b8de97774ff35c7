"""The row rule: which records of a guardian-granted model a person may see, as one query."""

import datetime as dt
import uuid
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, TypeVar, cast

from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import (
    BooleanField,
    DateTimeField,
    Expression,
    ExpressionWrapper,
    F,
    Model,
    Q,
    QuerySet,
    TextField,
    Value,
)
from django.db.models.functions import Cast
from django.db.models.sql.compiler import SQLCompiler
from django.utils import timezone
from psycopg2.extensions import adapt, register_adapter

from cse_portal.access.choices import GrantSource
from cse_portal.access.conditions import RESTRICTED, THE_ROW, Condition, Holds, KeysOf
from cse_portal.access.permissions import Permission
from cse_portal.access.postgresql import prepared
from cse_portal.access.roles import ROLES
from cse_portal.access.standing import Standing, standing
from cse_portal.access.tables import grants_to_agencies, grants_to_people
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.recorder import memberships_of

M = TypeVar("M", bound=Model)
Times = tuple[tuple[dt.date, dt.date | None], ...]
Question = tuple[str, tuple[Any, ...]]


def visible_rows(rows: QuerySet[M], user: User | AnonymousUser, *, opens: Permission) -> QuerySet[M]:
    """The rows this person may see: role, then no exclusion, then a grant that has not expired.

    A restricted row is seen only by people granted it by name. The model has `is_restricted`, its child `exclusions`.
    """
    who = standing(user)
    if who is None or opens not in ROLES[who.role].permissions:
        return rows.none()
    return granted_rows(rows, who, codename=f"view_{rows.model._meta.model_name}")


def granted_rows(rows: QuerySet[M], who: Standing, *, codename: str) -> QuerySet[M]:
    """The rows on which this permission is granted to the person, or to their agency unless restricted."""
    times = _times_of(who)
    return rows.filter(_rule(rows.model, codename, who.user.pk, who.agency.pk, who.agency.group_id, times))


def granted_parts(row: Model, who: Standing, *, codenames: tuple[str, ...]) -> dict[str, bool]:
    """Which of these permissions `granted_rows` would find on one row, in one question.

    Each with whether it would also without an emergency, in which somebody gives it to themselves.
    """
    question = _question(
        type(row), codenames, who.user.pk, who.agency.pk, who.agency.group_id, _times_of(who)
    )
    found: dict[str, bool] = {}
    for name, in_emergency in _answers(row, question):
        found[name] = found.get(name, False) or not in_emergency
    return found


def _answers(row: Model, question: Question) -> list[tuple[Any, ...]]:
    sql, parameters = question
    with connection.cursor() as cursor:
        cursor.execute(sql, [row.pk if each == THE_ROW else each for each in parameters])
        return cursor.fetchall()


@lru_cache(maxsize=4096)
def _question(
    model: type[Model],
    codenames: tuple[str, ...],
    user: uuid.UUID,
    agency: uuid.UUID,
    group: int,
    times: Times,
) -> Question:
    """Every button of a page asks this of its case: it is put into SQL once a person, and not once a question."""
    this = Q(_unexpired(), content_object=THE_ROW, permission__codename__in=codenames)
    to_person = grants_to_people(model).filter(this, _within(times, "granted_at"), user=user)
    to_agency = grants_to_agencies(model).filter(this, group=group, content_object__is_restricted=False)
    in_emergency = ExpressionWrapper(Q(source=GrantSource.BREAK_GLASS), BooleanField())
    arms = [
        each.exclude(content_object__in=_keys_shut_to(user, agency))
        .order_by()
        .annotate(in_emergency=in_emergency)
        .values_list("permission__codename", "in_emergency")
        for each in (to_person, to_agency)
    ]
    sql, parameters = arms[0].union(arms[1]).query.sql_with_params()
    return sql, tuple(parameters)


def people_who_see(
    row: Model, people: Iterable[Standing], *, codename: str, agencies: Iterable[Agency] = ()
) -> set[uuid.UUID]:
    """The keys of those of these people who are granted this on the row: `granted_rows` asked from the other side.

    One question: what is given by name, what to agencies unless the row is restricted, who is shut out, which agency.
    A property test holds the two to each other. Of `agencies`, those too whose people see it, whoever they are.
    """
    by_name: dict[str, list[dt.datetime]] = {}
    held: set[tuple[int, str]] = set()
    for number, key, moment in _answers(row, _sights(type(row), codename)):
        held.add((number, key))
        if moment is not None:
            by_name.setdefault(key, []).append(moment)
    there = {
        each.pk for each in agencies if (1, str(each.group_id)) in held and (3, str(each.pk)) not in held
    }
    return there | {
        who.user.pk
        for who in people
        if not held & {(2, str(who.user.pk)), (3, str(who.agency.pk))}
        and (
            (1, str(who.agency.group_id)) in held
            or any(_given_here(who, moment) for moment in by_name.get(str(who.user.pk), ()))
        )
    }


@lru_cache
def _sights(model: type[Model], codename: str) -> Question:
    """By whom a row is seen and who is shut out: which of the four, whose key, and when it was given by name."""
    this = Q(_unexpired(), content_object=THE_ROW, permission__codename=codename)
    never = Value(None, DateTimeField())
    open_to_agencies = Q(content_object__is_restricted=False)
    arms = (
        (grants_to_people(model).filter(this), "user_id", F("granted_at")),
        (grants_to_agencies(model).filter(this, open_to_agencies), "group_id", never),
        (_exclusions(model).filter(user__isnull=False), "user_id", never),
        (_exclusions(model).filter(agency__isnull=False), "agency_id", never),
    )
    to_people, *others = (
        rows.order_by()
        .annotate(arm=Value(number), key=Cast(key, TextField()), at=moment)
        .values_list("arm", "key", "at")
        for number, (rows, key, moment) in enumerate(arms)
    )
    sql, parameters = to_people.union(*others, all=True).query.sql_with_params()
    return sql, tuple(parameters)


def _given_here(who: Standing, moment: dt.datetime) -> bool:
    """As `given_in_agency`, of one moment."""
    return any(
        beginning_of(starts_on) <= moment and (ends_on is None or moment < beginning_of(ends_on))
        for starts_on, ends_on in _times_of(who)
    )


def shut_out_of(who: Standing) -> frozenset[uuid.UUID]:
    """The keys of the children, cases and concerns that this person, or their agency, is excluded from.

    Asked once a request. As keys, since nobody reads why they are excluded.
    """
    return who.answer("shut out of", lambda: _ask_what_shuts(who.user.pk, who.agency.pk))


def _ask_what_shuts(user: uuid.UUID, agency: uuid.UUID) -> frozenset[uuid.UUID]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT gate.shut_out_of(%s, %s)", [user, agency])
        return frozenset(cursor.fetchone()[0])


def _keys_shut_to(user: uuid.UUID, agency: uuid.UUID) -> KeysOf:
    """The same as a part of a question."""
    return KeysOf("gate.shut_out_of", user, agency)


def _exclusions(model: type[Model]) -> QuerySet[Model]:
    """Those of the row's child that hold."""
    child = cast(type[Model], model._meta.get_field("child").related_model)
    related: Any = child._meta.get_field("exclusions").related_model
    rows: QuerySet[Model] = related._default_manager.holding().filter(child__case=THE_ROW)
    return rows


@lru_cache(maxsize=4096)
def _rule(
    model: type[Model], codename: str, user: uuid.UUID, agency: uuid.UUID, group: int, times: Times
) -> Holds:
    """What grants a row and what shuts it, which stays true while the person works where they work.

    What a person was granted by name stays behind with the agency they then worked for.
    """
    this = Q(_unexpired(), content_object=THE_ROW, permission__codename=codename)
    shut = Condition.among(_keys_shut_to(user, agency))
    by_name, to_agency = map(
        Condition.some_row_of,
        (
            grants_to_people(model).filter(this, _within(times, "granted_at"), user=user),
            grants_to_agencies(model).filter(this, group=group),
        ),
    )
    words = f"(NOT {shut.words} AND ({by_name.words} OR NOT {RESTRICTED} AND {to_agency.words}))"
    return Holds(Condition(words, (*shut.parameters, *by_name.parameters, *to_agency.parameters)))


class ThisMoment(Expression):
    """When the question is asked, by the portal's clock: read as it is sent, however often it is asked."""

    output_field = DateTimeField()

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        """One parameter, which becomes the moment on its way to the database."""
        return "%s", (_THIS_MOMENT,)


class _Moment:
    """Stands for the moment among the parameters of a question."""


_THIS_MOMENT = _Moment()
register_adapter(_Moment, lambda _: adapt(timezone.now()))
prepared.TYPES[_Moment] = "timestamptz"


def _unexpired() -> Q:
    return Q(expires_at__isnull=True) | Q(expires_at__gt=ThisMoment())


def given_in_agency(who: Standing, moment: str) -> Q:
    """Whether a row was given, at the moment this field says, while the person worked for today's agency."""
    return _within(_times_of(who), moment)


def given_in_post(who: Standing, moment: str) -> Q:
    """Whether a row was given, at the moment this field says, since the person began the post they hold today.

    Whoever left and came back, even to the same agency and on the same day, is given it anew or not at all.
    """
    first = who.membership.starts_on
    began, next_day = beginning_of(first), beginning_of(first + dt.timedelta(days=1))
    let_go = [each.let_go_at for each in memberships_of(who.user) if each.ends_on == first and each.let_go_at]
    return Q((f"{moment}__gte", max([began, *(at for at in let_go if at < next_day)])))


def _times_of(who: Standing) -> Times:
    return tuple((post.starts_on, post.ends_on) for post in who.posts_here)


def _within(times: Times, moment: str) -> Q:
    given = Q()
    for starts_on, ends_on in times:
        held = Q((f"{moment}__gte", beginning_of(starts_on)))
        given |= held & Q((f"{moment}__lt", beginning_of(ends_on))) if ends_on else held
    return given


def beginning_of(day: dt.date) -> dt.datetime:
    """Its first moment in this country."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))
