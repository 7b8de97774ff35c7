"""Writing a concern a step at a time, sending it to triage, reading it and adding to it."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from cases.chronology.models import EntryKind
from cases.chronology.services import add_entry
from cases.concerns.choices import ConcernState, ConcernStep, Urgency
from cases.concerns.models import (
    HELPS,
    Concern,
    ConcernAddendum,
    ConcernDecision,
    ConcernIndicator,
    ConcernMention,
)
from cases.concerns.selectors import CHILD_FIELDS, StepAnswers, answers_of, screening
from cases.record.choices import HarmStatus, RiskCategory, usual_basis
from cases.record.models.case import Case
from cases.record.presenters import shortened
from cases.sharing.services.exclusions import find_of
from cases.sharing.services.telling import notify_about_case, notify_about_concern
from cse_portal import acting
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.user_context import people_who_may
from cse_portal.accounts.choices import AgencyKind
from cse_portal.accounts.models import Agency, Membership, User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import erase_values, membership_of, record
from cse_portal.errors import NotAllowedNow, NotPermitted, StaleEdit
from cse_portal.jobs.models import Notification
from cse_portal.jobs.services import notify_all
from cse_portal.keys import free_key, free_reference
from cse_portal.reference.selectors import clock_rule


class ConcernAlreadySubmitted(NotAllowedNow):
    """A submitted concern is a record; it is added to, never edited."""

    message = "This concern has been submitted and cannot be changed. You can add to it."


@transaction.atomic
def start(*, by: User, key: uuid.UUID | None = None) -> Concern:
    """An empty draft of this author's. The same key again finds the same draft, so a double click makes one."""
    gate.require(by, Permission.CONCERN_CREATE)
    membership = membership_of(by)
    if membership is None:
        raise NotPermitted
    if key is None or not Concern.objects.filter(pk=key, author=by).exists():
        key = free_key(Concern, key)
    concern, made = Concern.objects.get_or_create(
        pk=key,
        defaults={
            "reference": free_reference(Concern, "CON"),
            "author": by,
            "author_agency": membership.agency,
            "lawful_basis": usual_basis(membership.agency.kind),
        },
    )
    if made:
        record(Action.CONCERN_DRAFTED, by=by, obj=concern)
    return concern


@transaction.atomic
def save_step(
    *, concern: Concern, step: ConcernStep, answers: StepAnswers, by: User, seen: str = ""
) -> Concern:
    """Keep one step's answers. `seen` is the mark of the answers the author had before them when they wrote these."""
    locked = lock_draft(concern, by)
    if seen and answers_of(locked, step).mark not in (seen, answers.mark):
        raise StaleEdit
    _write(locked, step, answers)
    _mark(locked, step, done=True)
    locked.unfinished.pop(step.value, None)
    locked.version += 1
    locked.save()
    record(Action.CONCERN_DRAFT_SAVED, by=by, obj=locked, detail={"step": step.value})
    return locked


@transaction.atomic
def save_all(*, concern: Concern, answers: Mapping[ConcernStep, StepAnswers], by: User) -> Concern:
    """Keep the answers of every step at once.

    Anyone who sends a concern in one go has called about immediate danger.
    """
    locked = lock_draft(concern, by)
    for step in ConcernStep:
        _write(locked, step, answers.get(step, StepAnswers()))
        _mark(locked, step, done=True)
    locked.emergency_called = bool(locked.immediate_danger)
    locked.version += 1
    locked.save()
    record(Action.CONCERN_DRAFT_SAVED, by=by, obj=locked, detail={"step": "all"})
    return locked


@transaction.atomic
def leave_step(*, concern: Concern, step: ConcernStep, typed: dict[str, list[str]], by: User) -> Concern:
    """Keep a step exactly as typed, unchecked, for when its author comes back. It no longer counts as done."""
    locked = lock_draft(concern, by)
    locked.unfinished[step.value] = {
        name: [value.replace("\x00", "") for value in values] for name, values in typed.items()
    }
    _mark(locked, step, done=False)
    locked.version += 1
    locked.save(update_fields=["unfinished", "steps_done", "version"])
    record(Action.CONCERN_DRAFT_SAVED, by=by, obj=locked, detail={"step": step.value, "unfinished": True})
    return locked


