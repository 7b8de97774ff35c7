"""Sending a concern to triage: from here on it is a record, and a clock runs."""

import uuid
from collections.abc import Mapping

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from cases.choices import ConcernState, ConcernStep, HarmStatus, RiskCategory, Urgency
from cases.models import Concern
from cases.selectors.concerns import StepAnswers, screening
from cases.services.concerns.drafts import lock_draft, save_all, start
from cases.services.exclusions import find_of
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.standing import people_who_may
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotAllowedNow
from cse_portal.jobs.models import Notification
from cse_portal.jobs.services import notify_all
from cse_portal.reference.selectors import clock_rule

CLOCK = "TRIAGE_DECISION"


@transaction.atomic
def submit(*, concern: Concern, by: User) -> Concern:
    """Send the concern to the CSE team.

    They decide within one working day; what comes after 5pm counts as received the next one (Working Together).
    """
    locked = lock_draft(concern, by)
    if locked.steps_left:
        raise NotAllowedNow("Some questions still need an answer before this concern can be submitted.")
    rule, now = clock_rule(CLOCK), timezone.now()
    locked.state, locked.submitted_at, locked.decide_by = ConcernState.SUBMITTED, now, rule.due(now)
    locked.clock_rule = f"{rule.code} version {rule.version}"
    locked.urgency = urgency_of(locked)
    locked.version += 1
    locked.save()
    find_of(locked)
    record(Action.CONCERN_SUBMITTED, by=by, obj=locked, detail={"urgency": locked.urgency})
    if locked.urgency != Urgency.ROUTINE:
        _alert_triage(locked)
    return locked


@transaction.atomic
def log(*, answers: Mapping[ConcernStep, StepAnswers], by: User, key: uuid.UUID | None = None) -> Concern:
    """Write and send a concern in one go, as the API does. The same key again finds the same concern."""
    concern = start(by=by, key=key)
    if concern.state != ConcernState.DRAFT:
        return concern
    return submit(concern=save_all(concern=concern, answers=answers, by=by), by=by)


def urgency_of(concern: Concern) -> Urgency:
    """How soon triage must look: danger now, harm or a floor of the screening profile, or neither."""
    if concern.immediate_danger:
        return Urgency.IMMEDIATE
    serious = any(floor.category >= RiskCategory.MEDIUM for floor in screening(concern).floors)
    harmed = concern.harm_status in (HarmStatus.H2, HarmStatus.H3)
    return Urgency.HIGH if harmed or serious else Urgency.ROUTINE


def _alert_triage(concern: Concern) -> None:
    may = people_who_may(Permission.CONCERN_DECIDE)
    readers = [each for each in may if gate.can(each, Permission.CONCERN_DECIDE, concern)]
    text = f"{concern.get_urgency_display()}: concern {concern.reference} waits for a decision."
    page = reverse("cases:triage-concern", args=[concern.reference])
    lines = [Notification(user=reader, text=text, url=page, about_id=concern.pk) for reader in readers]
    notify_all(lines, urgent=concern.urgency == Urgency.IMMEDIATE)
