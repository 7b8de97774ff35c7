"""The gate: the one question every page, service, list, file and API asks before a row reaches a person.

The order of the answer: signed in, active, membership current → the role opens the function → the object is visible
(for a case: not excluded, and granted to the person or, unless restricted, to their agency) → the permission's own
rule, in which the state may only narrow. Anything unknown is refused.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model

from cse_portal import acting
from cse_portal.access import rules
from cse_portal.access.permissions import Permission
from cse_portal.access.roles import ROLES
from cse_portal.access.user_context import UserContext, user_context
from cse_portal.accounts.models import User
from cse_portal.audit.recorder import know_memberships, read_memberships
from cse_portal.errors import NotPermitted, NotVisible

M = TypeVar("M", bound=Model | None)


def can(user: User | AnonymousUser, permission: Permission, obj: Model | None = None) -> bool:
    """Whether this person may do this, to this object if it has one."""
    who = user_context(user)
    return who is not None and allows(who, permission, obj)


def allowed(user: User | AnonymousUser, permission: Permission, objects: Iterable[M]) -> list[M]:
    """Those of these objects with which this person may do this; PostgreSQL is told once who they are."""
    who = user_context(user)
    if who is None:
        return []
    with _asking_for(who):
        return [each for each in objects if allows(who, permission, each)]


def require(user: User | AnonymousUser, permission: Permission, obj: M = None) -> M:  # type: ignore[assignment]
    """The object, for a person who may do this; else NotVisible if they may not even know of it, or NotPermitted."""
    if can(user, permission, obj):
        return obj
    rule = rules.find(permission)
    seen_by = (rule.seen_by or permission) if rule else permission
    if obj is not None and (seen_by is permission or not can(user, seen_by, obj)):
        raise NotVisible
    raise NotPermitted


def require_standing(
    user: User | AnonymousUser, permission: Permission, obj: Model | None = None
) -> UserContext:
    """Where a person who may do this stands; else as `require`."""
    require(user, permission, obj)
    who = user_context(user)
    if who is None:
        raise NotPermitted
    return who


def ask_together(users: Iterable[User], permission: Permission, obj: Model) -> None:
    """Ask for many people at once what `can` would ask for each; it then finds the answers in this request's memory.

    For telling people of something. The question is the system's, so PostgreSQL does not ask again for each of them.
    """
    people = set(users)
    know_memberships(read_memberships(people))
    able = [who for who in map(user_context, people) if who and permission in ROLES[who.role].permissions]
    rule = rules.find(permission)
    if rule is None or rule.allows_of is None or not able:
        return
    with acting.for_the_system():  # who tells others need not see their grants
        allowed = rule.allows_of(able, obj)
    for who in able:
        who.answer((permission, obj.pk), lambda yes=who.user.pk in allowed: yes)  # type: ignore[misc]


@contextmanager
def _asking_for(who: UserContext) -> Iterator[None]:
    """What somebody else may see is asked on their behalf: of what this person sees, they may see more, or less."""
    asked_by = acting.current()
    if asked_by in (acting.SYSTEM, who.actor):
        yield
    else:
        with acting.acting(who.actor):
            yield


def note_shown(user: User | AnonymousUser, permission: Permission, obj: Model) -> None:
    """The row rule behind this permission has just found the object: nothing asks it again in this request.

    Only for permissions whose rule is "among the rows this person sees", right after a query of those rows.
    """
    who = user_context(user)
    if who is not None:
        who.answer((permission, obj.pk), lambda: True)


def allows(who: UserContext, permission: Permission, obj: Model | None) -> bool:
    """The answer for a standing: how one permission's rule asks another's."""
    rule = rules.find(permission)
    if rule is None or permission not in ROLES[who.role].permissions:
        return False
    if not rule.needs_object:
        return True
    if obj is None:
        return False
    if rule.seen_by is not None:
        return allows(who, rule.seen_by, obj) and _asked(rule, who, obj)
    # Visibility is asked many times on a page and cannot change within one request's reading.
    return who.answer((permission, obj.pk), lambda: _asked(rule, who, obj))


def _asked(rule: rules.Rule, who: UserContext, obj: Model) -> bool:
    with _asking_for(who):
        return rule.allows(who, obj)
