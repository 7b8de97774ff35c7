"""Noting who looked: every page of a case leaves an event, in the page's own transaction."""

import uuid
from collections.abc import Collection, Iterable, Sequence

from django.db import transaction

from cases.models import Case, Exclusion
from cases.selectors.exclusions import cases_of
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import blinded_words, record


@transaction.atomic(savepoint=False)
def record_view(*, case: Case, by: User, page: str, action: Action = Action.CASE_VIEWED) -> None:
    """Note that a person opened this page ("overview", "chronology", …) of a case."""
    record(action, by=by, obj=case, case=case, detail={"page": page})


@transaction.atomic(savepoint=False)
def record_list(*, by: User, shown: Sequence[Case], searched: str) -> None:
    """Note that a person listed or searched cases, which they were shown, and the words they sought, blinded."""
    keys = [case.pk for case in shown]
    if searched:
        record_search(by=by, found=keys, searched=searched)
    else:
        record(Action.CASES_LISTED, by=by, detail={"found": len(shown)}, cases=keys)


@transaction.atomic(savepoint=False)
def record_search(*, by: User, found: Collection[uuid.UUID], searched: str) -> None:
    """Note by which words, blinded, a person searched, and which cases they found: also where they read their number
    alone, for "Export 1 case" tells of a name that there is a case.
    """
    detail = {"found": len(found), "words": blinded_words(searched)}
    record(Action.CASES_SEARCHED, by=by, detail=detail, cases=found)


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