@transaction.atomic
def discard(*, concern: Concern, by: User) -> None:
    """The author throws an unfinished concern away, for good. Nothing that was submitted can be."""
    locked = lock_draft(concern, by)
    record(Action.CONCERN_DRAFT_DELETED, by=by, obj=locked)
    locked.delete()
    # Nobody sent it, so no disposal would ever find what the audit kept of its rows.
    erase_values([concern.pk])


def lock_draft(concern: Concern, by: User) -> Concern:
    """The draft, locked, for its author."""
    gate.require(by, Permission.CONCERN_EDIT, concern)
    locked = Concern.objects.select_for_update().get(pk=concern.pk)
    if locked.state != ConcernState.DRAFT:
        raise ConcernAlreadySubmitted
    return locked


def _write(concern: Concern, step: ConcernStep, answers: StepAnswers) -> None:
    for name, value in answers.fields.items():
        setattr(concern, name, value)
    if step == ConcernStep.CHILD:
        concern.unknown = [name for name in CHILD_FIELDS if getattr(concern, name) in ("", None, [])]
    if step == ConcernStep.SIGNS:
        concern.indicators.all().delete()
        ConcernIndicator.objects.bulk_create(
            ConcernIndicator(concern=concern, **row) for row in answers.indicators
        )
    if step == ConcernStep.OTHERS:
        concern.mentions.all().delete()
        ConcernMention.objects.bulk_create(
            ConcernMention(concern=concern, order=order, **row)
            for order, row in enumerate(answers.mentions, 1)
        )


def _mark(concern: Concern, step: ConcernStep, *, done: bool) -> None:
    kept = {*concern.steps_done, step.value} if done else {*concern.steps_done} - {step.value}
    concern.steps_done = [value for value in ConcernStep.values if value in kept]


@transaction.atomic
def add_addendum(
    *, concern: Concern, text: str, by: User, changes_danger: bool = False, key: uuid.UUID | None = None
) -> ConcernAddendum:
    """Add something learned since. The original stays as it was sent; the people who follow it now are told.

    If it changes the danger the concern is at least urgent, and triage is told at once: one that was decided without
    a case waits for a decision again. The same key again finds the same words.
    """
    gate.require(by, Permission.CONCERN_ADD, concern)
    concern = Concern.objects.select_for_update(of=("self",)).select_related("handled_by").get(pk=concern.pk)
    made = ConcernAddendum.objects.filter(pk=key, concern=concern, added_by=by).first() if key else None
    if made is not None:
        return made
    addendum = ConcernAddendum.objects.create(
        pk=free_key(ConcernAddendum, key), concern=concern, text=text, added_by=by,
        changes_danger=changes_danger,
    )  # fmt: skip
    record(Action.CONCERN_ADDENDUM_ADDED, by=by, obj=addendum, case=_case_of(concern), about=[concern.pk])
    _tell_who_follows(concern, addendum, by)
    if changes_danger:
        make_urgent(concern)
        if concern.case_id is None:
            concern = return_to_triage(concern=concern, by=by, alert=False)
        _tell_triage(
            concern,
            f"Urgent: new information changes the danger in concern {concern.reference}.",
            urgent=True,
        )
    return addendum


def make_urgent(concern: Concern) -> None:
    """It is at least urgent from now on."""
    Concern.objects.filter(pk=concern.pk, urgency=Urgency.ROUTINE).update(urgency=Urgency.HIGH)


