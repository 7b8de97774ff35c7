"""`manage.py audit_verify [--since 2026-11-01] [--no-values]`: is everything as it was sealed?"""

import argparse
import datetime as dt
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from cse_portal.audit import context, keeping
from cse_portal.audit.models import Seal

LESS = (
    "Everything is looked at with the worker's AUDIT_VALUES_KEY, without --no-values and without --since; only that"
    " answers for what an earlier check found."
)
OPENED = {True: "What changed rows held was opened.", False: "What changed rows held was not opened."}


class Command(BaseCommand):
    """Recomputes every hash, root, link and signature, and compares with the sink; the check itself is an event."""

    help = "Check the audit against its seals and name every row that is not as it was sealed."

    def add_arguments(self, parser: CommandParser) -> None:
        """From when on, and whether to open what changed rows held."""
        parser.add_argument(
            "--since", type=dt.date.fromisoformat, help="rows sealed from this day on (YYYY-MM-DD)"
        )
        parser.add_argument(
            "--values",
            action=argparse.BooleanOptionalAction,
            help="also open what changed rows held; as a rule, where AUDIT_VALUES_KEY is there",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Fails with a line for each thing that is wrong."""
        day: dt.date | None = options["since"]
        since = timezone.make_aware(dt.datetime.combine(day, dt.time.min)) if day else None
        said: bool | None = options["values"]
        with_values = bool(settings.AUDIT_VALUES_KEY) if said is None else said
        with context.job():
            found = keeping.check(since=since, with_values=with_values)
            seals = Seal.objects.count()
        for problem in found:
            self.stdout.write(str(problem))
        if found:
            raise CommandError(f"{len(found)} things are not as they were sealed. {OPENED[with_values]}")
        if since or not with_values:
            self.stdout.write(
                f"{seals} seals: what was looked at is as it was sealed. {OPENED[with_values]} {LESS}"
            )
        else:
            self.stdout.write(f"{seals} seals: everything is as it was sealed. {OPENED[with_values]}")
