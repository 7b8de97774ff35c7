"""`manage.py audit_verify`: is everything as it was sealed?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cse_portal.audit import context, verification
from cse_portal.audit.models import Seal


class Command(BaseCommand):
    """Recomputes every hash, root, link and signature, and compares with the sink; the check itself is an event."""

    help = "Check the audit against its seals and name every row that is not as it was sealed."

    def handle(self, *args: Any, **options: Any) -> None:
        """Fails with a line for each thing that is wrong."""
        with context.job():
            found = verification.check()
            seals = Seal.objects.count()
        for problem in found:
            self.stdout.write(problem)
        if found:
            raise CommandError(f"{len(found)} things are not as they were sealed.")
        self.stdout.write(f"{seals} seals: everything is as it was sealed.")
