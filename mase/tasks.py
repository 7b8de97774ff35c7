"""Background work of the meeting floor."""

import uuid

from celery import shared_task
from django.urls import reverse

from cse_portal.audit import context
from cse_portal.jobs.models import Job
from cse_portal.jobs.registry import handler
from cse_portal.jobs.services import Run
from cse_portal.ui.pdf import compose, draw
from mase.clocks import services as clock_telling
from mase.disagreements import services as disagreements
from mase.meetings.services import reminders, reports, sight
from mase.minutes import services as minutes
from mase.minutes.presenters.minutes import document
from mase.minutes.selectors.minutes import MinutesRecord, may_watch, version_records


def result(job: Job) -> str:
    """Where the minutes are read."""
    return reverse("mase:minutes", args=[job.payload["meeting"]])


@handler(minutes.JOB, title="Minutes of a meeting", may_watch=may_watch, done_url=result)
def make_minutes(run: Run) -> None:
    """Compose a version of the minutes and store it; done twice, the first ones stay."""
    run.expect(1)
    run.say("Writing the minutes.")
    if run.has_done("render"):
        return
    with run.step("render"):
        version = uuid.UUID(run.payload["version"])
        records = version_records(version)
        if records[0].version and not records[0].version.is_ready:
            copies = [composed(found) for found in records]
            for copy in copies:
                draw(copy.page.decode())  # what cannot be drawn fails here, and not before a reader
            minutes.keep(version_id=version, copies=copies)
    run.say("The minutes are ready.")


def composed(found: MinutesRecord) -> minutes.Drawn:
    """The copy for one audience, from what that audience may read and nothing else."""
    return minutes.Drawn(found.audience, compose("pdf/minutes.html", {"m": document(found)}).encode())


@shared_task(name="mase.remind_of_actions")
def remind_of_actions() -> int:
    """Every morning: who is reminded of a plan action, and whom it is taken to when it stays late.

    Before that, anyone who owes one goes on seeing the case, and who owes none any more stops.
    """
    with context.job():
        sight.settle()
        return reminders.remind()


@shared_task(name="mase.notify_about_clocks")
def notify_about_clocks() -> int:
    """Every morning: meetings to book and to hold and minutes to send out: which are due soon, late or still paused.

    And months for which no CMOG is booked, and steps towards adult services of young people who turn 18.
    """
    with context.job():
        return clock_telling.notify_about_clocks()


@shared_task(name="mase.agree_minutes")
def agree_minutes() -> int:
    """Every morning: minutes to which nobody can object any more are agreed."""
    with context.job():
        return minutes.agree_by_themselves()


@shared_task(name="mase.chase_reports")
def chase_reports() -> int:
    """Every morning: remind agencies of the reports that are still to come."""
    with context.job():
        return reports.chase()


@shared_task(name="mase.remind_of_disagreements")
def remind_of_disagreements() -> int:
    """Every morning: both sides are told of disagreements whose stage has run out."""
    with context.job():
        return disagreements.remind()
