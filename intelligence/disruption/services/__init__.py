"""Orders asked for, taken from stage to stage, breached, rated and told to the children they protect."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from cases.record.models.case import Case
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.user_context import UserContext
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotAllowedNow, NotVisible
from cse_portal.keys import free_key
from cse_portal.reference.selectors import clock_rule
from cse_portal.ui.presenters import display_date
from intelligence.desk.selectors.leaks import quoted
from intelligence.disruption.choices import BEGUN, OVER, Effect, Stage
from intelligence.disruption.models import Breach, Disruption, DisruptionUpdate, ProtectedChild
from intelligence.disruption.selectors import children_linked, next_stages, tactics
from intelligence.disruption.services import telling
from intelligence.links.selectors import children_named
from intelligence.subjects.models import Subject

FOR_CHILDREN = "This tactic is for a child. Choose one that is used against a person, place or thing."
NO_READER_THERE = (
    "Nobody of this agency may see this subject. The police first issue a report that they may read, or they are shown "
    "the intelligence of a child’s case that is linked."
)
NOT_NOW = "This cannot be recorded of the order as it is now. Look at its page again."
ENDS_BEFORE_IT_STARTS = "The end must be after the start, which is {}. Check both days."
NOT_IN_FORCE_THEN = (
    "The order was not in force at that time. Check the day, or tell the police what happened."
)
NAMES_A_CHILD = "Take out {}: it could name a child to others who read of this order."
SAID_ALREADY = "Somebody has already said what happens next. Look at the breach again."


@dataclass(frozen=True)
class Tactic:
    """What is asked for: a tactic of the toolkit, why, by which agency, by which day, where, and for which children."""

    code: str
    text: str
    agency: Agency
    due_on: dt.date | None = None
    ward: str = ""
    children: Iterable[Case] = ()


@dataclass(frozen=True)
class Step:
    """What became of an order: its stage, what happened and when, and the days and conditions it has from then on."""

    stage: Stage
    text: str
    on: dt.date
    due_on: dt.date | None = None
    served_by: str = ""
    starts_on: dt.date | None = None
    ends_on: dt.date | None = None
    review_on: dt.date | None = None
    conditions: str = ""


@transaction.atomic
def ask_for(
    *, target: Subject, tactic: Tactic, by: User, key: uuid.UUID, source_id: uuid.UUID | None = None
) -> Disruption:
    """Ask an agency for an order against a subject this person sees. Somebody of the agency must see it too.

    A tactic that is for children alone is refused. Where no day is said, it is the clock DISRUPTION_DUE's.
    """
    gate.require(by, Permission.DISRUPTION_ASK)
    if not Subject.objects.visible_to(by).filter(pk=target.pk).exists():
        raise NotVisible
    if found := Disruption.objects.visible_to(by).filter(pk=key, asked_by=by).first():
        return found
    if tactic.code not in {each.code for each in tactics()}:
        raise NotAllowedNow(FOR_CHILDREN, "tactic")
    _name_no_child(target, text=tactic.text)
    made = Disruption(
        pk=free_key(Disruption, key), subject=target, tactic=tactic.code, text=tactic.text, agency=tactic.agency,
        ward=tactic.ward or target.ward, asked_by=by, source_id=source_id,
        due_on=tactic.due_on or clock_rule("DISRUPTION_DUE").due(timezone.localdate()),
    )  # fmt: skip
    made.save(force_insert=True)
    readers = telling.readers_of(made)
    if not readers:
        raise NotAllowedNow(NO_READER_THERE, "agency")
    detail = {"tactic": tactic.code, "agency": str(tactic.agency.pk)}
    record(Action.DISRUPTION_ASKED, by=by, obj=made, detail=detail, about=[made.subject_id])
    telling.tell(made, [reader for reader in readers if reader != by], telling.ASKED)
    protect(disruption=made, children=tactic.children, by=by)
    return made


@transaction.atomic
def protect(*, disruption: Disruption, children: Iterable[Case], by: User) -> None:
    """Children whom the order protects: those who are linked with its subject. Each is added once."""
    chosen = {each.pk for each in children}
    if not chosen:
        return
    gate.require(by, Permission.DISRUPTION_RECORD, disruption)
    linked = list(children_linked(by, disruption.subject).filter(pk__in=chosen))
    if len(linked) != len(chosen):
        raise NotVisible
    there = set(disruption.children.values_list("case", flat=True))
    new = [
        ProtectedChild(disruption=disruption, case=case, added_by=by)
        for case in linked
        if case.pk not in there
    ]
    ProtectedChild.objects.bulk_create(new)
    for each in new:
        record(Action.DISRUPTION_CHANGED, by=by, obj=disruption, case=each.case, detail={"what": "child"})
    if disruption.stage in BEGUN:
        telling.ask_to_tell_children(disruption, [each.case for each in new])


@transaction.atomic
def take_step(*, disruption: Disruption, step: Step, by: User, key: uuid.UUID) -> Disruption:
    """The order's next stage, or new days in the one it has. What is over stays as it is."""
    who, locked, row_key = _hold(disruption, by, key)
    if DisruptionUpdate.objects.filter(pk=row_key).exists():
        return locked
    if step.stage not in next_stages(locked):
        raise NotAllowedNow(NOT_NOW)
    said = {"served_by": step.served_by, "conditions": step.conditions, "text": step.text}
    _name_no_child(locked.subject, **said)
    begins = step.stage in BEGUN and locked.stage not in BEGUN
    _apply(locked, step, begins=begins)
    locked.stage, locked.version = step.stage, locked.version + 1
    locked.save()
    DisruptionUpdate.objects.create(
        pk=row_key, disruption=locked, stage=step.stage, text=step.text, on=step.on, by=by, agency=who.agency
    )
    _note(locked, by, {"stage": step.stage})
    if begins:
        telling.ask_to_tell_children(locked, telling.cases_protected(locked))
    return locked


