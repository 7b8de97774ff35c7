"""Minutes in the states tests need: sent out with their copies made, objected to, agreed."""

from cse_portal.access.permissions import Permission
from cse_portal.access.roles import ROLES
from cse_portal.access.standing import standing
from cse_portal.accounts.models import Agency, User
from cse_portal.jobs.models import Job
from cse_portal.jobs.services import run_job
from mase.models import MaseMeeting, Minutes, MinutesObjection, MinutesVersion
from mase.selectors.minutes import silent_agencies
from mase.services import minutes
from mase.services.minutes.objecting import Objection
from tests.cast import Cast
from tests.factories.requests import in_one_request


@in_one_request
def circulated(cast: Cast, meeting: MaseMeeting) -> MinutesVersion:
    """The chair has sent them out, and the job has made the copies."""
    version = minutes.circulate(meeting=meeting, by=cast.manager)
    return made(version)


@in_one_request
def made(version: MinutesVersion) -> MinutesVersion:
    """The copies of a version, by its job."""
    run_job(job_id=Job.objects.get(pk=version.job_id).pk)
    return MinutesVersion.objects.get(pk=version.pk)


@in_one_request
def objected(meeting: MaseMeeting, *, by: User, text: str = "She was seen on Tuesday.") -> MinutesObjection:
    """Somebody objects to the minutes as a whole."""
    return minutes.object_to(meeting=meeting, said=Objection(None, text), by=by)


def works_for(person: User, agency: Agency) -> bool:
    """Whether they are of that agency and work with children."""
    who = standing(person)
    return who is not None and who.agency == agency and Permission.MINUTES_VIEW in ROLES[who.role].permissions


@in_one_request
def agreed(cast: Cast, meeting: MaseMeeting) -> Minutes:
    """Sent out, read by somebody of every agency asked, and agreed."""
    version = MinutesVersion.objects.filter(minutes__meeting=meeting).order_by("-number").first()
    for agency in silent_agencies(meeting, version or circulated(cast, meeting)):
        reader = next(cast.people[name] for name in cast if works_for(cast.people[name], agency))
        minutes.acknowledge(meeting=meeting, by=reader)
    row = minutes.agree(meeting=meeting, by=cast.manager)
    made(row.versions.get(is_final=True))
    return Minutes.objects.get(pk=row.pk)
