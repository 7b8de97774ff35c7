"""Minutes in the states tests need: sent out with their copies made, objected to, agreed."""

import datetime as dt
from unittest import mock

import time_machine
from django.utils import timezone

from cse_portal.accounts.models import User
from cse_portal.audit import context
from cse_portal.jobs.models import Job
from cse_portal.jobs.services import run_job
from mase.meetings.models.meeting import Meeting
from mase.minutes import services as minutes
from mase.minutes.models import Minutes, MinutesObjection, MinutesVersion
from mase.minutes.services.objecting import Objection
from tests.cast import Cast
from tests.factories.requests import in_one_request


@in_one_request
def circulated(cast: Cast, meeting: Meeting) -> MinutesVersion:
    """The chair has sent them out, and the job has made the copies."""
    version = minutes.circulate(meeting=meeting, by=cast.manager)
    return made(version)


@in_one_request
def made(version: MinutesVersion) -> MinutesVersion:
    """The copies of a version, by its job. That they can be drawn as a PDF is not tried each time, as the job does: it
    takes longer than everything else here, and anyone who downloads one draws it.
    """
    with mock.patch("mase.tasks.draw"):
        run_job(job_id=Job.objects.get(pk=version.job_id).pk)
    return MinutesVersion.objects.get(pk=version.pk)


@in_one_request
def objected(meeting: Meeting, *, by: User, text: str = "She was seen on Tuesday.") -> MinutesObjection:
    """Somebody objects to the minutes as a whole."""
    return minutes.object_to(meeting=meeting, said=Objection(None, text), by=by)


def agreed_by_themselves(meeting: Meeting) -> Minutes:
    """The morning after the last day for objections has come, and gone."""
    with time_machine.travel(timezone.now() + dt.timedelta(days=15), tick=False), context.job():
        return minutes.agree(meeting=meeting, by=None)


def agreed(cast: Cast, meeting: Meeting) -> Minutes:
    """Sent out, and agreed by themselves."""
    if not MinutesVersion.objects.filter(minutes__meeting=meeting).exists():
        circulated(cast, meeting)
    row = agreed_by_themselves(meeting)
    made(row.versions.get(is_final=True))
    return Minutes.objects.get(pk=row.pk)
