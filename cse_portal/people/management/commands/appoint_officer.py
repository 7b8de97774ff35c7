"""`manage.py appoint_officer`: who guards the portal or runs it, whom no agency's lead may appoint."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import Agency
from cse_portal.audit import context
from cse_portal.errors import NotAllowedNow
from cse_portal.people.policies import roles_no_lead_gives
from cse_portal.people.services.appointing import appoint


class Command(BaseCommand):
    """For anyone who runs the portal, who is sent no link and sees no password."""

    help = (
        "Invite a privacy officer or system administrator; suspended, let in again; there already, confirmed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Who, as what, and of which agency."""
        parser.add_argument("role", choices=[role.value for role in roles_no_lead_gives()])
        parser.add_argument("agency", help="the code of the agency that employs them")
        parser.add_argument("email")
        parser.add_argument("full_name")

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