def _apply(order: Disruption, step: Step, *, begins: bool) -> None:
    """The days and conditions that this step gives an order."""
    if step.stage in OVER:
        order.ended_on = step.on
        return
    if step.stage not in BEGUN:
        if step.due_on is not None and step.due_on != order.due_on:
            order.due_on, order.reminded = step.due_on, ""
        order.conditions = step.conditions or order.conditions
        return
    if begins:
        order.starts_on = step.starts_on or step.on
        served = step.stage == Stage.SERVED
        order.served_on, order.served_by = (step.on, step.served_by) if served else (None, "")
    if order.starts_on and step.ends_on and step.ends_on <= order.starts_on:
        raise NotAllowedNow(ENDS_BEFORE_IT_STARTS.format(display_date(order.starts_on)), "ends_on")
    order.ends_on, order.review_on = step.ends_on, step.review_on
    order.conditions = step.conditions


@transaction.atomic
def record_breach(
    *, disruption: Disruption, happened_at: dt.datetime, text: str, next_text: str, by: User, key: uuid.UUID
) -> Breach:
    """Keep a breach, and tell the CSE Team Manager, the police unit and the leads of protected children at once."""
    who, locked, row_key = _hold(disruption, by, key)
    if found := Breach.objects.filter(pk=row_key).first():
        return found
    day = timezone.localdate(happened_at)
    over = locked.ended_on and day > locked.ended_on or locked.ends_on and day >= locked.ends_on
    if locked.starts_on is None or day < locked.starts_on or over:
        raise NotAllowedNow(NOT_IN_FORCE_THEN, "happened_at")
    _name_no_child(locked.subject, text=text, next_text=next_text)
    said = {"next_text": next_text, "next_by": by, "next_at": timezone.now()} if next_text else {}
    made = Breach.objects.create(
        pk=row_key, disruption=locked, happened_at=happened_at, text=text, by=by, agency=who.agency, **said
    )
    record(Action.DISRUPTION_BREACHED, by=by, obj=locked, about=[locked.subject_id])
    telling.tell_of_breach(locked, by=by)
    return made


