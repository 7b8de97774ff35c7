"""`manage.py appoint_officer`: who guards the portal or runs it, whom no agency's lead may appoint."""

from django.core.management.base import CommandParser

from cse_portal.people.management.commands import appoint_lead
from cse_portal.people.policies import roles_no_lead_gives


class Command(appoint_lead.Command):
    """As an agency's lead, in another role."""

    help = (
        "Invite a privacy officer or system administrator; suspended, let in again; there already, confirmed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Who, as what, and of which agency, which employs them."""
        parser.add_argument("role", choices=[role.value for role in roles_no_lead_gives()])
        super().add_arguments(parser)
