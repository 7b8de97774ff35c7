"""What the clock asks of the intelligence floor."""

from celery import shared_task

from cse_portal.audit import context
from intelligence.services import conflicts, disruption_reminders


@shared_task(name="intelligence.find_conflicts")
def find_conflicts() -> int:
    """Nightly: people and places of concern who fit somebody who works here."""
    with context.job():
        return conflicts.find_everywhere()


@shared_task(name="intelligence.remind_of_disruption")
def remind_of_disruption() -> int:
    """Every morning: agencies are told of what they agreed to do against a person or place and have not done."""
    with context.job():
        return disruption_reminders.remind()
