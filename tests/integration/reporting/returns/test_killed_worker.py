"""A worker that the machine kills, not an exception: a real Celery worker, ended with SIGKILL amid a return."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from celery import current_app
from django.conf import settings

from cse_portal.jobs.choices import JobState
from cse_portal.jobs.models import Job
from cse_portal.jobs.services import sweep
from reporting.measures.selectors import registry
from reporting.returns.models import RegionalReturn, ReturnFigure, ReturnMeasure
from reporting.returns.selectors.returns import JOB_KIND, job_key
from reporting.returns.services import returns
from tests.cast import Cast
from tests.factories.reporting import make_started
from tests.integration.reporting.returns.test_returns import a_quarter_of_work

pytestmark = pytest.mark.django_db(transaction=True)
LEASE_SECONDS = 2


@pytest.fixture
def back_to_eager(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Short leases; and whatever the test does with the queue, later tests run their jobs at once."""
    monkeypatch.setattr(settings, "JOBS_LEASE_SECONDS", LEASE_SECONDS)
    yield
    current_app.conf.task_always_eager = True


@contextmanager
def worker(environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A worker as docker-compose.yml starts one, in a process group of its own."""
    command = [sys.executable, "-m", "celery", "--app", "cse_portal", "worker", "--concurrency", "1"]
    extra = {"CELERY_EAGER": "0", "JOBS_LEASE_SECONDS": str(LEASE_SECONDS)}
    process = subprocess.Popen(
        command, env={**environment, **extra}, cwd=settings.ROOT, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_until(true: Callable[[], bool], *, seconds: float = 60) -> None:
    """Look again and again, closely."""
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until
        time.sleep(0.002)


def figures(regional_return: RegionalReturn) -> list[tuple[object, ...]]:
    """Every figure people read, with what is withheld."""
    rows = ReturnFigure.objects.filter(
        measure__regional_return=regional_return, measure__revision=regional_return.revision
    )
    return sorted(
        rows.values_list("measure__code", "dimension", "row", "column", "value", "is_suppressed"), key=str
    )


@pytest.mark.long
def test_a_worker_killed_again_and_again_changes_and_loses_nothing(
    cast: Cast, process_environment: dict[str, str], back_to_eager: None
) -> None:
    a_quarter_of_work(cast)
    undisturbed = RegionalReturn.objects.get(pk=make_started(cast).pk)
    before = figures(undisturbed)
    assert len(before) > 100
    current_app.conf.task_always_eager = False
    asked = returns.start(quarter=undisturbed.quarter, by=cast.analyst)

    def job() -> Job:
        return Job.objects.get(kind=JOB_KIND, key=job_key(asked))

    for steps in (2, 5, 9):
        with worker(process_environment):
            wait_until(lambda steps=steps: job().done >= steps)  # type: ignore[misc]
        assert job().state == JobState.RUNNING  # nobody could say that it had stopped
        assert figures(RegionalReturn.objects.get(pk=asked.pk)) == before
        wait_until(lambda: sweep() > 0)
    with worker(process_environment):
        wait_until(lambda: job().state == JobState.DONE)
    finished = RegionalReturn.objects.get(pk=asked.pk)
    assert finished.revision == undisturbed.revision + 1
    assert figures(finished) == before
    codes = ReturnMeasure.objects.filter(regional_return=finished).values_list("code", flat=True)
    assert sorted(codes) == sorted(about.code for about in registry.in_force(finished.ends_on))
    assert job().attempts == 4
