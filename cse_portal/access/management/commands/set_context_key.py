"""`manage.py set_context_key`, as the owner: the database learns the key with which the portal signs who acts."""

from typing import Any

from django.core.management.base import BaseCommand

from cse_portal.acting import set_context_key


class Command(BaseCommand):
    """Run it after a change of DATABASE_CONTEXT_KEY, with the owner's address, and start the portal anew."""

    help = "Tell the database the DATABASE_CONTEXT_KEY of these settings, in place of the one it knows."

    def handle(self, *args: Any, **options: Any) -> None:
        """Nothing signed with the key before counts from now on."""
        set_context_key()
        self.stdout.write("The database knows the key.")
