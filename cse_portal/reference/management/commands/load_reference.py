from typing import Any

from django.core.management.base import BaseCommand

from cse_portal.reference import services


class Command(BaseCommand):
    """Load the reference data again, as the database's owner; changes nothing when nothing changed."""

    help = "Bring the reference tables in line with the data that ship with this release."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{services.load()} rows of reference data are in place.")
