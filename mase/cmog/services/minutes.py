"""The minutes of a CMOG: a draft when it ends, worded, sent out, objected to, agreed, added to.

The same steps as the minutes of a MASE take. What differs: no two readers have the same, for the item is the unit of
sight, so there is no stored document (docs/adr/0018-cmog.md). Copies of what each version says are made by the system.
"""

import hashlib
import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import timezone

from cse_portal import acting
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.user_context import user_context
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotPermitted
from cse_portal.reference.selectors import clock_rule
from intelligence.disruption.models import Disruption
from mase.cmog.selectors.minutes import answerers, latest_version, may_be_answered, may_reword
from mase.meetings.choices import ItemKind
from mase.meetings.errors import ChangedMeanwhile, SomeoneElseSaved
from mase.meetings.models.agenda import AgendaItem
from mase.meetings.models.meeting import Meeting
from mase.meetings.services.locking import already_made, hold_minutes, hold_unagreed
from mase.meetings.services.sections import Edit
from mase.meetings.services.telling import everybody, leave_word
from mase.minutes.errors import (
    MinutesNotSentOut,
    ObjectionsOver,
    ObjectionsWait,
    OwnObjection,
    WordingMissing,
)
from mase.minutes.models import (
    Minutes,
    MinutesAddendum,
    MinutesObjection,
    MinutesReader,
    MinutesVersion,
    MinutesWording,
    SentWords,
)
from mase.minutes.selectors.minutes import may_be_objected_to, progress_since
from mase.minutes.services.agreeing import check_agreeable, last_addendum
from mase.minutes.services.objecting import note
from mase.plans.models.plan import PlanAction


def draft(meeting: Meeting) -> Minutes:
    """Begin the minutes of a CMOG that has just ended, under the clock that minutes of a MASE have."""
    due_on = clock_rule("MINUTES_OUT").due(meeting.ended_at or timezone.now())
    return Minutes.objects.create(meeting=meeting, due_on=due_on)


@transaction.atomic
def save_wording(*, item: AgendaItem, text: str, edit: Edit, by: User) -> MinutesWording | None:
    """Word an item otherwise than it was noted, until the minutes are agreed; they mark it.

    Anyone who runs the CMOG words what they see. What they may not see goes out as it was noted, unless somebody
    objected to it and was right: then those word it who see it.
    """
    gate.require(by, Permission.CMOG_ITEM_VIEW, item)
    minutes = hold_unagreed(item.meeting)
    if item.pk not in may_reword(by, minutes, [item]):
        raise NotPermitted
    wording = MinutesWording.objects.select_related("saved_by").filter(item=item).first()
    if not text.strip():
        raise WordingMissing
    if text == (wording.text if wording else item.notes):
        return wording
    if wording is not None and wording.version != edit.version:
        raise SomeoneElseSaved(wording)
    saved = _write(wording or MinutesWording(minutes=minutes, item=item, version=0), text, edit, by)
    record(
        Action.CMOG_MINUTES_WORDED, by=by, obj=saved, case=item.case, detail=of(item.meeting), about=[item.about_id]
    )  # fmt: skip
    return saved


def of(meeting: Meeting) -> dict[str, str]:
    """Which CMOG, for the audit."""
    return {"meeting": str(meeting.pk)}


def _write(wording: MinutesWording, text: str, edit: Edit, by: User) -> MinutesWording:
    wording.text = text
    wording.version, wording.saved_at, wording.saved_by = wording.version + 1, timezone.now(), by
    wording.save()
    return wording


SAID = ("words", "worded_by_id", "decision", "deferred", "category", "agreed")


def keep_words(version: MinutesVersion) -> None:
    """Copy the words, decision and agreed actions of every item into the version."""
    with acting.for_the_system():
        items = AgendaItem.objects.filter(meeting=version.minutes.meeting_id).select_related(
            "case", "wording"
        )
        rows = [_sent(version, item) for item in items]
        SentWords.objects.bulk_create(rows)
        version.digests = sorted(row.sha256 for row in rows)
        version.save(update_fields=["digests"])


