"""Work that somebody asked for who has left since: anyone who needs it asks again, and it is done for them."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from cse_portal.accounts import services as accounts
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.jobs.choices import JobState
from cse_portal.jobs.models import Job
from cse_portal.jobs.selectors import may_watch
from cse_portal.jobs.services import cancel_jobs_of, enqueue, run_job
from cse_portal.jobs.services.running import REQUESTER_LEFT
from mase.minutes import services as minutes
from tests.cast import Cast
from tests.factories import actions as meetings
from tests.factories.cases import make_case


@pytest.fixture(autouse=True)
def own_files(settings: Any, tmp_path: Path) -> None:
    storage = {**settings.STORAGES["default"], "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": storage}


def left(who: User, job: Job) -> None:
    """The person who asked for it leaves before a worker takes it."""
    accounts.deactivate(user=who)
    ended = run_job(job_id=job.pk)
    assert ended is not None
    assert (ended.state, ended.error_code) == (JobState.FAILED, REQUESTER_LEFT)


def done_for(who: User, job: Job) -> None:
    """Asked again, it is the same job, and this person's."""
    ended = run_job(job_id=job.pk)
    assert ended is not None
    assert (ended.state, ended.error_code, ended.requested_by) == (JobState.DONE, "", who)
    assert may_watch(who, ended)
    noted = AuditEvent.objects.filter(action=Action.JOB_STARTED, object_id=job.pk).latest("at")
    assert (noted.actor, noted.detail["again"]) == (who, True)


def test_a_meetings_minutes_are_made_for_whoever_asks_again(cast: Cast) -> None:
    meeting = meetings.end(cast, meetings.running(cast, make_case(cast), people=[cast.health]))
    version = minutes.circulate(meeting=meeting, by=cast.manager)
    assert version.job is not None
    left(cast.manager, version.job)
    again = minutes.queue(meeting=meeting, by=cast.practitioner)
    assert again.job == version.job
    done_for(cast.practitioner, version.job)
    version.refresh_from_db()
    assert version.is_ready


def test_what_somebody_asked_again_in_a_new_post_is_not_of_the_one_they_left(cast: Cast) -> None:
    """Asked for first by another before that day, it is theirs from when they asked again."""
    job = enqueue(kind="test.nothing", key="asked twice", requested_by=cast.leaver)
    began = timezone.now() - dt.timedelta(hours=1)
    Job.objects.filter(pk=job.pk).update(
        state=JobState.FAILED, finished_at=began, created_at=began - dt.timedelta(days=1)
    )
    enqueue(kind="test.nothing", key="asked twice", requested_by=cast.analyst)
    assert cancel_jobs_of(user=cast.analyst, asked_before=began) == 0
    assert cancel_jobs_of(user=cast.leaver, asked_before=timezone.now()) == 0
    assert cancel_jobs_of(user=cast.analyst, asked_before=timezone.now()) == 1
