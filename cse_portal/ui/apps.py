"""The front end floor."""

from django.apps import AppConfig

from cse_portal.flats import import_rooms


class UiConfig(AppConfig):
    """Layouts, fields, components, charts and PDFs that every floor above draws with."""

    name = "cse_portal.ui"
    label = "ui"

    def ready(self) -> None:
        """Every app's navigation.py hangs up its links: primary navigation, case tabs, panels and tiles."""
        import_rooms("navigation")
