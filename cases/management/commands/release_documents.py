"""`manage.py release_documents`: open the files that wait for a virus scanner this portal no longer has."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cases.documents.services import release_waiting
from cse_portal.audit import context
from cse_portal.errors import NotAllowedNow
from cse_portal.ui.presenters import counted


class Command(BaseCommand):
    """For anyone who runs the portal: nothing opens them by itself, for the scanner may only be out of reach."""

    help = "Open the documents that wait for a virus scanner, where none is configured any more."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say how many."""
        with context.job():
            try:
                released = release_waiting()
            except NotAllowedNow as problem:
                raise CommandError(problem.message) from problem
        self.stdout.write(f"{counted(released, 'document')} opened without having been scanned.")
