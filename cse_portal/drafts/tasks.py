"""What the clock asks of drafts."""

from celery import shared_task

from cse_portal.audit import context
from cse_portal.drafts import services


@shared_task(name="drafts.forget_old")
def forget_old() -> int:
    """Every night: drafts older than 14 days."""
    with context.job():
        return services.forget_old()