@transaction.atomic
def say_what_is_next(*, breach: Breach, text: str, by: User) -> Breach:
    """What happens next after a breach: said once."""
    gate.require(by, Permission.DISRUPTION_RECORD, breach.disruption)
    locked = Breach.objects.select_for_update(of=("self",)).get(pk=breach.pk)
    if locked.next_text == text:
        return locked
    if locked.next_text:
        raise NotAllowedNow(SAID_ALREADY)
    _name_no_child(breach.disruption.subject, text=text)
    locked.next_text, locked.next_by, locked.next_at = text, by, timezone.now()
    locked.save(update_fields=["next_text", "next_by", "next_at"])
    _note(breach.disruption, by, {"what": "what happens next"})
    return locked


@transaction.atomic
def rate(*, disruption: Disruption, effect: Effect, text: str, by: User, key: uuid.UUID) -> Disruption:
    """How much less harm it lets happen, from 0 to 4, and why. Earlier ratings stay in its history."""
    who, locked, row_key = _hold(disruption, by, key)
    if DisruptionUpdate.objects.filter(pk=row_key).exists():
        return locked
    if locked.starts_on is None:
        raise NotAllowedNow(NOT_NOW)
    _name_no_child(locked.subject, text=text)
    locked.effect, locked.version = effect, locked.version + 1
    locked.save(update_fields=["effect", "version"])
    DisruptionUpdate.objects.create(
        pk=row_key, disruption=locked, effect=effect, text=text, by=by, agency=who.agency
    )
    _note(locked, by, {"effect": int(effect)})
    return locked


@transaction.atomic
def tell_child(*, child: ProtectedChild, told_on: dt.date | None, because: str, by: User) -> ProtectedChild:
    """The child was told of the order, or it was agreed not to tell; by who works on the child's case."""
    gate.require(by, Permission.DISRUPTION_VIEW, child.disruption)
    gate.require(by, Permission.CASE_CHANGE, child.case)
    locked = ProtectedChild.objects.select_for_update(of=("self",)).get(pk=child.pk)
    locked.told_on, locked.not_told_because, locked.told_by = told_on, "" if told_on else because, by
    locked.save(update_fields=["told_on", "not_told_because", "told_by"])
    detail = {"what": "told" if told_on else "not told"}
    record(Action.DISRUPTION_CHANGED, by=by, obj=child.disruption, case=child.case, detail=detail)
    return locked


def record_shown(*, shown: list[Disruption], by: User, page: str, case: Case | None = None) -> None:
    """A person read this order, or the list of what they may see."""
    detail = {"page": page, "shown": [str(each.pk) for each in shown]}
    about = [each.subject_id for each in shown]
    one = shown[0] if len(shown) == 1 else None
    record(Action.DISRUPTION_VIEWED, by=by, obj=one, case=case, detail=detail, about=about)


def _hold(disruption: Disruption, by: User, key: uuid.UUID) -> tuple[UserContext, Disruption, uuid.UUID]:
    """Where the person stands, the order locked for what they report, and the key of the row that keeps it."""
    who = gate.require_standing(by, Permission.DISRUPTION_RECORD, disruption)
    locked = Disruption.objects.select_for_update(of=("self",)).get(pk=disruption.pk)
    return who, locked, uuid.uuid5(locked.pk, str(key))


def _name_no_child(subject: Subject, **texts: str) -> None:
    """Anyone who sees the subject reads these texts, also who may not know of the child."""
    for field, text in texts.items():
        if leaks := children_named(subject, text):
            raise NotAllowedNow(NAMES_A_CHILD.format(quoted(leaks)), field)


def _note(disruption: Disruption, by: User, detail: dict[str, object]) -> None:
    record(Action.DISRUPTION_CHANGED, by=by, obj=disruption, detail=detail, about=[disruption.subject_id])
