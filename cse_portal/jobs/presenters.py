"""How background work reads on the page."""

from dataclasses import dataclass

from cse_portal.jobs import registry
from cse_portal.jobs.choices import JobState
from cse_portal.jobs.models import Job


@dataclass(frozen=True)
class Progress:
    """A job as the waiting page shows it."""

    title: str
    state: str
    message: str
    done: int
    total: int
    is_finished: bool
    has_failed: bool
    result_url: str


def progress(job: Job) -> Progress:
    """Title, state in words, how far, and where the result is."""
    handler = registry.find(job.kind) if registry.known(job.kind) else None
    finished_well = job.state == JobState.DONE
    return Progress(
        title=handler.title if handler else "Background work",
        state=JobState(job.state).label,
        message=job.message,
        done=job.done,
        total=job.total,
        is_finished=job.is_finished,
        has_failed=job.state == JobState.FAILED,
        result_url=handler.done_url(job) if handler and handler.done_url and finished_well else "",
    )
