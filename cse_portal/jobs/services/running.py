"""Doing the work: under a lease, step by step, so that a worker may die at any moment.

A step's result and the note that it is done commit together. Another worker waits for the lease to run out
and goes on with the first step not done; a worker that lost its lease is stopped before it can write.
"""

import datetime as dt
import os
import socket
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import membership_of, record
from cse_portal.errors import NotAllowed, NotAllowedNow
from cse_portal.jobs import registry
from cse_portal.jobs.choices import JobState
from cse_portal.jobs.models import Job


class LeaseLost(Exception):
    """Another worker has taken the job over; this one must stop without a trace."""


MOST_ATTEMPTS = 5
REQUESTER_LEFT = "requester_left"
REQUESTER_LEFT_WORDS = "The person who asked for this no longer works here. Ask for it again if you need it."
_FAILED = "Something went wrong. Nothing is lost. Try again, or tell the portal's support team."

log = structlog.get_logger(__name__)


def lease() -> dt.timedelta:
    """How long a worker may be silent between two steps before another takes its job over."""
    return dt.timedelta(seconds=settings.JOBS_LEASE_SECONDS)


class Run:
    """One worker's hold on a job: what a handler gets."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self._token = job.locked_by

    @property
    def payload(self) -> dict[str, Any]:
        """The ids and codes the job was asked for with."""
        return self.job.payload

    def has_done(self, step: str) -> bool:
        """Whether this step was finished, by this worker or one before it."""
        return step in self.job.checkpoint.get("steps", ())

    def expect(self, total: int) -> None:
        """Say how many steps there will be."""
        with self._hold():
            self.job.total = total

    def say(self, message: str) -> None:
        """Show the person who waits what is happening now. No personal data."""
        with self._hold():
            self.job.message = message[:250]

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """A transaction that does this step's work and notes it as done, or neither."""
        with self._hold():
            yield
            steps = [*self.job.checkpoint.get("steps", ()), name]
            self.job.checkpoint = {**self.job.checkpoint, "steps": steps}
            self.job.done = len(steps)

    def each(self, names: Iterable[str], work: Callable[[str], object], message: str = "") -> None:
        """Do `work` once for each name that is not done yet. `message` may contain {name}."""
        wanted = list(names)
        self.expect(len(wanted))
        for name in wanted:
            if not self.has_done(name):
                if message:
                    self.say(message.format(name=name))
                with self.step(name):
                    work(name)

    def finish(self, state: JobState, *, error_code: str = "", message: str = "") -> None:
        """Close the job, once."""
        with self._hold():
            self.job.state = state
            self.job.error_code, self.job.message = error_code, message or self.job.message
            self.job.locked_by, self.job.locked_until = "", None
            self.job.finished_at = timezone.now()

    def put_back(self, error_code: str) -> None:
        """Let go of the job, to be tried again in a while."""
        with self._hold():
            self.job.state, self.job.error_code = JobState.QUEUED, error_code
            self.job.locked_by = ""
            self.job.locked_until = timezone.now() + lease() * 2**self.job.attempts

    @contextmanager
    def _hold(self) -> Iterator[None]:
        """Lock the row, refuse if another worker has it, extend the lease, and write what changed."""
        with transaction.atomic():
            try:
                self.job = Job.objects.select_for_update().get(pk=self.job.pk, locked_by=self._token)
            except Job.DoesNotExist:
                raise LeaseLost from None
            self.job.locked_until = timezone.now() + lease()
            yield
            self.job.save()


def run_named_job(*, name: object) -> Job | None:
    """Do the job that a message from the queue names. A name of none is refused, on record, without what it was."""
    job_id = _as_id(name)
    if job_id is None or not Job.objects.filter(pk=job_id).exists():
        record(Action.DENIED, by=None, detail={"page": "jobs.run", "method": "task", "hidden": True})
        return None
    return run_job(job_id=job_id)


def _as_id(name: object) -> uuid.UUID | None:
    try:
        return uuid.UUID(name) if isinstance(name, str) else None
    except ValueError:
        return None


def run_job(*, job_id: uuid.UUID) -> Job | None:
    """Do the job, or go on with it; nothing happens when it is finished or another worker has it."""
    job = _claim(job_id)
    if job is None:
        return None
    run = Run(job)
    if not _requester_may(job):
        run.finish(JobState.FAILED, error_code=REQUESTER_LEFT, message=REQUESTER_LEFT_WORDS)
        return run.job
    try:
        registry.find(job.kind).work(run)
        run.finish(JobState.DONE)
    except LeaseLost:
        log.info("job_taken_over", job=str(job_id))
    except Exception as problem:
        log.exception("job_broke", job=str(job_id), kind=job.kind, attempt=job.attempts)
        _let_go(run, problem)
    return run.job


def _let_go(run: Run, problem: Exception) -> None:
    """A refusal ends the job; anything else is tried again, up to a limit."""
    code = type(problem).__name__[:60]
    final = isinstance(problem, NotAllowed | NotAllowedNow) or run.job.attempts >= MOST_ATTEMPTS
    try:
        if final:
            message = problem.message if isinstance(problem, NotAllowedNow) else _FAILED
            run.finish(JobState.FAILED, error_code=code, message=message)
        else:
            run.put_back(code)
    except LeaseLost:
        log.info("job_taken_over", job=str(run.job.pk))


def _requester_may(job: Job) -> bool:
    """A job a person asked for is done while they work here; what the clock asks for, always."""
    who = job.requested_by
    return who is None or (who.is_active and membership_of(who) is not None)


@transaction.atomic
def _claim(job_id: uuid.UUID) -> Job | None:
    job = Job.objects.select_for_update(skip_locked=True).filter(pk=job_id).first()
    now = timezone.now()
    if job is None or job.is_finished:
        return None
    if job.state == JobState.RUNNING and job.locked_until and job.locked_until > now:
        return None
    job.state = JobState.RUNNING
    job.attempts += 1
    job.started_at = job.started_at or now
    job.locked_by = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:12]}"
    job.locked_until = now + lease()
    if job.attempts > MOST_ATTEMPTS:
        # It has killed every worker that tried it.
        job.state, job.error_code, job.message = JobState.FAILED, "too_many_attempts", _FAILED
        job.locked_by, job.locked_until, job.finished_at = "", None, now
    job.save()
    return None if job.is_finished else job
