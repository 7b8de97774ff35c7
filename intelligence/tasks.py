"""What the clock asks of the intelligence floor."""

from celery import shared_task

from cse_portal.audit import context
from intelligence.disruption import services as disruption_reminders


@shared_task(name="intelligence.remind_of_disruption")
def remind_of_disruption() -> int:
    """Every morning: agencies are told of what they agreed to do against a person or place and have not done."""
    with context.job():
        return disruption_reminders.remind()
