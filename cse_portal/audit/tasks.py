"""What the clock asks of the audit."""

from celery import shared_task

from cse_portal.audit import context, sealing


@shared_task(name="audit.seal")
def seal() -> int:
    """Every minute."""
    with context.job():
        return sealing.seal_all()
