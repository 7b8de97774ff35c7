"""Noting who read the measures of success, and who took the strategy's report to the board."""

import uuid

from django.db import transaction

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record


@transaction.atomic(savepoint=False)
def record_success(*, by: User) -> None:
    """A person read the measures of success."""
    record(Action.STRATEGIC_VIEWED, by=by, detail={"page": "success"})


@transaction.atomic(savepoint=False)
def record_report(*, copy: uuid.UUID, sha256: str, by: User) -> None:
    """A person took the report: the number on it, and its fingerprint."""
    gate.require(by, Permission.STRATEGIC_VIEW)
    record(Action.STRATEGIC_DOWNLOADED, by=by, detail={"copy": str(copy), "sha256": sha256})
