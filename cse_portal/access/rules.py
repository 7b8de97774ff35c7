"""The rules the apps' policies register: one per permission, none missing, none twice."""

import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Model, QuerySet

from cse_portal.access.permissions import Permission
from cse_portal.access.user_context import UserContext
from cse_portal.accounts.models import User
from cse_portal.jobs.registry import row_notification

Test = Callable[[UserContext, Any], bool]
TestOfMany = Callable[[list[UserContext], Any], set[uuid.UUID]]


@dataclass(frozen=True)
class Rule:
    """What decides a permission once the role has opened it.

    `seen_by` is the permission that makes the object visible at all: without it the answer is "not found".
    `allows_of` is the same test for many people at once: the keys of those who pass it.
    """

    allows: Test
    needs_object: bool
    seen_by: Permission | None
    allows_of: TestOfMany | None = None


_rules: dict[Permission, Rule] = {}


def rule(*permissions: Permission, seen_by: Permission | None = None) -> Callable[[Test], Test]:
    """Register the test of one or more permissions over an object."""

    def register(test: Test) -> Test:
        for permission in permissions:
            _add(permission, Rule(test, needs_object=True, seen_by=seen_by))
        return test

    return register


def rule_for_many(permission: Permission) -> Callable[[TestOfMany], TestOfMany]:
    """Register how a rule that is there already answers for many people with one question."""

    def register(test: TestOfMany) -> TestOfMany:
        _rules[permission] = replace(_rules[permission], allows_of=test)
        return test

    return register


def rule_of_the_lists(permission: Permission, model: type[Model]) -> None:
    """Who may see a row, and still reads a line about it: exactly those whom the lists show it."""

    @row_notification
    def shown(user: User, keys: Collection[uuid.UUID]) -> QuerySet[Any, Any]:
        rows: QuerySet[Any, Any] = model._default_manager.visible_to(user)  # type: ignore[attr-defined]
        return rows.filter(pk__in=keys).values_list("pk", flat=True)

    rule(permission)(lambda user_context, row: shown(user_context.user, [row.pk]).exists())


def by_role(*permissions: Permission) -> None:
    """Register functions that hang on no object: the role says it all."""
    for permission in permissions:
        _add(permission, Rule(lambda user_context, obj: True, needs_object=False, seen_by=None))


def find(permission: Permission) -> Rule | None:
    """The permission's rule; None means deny."""
    return _rules.get(permission)


def _add(permission: Permission, new: Rule) -> None:
    if permission in _rules:
        raise ValueError(f"{permission.name} has two rules")
    _rules[permission] = new
