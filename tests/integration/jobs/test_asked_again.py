"""Work that somebody asked for who has left since: anyone who needs it asks again, and it is done for them."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from cse_portal.jobs.choices import JobState
from cse_portal.jobs.models import Job
from cse_portal.jobs.services import cancel_jobs_of, enqueue
from tests.cast import Cast


@pytest.fixture(autouse=True)
def own_files(settings: Any, tmp_path: Path) -> None:
    storage = {**settings.STORAGES["default"], "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": storage}


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
