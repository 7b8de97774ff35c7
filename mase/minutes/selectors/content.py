"""What minutes say of actions, what is agreed with them in one canonical form, and the proof that it is the same."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model, QuerySet

from cse_portal import acting
from cse_portal.read_together import read_together
from mase.meetings.models.agenda import AgendaItem
from mase.meetings.models.meeting import Attendance, Meeting
from mase.minutes.models import (
    AgreedRecord,
    Minutes,
    MinutesAction,
    MinutesAddendum,
    MinutesVersion,
    SentWords,
)
from mase.plans.models.plan import PlanAction
from mase.plans.models.safety_map import DangerStatement, SafetyGoal, ScaleScore
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
        for action in rows.select_related("agency", "owner", "goal")
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
        "goal": action.goal.text if action.goal_id and action.goal else "",
        "standing": action.standing,
        "outcome": action.outcome,
        "effect": action.effect_on_child,
    }


def _earlier(meeting: Meeting) -> QuerySet[PlanAction]:
    """What earlier plans left to do as it began, what waited for the chair, and what ended since the last meeting."""
    earlier = PlanAction.objects.filter(case=meeting.case_id, issued_at__lt=meeting.started_at)
    still_open = earlier.exclude(completed_at__lt=meeting.started_at)
    return (still_open | reported_on(meeting)).exclude(meeting=meeting).order_by("due_on", "id")


_LEFT_OUT = ("version", "family_in_room", "saved_at")


def content_of(minutes: Minutes) -> str:
    """The structured record, the wording and the objections with their answers, as JSON with sorted names.

    Read as the system, restricted part and all: the fingerprint is of the whole, no matter who agrees it.
    """
    with acting.for_the_system():
        meeting = Meeting.objects.select_related("decision", "voice").get(pk=minutes.meeting_id)
        lists: dict[str, QuerySet[Any]] = {
            "invitations": meeting.invitations.all(),
            "attendance": Attendance.objects.filter(invitation__meeting=meeting),
            "agenda": AgendaItem.objects.filter(meeting=meeting),
            "contributions": meeting.contributions.all(),
            "dangers": DangerStatement.objects.filter(meeting=meeting),
            "goals": SafetyGoal.objects.filter(danger__meeting=meeting),
            "scores": ScaleScore.objects.filter(danger__meeting=meeting),
            "map": meeting.map_entries.all(),
            "dissents": meeting.dissents.all(),
            "assents": meeting.assents.all(),
            "step_down": meeting.step_down_points.all(),
            "wordings": minutes.wordings.all(),
            "objections": minutes.objections.all(),
        }
        found = zip(lists, read_together(meeting, *lists.values()), strict=True)
        said: dict[str, Any] = {name: _all(rows) for name, rows in found}
        said |= {"meeting": _values(meeting), "voice": [_values(meeting.voice)]}
        said["decision"] = [_values(meeting.decision)]
        # What becomes of them after the meeting is no part of what was agreed there; who read them is.
        said["actions"] = [
            _values(row) | {"restricted": row.action.restricted} for row in kept(minutes, restricted=True)
        ]
    return canonical(said)


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
    """Whether what was agreed, and every addendum after it, still has its fingerprint, and none is missing between.

    The person who was given the restricted part can tell: the fingerprint is of the whole.
    """
    if minutes.meeting.case_id is None:
        return _words_are_unchanged(minutes)
    record = AgreedRecord.objects.filter(minutes=minutes).first()
    addenda = minutes.addenda.order_by("number")
    if record is None or fingerprint(record.content) != minutes.sha256:
        return False
    last = minutes.sha256
    for number, addendum in enumerate(addenda, start=1):
        if (addendum.number, addendum.follows) != (number, last):
            return False
        if addendum_fingerprint(addendum) != addendum.sha256:
            return False
        last = addendum.sha256
    return True


_SENT = ("item_id", "words", "worded_by_id", "decision", "deferred", "category", "agreed")


def fingerprint_of_version(version: MinutesVersion) -> str:
    """One hash over what the version says of all its items."""
    return fingerprint(canonical([str(version.pk), *version.digests]))


def _words_are_unchanged(minutes: Minutes) -> bool:
    """Whether what was agreed and every correction, of what its reader may see, still have their fingerprints.

    An item that was disposed of with a child's record is not missed: its fingerprint stays among those of the version.
    """
    final = minutes.versions.order_by("number").last()
    if final is None or minutes.sha256 != fingerprint_of_version(final):
        return False
    words = SentWords.objects.filter(version=final)
    addenda = MinutesAddendum.objects.filter(minutes=minutes)
    kept = all(row.sha256 == fingerprint_of_item(row) and row.sha256 in final.digests for row in words)
    return kept and all(row.sha256 == addendum_fingerprint(row) for row in addenda)


def fingerprint_of_item(row: SentWords) -> str:
    """The fingerprint of what a version says of one item."""
    return fingerprint(canonical({name: getattr(row, name) for name in _SENT}))


def _all(rows: Iterable[Model]) -> list[dict[str, Any]]:
    return sorted((_values(row) for row in rows), key=lambda values: str(values["id"]))


def _values(row: Model) -> dict[str, Any]:
    fields = row._meta.concrete_fields
    return {each.attname: getattr(row, each.attname) for each in fields if each.attname not in _LEFT_OUT}
