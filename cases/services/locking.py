"""The case, locked before anything that hangs on it is written."""

from cases.errors import CaseClosed
from cases.models import Case
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User


def lock_open(case: Case, permission: Permission, by: User) -> Case:
    """The case with those who lead it, locked for somebody who may do this to it. CaseClosed once work has ended."""
    gate.require(by, permission, case)
    rows = Case.objects.select_for_update(of=("self",)).select_related("lead_agency", "lead_professional")
    locked = rows.get(pk=case.pk)
    if not locked.is_open:
        raise CaseClosed
    return locked
