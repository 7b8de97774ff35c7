"""What the audit does every minute, outside every request; and how one sees that it still does."""

import datetime as dt

import structlog
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from cse_portal.audit import catalogue, sealing, values
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.audit.recorder import record

BEAT = dt.timedelta(minutes=5)
LATE = "5 minutes"
log = structlog.get_logger()


def keep() -> int:
    """Every minute: show that the audit is awake, encrypt what changed rows held, seal; returns how many rows."""
    beat()
    values.encrypt_fresh()
    return sealing.seal_all()


@transaction.atomic
def beat() -> None:
    """Every five minutes an event of the audit's own, with what is wrong with its triggers: silence has a length."""
    if AuditEvent.objects.filter(action=Action.AUDIT_BEAT, at__gt=timezone.now() - BEAT).exists():
        return
    problems = [str(each) for each in catalogue.problems()]
    if problems:
        log.error("the database no longer notes everything", problems=problems)
    record(Action.AUDIT_BEAT, by=None, detail={"problems": problems})


def seals_are_late() -> bool:
    """Whether a row has waited more than five minutes for its seal, by the database's own clock."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT audit.unsealed_since() < clock_timestamp() - interval '{LATE}'")
            return bool(cursor.fetchone()[0])
    except DatabaseError:
        return True
