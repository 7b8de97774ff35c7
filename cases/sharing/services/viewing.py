"""Noting who looked: every page of a case leaves an event, in the page's own transaction."""

import uuid
from collections.abc import Collection, Iterable

from django.db import transaction

from cases.record.models.case import Case
from cases.sharing.models import Exclusion
from cases.sharing.selectors.exclusions import cases_of
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record


@transaction.atomic(savepoint=False)
def record_page(*, by: User, page: str) -> None:
    """Note that a person opened this page about copies of records ("exports", "copies", …)."""
    record(Action.PAGE_VIEWED, by=by, detail={"page": page})


@transaction.atomic(savepoint=False)
def record_exclusions_view(*, by: User, found: int, shown: Collection[Exclusion]) -> None:
    """Note that the privacy officer looked at exclusions, how many there are, and of which cases and concerns."""
    about, detail = [each.concern_id for each in shown], {"page": "exclusions", "found": found}
    record(Action.ACCESS_VIEWED, by=by, detail=detail, cases=cases_of(shown), about=about)


@transaction.atomic(savepoint=False)
def record_explanation(*, case: Case, person: User, by: User) -> None:
    """Note that the privacy officer asked why this person can or cannot see this case."""
    record(Action.ACCESS_EXPLAINED, by=by, obj=person, case=case)


@transaction.atomic(savepoint=False)
def record_emergencies_view(*, by: User, found: int, cases: Iterable[uuid.UUID]) -> None:
    """Note that the privacy officer looked at emergency openings, how many there are, and of which cases they read."""
    record(Action.EMERGENCIES_VIEWED, by=by, detail={"found": found}, cases=cases)
