from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    """Work that outlives a request: jobs with progress, the outbox, notifications."""

    name = "cse_portal.jobs"
    label = "jobs"

    def ready(self) -> None:
        """Every app's tasks.py names its tasks and job handlers, in the web process as in the worker."""
        autodiscover_modules("tasks")
