"""Words for the state of background work."""

from django.db.models import TextChoices


class JobState(TextChoices):
    """Where a job stands."""

    QUEUED = "queued", "Waiting to start"
    RUNNING = "running", "Running"
    DONE = "done", "Finished"
    FAILED = "failed", "Stopped with an error"


class Topic(TextChoices):
    """What an outbox message asks for once its transaction has committed."""

    RUN_JOB = "run_job", "Start a job"
    MAIL = "mail", "Tell a person by e-mail that something waits"
    INVITE = "invite", "Send an invitation"
    CALENDAR = "calendar", "Send a meeting for somebody's calendar"
