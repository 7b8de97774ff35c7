"""`manage.py load_boundaries`: maps show the wards as they are, instead of tiles."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import ProgrammingError

from cse_portal.reference import services
from cse_portal.reference.boundaries import LARGEST, NotBoundaries


class Command(BaseCommand):
    """For the operator, as the database’s owner."""

    help = "Load the boundaries of your wards from a GeoJSON file, as the Office for National Statistics publishes it."

    def add_arguments(self, parser: CommandParser) -> None:
        """A file, or back to the tiles."""
        chosen = parser.add_mutually_exclusive_group(required=True)
        chosen.add_argument("file", nargs="?", type=Path, help="GeoJSON of at most 10 MB: code and polygon")
        chosen.add_argument("--remove", action="store_true", help="draw tiles again")

    def handle(self, *args: Any, **options: Any) -> None:
        """Say what was done, or what is wrong with the file."""
        try:
            if options["remove"]:
                services.remove_boundaries()
                done = "Maps are drawn by tiles again."
            else:
                with options["file"].open("rb") as file:
                    number = services.load_boundaries(file.read(LARGEST + 1))
                done = f"The boundaries of {number} wards are in place."
        except (NotBoundaries, OSError) as problem:
            raise CommandError(str(problem)) from problem
        except ProgrammingError as problem:
            raise CommandError("Run this as the database's owner, as for migrate.") from problem
        self.stdout.write(f"{done} Restart the portal.")
