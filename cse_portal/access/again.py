"""Trying a request again whose transaction PostgreSQL ended so that another's could go on.

Two people may hold what the other wants next. PostgreSQL notices after a second and lets one of them go on; nothing of
the other's was written, and a moment later it can be done as if nothing had happened.
"""

import time
from random import SystemRandom

from django.db import DEFAULT_DB_ALIAS, OperationalError, transaction
from django.http import HttpRequest, HttpResponse

from cse_portal.audit import context

DEADLOCK, NOT_SERIALISABLE = "40P01", "40001"
TIMES = 2
_LOT = SystemRandom()


def lost_a_race(exception: BaseException) -> bool:
    """Whether PostgreSQL gave this transaction up for another: a deadlock, or one that cannot be put in an order."""
    code = getattr(exception.__cause__, "pgcode", None)
    return isinstance(exception, OperationalError) and code in (DEADLOCK, NOT_SERIALISABLE)


def try_again(request: HttpRequest, lost: BaseException) -> HttpResponse:
    """The page once more, in a transaction of its own, twice at most; raises what the last try raised."""
    found = request.resolver_match
    if found is None or not _can_be_read_again(request):
        raise lost
    if DEFAULT_DB_ALIAS in getattr(found.func, "_non_atomic_requests", ()):
        raise lost
    for _ in range(TIMES):
        time.sleep(_LOT.uniform(0.05, 0.25))
        context.forget_everything()
        _rewind(request)
        try:
            with transaction.atomic():
                return found.func(request, *found.args, **found.kwargs)
        except OperationalError as again:
            if not lost_a_race(again):
                raise
            lost = again
    raise lost


def _can_be_read_again(request: HttpRequest) -> bool:
    """What was posted is kept, or was never read; what came as a stream and is gone is not done by halves."""
    kept = hasattr(request, "_body") or hasattr(request, "_post")
    return kept or not getattr(request, "_read_started", False)


def _rewind(request: HttpRequest) -> None:
    if hasattr(request, "_files"):
        for _, files in request.FILES.lists():
            for each in files:
                each.seek(0)
