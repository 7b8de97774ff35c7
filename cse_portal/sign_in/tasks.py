"""What the clock asks of sessions."""

from celery import shared_task

from cse_portal.audit import context
from cse_portal.sign_in import sessions


@shared_task(name="sign_in.forget_old_sessions")
def forget_old_sessions() -> int:
    """Every night: sessions that ran out the day before."""
    with context.job():
        return sessions.forget_old()
