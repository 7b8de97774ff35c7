"""`manage.py appoint_lead`: an agency's first lead, or one whom nobody else can let in again."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import Agency
from cse_portal.audit import context
from cse_portal.errors import NotAllowedNow
from cse_portal.people.services.appointing import appoint


class Command(BaseCommand):
    """For anyone who runs the portal, who is sent no link and sees no password."""

    help = "Invite an agency's lead; one who is suspended is let in again, one who is there is confirmed."

    def add_arguments(self, parser: CommandParser) -> None:
        """Who, and of which agency."""
        parser.add_argument("agency", help="the agency's code")
        parser.add_argument("email")
        parser.add_argument("full_name")
        parser.set_defaults(role=Role.AGENCY_LEAD)

    def handle(self, *args: Any, **options: Any) -> None:
        """Say what was done."""
        agency = Agency.objects.filter(code=options["agency"], is_active=True).first()
        if agency is None:
            raise CommandError("No agency that takes part has this code.")
        said = {"email": options["email"], "full_name": options["full_name"], "role": Role(options["role"])}
        with context.job():
            try:
                done = appoint(agency=agency, **said)
            except NotAllowedNow as problem:
                raise CommandError(problem.message) from problem
        self.stdout.write(done)
