"""What the audit does every minute and every night, outside every request; and how one sees that it still does."""

import datetime as dt

import structlog
from django.db import DatabaseError, connection, transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from cse_portal import acting
from cse_portal.audit import sealing, values, verification
from cse_portal.audit.actions import Action
from cse_portal.audit.models import Seal, said_at_any_moment, said_by_the_system
from cse_portal.audit.recorder import record
from cse_portal.audit.standalone import Problem

BEAT = dt.timedelta(minutes=5)
LATE = "5 minutes"
RECENT = dt.timedelta(hours=48)
OLD_SHARE = 0.05
WHOLE = 1.0
NOT_CHECKED = "the audit was not checked for two nights"
NOT_AS_SEALED = "the audit is not as it was sealed"
log = structlog.get_logger()


def keep() -> int:
    """Every minute: show that the audit is awake, seal, encrypt what changed rows held; returns how many rows.

    Neither waits for the other: a lost key of the values ends no sealing, and a sink that disagrees no encrypting.
    """
    beat()
    try:
        return sealing.seal_all()
    finally:
        values.encrypt_fresh()


@transaction.atomic
def beat() -> None:
    """Every five minutes an event of the audit's own, with what is wrong with its triggers: silence has a length.

    By the database's own clock, and by their transactions: what was noted while either clock was ahead becomes past,
    and is no sign of life then.
    """
    is_fresh = Q(written_at__gt=Now() - BEAT, written_at__lte=Now())
    last = said_by_the_system(Action.AUDIT_BEAT).annotate(is_fresh=is_fresh).order_by("-txid", "-written_at")
    if last.values_list("is_fresh", flat=True).first():
        return
    record(Action.AUDIT_BEAT, by=None)


def seals_are_late() -> bool:
    """Whether a row has waited more than five minutes for its seal, by the database's own clock."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT audit.unsealed_since() < clock_timestamp() - interval '{LATE}'")
            return bool(cursor.fetchone()[0])
    except DatabaseError:
        return True


def minutes_in_clear() -> int:
    """How long the oldest value that is not encrypted yet lies readable in the database, by its own clock; 0 if none.

    A minute is as it should be: no request waits for a cipher. DatabaseError where it does not answer.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp() - audit.in_clear_since()) / 60")
        return int(cursor.fetchone()[0] or 0)


def check(
    *, since: dt.datetime | None = None, share: float = 0.0, with_values: bool = False
) -> list[Problem]:
    """Compare the audit with its seals; that it was done, how much it looked at and how much was wrong, is an event."""
    found = verification.problems(since=since, share=share, with_values=with_values)
    if found:
        log.error(NOT_AS_SEALED, problems=[str(each) for each in found])
    said = {
        "problems": len(found),
        "since": f"{timezone.localtime(since):%Y-%m-%d}" if since else "",
        "share": share if since else WHOLE,
        "values": with_values,
    }
    with transaction.atomic():
        record(Action.AUDIT_CHECKED, by=None, detail=said)
    return found


def check_by_night() -> list[Problem]:
    """What was sealed in the last two days, and one older batch in twenty by lot: none is safe for having been seen.

    Every watched row as it is now, and all that is kept of changed rows: without it a row is compared with nothing.
    """
    return check(since=timezone.now() - RECENT, share=OLD_SHARE, with_values=True)


def last_check() -> str:
    """What whoever watches the portal has to know of it: nothing, if it was lately and nothing found is left.

    What was found is told until a later check has looked at everything and found nothing: a night opens one old batch
    in twenty, and by day one may ask about today alone.
    """
    try:
        with transaction.atomic(), acting.for_the_system():
            # By their transactions: a check noted while a clock was ahead becomes past, and is not the last for that.
            last = said_by_the_system(Action.AUDIT_CHECKED).order_by("-txid", "-at").first()
            first = Seal.objects.order_by("number").first()
            is_left = _something_found_is_left()
    except DatabaseError:
        return NOT_CHECKED
    if is_left:
        return NOT_AS_SEALED
    counts_from = last.at if last else first.sealed_at if first else timezone.now()
    return NOT_CHECKED if timezone.now() - counts_from > RECENT else ""


def _something_found_is_left() -> bool:
    """Of any moment: what was found while a clock was ahead is told at once, and no later than what was not."""
    checks = said_at_any_moment(Action.AUDIT_CHECKED).values_list("txid", "at")
    # All of them, for there are few: asked for the last alone, PostgreSQL may look for it through every event there is.
    found = max(checks.filter(detail__problems__gt=0), default=None)
    if found is None:
        return False
    clean = max(checks.filter(detail__contains={"problems": 0, "share": WHOLE, "values": True}), default=None)
    return clean is None or clean < found
