"""`manage.py audit_verify [--since 2026-11-01] [--values]`: is everything as it was sealed?"""

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from cse_portal.audit import context, keeping
from cse_portal.audit.models import Seal

LESS = "Everything is looked at with --values and without --since; only that answers for what an earlier check found."


class Command(BaseCommand):
    """Recomputes every hash, root, link and signature, and compares with the sink; the check itself is an event."""

    help = "Check the audit against its seals and name every row that is not as it was sealed."

    def add_arguments(self, parser: CommandParser) -> None:
        """From when on, and whether to open what changed rows held."""
        parser.add_argument(
            "--since", type=dt.date.fromisoformat, help="rows sealed from this day on (YYYY-MM-DD)"
        )
        parser.add_argument(
            "--values", action="store_true", help="also open what changed rows held (worker's keys)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Fails with a line for each thing that is wrong."""
        day: dt.date | None = options["since"]
        since = timezone.make_aware(dt.datetime.combine(day, dt.time.min)) if day else None
        with context.job():
            found = keeping.check(since=since, with_values=options["values"])
            seals = Seal.objects.count()
        for problem in found:
            self.stdout.write(str(problem))
        if found:
            raise CommandError(f"{len(found)} things are not as they were sealed.")
        if since or not options["values"]:
            self.stdout.write(f"{seals} seals: what was looked at is as it was sealed. {LESS}")
        else:
            self.stdout.write(f"{seals} seals: everything is as it was sealed.")
