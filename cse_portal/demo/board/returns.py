"""Stories of the quarter's end: figures worked out, checked, signed by another person, and reported to the board."""

import datetime as dt

from cse_portal.accounts.models import User
from cse_portal.demo.board import packs
from cse_portal.demo.board.clockwork import Story, working_moment
from cse_portal.demo.board.scene import Scene
from cse_portal.jobs.models import Job
from cse_portal.jobs.services import run_job
from cse_portal.reference.quarters import Quarter
from reporting.returns.models import RegionalReturn
from reporting.returns.selectors.changes import changes
from reporting.returns.services import returns

REASONS = (
    "Two schools trained their staff in the term before, and told us of more.",
    "The team had a vacancy for six weeks; it is filled.",
    "Not known yet. The team manager looks at it with the agencies in the next month.",
)


def stories(scene: Scene) -> list[Story]:
    """Seven signed off, the eighth still a draft."""
    quarter = Quarter.containing(scene.begins_on)
    made = []
    while quarter.ends_on < scene.today:
        made.append(quarter_end(scene, quarter, is_last=quarter.next().ends_on >= scene.today))
        quarter = quarter.next()
    return made


def quarter_end(scene: Scene, quarter: Quarter, *, is_last: bool) -> Story:
    """The return of one quarter, as far as it has come."""
    yield working_moment(quarter.next().starts_on + dt.timedelta(days=2), hour=6)
    regional_return = returns.start(quarter=quarter.slug, by=scene.cast("analyst"))
    do_jobs()
    if is_last:
        return
    yield working_moment(quarter.next().starts_on + dt.timedelta(days=9), hour=10)
    regional_return = RegionalReturn.objects.get(pk=regional_return.pk)
    explain(regional_return, scene.cast("analyst"))
    note = "Each point was looked at with the team; the gaps are in the data-quality notes."
    returns.check(regional_return=regional_return, note=note, by=scene.cast("analyst"))
    yield working_moment(quarter.next().starts_on + dt.timedelta(days=14), hour=10)
    signed = returns.sign(regional_return=regional_return, by=scene.cast("manager"))
    pack = packs.publish(scene, signed)
    do_jobs()
    yield from packs.answer(scene, pack)


def explain(regional_return: RegionalReturn, analyst: User) -> None:
    """Why each number that changed much did so; of some nobody knows yet."""
    reasons = [each for each in changes(analyst, regional_return) if each.is_unexplained]
    for number, change in enumerate(reasons):
        text = REASONS[number % len(REASONS)]
        returns.explain(regional_return=regional_return, cell=change.cell, text=text, by=analyst)


def do_jobs() -> None:
    """What the worker would do now: the figures, and the board's pack."""
    for job in Job.objects.filter(kind__startswith="reporting.", finished_at__isnull=True):
        run_job(job_id=job.pk)
