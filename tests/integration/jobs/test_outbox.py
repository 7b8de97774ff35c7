"""Promises are kept whatever becomes of one of them: it waits, and nobody else's mail, job or page waits for it."""

import datetime as dt
import smtplib
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from cases.sharing.services import access
from cse_portal.jobs.choices import JobState, Topic
from cse_portal.jobs.models import Job, OutboxMessage
from cse_portal.jobs.services import enqueue, notify, outbox, promise, queue
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories.cases import LAWFUL_BASIS, make_case

pytestmark = pytest.mark.django_db
Fails = Callable[[Topic, Exception], list[uuid.UUID]]


@pytest.fixture
def fails(monkeypatch: pytest.MonkeyPatch) -> Fails:
    """Sending anything of this topic fails; what was tried."""

    def with_this(topic: Topic, problem: Exception) -> list[uuid.UUID]:
        tried: list[uuid.UUID] = []

        def sends(about: uuid.UUID) -> None:
            tried.append(about)
            raise problem

        monkeypatch.setitem(outbox._SENDERS, topic, sends)
        return tried

    return with_this


def stranded(cast: Cast) -> Job:
    """Work whose worker died an hour ago."""
    job = enqueue(kind="test.nothing", key="stranded", requested_by=cast.analyst)
    OutboxMessage.objects.filter(about=job.pk).update(delivered_at=timezone.now())
    long_ago = timezone.now() - dt.timedelta(hours=1)
    Job.objects.filter(pk=job.pk).update(state=JobState.QUEUED, created_at=long_ago, locked_until=long_ago)
    return job


@pytest.mark.parametrize("problem", [ValueError("not an address"), LookupError(), ZeroDivisionError()])
def test_one_message_that_can_never_be_sent_keeps_nothing_else(
    cast: Cast, fails: Fails, monkeypatch: pytest.MonkeyPatch, problem: Exception
) -> None:
    """Each minute it would have been met again before all others, and no mail nor job would have come after it."""
    tried, handed = fails(Topic.CALENDAR, problem), []
    monkeypatch.setattr(outbox, "hand_over", handed.append)
    with outbox.deferred_to_sweep():
        promise(Topic.CALENDAR, cast.health.pk)
        notify(user=cast.police, text="Something waits for you.", url="/")
    job = stranded(cast)
    queue.sweep()
    assert tried == [cast.health.pk]
    assert [letter.to for letter in mail.outbox] == [[cast.police.email]]
    assert handed == [job.pk]
    waits = OutboxMessage.objects.get(topic=Topic.CALENDAR)
    assert (waits.delivered_at, waits.attempts, waits.error_code) == (None, 1, type(problem).__name__)
    queue.sweep()
    assert len(tried) == 1  # later, and later each time


def test_whoever_shares_a_case_is_not_told_that_it_failed_because_a_mail_did(
    cast: Cast, fails: Fails, django_capture_on_commit_callbacks: Any
) -> None:
    fails(Topic.MAIL, ValueError("not an address"))
    case = make_case(cast)
    with django_capture_on_commit_callbacks(execute=True):
        access.share(
            case=case, to=cast.police, reason="Joint visit", lawful_basis=LAWFUL_BASIS, by=cast.practitioner
        )
    assert signed_in(cast, "police").get(f"/cases/{case.reference}/").status_code == 200
    assert OutboxMessage.objects.filter(topic=Topic.MAIL, error_code="ValueError").exists()


@pytest.mark.parametrize(
    "problem", [TimeoutError(), ConnectionRefusedError(), smtplib.SMTPServerDisconnected("went away")]
)
def test_a_mail_server_that_is_not_reached_is_waited_for_once_and_not_for_each_mail(
    cast: Cast, fails: Fails, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any,
    problem: Exception,
) -> None:  # fmt: skip
    """Ten seconds for each of twenty people would hold up the person who told them."""
    tried = fails(Topic.MAIL, problem)
    with django_capture_on_commit_callbacks(execute=True):
        for person in (cast.police, cast.health, cast.manager):
            notify(user=person, text="Something waits for you.", url="/")
    assert len(tried) == 1
    queue.sweep()
    assert len(tried) == 1
    monkeypatch.undo()
    outbox._away_until.clear()
    queue.sweep()
    assert {letter.to[0] for letter in mail.outbox} == {cast.health.email, cast.manager.email}
