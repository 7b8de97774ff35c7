"""Recording a strategy discussion."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from cases.chronology.models import EntryKind
from cases.chronology.services import add_entry
from cases.record.models.case import Case
from cases.record.services import lock_open
from cases.strategy.models import StrategyDiscussion, StrategyOutcome
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import membership_of, record
from cse_portal.errors import NotAllowedNow
from cse_portal.keys import free_key
from cse_portal.ui.presenters import joined


class NotHeldYet(NotAllowedNow):
    """A discussion is recorded when it was held."""

    message = "The strategy discussion cannot be in the future."
    field = "held_on"


class OneAgencyAlone(NotAllowedNow):
    """A discussion has two parties at least (Working Together: social care and the police)."""

    message = "Select at least two agencies that took part."
    field = "took_part"


@dataclass(frozen=True)
class Discussed:
    """When it was held, the names of the agencies that took part, what followed and why."""

    held_on: dt.date
    took_part: tuple[str, ...]
    outcome: StrategyOutcome
    why: str


@transaction.atomic
def record_discussion(
    *, case: Case, said: Discussed, by: User, key: uuid.UUID | None = None
) -> StrategyDiscussion:
    """A strategy discussion was held, and the chronology tells it. The same key again finds the same discussion."""
    locked = lock_open(case, Permission.CASE_CHANGE, by)
    if key and (made := StrategyDiscussion.objects.filter(pk=key, case=locked).first()):
        return made
    if said.held_on > timezone.localdate():
        raise NotHeldYet
    if len(said.took_part) < 2:
        raise OneAgencyAlone
    membership = membership_of(by)
    made = StrategyDiscussion.objects.create(
        pk=free_key(StrategyDiscussion, key), case=locked, recorded_by=by, held_on=said.held_on,
        took_part=list(said.took_part), outcome=said.outcome, why=said.why,
        agency=membership.agency if membership else locked.lead_agency,
    )  # fmt: skip
    text = (
        f"Strategy discussion: {made.get_outcome_display()}. Took part: {joined(said.took_part)}.\n{said.why}"
    )
    add_entry(
        case=locked, kind=EntryKind.STRATEGY, happened_on=said.held_on, text=text[:1000], by=by,
        source_id=made.pk,
    )  # fmt: skip
    record(Action.STRATEGY_RECORDED, by=by, obj=made, case=locked, detail={"outcome": said.outcome.value})
    return made
