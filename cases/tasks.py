"""What the clock asks of the ground floor."""

import uuid

from celery import shared_task
from django.urls import reverse

from cases.community import services as community
from cases.documents import services as documents
from cases.exports import services as exports
from cases.handoffs import services as handoffs
from cases.missing.services import feed, telling
from cases.sharing.services import access, emergency, exclusions
from cse_portal.audit import context
from cse_portal.jobs import registry
from cse_portal.jobs.models import Job
from cse_portal.jobs.services import Run


@shared_task(name="cases.remove_expired_grants")
def remove_expired_grants() -> int:
    """Nightly: expired grants open nothing; this clears them away."""
    with context.job():
        return access.remove_expired()


@shared_task(name="cases.remind_of_reviews")
def remind_of_reviews() -> int:
    """Every morning: verdicts on emergency openings, and decisions on proposed exclusions, that are late."""
    with context.job():
        return emergency.remind_of_reviews() + exclusions.remind()


@shared_task(name="cases.remind_of_handoffs")
def remind_of_handoffs() -> int:
    """Every morning: hand-offs that nobody accepted in time, and reviews whose day has passed."""
    with context.job():
        return handoffs.remind()


@shared_task(name="cases.tell_of_community_reports")
def tell_of_community_reports() -> int:
    """Every two minutes: the CSE team is told of what came in. Every call also deletes what the schedule lets go."""
    with context.job():
        return community.tell() + community.forget()


@shared_task(name="cases.prompt_reviews")
def prompt_reviews() -> int:
    """Every hour: children whom the police report missing and who have a case by now; categories to be reviewed."""
    with context.job():
        return feed.place_waiting() + telling.prompt_reviews()


@registry.handler(documents.JOB, title="Check of a document")
def check_document(run: Run) -> None:
    """Ask the virus scanner about a document that has just come in."""
    documents.check(document_id=uuid.UUID(run.payload["document"]))


@shared_task(name="cases.check_documents")
def check_documents() -> int:
    """Every five minutes: ask about what still waits for an answer."""
    with context.job():
        return documents.check_waiting()


def page_of_copy(job: Job) -> str:
    """Where the copy is downloaded."""
    return reverse("cases:export", args=[job.payload["export"]])


@registry.handler(exports.JOB, title="Copy of records", done_url=page_of_copy)
def make_copy(run: Run) -> None:
    """Make a copy of people's records for the person who asked, with what they may see now."""
    run.expect(1)
    run.say("Writing the file.")
    if not run.has_done("make"):
        with run.step("make"):
            exports.make(export_id=uuid.UUID(run.payload["export"]))
    run.say("Done.")


@shared_task(name="cases.delete_exports")
def delete_exports() -> int:
    """Every hour: the files of copies go a day after they were made."""
    with context.job():
        return exports.delete_old()
