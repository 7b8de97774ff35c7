from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Children, concerns about them, and their cases: the ground floor."""

    name = "cases"
