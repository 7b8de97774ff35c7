"""Whether what is on record explains that somebody saw a case: the row rule, asked of the past.

The audit's own ledger says who was given a case and when that ended, and when it was restricted; who was shut out is
read from the exclusions.
"""

import datetime as dt
from typing import Any

from django.db.models import Q

from cases.models import Exclusion
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent

SHUT_OUT = "Opened the case although they, or their agency, had been shut out of it."
NOT_NAMED = "Opened the case although it was restricted, and no access of theirs by name was on record at that moment."
NOT_GIVEN = "Opened the case although no access of theirs, or of their agency, was on record at that moment."


def why_unexplained(look: AuditEvent) -> str:
    """Why this look at a case is not explained by what was on record at its moment; empty where it is."""
    if _was_shut_out(look):
        return SHUT_OUT
    # Of a restricted case an agency's grant waits until the restriction is lifted.
    if _was_restricted(look):
        return "" if _was_given(look, [str(look.actor_id)]) else NOT_NAMED
    return "" if _was_given(look, [str(look.actor_id), str(look.agency_id)]) else NOT_GIVEN


def _was_shut_out(look: AuditEvent) -> bool:
    """Whether an exclusion of this person, or of their agency, held then."""
    theirs = Q(user=look.actor_id) | Q(agency=look.agency_id, agency__isnull=False)
    held = Q(ended_at__isnull=True) | Q(ended_at__gt=look.at)
    rows = Exclusion.objects.filter(theirs, held, child__case=look.case_id)
    return rows.filter(confirmed_at__lte=look.at).exists()


def _was_restricted(look: AuditEvent) -> bool:
    turns = AuditEvent.objects.filter(
        action__in=(Action.CASE_RESTRICTED, Action.CASE_UNRESTRICTED), case_id=look.case_id, at__lte=look.at
    )
    last = turns.order_by("-at", "-pk").values_list("action", flat=True).first()
    return last == Action.CASE_RESTRICTED


def _was_given(look: AuditEvent, holders: list[str]) -> bool:
    """Whether the record of sharing explains this look: given to one of these holders, and not taken back.

    Sight comes from several sources, and through several meetings; it ends in each for itself.
    """
    ledger = AuditEvent.objects.filter(
        action__in=(Action.ACCESS_GRANTED, Action.ACCESS_WITHDRAWN),
        case_id=look.case_id, at__lte=look.at, detail__holder__in=holders,
    )  # fmt: skip
    holds: dict[tuple[str, str, str | None], bool] = {}
    for action, detail in ledger.order_by("at", "pk").values_list("action", "detail"):
        if "view_case" not in detail.get("may", ("view_case",)):
            continue  # a part kept apart, given or taken: by that nobody sees the case
        if action == Action.ACCESS_GRANTED:
            until = detail.get("until")
            goes_on = until is None or dt.datetime.fromisoformat(until) > look.at
            holds[detail["holder"], detail["source"], detail.get("source_id")] = goes_on
        else:
            holds = {key: held and not _took(detail, *key) for key, held in holds.items()}
    return any(holds.values())


def _took(withdrawn: dict[str, Any], holder: str, source: str, source_id: str | None) -> bool:
    """Whether this withdrawal took what came from there; without a source it took all, without a meeting each one's."""
    return (
        withdrawn["holder"] == holder
        and withdrawn["source"] in (None, source)
        and withdrawn.get("source_id") in (None, source_id)
    )
