from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from cse_portal.reference import packs, services


class Command(BaseCommand):
    """Check a board's pack, say what it would change, or apply the one that settings name."""

    help = (
        "check, diff or apply a board's pack: its wards, clocks, agendas, codes, letters, names and colours."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("act", choices=["check", "diff", "apply"])
        parser.add_argument(
            "folder", nargs="?", default=settings.PACK, help="The pack; PACK where none is given"
        )

    def handle(self, *args: Any, act: str, folder: str, **options: Any) -> None:
        try:
            pack = packs.read(Path(folder))
        except packs.PackFaults as wrong:
            raise CommandError(f"The pack is not in order:\n{wrong}") from None
        if act == "check":
            self.stdout.write(f"{pack.words}: in order.")
        elif act == "diff":
            found = [str(each) for each in services.differences(pack)]
            self.stdout.write("\n".join(found) or "The tables say what the pack says.")
        elif Path(folder).resolve() != Path(settings.PACK).resolve():
            raise CommandError(
                "Set PACK to this folder first: the next release applies the pack that PACK names."
            )
        else:
            self.stdout.write(f"{pack.words}: {services.load(pack=pack)} rows are in place.")
