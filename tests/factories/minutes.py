"""Minutes in the states tests need: sent out with their copies made, objected to, agreed."""

import datetime as dt

import time_machine
from django.utils import timezone

from cse_portal.accounts.models import User
from cse_portal.jobs.models import Job
from cse_portal.jobs.services import run_job
from mase.models import MaseMeeting, Minutes, MinutesObjection, MinutesVersion
from mase.services import minutes
from mase.services.minutes.objecting import Objection
from tests.cast import Cast


def circulated(cast: Cast, meeting: MaseMeeting) -> MinutesVersion:
    """The chair has sent them out, and the job has made the copies."""
    version = minutes.circulate(meeting=meeting, by=cast.manager)
    return made(version)


def made(version: MinutesVersion) -> MinutesVersion:
    """The copies of a version, by its job."""
    run_job(job_id=Job.objects.get(pk=version.job_id).pk)
    return MinutesVersion.objects.get(pk=version.pk)


def objected(meeting: MaseMeeting, *, by: User, text: str = "She was seen on Tuesday.") -> MinutesObjection:
    """Somebody objects to the minutes as a whole."""
    return minutes.object_to(meeting=meeting, said=Objection(None, text), by=by)


def agreed(cast: Cast, meeting: MaseMeeting) -> Minutes:
    """Sent out, nobody objected, and agreed a fortnight later."""
    if not MinutesVersion.objects.filter(minutes__meeting=meeting).exists():
        circulated(cast, meeting)
    with time_machine.travel(timezone.now() + dt.timedelta(days=20), tick=False):
        row = minutes.agree(meeting=meeting, by=cast.manager)
    made(row.versions.get(is_final=True))
    return Minutes.objects.get(pk=row.pk)
