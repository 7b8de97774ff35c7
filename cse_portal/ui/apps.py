"""The front end floor."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Layouts, fields, components, charts and PDFs that every floor above draws with."""

    name = "cse_portal.ui"
    label = "ui"
