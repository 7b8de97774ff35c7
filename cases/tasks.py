"""What the clock asks of the ground floor."""

from celery import shared_task

from cases.services import access, conflicts, emergency
from cse_portal.audit import context


@shared_task(name="cases.remove_expired_grants")
def remove_expired_grants() -> int:
    """Nightly: expired grants open nothing; this clears them away."""
    with context.job():
        return access.remove_expired()


@shared_task(name="cases.remind_of_reviews")
def remind_of_reviews() -> int:
    """Every morning: verdicts on emergency openings that are late."""
    with context.job():
        return emergency.remind_of_reviews()


@shared_task(name="cases.find_conflicts")
def find_conflicts() -> int:
    """Nightly: children's records that fit what staff declared."""
    with context.job():
        return conflicts.find_everywhere()
