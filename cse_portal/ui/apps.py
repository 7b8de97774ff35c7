"""The front end floor."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class UiConfig(AppConfig):
    """Layouts, fields, components, charts and PDFs that every floor above draws with."""

    name = "cse_portal.ui"
    label = "ui"

    def ready(self) -> None:
        """Every app's navigation.py hangs up its links: primary navigation, case tabs, panels and tiles."""
        autodiscover_modules("navigation")
