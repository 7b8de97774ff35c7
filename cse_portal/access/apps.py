from django.apps import AppConfig

from cse_portal.flats import import_rooms


class AccessConfig(AppConfig):
    """Who may do what: permissions, roles, the gate and the grants behind it."""

    name = "cse_portal.access"
    label = "access"

    def ready(self) -> None:
        """Every app's policies register their rules with the gate; sign-ins are recorded."""
        import_rooms("policies")
        import_rooms("sign_in_events")