def fingerprint(version: MinutesVersion) -> str:
    """One hash over what the version says of all its items."""
    return _digest([str(version.pk), *version.digests])


def is_unchanged(minutes: Minutes) -> bool:
    """Whether what was agreed and every correction, of what its reader may see, still have their fingerprints.

    An item that was disposed of with a child's record is not missed: its fingerprint stays among those of the version.
    """
    final = minutes.versions.filter(is_final=True).first()
    if final is None or minutes.sha256 != fingerprint(final):
        return False
    words = SentWords.objects.filter(version=final)
    addenda = MinutesAddendum.objects.filter(minutes=minutes)
    kept = all(row.sha256 == said(row) and row.sha256 in final.digests for row in words)
    return kept and all(row.sha256 == added(row) for row in addenda)


def said(row: SentWords) -> str:
    """The fingerprint of what a version says of one item."""
    return _digest({"item": row.item_id, **{name: getattr(row, name) for name in SAID}})


def added(row: MinutesAddendum) -> str:
    """The fingerprint of a correction, over that of the one before."""
    return _digest([row.pk, row.number, row.item_id, row.text, row.by_id, row.follows])


def _sent(version: MinutesVersion, item: AgendaItem) -> SentWords:
    wording = getattr(item, "wording", None)
    reworded = wording is not None and wording.text != item.notes
    row = SentWords(
        version=version,
        item=item,
        words=wording.text if wording else item.notes,
        worded_by_id=wording.saved_by_id if wording and reworded else None,
        decision=item.decision,
        deferred=item.deferred_reason,
        category=item.case.category if item.case and item.kind == ItemKind.CHILD else None,
        agreed=_agreed_under(item),
    )
    row.sha256 = said(row)
    return row


def _agreed_under(item: AgendaItem) -> list[dict[str, Any]]:
    """The actions and the disruption agreed under an item, as they are today."""
    actions = PlanAction.objects.filter(item=item).select_related("agency", "owner")
    tactics = Disruption.objects.filter(source_id=item.pk).select_related("agency")
    lines = [
        (each.set_at, {
            "id": str(each.pk), "text": each.text, "agency": each.agency.short_name,
            "owner": each.owner.full_name if each.owner else "", "due_on": each.due_on.isoformat(),
            "priority": each.priority, "measure": each.measure_of_success,
        })
        for each in actions
    ] + [
        (each.agreed_at, {
            "id": str(each.pk), "text": each.text, "agency": each.agency.short_name, "tactic": each.tactic,
            "due_on": each.due_on.isoformat(),
        })
        for each in tactics
    ]  # fmt: skip
    return [line for _, line in sorted(lines, key=lambda found: (found[0], found[1]["id"]))]


