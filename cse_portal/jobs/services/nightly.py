"""What the clock does to many rows, to each on its own; and what it clears away."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable

import structlog
from django.db import transaction
from django.utils import timezone

from cse_portal.audit import context
from cse_portal.jobs.models import DailyMail, Job, Notification, OutboxMessage
from cse_portal.reference.selectors import retention_days

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


@transaction.atomic
def tidy() -> int:
    """Every night: old notifications, finished jobs and delivered messages; returns how many rows went."""
    work, told = _before("job"), _before("notification")
    gone = [
        Notification.objects.filter(created_at__lt=told).delete(),
        DailyMail.objects.filter(counted_until__lt=told).delete(),
        OutboxMessage.objects.filter(delivered_at__lt=work).delete(),
        Job.objects.filter(finished_at__lt=work).delete(),
    ]
    return sum(rows for rows, _ in gone)


def _before(code: str) -> dt.datetime:
    return timezone.now() - dt.timedelta(days=retention_days(code))
