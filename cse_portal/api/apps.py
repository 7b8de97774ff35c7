from django.apps import AppConfig


class ApiConfig(AppConfig):
    """What every floor's API shares: problem details and pages."""

    name = "cse_portal.api"
    label = "api"
