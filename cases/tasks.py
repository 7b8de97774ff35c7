"""What the clock asks of the ground floor."""

import uuid

from celery import shared_task

from cases.services import access, documents
from cse_portal.audit import context
from cse_portal.jobs import registry
from cse_portal.jobs.services import Run


@shared_task(name="cases.remove_expired_grants")
def remove_expired_grants() -> int:
    """Nightly: expired grants open nothing; this clears them away."""
    with context.job():
        return access.remove_expired()


@registry.handler(documents.JOB, title="Check of a document")
def check_document(run: Run) -> None:
    """Ask the virus scanner about a document that has just come in."""
    documents.check(document_id=uuid.UUID(run.payload["document"]))


@shared_task(name="cases.check_documents")
def check_documents() -> int:
    """Every five minutes: ask about what still waits for an answer."""
    with context.job():
        return documents.check_waiting()
