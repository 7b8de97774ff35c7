"""What a test arranges is done as in one request, where who works where is read once, however often it is asked."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from cse_portal import acting
from cse_portal.audit import context

P = ParamSpec("P")
R = TypeVar("R")


def in_one_request(make: Callable[P, R]) -> Callable[P, R]:
    """A factory that is one request, unless it is part of one already. Not for one that moves the clock."""

    @wraps(make)
    def made(*args: P.args, **kwargs: P.kwargs) -> R:
        if acting.request_id.get():
            return make(*args, **kwargs)
        with context.request():
            return make(*args, **kwargs)

    return made
