"""What the clock asks of the intelligence floor."""

from celery import shared_task

from cse_portal.audit import context
from intelligence.services import conflicts


@shared_task(name="intelligence.find_conflicts")
def find_conflicts() -> int:
    """Nightly: people and places of concern who fit somebody who works here."""
    with context.job():
        return conflicts.find_everywhere()
