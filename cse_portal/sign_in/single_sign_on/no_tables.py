"""Django-allauth's three tables for accounts elsewhere are never made: what binds one is a `ConnectedAccount`."""

from typing import Any


class NoTables:
    """Its accounts (with whatever a provider says), its tokens and its providers' secrets have nowhere to be kept."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        """Django asks before it makes a table, in every environment."""
        return False if app_label == "socialaccount" else None
