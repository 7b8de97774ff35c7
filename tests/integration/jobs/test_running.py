"""A job happens once, whatever happens to its worker."""

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from django.utils import timezone

from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.jobs import registry, selectors
from cse_portal.jobs.choices import JobState
from cse_portal.jobs.models import Job, OutboxMessage
from cse_portal.jobs.services import Run, enqueue, run_job, sweep
from cse_portal.jobs.services import outbox as promises
from cse_portal.jobs.services.running import MOST_ATTEMPTS, lease
from tests.cast import Cast

STEPS = ("one", "two", "three", "four")
Register = Callable[[Callable[[Run], None]], None]


@pytest.fixture
def kind(monkeypatch: pytest.MonkeyPatch) -> Register:
    """Registers the work of a kind of job for one test."""
    monkeypatch.setattr(registry, "_handlers", dict(registry._handlers))
    monkeypatch.setattr(promises, "hand_over", lambda job_id: None)
    monkeypatch.setitem(promises._SENDERS, promises.Topic.RUN_JOB, lambda job_id: None)
    return lambda work: registry.handler("test.work", title="Some work")(work) and None


class PowerCut(BaseException):
    """The machine goes dark: nothing is tidied up."""


def test_asking_twice_is_asking_once(cast: Cast, kind: Register) -> None:
    kind(lambda run: None)
    first = enqueue(kind="test.work", key="2026-27-Q1", requested_by=cast.analyst)
    again = enqueue(kind="test.work", key="2026-27-Q1", requested_by=cast.manager)
    assert first.pk == again.pk
    assert again.requested_by == cast.analyst
    assert OutboxMessage.objects.filter(about=first.pk).count() == 1
    assert AuditEvent.objects.filter(action=Action.JOB_STARTED, object_id=first.pk).count() == 1


def test_running_twice_works_once(cast: Cast, kind: Register) -> None:
    done: list[str] = []
    kind(lambda run: run.each(STEPS, done.append))
    job = enqueue(kind="test.work", key="once", requested_by=cast.analyst)
    run_job(job_id=job.pk)
    run_job(job_id=job.pk)
    job.refresh_from_db()
    assert (job.state, job.done, job.total, job.attempts) == (JobState.DONE, 4, 4, 1)
    assert done == list(STEPS)


def test_a_worker_that_dies_midway_loses_and_doubles_nothing(cast: Cast, kind: Register) -> None:
    done: list[str] = []
    alive = [False]

    def work(name: str) -> None:
        if name == "three" and not alive[0]:
            raise PowerCut
        done.append(name)

    kind(lambda run: run.each(STEPS, work))
    job = enqueue(kind="test.work", key="midway", requested_by=cast.analyst)
    with pytest.raises(PowerCut):
        run_job(job_id=job.pk)
    alive[0] = True
    assert run_job(job_id=job.pk) is None, "its lease has not run out"
    with time_machine.travel(timezone.now() + lease() + dt.timedelta(seconds=1)):
        assert sweep() == 1
        run_job(job_id=job.pk)
    job.refresh_from_db()
    assert job.state == JobState.DONE
    assert done == list(STEPS)


def test_a_worker_that_lost_its_lease_writes_nothing_more(cast: Cast, kind: Register) -> None:
    done: list[str] = []

    def work(run: Run) -> None:
        with run.step("one"):
            done.append("one")
        Job.objects.filter(pk=run.job.pk).update(locked_by="another worker")
        with run.step("two"):
            done.append("two")

    kind(work)
    job = enqueue(kind="test.work", key="lost", requested_by=cast.analyst)
    run_job(job_id=job.pk)
    job.refresh_from_db()
    assert done == ["one"]
    assert (job.state, job.locked_by) == (JobState.RUNNING, "another worker")


def test_what_breaks_is_tried_again_and_in_the_end_says_so(cast: Cast, kind: Register) -> None:
    def work(run: Run) -> None:
        raise ZeroDivisionError("a child's name")

    kind(work)
    job = enqueue(kind="test.work", key="broken", requested_by=cast.analyst)
    now = timezone.now()
    for attempt in range(1, MOST_ATTEMPTS + 1):
        with time_machine.travel(now + dt.timedelta(days=attempt)):
            run_job(job_id=job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.error_code) == (JobState.FAILED, MOST_ATTEMPTS, "ZeroDivisionError")
    assert "name" not in job.message
    again = enqueue(kind="test.work", key="broken", requested_by=cast.analyst)
    assert (again.pk, again.state, again.attempts) == (job.pk, JobState.QUEUED, 0)


def test_only_who_asked_watches(cast: Cast, kind: Register) -> None:
    kind(lambda run: None)
    job = enqueue(kind="test.work", key="watched", requested_by=cast.analyst)
    watching = {name for name in cast if selectors.may_watch(cast.people[name], job)}
    assert watching == {"analyst"}


@pytest.mark.parametrize("value", ["Robin Testley", "a sentence about a child", "x" * 65])
def test_a_payload_has_no_room_for_a_name(cast: Cast, value: str) -> None:
    with pytest.raises(ValueError, match="ids, codes and dates"):
        enqueue(kind="test.work", key="named", requested_by=cast.analyst, payload={"about": value})
