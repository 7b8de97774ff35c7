"""What minutes say of actions and of a CMOG's items, the fingerprints of what was agreed, and the proof of them."""

import hashlib
import json
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import QuerySet

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from intelligence.disruption.models import Disruption
from mase.cmog.selectors.cmog import agreed_under, invited, items_for
from mase.meetings.models.agenda import AgendaItem
from mase.meetings.models.meeting import Invitation, Meeting
from mase.minutes.models import (
    Minutes,
    MinutesAction,
    MinutesAddendum,
    MinutesCopy,
    MinutesObjection,
    MinutesVersion,
    SentWords,
)
from mase.plans.models.plan import PlanAction
from mase.plans.selectors.actions import reported_on


def to_keep(minutes: Minutes) -> list[MinutesAction]:
    """A row for each action that belongs into these minutes, not saved yet; anyone who asks keeps them for all
    readers.
    """
    agreed = PlanAction.objects.filter(meeting=minutes.meeting_id).order_by("set_at", "id")
    parts = ((agreed, False), (_earlier(minutes.meeting), True))
    found = [
        (action, earlier)
        for rows, earlier in parts
        for action in rows.select_related("agency", "owner", "danger")
    ]
    return [
        MinutesAction(minutes=minutes, action=action, order=order, earlier=earlier, said=said_of(action))
        for order, (action, earlier) in enumerate(found)
    ]


def kept(minutes: Minutes, *, restricted: bool) -> list[MinutesAction]:
    """What these minutes say of actions; of those for professionals only, as they are now, where these may be read."""
    rows = MinutesAction.objects.filter(minutes=minutes).select_related("action")
    return list(rows if restricted else rows.filter(action__restricted=False))


def said_of(action: PlanAction) -> dict[str, Any]:
    """An action as it stands, in the words and names of today."""
    return {
        "p": action.p,
        "text": action.text,
        "agency": action.agency.short_name,
        "owner": action.owner.full_name if action.owner else "",
        "due_on": action.due_on.isoformat(),
        "priority": action.priority,
        "measure": action.measure_of_success,
        "goal": action.goal,
        "standing": action.standing,
        "outcome": action.outcome,
        "effect": action.effect_on_child,
    }


def as_said(row: PlanAction | Disruption) -> dict[str, Any]:
    """What was agreed under an item of a CMOG, as it stands."""
    if isinstance(row, PlanAction):
        return {"id": str(row.pk), **said_of(row)}
    return {
        "id": str(row.pk), "tactic": row.tactic, "text": row.text, "agency": row.agency.short_name,
        "due_on": row.due_on.isoformat(),
    }  # fmt: skip


def _earlier(meeting: Meeting) -> QuerySet[PlanAction]:
    """What earlier plans left to do as it began, what waited for the chair, and what ended since the last meeting."""
    earlier = PlanAction.objects.filter(case=meeting.case_id, issued_at__lt=meeting.started_at)
    still_open = earlier.exclude(completed_at__lt=meeting.started_at)
    return (still_open | reported_on(meeting)).exclude(meeting=meeting).order_by("due_on", "id")


