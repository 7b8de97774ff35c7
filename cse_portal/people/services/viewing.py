"""Who looked at an agency's people."""

from django.db import transaction

from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record


@transaction.atomic
def record_list(*, by: User, found: int) -> None:
    """The page was opened."""
    record(Action.PEOPLE_LISTED, by=by, detail={"count": found})
