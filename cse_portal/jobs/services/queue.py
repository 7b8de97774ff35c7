"""Asking for work, and finding the work that got lost."""

import datetime as dt
import re
from typing import Any

import structlog
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.jobs.choices import JobState, Topic
from cse_portal.jobs.models import Job
from cse_portal.jobs.services import outbox
from cse_portal.jobs.services.running import REQUESTER_LEFT, REQUESTER_LEFT_WORDS, lease

# An id, a code or a date fits; a name or a sentence, having a space, does not.
_NOT_PERSONAL = re.compile(r"^[A-Za-z0-9_.:/-]{0,64}$")

log = structlog.get_logger(__name__)


@transaction.atomic
def enqueue(*, kind: str, key: str, requested_by: User | None, payload: dict[str, Any] | None = None) -> Job:
    """Ask for a job. Asking again returns the same job; one that failed starts again from its checkpoint.

    It is then the work of anyone who asks again, from now on: the person who asked first may have left, and nobody
    else waits. `key` says what happens once ("2026-27-Q1"); `payload` takes ids, codes, dates and numbers.
    """
    _refuse_personal(payload or {})
    wanted = Job(kind=kind, key=key, requested_by=requested_by, payload=payload or {})
    Job.objects.bulk_create([wanted], ignore_conflicts=True)
    job = Job.objects.select_for_update().get(kind=kind, key=key)
    again = job.state == JobState.FAILED
    if again:
        job.state, job.attempts, job.error_code, job.message = JobState.QUEUED, 0, "", ""
        job.locked_until = job.finished_at = None
        job.requested_by, job.created_at = requested_by, timezone.now()
        job.save()
    if again or job.pk == wanted.pk:
        record(Action.JOB_STARTED, by=requested_by, obj=job, detail={"kind": kind, "again": again})
        outbox.promise(Topic.RUN_JOB, job.pk)
    return job


def cancel_jobs_of(*, user: User, asked_before: dt.datetime) -> int:
    """Work that somebody asked for and will not fetch stops, also amid a step; returns how many jobs that were.

    A worker that has one finds its lease gone before it can write. Anyone who needs it asks for it again.
    """
    unfinished = Job.objects.exclude(state__in=[JobState.DONE, JobState.FAILED]).filter(
        requested_by=user, created_at__lt=asked_before
    )
    return unfinished.update(
        state=JobState.FAILED, error_code=REQUESTER_LEFT, message=REQUESTER_LEFT_WORDS, locked_by="",
        locked_until=None, finished_at=timezone.now(),
    )  # fmt: skip


def sweep() -> int:
    """Keep every promise: send what is due, hand over again the jobs of dead workers and lost messages."""
    outbox.deliver_outbox()
    now = timezone.now()
    restarted = 0
    for pk in list(Job.objects.stranded(now, lease()).values_list("pk", flat=True)):
        try:
            outbox.hand_over(pk)
        except (OperationalError, OSError):
            log.warning("sweep_without_broker", job=str(pk))
            break
        # A queued job that was just handed over is left alone for a while.
        Job.objects.filter(pk=pk, state=JobState.QUEUED).update(locked_until=now + lease())
        restarted += 1
    return restarted


def _refuse_personal(value: Any) -> None:
    match value:
        case dict():
            for name, inner in value.items():
                _refuse_personal(name)
                _refuse_personal(inner)
        case list() | tuple():
            for inner in value:
                _refuse_personal(inner)
        case str() if not _NOT_PERSONAL.match(value):
            raise ValueError("A job's payload takes ids, codes and dates only.")
        case str() | int() | bool() | None:
            pass
        case _:
            raise TypeError(f"A job's payload cannot hold a {type(value).__name__}.")
