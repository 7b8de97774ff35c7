"""Whether everybody who belongs at a meeting's table is asked to it."""

import datetime as dt
import uuid
from collections.abc import Iterable

from cse_portal.accounts.models import Agency
from cse_portal.reference.selectors import codes
from cse_portal.reference.working_days import local_day
from mase.choices import role_of
from mase.models import Invitation

ALLOCATED = "SW"  # of the reference list of roles: the allocated social worker or case worker


def all_asked(
    invitations: Iterable[Invitation], agencies: Iterable[Agency], *, lead: uuid.UUID | None, on: dt.date
) -> tuple[dt.date | None, tuple[str, ...]]:
    """The day on which the last role that belongs at every table was asked, and the roles nobody is asked in.

    There is no such day while one is missing, however many others were asked. Which roles these are is reference data,
    as it stood `on` the day of booking. Who comes from an agency counts for the role it usually comes in, too, and
    the `lead` professional, wherever they work, for the child's allocated worker.
    """
    usual = {each.pk: role_of(each) for each in agencies}
    first: dict[str, dt.date] = {}
    for each in sorted(invitations, key=lambda each: each.invited_at):
        leads = each.person_id is not None and each.person_id == lead
        usually = usual.get(each.agency_id, "") if each.agency_id else ""
        for role in (each.role, usually, ALLOCATED if leads else ""):
            first.setdefault(role, local_day(each.invited_at))
    expected = [each for each in codes("meeting-role", on=on) if each.extra.get("expected")]
    nobody = tuple(each.label for each in expected if each.code not in first)
    return None if nobody else max((first[each.code] for each in expected), default=on), nobody
