"""Adding to the health detail of a case, and the sentence that the others may read."""

import datetime as dt
import uuid

from django.db import transaction

from cases.choices import HealthTopic
from cases.errors import CaseClosed
from cases.models import Case, HealthNote, HealthSummary
from cse_portal.access import gate
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
    gate.require(by, Permission.HEALTH_RECORD, case)
    locked = Case.objects.select_for_update(of=("self",)).select_related("lead_agency").get(pk=case.pk)
    if not locked.is_open:
        raise CaseClosed
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