def _digest(words: object) -> str:
    told = json.dumps(words, cls=DjangoJSONEncoder, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(told.encode()).hexdigest()


PAGE = "mase:cmog-minutes-page"


@transaction.atomic
def circulate(*, meeting: Meeting, by: User) -> MinutesVersion:
    """Send the minutes out, or out again after a change. Who sits on the CMOG or was asked is told and may object."""
    gate.require(by, Permission.MEETING_CHAIR, meeting)
    minutes = hold_unagreed(meeting)
    before = latest_version(minutes)
    if before is not None:
        progress = progress_since(minutes, before)
        if progress.waiting:
            raise ObjectionsWait
        if not progress.changed:
            raise ChangedMeanwhile
    else:
        minutes.circulated_at = timezone.now()
        minutes.save(update_fields=["circulated_at"])
    until = clock_rule("MINUTES_OBJECTION").due(timezone.now())
    version = new_version(minutes, before, objections_until=until, made_by=by)
    detail = of(meeting) | {"version": version.number, "objections_until": str(until)}
    record(Action.CMOG_MINUTES_CIRCULATED, by=by, obj=minutes, detail=detail)
    words = "The minutes of a CMOG were sent out again." if before else "The minutes of a CMOG are out."
    tell_readers(meeting, version, words, by=by)
    return version


def new_version(
    minutes: Minutes, before: MinutesVersion | None, *, made_by: User, **values: Any
) -> MinutesVersion:
    """The next one. What it says of each item is copied by the system: nobody here may see every item."""
    number = before.number + 1 if before else 1
    version = MinutesVersion.objects.create(minutes=minutes, number=number, made_by=made_by, **values)
    keep_words(version)
    return version


def tell_readers(meeting: Meeting, version: MinutesVersion, words: str, *, by: User) -> None:
    """Leave the sentence with everybody who may read them, and note that they were told."""
    people = [person for person in everybody(meeting) if person != by]
    now = timezone.now()
    MinutesReader.objects.bulk_create(
        MinutesReader(version=version, person=person, agency=who.agency, told_at=now)
        for person in people
        if (who := user_context(person))
    )
    say(meeting, people, words, by=by)


def say(meeting: Meeting, people: Iterable[User], words: str, *, by: User) -> None:
    """A sentence without personal data, leading to the minutes."""
    leave_word(meeting, people, words, by=by, page=PAGE)


@transaction.atomic
def acknowledge(*, meeting: Meeting, by: User) -> MinutesVersion:
    """Somebody says that they have read what the last version has for them; saying it twice is saying it once."""
    gate.require(by, Permission.MEETING_VIEW, meeting)
    minutes = hold_minutes(meeting)
    version = latest_version(minutes)
    if version is None:
        raise MinutesNotSentOut
    if note(version, by, "acknowledged_at"):
        detail = of(meeting) | {"version": version.number}
        record(Action.CMOG_MINUTES_ACKNOWLEDGED, by=by, obj=minutes, detail=detail)
    return version


def note_copy(*, version: MinutesVersion, by: User) -> None:
    """This person has taken a copy of this version."""
    note(version, by, "downloaded_at")


@dataclass(frozen=True)
class CmogObjection:
    """About which item, if about one, and what should be said."""

    item: AgendaItem | None
    text: str


@transaction.atomic
def object_to(*, meeting: Meeting, said: CmogObjection, by: User) -> MinutesObjection:
    """Somebody who sits on it or was asked objects, once to a version and item, until the last day.

    Who answers is told: the chair, or where the chair may not see the item, those who write on it.
    """
    who = gate.require_standing(by, Permission.MEETING_VIEW, meeting)
    if said.item is not None:
        gate.require(by, Permission.CMOG_ITEM_VIEW, said.item)
        if said.item.meeting_id != meeting.pk:
            raise NotPermitted
    minutes = hold_unagreed(meeting)
    version = latest_version(minutes)
    if version is None:
        raise MinutesNotSentOut
    if not may_be_objected_to(minutes, version):
        raise ObjectionsOver
    if MinutesObjection.objects.filter(version=version, by=by, item=said.item).exists():
        raise ChangedMeanwhile
    objection = MinutesObjection.objects.create(
        minutes=minutes, version=version, item=said.item, text=said.text, by=by, agency=who.agency
    )
    detail = of(meeting) | {"version": version.number}
    _note(Action.CMOG_MINUTES_OBJECTED, objection, by, detail)
    say(meeting, answerers(meeting, said.item), "There is an objection to the minutes of a CMOG.", by=by)
    return objection


@transaction.atomic
def answer(*, objection: MinutesObjection, accepted: bool, reason: str, by: User) -> MinutesObjection:
    """Yes, and the item is worded otherwise; or no. Either with a reason, and the person is told."""
    meeting = objection.minutes.meeting
    gate.require(by, Permission.MEETING_VIEW, meeting)
    if objection.item is not None:
        gate.require(by, Permission.CMOG_ITEM_VIEW, objection.item)
    if not may_be_answered(by, meeting, [objection]):
        raise NotPermitted
    hold_unagreed(meeting)
    rows = MinutesObjection.objects.select_for_update(of=("self",)).select_related("item__case", "by")
    locked = rows.get(pk=objection.pk)
    if locked.is_answered:
        raise ChangedMeanwhile
    if locked.by == by and any(person != by for person in answerers(meeting, locked.item)):
        raise OwnObjection
    locked.accepted, locked.answer = accepted, reason
    locked.answered_by, locked.answered_at = by, timezone.now()
    locked.save(update_fields=["accepted", "answer", "answered_by", "answered_at"])
    detail = of(meeting) | {"accepted": accepted}
    _note(Action.CMOG_MINUTES_ANSWERED, locked, by, detail)
    if locked.item is None or gate.can(locked.by, Permission.CMOG_ITEM_VIEW, locked.item):
        words = "What you said about the minutes of a CMOG has been answered."
        say(
            meeting,
            [locked.by] if gate.can(locked.by, Permission.MEETING_VIEW, meeting) else [],
            words,
            by=by,
        )
    return locked


def _note(action: Action, row: MinutesObjection, by: User, detail: dict[str, Any]) -> None:
    case, about = (row.item.case, row.item.about_id) if row.item is not None else (None, None)
    record(action, by=by, obj=row, case=case, detail=detail, about=[about])


@transaction.atomic
def agree(*, meeting: Meeting, by: User) -> Minutes:
    """Agree the minutes as they were last sent out, when nobody can or need object any more."""
    gate.require(by, Permission.MEETING_CHAIR, meeting)
    minutes = hold_unagreed(meeting)
    before = latest_version(minutes)
    check_agreeable(minutes, before)
    final = new_version(minutes, before, is_final=True, made_by=by)
    minutes.sha256 = fingerprint(final)
    minutes.agreed_at, minutes.agreed_by = timezone.now(), by
    minutes.save(update_fields=["agreed_at", "agreed_by", "sha256"])
    detail = of(meeting) | {"sha256": minutes.sha256, "version": final.number}
    record(Action.CMOG_MINUTES_AGREED, by=by, obj=minutes, detail=detail)
    tell_readers(meeting, final, "The minutes of a CMOG are agreed.", by=by)
    return minutes


@dataclass(frozen=True)
class Correction:
    """About which item, if about one, and what is corrected."""

    item: AgendaItem | None
    text: str


@transaction.atomic
def add_addendum(*, meeting: Meeting, key: uuid.UUID, said: Correction, by: User) -> MinutesAddendum:
    """Who runs the CMOG corrects agreed minutes: dated, by name, after them. Who may read it is told."""
    gate.require(by, Permission.MEETING_CHAIR, meeting)
    if said.item is not None:
        gate.require(by, Permission.CMOG_ITEM_VIEW, said.item)
        if said.item.meeting_id != meeting.pk:
            raise NotPermitted
    minutes = hold_minutes(meeting)
    if minutes.agreed_at is None:
        raise ChangedMeanwhile
    if found := already_made(MinutesAddendum, key, minutes_id=minutes.pk):
        return found
    addendum = MinutesAddendum(pk=key, minutes=minutes, item=said.item, text=said.text, by=by)
    last = last_addendum(minutes)
    addendum.number, addendum.follows = (last.number + 1, last.sha256) if last else (1, minutes.sha256)
    addendum.sha256 = added(addendum)
    addendum.save(force_insert=True)
    case, about = (said.item.case, said.item.about_id) if said.item is not None else (None, None)
    record(
        Action.CMOG_MINUTES_ADDED_TO,
        by=by,
        obj=addendum,
        case=case,
        detail=of(meeting) | {"sha256": addendum.sha256},
        about=[about],
    )
    say(meeting, _readers(meeting, said.item), "A correction was added to the minutes of a CMOG.", by=by)
    return addendum


def _readers(meeting: Meeting, item: AgendaItem | None) -> list[User]:
    """Everybody who may read the minutes, and of them who sees what this is about."""
    people = everybody(meeting)
    return [each for each in people if item is None or gate.can(each, Permission.CMOG_ITEM_VIEW, item)]
