"""Background work of the meeting floor."""

import uuid

from celery import shared_task
from django.urls import reverse

from cse_portal.audit import context
from cse_portal.jobs.models import Job
from cse_portal.jobs.registry import handler
from cse_portal.jobs.services import Run
from cse_portal.ui.pdf import render_pdf
from mase.choices import Audience
from mase.presenters.minutes import document
from mase.selectors.minutes import MinutesRecord, may_watch, minutes_record
from mase.services import disagreements, minutes, transition


def result(job: Job) -> str:
    """Where the minutes are read."""
    return reverse("mase:minutes", args=[job.payload["meeting"]])


@handler(minutes.JOB, title="Minutes of a meeting", may_watch=may_watch, done_url=result)
def make_minutes(run: Run) -> None:
    """Draw the minutes and store them; done twice, the first ones stay."""
    run.expect(1)
    run.say("Writing the minutes.")
    if run.has_done("render"):
        return
    with run.step("render"):
        records = [minutes_record(uuid.UUID(run.payload["meeting"]), audience) for audience in Audience]
        if not records[0].minutes.is_ready:
            minutes.keep(minutes=records[0].minutes, copies=[drawn(found) for found in records])
    run.say("The minutes are ready.")


def drawn(found: MinutesRecord) -> minutes.Drawn:
    """The copy for one audience, from what that audience may read and nothing else."""
    return minutes.Drawn(found.audience, found.key, render_pdf("pdf/minutes.html", {"m": document(found)}))


@shared_task(name="mase.take_further")
def take_further() -> int:
    """Every morning: disagreements whose stage has run out go to the next."""
    with context.job():
        return disagreements.take_further()


@shared_task(name="mase.prompt_leads")
def prompt_leads() -> int:
    """Every morning: steps towards adult services that are due for children who turn 18."""
    with context.job():
        return transition.prompt_leads()
