"""Handing all open actions of one person to colleagues in one step: when somebody leaves, is ill, or has too much."""

import uuid
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Model

from cse_portal import acting
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import Membership, User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from mase.meetings.models.agenda import AgendaItem
from mase.meetings.models.meeting import Meeting
from mase.meetings.models.sections import ChildVoice, Contribution
from mase.meetings.selectors.meetings import cancelled_before
from mase.meetings.services.sections import last_place
from mase.plans.choices import UpdateKind
from mase.plans.models.plan import PlanAction
from mase.plans.selectors.handing_over import on_behalf_of, to_hand_over
from mase.plans.services import rows
from mase.plans.services.readers import tell_owners


@dataclass(frozen=True)
class HandedOver:
    """What one step moved, to whom, and what stayed because none of them may open it."""

    moved: dict[str, int]
    stayed: int


@transaction.atomic
def hand_over(*, person: User, to: list[Membership], reason: str, by: User) -> HandedOver:
    """Give a person's open actions to these colleagues, each to anyone who of them has been given the fewest so far.

    An action goes only to somebody of its agency who sees the child's case, if it is about one; where nobody does it
    stays, and is counted. Twice finds nothing left to move. An agency's lead does it for people of their own agency
    and sees no case by it; the chair for the cases they chair.
    """
    who = gate.require_standing(by, Permission.ACTION_HAND_OVER)
    with acting.acting(on_behalf_of(who)):
        wanted = to_hand_over(who).filter(owner=person)
        held = list(
            rows.locked_rows().filter(pk__in=wanted.values("pk"), owner=person).order_by("due_on", "id")
        )
        _ask_together(held, to)
        moved = _share_out(held, to, reason, by)
        tell_owners(moved)
        record(
            Action.ACTIONS_HANDED_OVER, by=by, obj=person, reason=reason,
            detail={"moved": [str(each.pk) for each in moved], "stayed": len(held) - len(moved)},
        )  # fmt: skip
    names = Counter(each.owner.full_name for each in moved if each.owner)
    return HandedOver(dict(names), len(held) - len(moved))


def _share_out(actions: list[PlanAction], to: list[Membership], reason: str, by: User) -> list[PlanAction]:
    given: Counter[uuid.UUID] = Counter()
    moved = []
    for action in actions:
        able = [each for each in to if _may_take(each, action)]
        if able:
            taker = min(able, key=lambda each: given[each.pk])
            given[taker.pk] += 1
            action.owner = taker.user
            rows.save(action, "owner")
            rows.report(action, UpdateKind.HANDED_ON, reason, by)
            moved.append(action)
    return moved


def _may_take(membership: Membership, action: PlanAction) -> bool:
    """Works for the agency it is with, and may open it."""
    same = membership.agency_id == action.agency_id and action.agency.is_active
    return same and gate.can(membership.user, Permission.ACTION_UPDATE, action)


def _ask_together(actions: list[PlanAction], to: list[Membership]) -> None:
    for action in {each.case_id: each for each in actions}.values():
        rows.ask_together([each.user for each in to], action)


BOX = ("agency_id", "kind", "text", "family_may_read", "given_at", "saved_at", "saved_by_id")
ITEM = ("title", "guidance", "restricted")
VOICE = tuple(
    each.attname for each in ChildVoice._meta.concrete_fields if each.name not in ("id", "meeting", "version")
)


def take_over(meeting: Meeting, *, is_new: bool = False) -> None:
    """What was sent for the meeting that was cancelled; for one just booked what is on its agenda, too."""
    old = cancelled_before(meeting.case)
    if old is None:
        return
    with acting.for_the_system():
        if is_new:
            _take_over_voice_and_items(old, meeting)
        _take_over_reports(old, meeting)


def _take_over_reports(old: Meeting, meeting: Meeting) -> None:
    """What agencies had sent, to those of them that are asked again and have sent nothing for this meeting."""
    asked = meeting.invitations.exclude(role="CHAIR").values("agency")
    rows = old.contributions.filter(agency__in=asked).exclude(
        agency__in=meeting.contributions.values("agency")
    )
    Contribution.objects.bulk_create(Contribution(meeting=meeting, **_values(each, BOX)) for each in rows)


def _take_over_voice_and_items(old: Meeting, meeting: Meeting) -> None:
    """What the child and a parent said, and the items that were added to the agenda by hand."""
    _copy(old.voice, meeting.voice, VOICE)
    there = set(meeting.agenda.values_list("code", flat=True))
    added = [each for each in old.agenda.order_by("order") if each.code not in there]
    AgendaItem.objects.bulk_create(
        AgendaItem(meeting=meeting, case=meeting.case, order=number, code=each.code, **_values(each, ITEM))
        for number, each in enumerate(added, last_place(meeting) + 1)
    )


def _copy(old: Model, row: Model, names: tuple[str, ...]) -> None:
    for name, value in _values(old, names).items():
        setattr(row, name, value)
    row.save()


def _values(row: Model, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}
