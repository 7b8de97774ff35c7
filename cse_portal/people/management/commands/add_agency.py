"""`manage.py add_agency`: a partner takes part; its first lead is appointed next."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from cse_portal.accounts.choices import AgencyKind
from cse_portal.accounts.models import Agency
from cse_portal.audit import context
from cse_portal.people.services.appointing import add_agency


class Command(BaseCommand):
    """For anyone who runs the portal."""

    help = "Add an agency. Nobody works for it until its first lead, or an officer, is appointed."

    def add_arguments(self, parser: CommandParser) -> None:
        """What it is called and what kind it is."""
        parser.add_argument("code", help="a short word for commands, such as csc; it cannot be changed")
        parser.add_argument("kind", choices=AgencyKind.values)
        parser.add_argument("name")
        parser.add_argument("--short-name", default="", help="for narrow columns; the name, if left out")

    def handle(self, *args: Any, **options: Any) -> None:
        """Say what was done."""
        said = {"code": options["code"], "name": options["name"], "kind": AgencyKind(options["kind"])}
        said["short_name"] = options["short_name"] or options["name"][:40]
        try:
            Agency(**said).full_clean(exclude=["group"])
        except ValidationError as problem:
            raise CommandError(" ".join(problem.messages)) from problem
        with context.job():
            add_agency(**said)
        self.stdout.write(f"Added {said['name']}. Appoint its lead next: appoint_lead {said['code']}")
