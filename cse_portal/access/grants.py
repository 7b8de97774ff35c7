"""The only code that writes guardian's rows: give, withdraw, expire. Who may is asked by the floor's own service."""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterable
from contextlib import AbstractContextManager
from functools import cache
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Permission as DjangoPermission
from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from cse_portal import acting
from cse_portal.access.models import Grant, GrantSource
from cse_portal.access.rows import grants_to_agencies, grants_to_people
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record

Holder = User | Agency


def give(
    target: Model,
    *,
    to: Holder,
    codenames: Iterable[str] = (),
    source: GrantSource,
    reason: str,
    lawful_basis: str,
    by: User,
    by_rule: Iterable[str] = (),
    adding: bool = False,
    source_id: uuid.UUID | None = None,
    expires_at: dt.datetime | None = None,
) -> None:
    """Grant exactly these permissions on this record to a person or an agency.

    Giving again from the same source renews them and, unless `adding`, takes back what is no longer among them. What is
    given `by_rule` the giver need not hold themselves: the portal gives it, and PostgreSQL lets nobody else.
    """
    ledger: dict[str, Any] = {
        "reason": reason,
        "lawful_basis": lawful_basis,
        "granted_by": by,
        "granted_at": timezone.now(),
        "expires_at": expires_at,
    }
    chosen, ruled = list(codenames), list(by_rule)
    came_from = {"source": source, "source_id": source_id}
    if not adding:
        held = holders_rows(target, _kind(to)).filter(**came_from, **_held_by(to))
        held.exclude(permission__codename__in=[*chosen, *ruled]).delete()
    _write(target, to, chosen, came_from, ledger)
    if ruled:
        with _every_grant():
            _write(target, to, ruled, came_from, ledger)
    detail = {
        **names(to),
        "may": [*chosen, *ruled],
        **_grant_sources(source, source_id),
        "until": expires_at.isoformat() if expires_at else None,
    }
    record(Action.ACCESS_GRANTED, by=by, obj=target, case=target, reason=reason, detail=detail)
    if expires_at and _sight(target) in (*chosen, *ruled):
        _end_with_sight(target, {to}, by=by, reason=reason)  # what is renewed may now end sooner


def _write(
    target: Model, to: Holder, codenames: list[str], came_from: dict[str, Any], ledger: dict[str, Any]
) -> None:
    table, holder = _grants(target, _kind(to)).model, _held_by(to)
    table._default_manager.bulk_create(
        [
            table(
                **holder, **came_from, **ledger, content_object=target,
                permission_id=_permission(target._meta.label_lower, codename),
            )
            for codename in codenames
        ],
        update_conflicts=True,
        unique_fields=[*holder, "permission", "content_object", "source", "source_id"],
        update_fields=list(ledger),
    )  # fmt: skip


def withdraw(
    target: Model,
    *,
    by: User | None,
    reason: str,
    source: GrantSource | None = None,
    frm: Holder | None = None,
    source_id: uuid.UUID | None = None,
    given_before: dt.datetime | None = None,
    codenames: Iterable[str] | None = None,
) -> int:
    """Remove the grants of this holder, source or both, all of them or some permissions; returns how many rows went.

    Takes effect at once. On record by whose it was: of a source alone, holder by holder, so that the audit's own ledger
    tells whose sight ended. Whatever else they hold of the record ends with the last sight of it.
    """
    codenames = None if codenames is None else set(codenames)
    found: list[Any] = []
    for kind in (User, Agency):
        if frm is not None and kind is not _kind(frm):
            continue
        chosen = holders_rows(target, kind)
        chosen = chosen if source is None else chosen.filter(source=source)
        chosen = chosen if source_id is None else chosen.filter(source_id=source_id)
        chosen = chosen if given_before is None else chosen.filter(granted_at__lt=given_before)
        chosen = chosen if codenames is None else chosen.filter(permission__codename__in=codenames)
        chosen = chosen if frm is None else chosen.filter(**_held_by(frm))
        found += _taken(chosen)
    whose: dict[tuple[Holder, str | None, uuid.UUID | None], int] = Counter(
        (_holder(row), row.source, row.source_id) if frm is None else (frm, source, source_id)
        for row in found
    )
    for (holder, came_from, came_from_id), number in whose.items():
        _note_withdrawn(
            target, holder, number=number, may=codenames, by=by, reason=reason,
            source=came_from, source_id=came_from_id,
        )  # fmt: skip
    sight = _permission(target._meta.label_lower, _sight(target)) if found else None
    blind = {_holder(row) for row in found if row.permission_id == sight}
    _end_with_sight(target, blind, by=by, reason=reason)
    return len(found)


