"""Promises kept after the commit: start a job, tell a person. At least once, in the order they were made."""

import datetime as dt
import smtplib
import socket
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial

import structlog
from celery import current_app
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from kombu.exceptions import OperationalError

from cse_portal.accounts.models import User
from cse_portal.audit import context
from cse_portal.audit.recorder import membership_of
from cse_portal.jobs.choices import Topic
from cse_portal.jobs.models import OutboxMessage

MAIL_SUBJECT = "You have a task"
MAIL_TEXT = "You have a task. Sign in."
BATCH = 200
_LONGEST_WAIT = dt.timedelta(hours=1)
# What a whole topic waits for, and not one message: the mail server is not reached, or the queue's. Until then this
# process does not try again; each try holds up a person's page, or all that the sweep has to send, until it times out.
_NOT_REACHED = (
    ConnectionError, TimeoutError, socket.gaierror, smtplib.SMTPServerDisconnected, smtplib.SMTPConnectError,
    OperationalError,
)  # fmt: skip
_SECONDS_AWAY = 30
_away_until: dict[str, float] = {}
_sweep_sends: ContextVar[bool] = ContextVar("sweep_sends", default=False)

log = structlog.get_logger(__name__)


def promise(topic: Topic, about: uuid.UUID) -> None:
    """Write the message with its reason, and send it after the commit; one already pending will do."""
    promise_all(topic, [about])


def promise_all(topic: Topic, abouts: Iterable[uuid.UUID]) -> None:
    """As `promise`, about many things at once."""
    messages = [OutboxMessage(topic=topic, about=about) for about in abouts]
    OutboxMessage.objects.bulk_create(messages, ignore_conflicts=True)
    if not _sweep_sends.get():
        # Robust: what was done is done, and nobody is told that it failed because nobody could be told of it.
        transaction.on_commit(partial(_deliver_waiting, [each.pk for each in messages]), robust=True)


@contextmanager
def deferred_to_sweep() -> Iterator[None]:
    """What is promised in here is sent by the next sweep, and not at once after the commit."""
    token = _sweep_sends.set(True)
    try:
        yield
    finally:
        _sweep_sends.reset(token)


def _deliver_waiting(pks: list[uuid.UUID]) -> None:
    """Those of these that were written, and that nobody has sent meanwhile."""
    _deliver_each(OutboxMessage.objects.filter(pk__in=pks, delivered_at__isnull=True))


def _deliver_each(waiting: QuerySet[OutboxMessage]) -> int:
    """But for those of a topic that cannot be sent just now: they wait as they are. Returns how many went out."""
    sent = 0
    for pk, topic in list(waiting.values_list("pk", "topic")):
        if topic not in _topics_away():
            sent += deliver(pk)
    return sent


def _topics_away() -> set[str]:
    return {topic for topic, until in _away_until.items() if time.monotonic() < until}


def deliver(pk: uuid.UUID) -> bool:
    """Send one message; when that fails, whatever failed, it waits for the sweep, longer each time."""
    with transaction.atomic():
        pending = OutboxMessage.objects.select_for_update(skip_locked=True).filter(delivered_at__isnull=True)
        message = pending.filter(pk=pk).first()
        if message is None:
            return False
        try:
            with (
                transaction.atomic()
            ):  # what it wrote before it failed is taken back, and that it failed is written
                _SENDERS[Topic(message.topic)](message.about)
        except Exception as problem:
            context.forget_everything()
            _postpone(message, problem)
            return False
        message.delivered_at = timezone.now()
        message.save(update_fields=["delivered_at"])
        return True


def deliver_outbox() -> int:
    """Send everything that is due; returns how many messages went out.

    Then what is of no topic that cannot be sent just now: it stands behind however many of those wait.
    """
    due = OutboxMessage.objects.due(timezone.now())
    sent = _deliver_each(due[:BATCH])
    if away := _topics_away():
        sent += _deliver_each(due.exclude(topic__in=away)[:BATCH])
    return sent


def hand_over(job_id: uuid.UUID) -> None:
    """Give a job to a worker by the task's name. Raises at once when Redis is away: the outbox remembers."""
    current_app.signature("jobs.run", args=[str(job_id)]).apply_async(retry=False)


def _postpone(message: OutboxMessage, problem: Exception) -> None:
    if isinstance(problem, _NOT_REACHED):
        _away_until[message.topic] = time.monotonic() + _SECONDS_AWAY
    message.attempts += 1
    message.error_code = type(problem).__name__
    message.try_after = timezone.now() + min(dt.timedelta(seconds=30 * 2**message.attempts), _LONGEST_WAIT)
    message.save(update_fields=["attempts", "error_code", "try_after"])
    log.warning(
        "outbox_message_waits", message=str(message.pk), topic=message.topic, error=message.error_code
    )


def _send_mail(user_id: uuid.UUID) -> None:
    user = User.objects.filter(pk=user_id, is_active=True, is_system=False).first()
    if user is not None and membership_of(user) is not None:
        send_mail(MAIL_SUBJECT, MAIL_TEXT, None, [user.email])


def send_with(topic: Topic, sender: Callable[[uuid.UUID], None]) -> None:
    """How a floor above keeps the promises of a topic of its own."""
    _SENDERS[topic] = sender


_SENDERS: dict[Topic, Callable[[uuid.UUID], None]] = {Topic.RUN_JOB: hand_over, Topic.MAIL: _send_mail}
