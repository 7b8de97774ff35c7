"""Adding to the health detail of a case, and the sentence that the others may read."""

import datetime as dt
import uuid

from django.db import transaction

from cases.choices import HealthTopic
from cases.models import Case, HealthNote, HealthSummary
from cases.services.locking import lock_open
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import membership_of, record
from cse_portal.keys import free_key


@transaction.atomic
def add_note(
    *,
    case: Case,
    topic: HealthTopic,
    happened_on: dt.date,
    text: str,
    by: User,
    for_others: str = "",
    key: uuid.UUID | None = None,
) -> HealthNote:
    """A health agency writes down what it knows and, apart from it, what a meeting may hear. A key adds one note."""
    locked = lock_open(case, Permission.HEALTH_RECORD, by)
    if key and (made := HealthNote.objects.filter(pk=key, case=locked).first()):
        return made
    membership = membership_of(by)
    agency = membership.agency if membership else locked.lead_agency
    note = HealthNote.objects.create(
        pk=free_key(HealthNote, key), case=locked, topic=topic, happened_on=happened_on, text=text,
        recorded_by=by, agency=agency,
    )  # fmt: skip
    if for_others:
        HealthSummary.objects.create(case=locked, text=for_others, recorded_by=by, agency=agency)
    # Of what kind it is stands in no event: even that is detail.
    detail = {"for_others": bool(for_others)}
    record(Action.HEALTH_RECORDED, by=by, obj=note, case=locked, detail=detail)
    return note
