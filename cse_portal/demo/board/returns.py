"""Stories of the quarter's end: figures worked out, frozen, signed by another person, sent, and reported on."""

import datetime as dt

from django.utils import timezone

from cse_portal.accounts.models import User
from cse_portal.demo.board import packs
from cse_portal.demo.board.clockwork import Story, working_moment
from cse_portal.demo.board.scene import Scene
from cse_portal.jobs.models import Job
from cse_portal.jobs.services import run_job
from cse_portal.reference.quarters import Quarter
from reporting.returns.models import RegionalReturn, Severity
from reporting.returns.selectors.changes import changes
from reporting.returns.selectors.gaps import open_gaps
from reporting.returns.services import returns, sending

PACKS = 3  # of the last quarters that were signed

REASONS = (
    "Two schools trained their staff in the term before, and told us of more.",
    "The team had a vacancy for six weeks; it is filled.",
    "Not known yet. The team manager looks at it with the agencies in the next month.",
)


CORRECTION = (
    "A review was counted twice, and two records were completed after the quarter's return was frozen."
)


def stories(scene: Scene) -> list[Story]:
    """Seven sent, the last of them restated, three with a pack for the board; the eighth still a draft."""
    quarter = Quarter.containing(scene.begins_on)
    ended = []
    while quarter.ends_on < scene.today:
        ended.append(quarter)
        quarter = quarter.next()
    return [quarter_end(scene, each, since=since) for since, each in enumerate(reversed(ended))]


def quarter_end(scene: Scene, quarter: Quarter, *, since: int) -> Story:
    """The return of one quarter, as far as it has come; so many quarters ended since."""
    analyst, ended = scene.cast("analyst"), quarter.next().starts_on
    yield working_moment(ended + dt.timedelta(days=2), hour=6)
    started = returns.start(quarter=quarter.slug, by=analyst)
    do_jobs()
    regional_return = RegionalReturn.objects.get(pk=started.pk)
    if not since:
        if open_gaps(regional_return).total:
            sending.ask_for_gaps(regional_return=regional_return, by=analyst)
        return
    yield working_moment(ended + dt.timedelta(days=9), hour=10)
    explain(regional_return, analyst)
    note = "Each point was looked at with the team; the gaps are in the data-quality notes."
    returns.check(regional_return=regional_return, note=note, by=analyst)
    yield working_moment(ended + dt.timedelta(days=14), hour=10)
    signed = returns.sign(regional_return=regional_return, by=scene.cast("manager"))
    send(signed, analyst)
    pack = packs.publish(scene, signed) if since <= PACKS else None
    do_jobs()
    if since == 1:
        yield working_moment(ended + dt.timedelta(days=21), hour=10)
        restate(scene, signed)
    if pack:
        yield from packs.answer(scene, pack)


def send(signed: RegionalReturn, analyst: User) -> None:
    """To the region, which answers on the same day."""
    today, number = timezone.localdate(), f"WM/{signed.slug}"
    sending.send(regional_return=signed, to="REGION", file_format="xlsx", sent_on=today, by=analyst)
    sending.record_receipt(regional_return=signed, receipt_reference=number, received_on=today, by=analyst)


def restate(scene: Scene, sent: RegionalReturn) -> None:
    """An error was found: the same quarter once more."""
    analyst = scene.cast("analyst")
    made = returns.restate(regional_return=sent, because=CORRECTION, by=analyst)
    do_jobs()
    made = RegionalReturn.objects.get(pk=made.pk)
    if made.validations.filter(passed=False, severity=Severity.ERROR).exists():
        return  # it stays a draft until that is put right
    explain(made, analyst)
    returns.check(regional_return=made, note=made.check_note, by=analyst)
    send(returns.sign(regional_return=made, by=scene.cast("manager")), analyst)


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
