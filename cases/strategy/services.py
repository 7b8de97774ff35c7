"""Recording a strategy discussion."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from cases.chronology.models import EntryKind
from cases.chronology.services import add_entry
from cases.concerns.models import Concern
from cases.record.models.case import Case
from cases.record.services import lock_open
from cases.strategy.models import StrategyDiscussion, StrategyOutcome
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import membership_of, record
from cse_portal.errors import NotAllowedNow, NotPermitted
from cse_portal.keys import free_key
from cse_portal.ui.presenters import joined


class NotHeldYet(NotAllowedNow):
    """A discussion is recorded when it was held."""

    message = "The strategy discussion cannot be in the future."
    field = "held_on"


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
    made, is_new = _make(said, by, key, case=locked)
    if is_new:
        _tell_chronology(made, locked, by)
    return made


@transaction.atomic
def record_at_triage(
    *, concern: Concern, said: Discussed, by: User, key: uuid.UUID | None = None
) -> StrategyDiscussion:
    """A discussion was held about a concern that waits for its decision. It goes with the concern into a case."""
    gate.require(by, Permission.CONCERN_DECIDE, concern)
    locked = Concern.objects.select_for_update(of=("self",)).get(pk=concern.pk)
    if not locked.is_waiting:
        raise NotAllowedNow("This concern has been decided. Record the discussion on its case.")
    return _make(said, by, key, concern=locked)[0]


def go_into_case(*, concern: Concern, case: Case, by: User) -> None:
    """What was discussed at triage belongs to the case that the concern became. The caller holds the case."""
    for made in StrategyDiscussion.objects.filter(concern=concern, case__isnull=True):
        made.case = case
        made.save(update_fields=["case"])
        _tell_chronology(made, case, by)


def leave_case(*, concern: Concern) -> None:
    """They go back to triage with the concern."""
    StrategyDiscussion.objects.filter(concern=concern).update(case=None)


def _make(
    said: Discussed, by: User, key: uuid.UUID | None, **about: Case | Concern
) -> tuple[StrategyDiscussion, bool]:
    """The discussion, and whether it is new."""
    if key and (made := StrategyDiscussion.objects.filter(pk=key, **about).first()):
        return made, False
    if said.held_on > timezone.localdate():
        raise NotHeldYet
    if len(said.took_part) < 2:  # social care and the police at least (Working Together)
        raise NotAllowedNow("Select at least two agencies that took part.", "took_part")
    membership = membership_of(by)
    if membership is None:
        raise NotPermitted
    made = StrategyDiscussion.objects.create(
        pk=free_key(StrategyDiscussion, key), recorded_by=by, agency=membership.agency, held_on=said.held_on,
        took_part=list(said.took_part), outcome=said.outcome, why=said.why, **about,
    )  # fmt: skip
    detail = {"outcome": said.outcome.value}
    record(
        Action.STRATEGY_RECORDED, by=by, obj=made, case=made.case, detail=detail, about=[made.concern_id]
    )  # fmt: skip
    return made, True


def _tell_chronology(made: StrategyDiscussion, case: Case, by: User) -> None:
    text = (
        f"Strategy discussion: {made.get_outcome_display()}. Took part: {joined(made.took_part)}.\n{made.why}"
    )
    add_entry(
        case=case,
        kind=EntryKind.STRATEGY,
        happened_on=made.held_on,
        text=text[:1000],
        by=by,
        source_id=made.pk,
    )
