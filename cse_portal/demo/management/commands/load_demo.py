"""`manage.py load_demo`: the fictional board, once."""

import gc
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from cse_portal import acting
from cse_portal.demo.board import board


class Command(BaseCommand):
    """Writes the demo board through the portal's own services; a board that is there is left alone."""

    help = "Load the fictional demo board, unless it is loaded already."

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuses where nobody may sign in as the cast."""
        if not settings.DEMO_SIGN_IN:
            raise CommandError("The demo board is for demo settings only.")
        with acting.for_the_system():
            gc.disable()  # most of what is made here is forgotten at once, and the process ends with it
            counts = board.load(say=self.stdout.write)
        if counts is not None:
            self.stdout.write(", ".join(f"{number} {what}" for what, number in counts.items()))
