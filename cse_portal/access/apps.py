from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class AccessConfig(AppConfig):
    """Who may do what: permissions, roles, the gate and the grants behind it."""

    name = "cse_portal.access"
    label = "access"

    def ready(self) -> None:
        """Every app's policies register their rules with the gate; sign-ins are recorded."""
        autodiscover_modules("policies", "sign_in_events")