def _taken(rows: QuerySet[Any]) -> list[Any]:
    """Take these rows away; returns those that are gone, for it is they that go on record."""
    holder = "user" if hasattr(rows.model, "user_id") else "group__agency"
    found = list(rows.select_related(holder))
    seen = rows.filter(pk__in=[row.pk for row in found])
    # PostgreSQL lets anyone who acts see rows that they may not remove.
    if found and seen.delete()[0] < len(found):
        left = set(seen.values_list("pk", flat=True))
        return [row for row in found if row.pk not in left]
    return found


def withdraw_all(*, frm: User, by: User | None, reason: str, given_before: dt.datetime) -> int:
    """Whatever this person was given by name until then, on every floor; what their agency holds is not theirs.

    Anyone who takes it away need not see the cases: asked as the system, and on record case by case.
    """
    with _every_grant():
        tables: list[Any] = [
            each for each in apps.get_models() if issubclass(each, Grant) and hasattr(each, "user")
        ]
        held = [table._default_manager.filter(user=frm).select_related("content_object") for table in tables]
        targets = {row.content_object for rows in held for row in rows}
        return sum(
            withdraw(target, frm=frm, by=by, reason=reason, given_before=given_before) for target in targets
        )


def holders_rows(target: Model, kind: type[User] | type[Agency]) -> QuerySet[Any]:
    """Every grant row on this record to people, or to agencies."""
    return _grants(target, kind).filter(content_object=target)


def sight_rows(target: Model, kind: type[User] | type[Agency]) -> QuerySet[Any]:
    """The unexpired grants on this record by which people, or agencies, see it."""
    unexpired = Q(expires_at__isnull=True) | Q(expires_at__gt=timezone.now())
    return holders_rows(target, kind).filter(unexpired, permission__codename=_sight(target))


def viewing_grants(target: Model, holder: Holder) -> list[Any]:
    """The unexpired grants by which this holder sees the record, locked: none of them ends before what is hung on it
    is written.
    """
    rows = sight_rows(target, _kind(holder)).filter(**_held_by(holder))
    return list(rows.select_for_update(of=("self",)))


def unexpired_rows(target: Model, holder: Holder) -> QuerySet[Any]:
    """What this person holds by name, or this agency, on this record today."""
    unexpired = Q(expires_at__isnull=True) | Q(expires_at__gt=timezone.now())
    return holders_rows(target, _kind(holder)).filter(unexpired, **_held_by(holder))


def holds(target: Model, holder: Holder, *, source: GrantSource, source_id: uuid.UUID) -> set[str]:
    """The permissions that this source gave the holder and that are still theirs, expired or not."""
    rows = holders_rows(target, _kind(holder))
    given = rows.filter(source=source, source_id=source_id, **_held_by(holder))
    return set(given.values_list("permission__codename", flat=True))


def set_end(rows: QuerySet[Any], *, expires_at: dt.datetime | None, by: User | None, reason: str) -> int:
    """Let these grants of one record run to another moment, or for as long as it takes; returns how many rows changed.

    Nobody is given what they did not hold: the portal does it by a rule, for anyone who acts. On record holder by
    holder, so that the audit's own ledger tells whose sight ends when. What hangs on that sight ends no later.
    """
    with _every_grant():
        holder = "user" if hasattr(rows.model, "user_id") else "group__agency"
        found = list(rows.select_related("content_object", "permission", holder))
        rows.update(expires_at=expires_at)
    until = expires_at.isoformat() if expires_at else None
    for (to, source, source_id), theirs in _by_holder(found).items():
        target, may = theirs[0].content_object, sorted({row.permission.codename for row in theirs})
        detail = {**names(to), "may": may, **_grant_sources(source, source_id), "until": until}
        record(Action.ACCESS_GRANTED, by=by, obj=target, case=target, reason=reason, detail=detail)
        if expires_at and _sight(target) in may:
            _end_with_sight(target, {to}, by=by, reason=reason)
    return len(found)


def supporting_grant(sights: list[Any]) -> tuple[uuid.UUID | None, dt.datetime | None]:
    """What a part that is shown now hangs on, of these sights: on an emergency's alone, then which; and when it ends.

    An emergency opens no part (decision record 13). Another sight is what the part was shown for, and ends it.
    """
    if lasting := [row for row in sights if row.source != GrantSource.BREAK_GLASS]:
        return None, _last(lasting)
    newest = max(sights, key=lambda row: row.expires_at)
    return newest.source_id, newest.expires_at


