"""Locking a case before something is written on it, and noting who looked at it."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from cases.record.models.case import Case
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import blinded_words, membership_of, record
from cse_portal.errors import NotAllowedNow, StaleEdit


def apply_edit(row: Any, said: Mapping[str, Any], version: int) -> list[str]:
    """Put onto a locked row what its form said; the names that changed. StaleEdit if it is not at this version."""
    changed = [name for name, value in said.items() if getattr(row, name) != value]
    if changed and row.version != version:
        raise StaleEdit
    for name in changed:
        setattr(row, name, said[name])
    row.version += bool(changed)
    return changed


class CaseClosed(NotAllowedNow):
    """A closed case is read-only."""

    message = "This case is closed, so it cannot be changed. Re-open it with a reason first."


def lock_open(case: Case, permission: Permission, by: User) -> Case:
    """The case with those who lead it, locked for somebody who may do this to it. CaseClosed once work has ended."""
    gate.require(by, permission, case)
    rows = Case.objects.select_for_update(of=("self",)).select_related("lead_agency", "lead_professional")
    locked = rows.get(pk=case.pk)
    if not locked.is_open:
        raise CaseClosed
    return locked


def agency_of(case: Case, by: User) -> Agency:
    """For whom they write: their own agency, or the lead agency where they stand in none."""
    membership = membership_of(by)
    return membership.agency if membership else case.lead_agency


def record_view(
    *, case: Case, by: User, page: str, action: Action = Action.CASE_VIEWED, about: Collection[uuid.UUID] = ()
) -> None:
    """Note that a person opened this page ("overview", "chronology", …) of a case, and who else stood on it."""
    record(action, by=by, obj=case, case=case, detail={"page": page}, about=about)


def record_list(*, by: User, shown: Sequence[Case], searched: str) -> None:
    """Note that a person listed or searched cases, which they were shown, and the words they sought, blinded."""
    keys = [case.pk for case in shown]
    if searched:
        record_search(by=by, found=keys, searched=searched)
    else:
        record(Action.CASES_LISTED, by=by, detail={"found": len(shown)}, cases=keys)


def record_search(*, by: User, found: Collection[uuid.UUID], searched: str) -> None:
    """Note by which words, blinded, a person searched, and which cases they found: also where they read their number
    alone, for "Export 1 case" tells of a name that there is a case.
    """
    detail = {"found": len(found), "words": blinded_words(searched)}
    record(Action.CASES_SEARCHED, by=by, detail=detail, cases=found)
