"""What background work leaves behind goes by the clock, as the retention schedule says."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from cse_portal.jobs.models import DailyMail, Job, Notification, OutboxMessage
from cse_portal.reference.selectors import retention_days


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
