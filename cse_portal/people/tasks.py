"""What the clock asks of an agency's people."""

from celery import shared_task

from cse_portal.audit import context
from cse_portal.people import services


@shared_task(name="people.keep")
def keep() -> None:
    """Once a day: who left is let go, who was not confirmed or does not come is suspended. Twice does nothing more."""
    with context.job():
        services.revoke_leavers_access()
        services.suspend_due()
