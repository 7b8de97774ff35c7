"""The gate: the one question every page, service, list, file and API asks before a row reaches a person.

The order of the answer: signed in, active, membership current → the role opens the function → the object is visible
(for a case: not excluded, and granted to the person or, unless restricted, to their agency) → the permission's own
rule, in which the state may only narrow. Anything unknown is refused.
"""

from typing import TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model

from cse_portal.access import rules
from cse_portal.access.permissions import Permission
from cse_portal.access.roles import ROLES
from cse_portal.access.standing import Standing, standing
from cse_portal.accounts.models import User
from cse_portal.errors import NotPermitted, NotVisible

M = TypeVar("M", bound=Model | None)


def can(user: User | AnonymousUser, permission: Permission, obj: Model | None = None) -> bool:
    """Whether this person may do this, to this object if it has one."""
    who = standing(user)
    return who is not None and allows(who, permission, obj)


def require(user: User | AnonymousUser, permission: Permission, obj: M = None) -> M:  # type: ignore[assignment]
    """The object, for a person who may do this; else NotVisible if they may not even know of it, or NotPermitted."""
    who = standing(user)
    if who is not None and allows(who, permission, obj):
        return obj
    rule = rules.find(permission)
    seen_by = (rule.seen_by or permission) if rule else permission
    if obj is not None and (who is None or seen_by is permission or not allows(who, seen_by, obj)):
        raise NotVisible
    raise NotPermitted


def note_shown(user: User | AnonymousUser, permission: Permission, obj: Model) -> None:
    """The row rule behind this permission has just found the object: nothing asks it again in this request.

    Only for permissions whose rule is "among the rows this person sees", right after a query of those rows.
    """
    who = standing(user)
    if who is not None:
        who.answer((permission, obj.pk), lambda: True)


def allows(who: Standing, permission: Permission, obj: Model | None) -> bool:
    """The answer for a standing: how one permission's rule asks another's."""
    rule = rules.find(permission)
    if rule is None or permission not in ROLES[who.role].permissions:
        return False
    if not rule.needs_object:
        return True
    if obj is None:
        return False
    if rule.seen_by is not None:
        return allows(who, rule.seen_by, obj) and rule.allows(who, obj)
    # Visibility is asked many times on a page and cannot change within one request's reading.
    return who.answer((permission, obj.pk), lambda: rule.allows(who, obj))
