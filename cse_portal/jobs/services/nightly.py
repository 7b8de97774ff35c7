"""What the clock does to many rows: to each on its own."""

import uuid
from collections.abc import Callable, Iterable

import structlog
from django.db import transaction

from cse_portal.audit import context

log = structlog.get_logger(__name__)


def each_alone(keys: Iterable[uuid.UUID], act: Callable[[uuid.UUID], int], *, failed: str) -> int:
    """Do this to each of these, in a transaction of its own; returns how much was done, added up.

    One that fails is taken back whole and tried again the next night. The log names it to the operator by its key, and
    the others go on: that somebody has left, or is too close to a child, must not hang on somebody else's row.
    """
    done = 0
    for key in keys:
        try:
            with transaction.atomic():
                done += act(key)
        except Exception as problem:
            context.forget_everything()
            log.error(failed, row=str(key), error=type(problem).__name__)
    return done