def _end_with_sight(target: Model, holders: Iterable[Holder], *, by: User | None, reason: str) -> None:
    """Whatever else these hold of a record, a part that was shown to them above all, ends with their sight of it.

    Else it waits, and opens with the next sight, such as an emergency's, that was to open nothing more; or stays open
    with one that was there before it. What was shown in an emergency, when there was no other sight, ends with that
    one, whatever sight has come since.
    """
    with _every_grant():
        for holder in holders:
            rows = holders_rows(target, _kind(holder)).filter(**_held_by(holder))
            held = list(rows.select_related("permission"))
            sights = [row for row in held if row.permission.codename == _sight(target)]
            lasting = [row for row in sights if row.source != GrantSource.BREAK_GLASS]
            others = [row for row in held if row.permission.codename != _sight(target)]
            hung = [(_emergency_of(row), row.pk) for row in others]
            for emergency in sorted({each for each, _ in hung}, key=str):
                on = [row for row in sights if row.source_id == emergency] if emergency else lasting
                these = rows.filter(pk__in=[pk for each, pk in hung if each == emergency])
                _end_with(on, these, target=target, holder=holder, by=by, reason=reason)


def _emergency_of(row: Any) -> uuid.UUID | None:
    """In which emergency a part was shown to somebody who had no other sight (`supporting_grant`)."""
    emergency: uuid.UUID | None = row.source_id if row.source == GrantSource.SECTION else None
    return emergency


def _end_with(
    sights: list[Any], rows: QuerySet[Any], *, target: Model, holder: Holder, by: User | None, reason: str
) -> None:
    """These rows of one holder go where no sight is left of those they hang on, and else end with the last of them."""
    if sights:
        if last := _last(sights):
            late = rows.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=last))
            set_end(late, expires_at=last, by=by, reason=reason)
    elif gone := _taken(rows.select_related("permission")):
        may = {row.permission.codename for row in gone}
        _note_withdrawn(target, holder, number=len(gone), may=may, by=by, reason=reason)


def _note_withdrawn(
    target: Model,
    holder: Holder,
    *,
    number: int,
    may: Iterable[str] | None,
    by: User | None,
    reason: str,
    source: str | None = None,
    source_id: uuid.UUID | None = None,
) -> None:
    detail: dict[str, Any] = {**names(holder), **_grant_sources(source, source_id), "rows": number}
    if may is not None:
        detail["may"] = sorted(may)  # these alone: what else came from there stays
    record(Action.ACCESS_WITHDRAWN, by=by, obj=target, case=target, reason=reason, detail=detail)


def _last(rows: list[Any]) -> dt.datetime | None:
    """When the last of these ends; None where one has no end."""
    ends = [row.expires_at for row in rows]
    return None if None in ends else max(ends)


def remove_expired(model: type[Model]) -> int:
    """Delete grants whose time has passed; the row rule has ignored them since the second they expired."""
    past = timezone.now()
    people = grants_to_people(model).filter(expires_at__lte=past).delete()[0]
    return people + grants_to_agencies(model).filter(expires_at__lte=past).delete()[0]


def _every_grant() -> AbstractContextManager[None]:
    """What a rule gives, moves or ends: the person whose act sets it off need neither see nor hold it."""
    return acting.for_the_system()


def _grants(target: Model, kind: type[Holder]) -> QuerySet[Any]:
    return grants_to_people(target) if kind is User else grants_to_agencies(target)


def _sight(target: Model) -> str:
    return f"view_{target._meta.model_name}"


def _kind(holder: Holder) -> type[Holder]:
    # A request's own user is a lazy object: its type is not User, though it is an instance of it.
    return User if isinstance(holder, User) else Agency


def _held_by(holder: Holder) -> dict[str, Any]:
    return {"user": holder} if isinstance(holder, User) else {"group_id": holder.group_id}


def names(holder: Holder) -> dict[str, str]:
    """How an event names whose access it is about."""
    return {"to": "person" if isinstance(holder, User) else "agency", "holder": str(holder.pk)}


def _grant_sources(source: str | None, source_id: uuid.UUID | None) -> dict[str, str | None]:
    """By what sight came, and by which meeting or emergency: one may end while another goes on."""
    return {"source": source, **({"source_id": str(source_id)} if source_id else {})}


def _by_holder(rows: Iterable[Any]) -> dict[tuple[Holder, str, uuid.UUID | None], list[Any]]:
    """What each person or agency holds from each source."""
    found: dict[tuple[Holder, str, uuid.UUID | None], list[Any]] = {}
    for row in rows:
        found.setdefault((_holder(row), row.source, row.source_id), []).append(row)
    return found


def _holder(row: Any) -> Holder:
    holder: Holder = row.user if hasattr(row, "user_id") else row.group.agency
    return holder


@cache
def _permission(label: str, codename: str) -> int:
    """The key of guardian's permission, which migrations make and nothing changes."""
    app_label, model = label.split(".")
    found = DjangoPermission.objects.get(
        content_type__app_label=app_label, content_type__model=model, codename=codename
    )
    return found.pk
