"""Reading hot spots is on record."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from cases.concerns.models import Concern
from cases.concerns.services import shown_as
from cases.missing.models import MissingEpisode
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from intelligence.desk.models import IntelligenceReport
from intelligence.desk.services import linked_cases


@transaction.atomic(savepoint=False)
def record_hotspots(*, shown: Iterable[Any], by: User, detail: dict[str, Any]) -> None:
    """Note that somebody read the pictures, which were chosen, and each child whom a row behind them is about.

    A report is a look at every child that it is linked with, also at one of whom its reader is told nothing.
    """
    rows = list(shown)
    cases = [
        *(shown_as(each) for each in rows if isinstance(each, Concern)),
        *(each.case_id for each in rows if isinstance(each, MissingEpisode)),
        *linked_cases([each.pk for each in rows if isinstance(each, IntelligenceReport)]),
    ]
    said = {**detail, "shown": sorted(str(each.pk) for each in rows)}
    record(Action.HOTSPOTS_VIEWED, by=by, detail=said, cases=cases)
