"""What the clock asks of the intelligence floor."""

from celery import shared_task

from cse_portal.audit import context
from intelligence.disruption.services import telling


@shared_task(name="intelligence.remind_of_disruption")
def remind_of_disruption() -> int:
    """Every morning: agencies are told of orders that wait for their next step, and of orders that are about to end."""
    with context.job():
        return telling.remind() + telling.warn_of_ends()
