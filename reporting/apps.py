from importlib import import_module
from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ReportingConfig(AppConfig):
    name = "reporting"

    def ready(self) -> None:
        post_migrate.connect(_write_functions, sender=self)


def _write_functions(*, apps: Any, **_: Any) -> None:
    """What goes with a record follows from the models: PostgreSQL is told of them after each migration."""
    if apps.all_models["reporting"]:
        import_module("reporting.retention.services.disposal_sql").write_functions()