def tell_addendum(*, case: Case, addendum: ConcernAddendum, by: User) -> None:
    """The chronology of the case that the concern became tells what was learned later."""
    danger = " It changes the danger." if addendum.changes_danger else ""
    said = f"Added to concern {addendum.concern.reference} by {addendum.added_by.full_name}.{danger}"
    add_entry(
        case=case, kind=EntryKind.CONCERN, happened_on=timezone.localdate(addendum.added_at),
        text=shortened(f"{said}\n{addendum.text}", 1000), source_id=addendum.pk, by=by,
    )  # fmt: skip


def _tell_who_follows(concern: Concern, addendum: ConcernAddendum, by: User) -> None:
    """While it waits, who handles it; then the lead of its case, and else who decided it. An agency that helps, too."""
    urgent = addendum.changes_danger
    told = "Urgent: new information changes the danger in" if urgent else "Something was added to"
    told = f"{told} concern {concern.reference}"
    decision = concern.decisions.select_related("decided_by").order_by("decided_at").last()
    decider = decision.decided_by if decision else None
    if concern.case_id:
        with acting.for_the_system():  # the author of a concern need not see the case that it became
            rows = Case.objects.select_related("lead_agency", "lead_professional")
            case = rows.get(pk=concern.case_id)
            tell_addendum(case=case, addendum=addendum, by=by)
            words, person = f"{told} of case {case.reference}.", case.lead_professional or decider
            notify_about_case(case, words, person=person, by=by, concern=concern, urgent=urgent)
    elif not urgent:  # all of triage is told of that
        person, does = (concern.handled_by, "handle") if concern.is_waiting else (decider, "decided")
        if person not in (None, by):
            notify_about_concern(concern, f"{told}, which you {does}.", person=person)
    helps = set(concern.hand_offs.filter(state__in=HELPS).values_list("agency", flat=True))
    memberships = Membership.objects.current().filter(agency__in=helps, user__is_active=True).exclude(user=by)
    for membership in memberships.select_related("user"):
        notify_about_concern(concern, f"{told}, which was handed to your agency.", person=membership.user)


def record_view(*, concern: Concern, by: User, page: str) -> None:
    """Note who read the concern, and that its author has now seen the feedback: a person, for no system is told it."""
    detail, child = {"page": page}, [shown_as(concern)]
    record(Action.CONCERN_VIEWED, by=by, obj=concern, case=_case_of(concern), detail=detail, cases=child)
    if concern.author_id == by.pk and not by.is_system:
        unread = ConcernDecision.objects.filter(concern=concern, read_by_author_at__isnull=True)
        unread.update(read_by_author_at=timezone.now())


def record_listed(*, shown: list[Concern], by: User, detail: dict[str, str]) -> None:
    """Note which concerns a list showed, and which filters chose them."""
    said = {**detail, "shown": [str(concern.pk) for concern in shown]}
    record(Action.CONCERNS_LISTED, by=by, detail=said, cases=map(shown_as, shown))


def _case_of(concern: Concern) -> Case | None:
    """By its key alone: its author does not see it, and on a page has a concern without one."""
    return Case(pk=concern.case_id) if concern.case_id else None


def shown_as(concern: Concern) -> uuid.UUID:
    """By what a look at a concern counts as one at a child: the case, or the concern itself while it has none.

    Anyone who reads the child's page of the audit later finds both, and the night's rules count both.
    """
    return concern.case_id or concern.pk


CLOCK = "TRIAGE_DECISION"


@transaction.atomic
def submit(*, concern: Concern, by: User) -> Concern:
    """Send the concern to the CSE team.

    They decide within one working day; what comes after 5pm counts as received the next one (Working Together).
    """
    locked = lock_draft(concern, by)
    if locked.steps_left:
        raise NotAllowedNow("Some questions still need an answer before this concern can be submitted.")
    locked.submitted_at = _start_clock(locked)
    locked.urgency, locked.indicated = urgency_of(locked), screening(locked).category
    locked.version += 1
    locked.save()
    find_of(locked)
    record(Action.CONCERN_SUBMITTED, by=by, obj=locked, detail={"urgency": locked.urgency})
    if locked.urgency != Urgency.ROUTINE:
        alert_triage(locked)
    return locked


