"""Disruption agreed, put in force, ended or not used, and reminders of its dates."""

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.user_context import people_who_may
from cse_portal.accounts.models import Agency, Membership, User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotAllowedNow, NotVisible
from cse_portal.jobs.models import Notification
from cse_portal.jobs.services import notify_all
from cse_portal.keys import free_key
from cse_portal.reference.selectors import clock_rule
from intelligence.disruption.models import Disruption, DisruptionNotice, DisruptionState, DisruptionUpdate
from intelligence.subjects.models import Subject


@dataclass(frozen=True)
class Tactic:
    """What is agreed: a tactic of the toolkit, in which words, by which agency, to be in force by which day."""

    code: str
    text: str
    agency: Agency
    due_on: dt.date | None = None


@dataclass(frozen=True)
class Step:
    """What became of it: the new state, what happened, and its days; where it still waits, perhaps another due day."""

    state: DisruptionState
    text: str
    on: dt.date
    expires_on: dt.date | None = None
    due_on: dt.date | None = None


@transaction.atomic
def agree(
    *,
    target: Subject,
    tactic: Tactic,
    by: User,
    key: uuid.UUID,
    source_id: uuid.UUID | None = None,
) -> Disruption:
    """Agree on a tactic against a subject this person sees. Somebody of the agency must see it too.

    Where no day is agreed, it is the clock DISRUPTION_DUE's.
    """
    gate.require(by, Permission.DISRUPTION_AGREE)
    if not Subject.objects.visible_to(by).filter(pk=target.pk).exists():
        raise NotVisible
    if found := Disruption.objects.visible_to(by).filter(pk=key, agreed_by=by).first():
        return found
    made = Disruption(
        pk=free_key(Disruption, key), subject=target, tactic=tactic.code, text=tactic.text, agency=tactic.agency,
        agreed_by=by, source_id=source_id,
        due_on=tactic.due_on or clock_rule("DISRUPTION_DUE").due(timezone.localdate()),
    )  # fmt: skip
    made.save(force_insert=True)
    readers = readers_of(made)
    if not readers:
        raise NotAllowedNow(
            "Nobody of this agency may see this subject. The police first issue a report "
            "that they may read, or they are shown the intelligence of a child’s case that is "
            "linked."
        )
    detail = {"tactic": tactic.code, "agency": str(tactic.agency.pk)}
    record(Action.DISRUPTION_AGREED, by=by, obj=made, detail=detail, about=[made.subject_id])
    url = reverse("intelligence:disruption", args=[made.pk])
    text = "Your agency has agreed to disrupt a subject of concern."
    told = [reader for reader in readers if reader != by]
    notify_all(Notification(user=reader, text=text, url=url, about_id=made.pk) for reader in told)
    return made


@transaction.atomic
def take_step(*, disruption: Disruption, step: Step, by: User, key: uuid.UUID) -> Disruption:
    """Put it in force, end it, or say that it is not used after all. What is over stays as it is."""
    who = gate.require_standing(by, Permission.DISRUPTION_RECORD, disruption)
    locked = Disruption.objects.select_for_update(of=("self",)).get(pk=disruption.pk)
    row_key = uuid.uuid5(locked.pk, str(key))
    if DisruptionUpdate.objects.filter(pk=row_key).exists():
        return locked
    if not locked.is_open:
        raise NotAllowedNow("This disruption is over, so nothing more is reported on it.")
    locked.state, locked.version = step.state, locked.version + 1
    if step.state == DisruptionState.IN_FORCE:
        locked.in_force_from, locked.expires_on = step.on, step.expires_on
    elif step.state != DisruptionState.AGREED:
        locked.ended_on = step.on
    elif step.due_on is not None and step.due_on != locked.due_on:
        locked.due_on, locked.reminded = step.due_on, ""
    locked.save(
        update_fields=["state", "in_force_from", "expires_on", "ended_on", "due_on", "reminded", "version"]
    )
    DisruptionUpdate.objects.create(
        pk=row_key, disruption=locked, state=step.state, text=step.text, by=by, agency=who.agency
    )
    detail, about = {"state": step.state}, [locked.subject_id]
    record(Action.DISRUPTION_CHANGED, by=by, obj=locked, detail=detail, about=about)
    return locked


@transaction.atomic(savepoint=False)
def record_shown(*, shown: list[Disruption], by: User, page: str) -> None:
    """A person read this disruption, or the list of what they may see."""
    detail = {"page": page, "shown": [str(each.pk) for each in shown]}
    about = [each.subject_id for each in shown]
    one = shown[0] if page != "list" else None
    record(Action.DISRUPTION_VIEWED, by=by, obj=one, detail=detail, about=about)


def readers_of(disruption: Disruption) -> list[User]:
    """Who works for the agency that does it and may see it."""
    rows = Membership.objects.current().filter(agency=disruption.agency, user__is_active=True)
    people = [row.user for row in rows.select_related("user")]
    return [each for each in people if gate.can(each, Permission.DISRUPTION_VIEW, disruption)]


SOON, TODAY, LATE = "Due soon", "Due today", "Overdue"


@transaction.atomic
def remind() -> int:
    """Every morning: anyone who may see it at the agency is told of what is agreed and not in force; returns of how
    many.

    A second run finds nothing left to say. After days on which the clock did not run, everybody is told once, of how
    it stands now. Words and events do not name the subject.
    """
    today = timezone.localdate()
    held = Disruption.objects.select_for_update(of=("self",)).filter(state=DisruptionState.AGREED)
    come = list(_due(list(held.select_related("agency").order_by("id")), today))
    told = [(person, each) for each in come for person in readers_of(each) or _who_agree(each)]
    Disruption.objects.bulk_update(come, ["reminded"])
    notify_all(_line(person, each, today) for person, each in told)
    if come:
        detail = {"disruption": [str(each.pk) for each in come]}
        record(Action.DISRUPTION_REMINDED, by=None, detail=detail, about=[each.subject_id for each in come])
    return len(come)


def _due(held: list[Disruption], today: dt.date) -> Iterator[Disruption]:
    """Those of which a reminder's day has come and nobody was told, marked with the last of them."""
    steps = ["", *DisruptionNotice.values]
    rules = {step: clock_rule(step, on=today) for step in DisruptionNotice.values}
    for each in held:
        last = max(
            (step for step in rules if rules[step].due(each.due_on) <= today), key=steps.index, default=""
        )
        if steps.index(last) > steps.index(each.reminded):
            each.reminded = last
            yield each


def _who_agree(disruption: Disruption) -> list[User]:
    """Nobody of the agency can see it any more: those who agree on tactics must find it another."""
    people = people_who_may(Permission.DISRUPTION_AGREE)
    return [each for each in people if gate.can(each, Permission.DISRUPTION_VIEW, disruption)]


def _when(disruption: Disruption, today: dt.date) -> str:
    if disruption.due_on == today:
        return TODAY
    return SOON if disruption.due_on > today else LATE


def _line(person: User, disruption: Disruption, today: dt.date) -> Notification:
    """One about each, so that it goes from the list of anyone who may no longer know of it."""
    text = f"{_when(disruption, today)} and not in force yet: an agreed tactic of disruption."
    url = reverse("intelligence:disruption", args=[disruption.pk])
    return Notification(user=person, text=text, url=url, about_id=disruption.pk)
