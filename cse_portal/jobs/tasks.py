"""Celery's way in: a task takes an id, opens a request of its own for the audit, and calls a service."""

from celery import shared_task

from cse_portal.audit import context
from cse_portal.jobs import services


@shared_task(name="jobs.run")
def run(job_id: str) -> None:
    """Do a job; safe to deliver twice. What names no job of ours was made up by somebody: that is on record."""
    with context.job():
        services.run_named_job(name=job_id)


@shared_task(name="jobs.sweep")
def sweep() -> None:
    """Every minute: nothing stays lost."""
    with context.job():
        services.sweep()


@shared_task(name="jobs.deliver_outbox")
def deliver_outbox() -> None:
    """Send what is due."""
    with context.job():
        services.deliver_outbox()


@shared_task(name="jobs.tidy")
def tidy() -> int:
    """Every night: what is older than the retention schedule keeps it."""
    with context.job():
        return services.tidy()


@shared_task(name="jobs.send_daily_mails")
def send_daily_mails() -> int:
    """Every morning: what is new, in numbers; a second run the same day sends nothing."""
    with context.job():
        return services.send_daily_mails()
