"""A service that a test calls acts for the person it is told of, as it does in a request of theirs.

Tests arrange and look as the system does, to which PostgreSQL shows everything. A service that a test calls so would
find rows that the person it works for may not see, and fail, or pass over somebody, only on a page.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from contextlib import nullcontext
from functools import wraps
from typing import Any

from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist

from cse_portal import acting
from cse_portal.access.user_context import user_context
from cse_portal.audit import context
from cse_portal.errors import NotVisible

HOUSE = ("cse_portal", "cases", "intelligence", "mase", "reporting")
TESTS = acting.Actor(acting.SYSTEM.key)  # equal to the system, and told apart from what a service asks as it


def let_services_act_for_whom_they_are_told() -> None:
    """Before any test is imported: what a service asks of another stays as it is, inside the first."""
    told: dict[Any, Any] = {}
    for module in _services():
        for name, function in list(vars(module).items()):
            if inspect.isfunction(function) and _is_told(function):
                setattr(module, name, told.setdefault(function, _in_their_name(function)))


def _services() -> list[Any]:
    """Every module of services, in each flat."""
    return [
        importlib.import_module(each.name)
        for app in apps.get_app_configs()
        if app.name.split(".")[0] in HOUSE
        for each in pkgutil.walk_packages([app.path], f"{app.name}.")
        if "services" in each.name.split(".")
    ]


def _is_told(function: Callable[..., Any]) -> bool:
    return "by" in inspect.signature(function).parameters and "services" in function.__module__.split(".")


def _in_their_name(function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def told(*args: Any, **kwargs: Any) -> Any:
        by = kwargs.get("by")
        if by is None or acting.current() is not TESTS:
            return function(*args, **kwargs)
        with nullcontext() if acting.request_id.get() else context.request():
            who = user_context(by)
            with acting.acting(who.actor if who else acting.NOBODY):
                return _asked(function, *args, **kwargs)

    return told


def _asked(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    try:
        return function(*args, **kwargs)
    except ObjectDoesNotExist as hidden:  # a page looks for the row first, and does not find it
        raise NotVisible from hidden