def canonical(said: Any) -> str:
    """The one way to write it down, so that the same content has the same fingerprint."""
    return json.dumps(said, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def fingerprint(text: str) -> str:
    """SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def addendum_fingerprint(addendum: MinutesAddendum) -> str:
    """Taken of what it says and of the fingerprint it follows."""
    said = {
        "minutes": addendum.minutes_id, "number": addendum.number, "text": addendum.text, "by": addendum.by_id,
        "restricted": addendum.restricted, "item": addendum.item_id,
        "at": addendum.at.isoformat(), "follows": addendum.follows,
    }  # fmt: skip
    return fingerprint(canonical(said))


def is_unchanged(minutes: Minutes) -> bool:
    """Whether what was agreed, and every addendum that its reader may see, still has its fingerprint.

    Of a child's the person who was given the restricted part can tell: the fingerprint is of the whole, and no addendum
    is missing between. An item of a CMOG that was disposed of with a child's record is not missed: its fingerprint
    stays among those of the version.
    """
    final = minutes.versions.order_by("number").last()
    if final is None or minutes.sha256 != agreed_fingerprint(final):
        return False
    kept: list[MinutesCopy | SentWords] = [*final.copies.all(), *final.words.all()]
    addenda = list(minutes.addenda.order_by("number"))
    before = [minutes.sha256, *(row.sha256 for row in addenda)]
    in_chain = minutes.meeting.case_id is None or all(
        row.follows == last for row, last in zip(addenda, before, strict=False)
    )
    return (
        in_chain
        and all(row.sha256 == fingerprint_of(row) and row.sha256 in final.digests for row in kept)
        and all(row.sha256 == addendum_fingerprint(row) for row in addenda)
    )


_SENT = ("item_id", "words", "worded_by_id", "decision", "deferred", "category", "agreed")
_OBJECTED = ("pk", "item_id", "restricted", "text", "by_id", "accepted", "answer", "answered_by_id")


def agreed_fingerprint(version: MinutesVersion) -> str:
    """One hash over what the version says, and over what was objected to a child's minutes and answered.

    Who asks reads all of these objections. Of a CMOG nobody need see them all.
    """
    said: list[Any] = [str(version.pk), *version.digests]
    if version.minutes.meeting.case_id is not None:
        said += version.minutes.objections.values_list(*_OBJECTED)
    return fingerprint(canonical(said))


def fingerprint_of(row: MinutesCopy | SentWords) -> str:
    """The fingerprint of a copy, or of what a version says of one item of a CMOG."""
    if isinstance(row, MinutesCopy):
        return fingerprint(row.page)
    return fingerprint(canonical({name: getattr(row, name) for name in _SENT}))


@dataclass(frozen=True)
class MinutesFacts:
    """What one reader's page and copy of the minutes are drawn from.

    `sent` is what the last version says of each item. `to_word` has the keys of those items whose words this person
    may change for the next one.
    """

    meeting: Meeting
    minutes: Minutes
    version: MinutesVersion | None
    invited: list[Invitation]
    items: list[AgendaItem]
    agreed: dict[uuid.UUID, list[PlanAction | Disruption]]
    sent: dict[uuid.UUID, SentWords]
    to_word: set[uuid.UUID]

    @property
    def is_draft(self) -> bool:
        """Not sent out yet: nobody reads them but who chairs."""
        return self.version is None


def facts_of(
    user: User, minutes: Minutes, version: MinutesVersion | None, *, to_print: bool = False
) -> MinutesFacts:
    """What this person may see of the minutes; of a draft no words, but for who chairs.

    Who was there and what was agreed under each item are looked for only where they are printed.
    """
    meeting = minutes.meeting
    reads = version is not None or gate.can(user, Permission.MEETING_CHAIR, meeting)
    items = items_for(user, meeting) if reads else []
    sent = SentWords.objects.filter(version=version, item__in=items).select_related("worded_by")
    return MinutesFacts(
        meeting=meeting,
        minutes=minutes,
        version=version,
        invited=invited(meeting) if to_print else [],
        items=items,
        agreed=agreed_under(user, items) if to_print else {},
        sent={each.item_id: each for each in sent} if version is not None else {},
        to_word={each.pk for each in items_to_word(user, minutes, items)},
    )


def items_to_word(user: User, minutes: Minutes, items: Collection[AgendaItem]) -> list[AgendaItem]:
    """Of these items those that this person may word: all, who chairs. Of what the chair may not see those that
    somebody objected to and was right, for who writes on them.
    """
    if minutes.agreed_at is not None:
        return []
    if gate.can(user, Permission.MEETING_CHAIR, minutes.meeting):
        return list(items)
    if minutes.meeting.case_id is not None:
        return []
    latest = minutes.versions.order_by("-number").first()
    right = MinutesObjection.objects.filter(accepted=True, item__in=items, version=latest, minutes=minutes)
    left = hidden_from_chair(minutes.meeting, right.values_list("item", flat=True))
    return [each for each in items if each.pk in left and gate.can(user, Permission.CMOG_WRITE, each)]


def hidden_from_chair(meeting: Meeting, keys: Collection[uuid.UUID | None]) -> set[uuid.UUID | None]:
    """Which of these items the chair may not see; anyone who asks was shown the items."""
    keys = set(keys)
    if not keys:
        return set()
    rows = AgendaItem.objects.visible_to(meeting.chair).filter(pk__in=keys)
    return keys - set(rows.values_list("pk", flat=True))
