from django.apps import AppConfig

from cse_portal.flats import import_rooms


class JobsConfig(AppConfig):
    """Work that outlives a request: jobs with progress, the outbox, notifications."""

    name = "cse_portal.jobs"
    label = "jobs"

    def ready(self) -> None:
        """Every app's tasks.py names its tasks and job handlers, in the web process as in the worker."""
        import_rooms("tasks")
