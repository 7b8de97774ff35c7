from importlib import import_module
from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ReferenceConfig(AppConfig):
    """Dated reference data: what the codes, indicators, clocks and agendas said on a given day."""

    name = "cse_portal.reference"
    label = "reference"

    def ready(self) -> None:
        post_migrate.connect(_load, sender=self)


def _load(*, apps: Any, **_: Any) -> None:
    """What this release ships, and the board's own pack over it."""
    if apps.all_models["reference"]:
        import_module("cse_portal.reference.services").load(apps)