@transaction.atomic
def return_to_triage(*, concern: Concern, by: User, alert: bool = True, danger: bool = False) -> Concern:
    """It waits for a decision again, at least urgent, and its clock runs anew. The earlier decision stays on record.

    Where the child is in danger now, it waits first of all.

    Who calls this has asked the gate: an agency that works with the child says that more is needed, or news changes
    the danger.
    """
    locked = Concern.objects.select_for_update(of=("self",)).get(pk=concern.pk)
    if locked.state == ConcernState.DECIDED:
        _start_clock(locked)
        locked.decision = None
        if danger:
            locked.urgency = Urgency.IMMEDIATE
        elif locked.urgency == Urgency.ROUTINE:
            locked.urgency = Urgency.HIGH
        locked.version += 1
        locked.save(update_fields=["state", "decide_by", "clock_rule", "decision", "urgency", "version"])
        record(Action.CONCERN_STEPPED_UP, by=by, obj=locked)
        if alert:
            alert_triage(locked)
    return locked


def _start_clock(concern: Concern) -> dt.datetime:
    """It waits from now on."""
    rule, now = clock_rule(CLOCK), timezone.now()
    concern.state, concern.decide_by = ConcernState.SUBMITTED, rule.due(now)
    concern.clock_rule = f"{rule.code} version {rule.version}"
    return now


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


def alert_triage(concern: Concern) -> None:
    """Tell everyone who may decide this concern that it waits."""
    text = f"{concern.get_urgency_display()}: concern {concern.reference} waits for a decision."
    _tell_triage(concern, text, urgent=concern.urgency == Urgency.IMMEDIATE)


def _tell_triage(concern: Concern, text: str, *, urgent: bool) -> None:
    may = people_who_may(Permission.CONCERN_DECIDE)
    readers = [each for each in may if gate.can(each, Permission.CONCERN_DECIDE, concern)]
    page = reverse(f"cases:{'triage-concern' if concern.is_waiting else 'concern'}", args=[concern.reference])
    lines = [Notification(user=reader, text=text, url=page, about_id=concern.pk) for reader in readers]
    notify_all(lines, urgent=urgent)


@transaction.atomic
def log_from_register(*, facts: dict[str, Any], urgency: Urgency, by: User) -> Concern:
    """What the police's register of missing people says of a child without a case, sent to triage as the system.

    It belongs to the CSE team: a force that found no concern of its own would know that the child has a case.
    """
    concern = Concern(
        reference=free_reference(Concern, "CON"), author=by, urgency=urgency, steps_done=ConcernStep.values,
        author_agency=Agency.objects.get(kind=AgencyKind.CSE_TEAM), immediate_danger=False, lawful_basis="S35", **facts,
    )  # fmt: skip
    concern.unknown = [name for name in CHILD_FIELDS if getattr(concern, name) in ("", None, [])]
    concern.submitted_at = _start_clock(concern)
    concern.save()
    find_of(concern)
    record(Action.CONCERN_SUBMITTED, by=by, obj=concern, detail={"urgency": urgency})
    if urgency != Urgency.ROUTINE:
        alert_triage(concern)
    return concern


def add_from_register(*, concern: Concern, text: str, urgency: Urgency, by: User) -> None:
    """What the register says now. A grade that is more urgent ranks the concern anew while it waits."""
    locked = Concern.objects.select_for_update(of=("self",)).get(pk=concern.pk)
    addendum = ConcernAddendum.objects.create(concern=locked, text=text, added_by=by)
    record(Action.CONCERN_ADDENDUM_ADDED, by=by, obj=addendum, case=_case_of(locked), about=[locked.pk])
    order = Urgency.values
    if locked.is_waiting and order.index(urgency) < order.index(locked.urgency):
        locked.urgency = urgency
        locked.save(update_fields=["urgency"])
        alert_triage(locked)
    else:
        _tell_who_follows(locked, addendum, by)
