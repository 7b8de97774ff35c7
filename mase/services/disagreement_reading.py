"""Noting who read of professional disagreements, in the page's own transaction."""

from collections.abc import Sequence

from django.db import transaction

from cases.record.models.case import Case
from cases.record.services import record_view as record_case_view
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from mase.models import Disagreement


@transaction.atomic(savepoint=False)
def record_listed(
    *, shown: Sequence[Disagreement], by: User, detail: dict[str, str], case: Case | None = None
) -> None:
    """Which of them a list showed, and which filters chose them."""
    said = {**detail, "shown": [str(row.pk) for row in shown]}
    cases = [row.case_id for row in shown]
    record(Action.DISAGREEMENTS_LISTED, by=by, obj=case, case=case, detail=said, cases=cases)


@transaction.atomic(savepoint=False)
def record_view(*, case: Case, by: User) -> None:
    """A person opened a disagreement about this child, or the page that raises one."""
    record_case_view(case=case, by=by, page="disagreement")
