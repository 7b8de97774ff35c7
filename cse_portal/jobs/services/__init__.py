"""The verbs of background work."""

from cse_portal.jobs.services.daily_mail import send_daily_mails
from cse_portal.jobs.services.nightly import tidy
from cse_portal.jobs.services.notifications import (
    choose_notices,
    mark_read,
    mark_these_read,
    notify,
    notify_all,
    record_shown,
)
from cse_portal.jobs.services.outbox import deliver_outbox, promise, send_with
from cse_portal.jobs.services.queue import cancel_jobs_of, enqueue, sweep
from cse_portal.jobs.services.running import Run, run_job, run_named_job

__all__ = [
    # asking for work
    "enqueue",
    "sweep",
    "cancel_jobs_of",
    # doing it
    "Run",
    "run_job",
    "run_named_job",
    # telling people
    "notify",
    "notify_all",
    "record_shown",
    "mark_read",
    "mark_these_read",
    "choose_notices",
    "send_daily_mails",
    # keeping promises
    "deliver_outbox",
    "promise",
    "send_with",
    # clearing away
    "tidy",
]
