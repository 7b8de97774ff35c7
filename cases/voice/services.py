"""Recording what a child said, and what changed because of it."""

import datetime as dt
import uuid
from dataclasses import asdict, dataclass

from django.db import transaction
from django.utils import timezone

from cases.chronology.models import EntryKind
from cases.chronology.services import add_entry
from cases.record.models.case import Case
from cases.record.services import agency_of, lock_open
from cases.voice.models import VoiceEntry
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotAllowedNow
from cse_portal.keys import free_key
from cse_portal.reference import selectors as reference
from cse_portal.ui.presenters import display_date


@dataclass(frozen=True)
class Said:
    """When, who listened, whether alone, how, the child's own words, what they want, and the themes."""

    heard_on: dt.date
    heard_by: str
    seen_alone: bool
    tool: str
    own_words: str
    wants: str = ""
    themes: tuple[str, ...] = ()


@transaction.atomic
def record_voice(*, case: Case, said: Said, by: User, key: uuid.UUID | None = None) -> VoiceEntry:
    """Somebody who works on the case writes down what the child said. The same key again finds the same entry."""
    locked = lock_open(case, Permission.CHRONOLOGY_ADD, by)
    if key and (made := VoiceEntry.objects.filter(pk=key, case=locked).first()):
        return made
    born = locked.child.date_of_birth
    if said.heard_on > timezone.localdate() or (born and said.heard_on < born):
        raise NotAllowedNow("The day cannot be before the child was born, or in the future.", "heard_on")
    entry = VoiceEntry.objects.create(
        pk=free_key(VoiceEntry, key), case=locked, recorded_by=by,
        agency=agency_of(locked, by),
        **{**asdict(said), "themes": list(said.themes)},
    )  # fmt: skip
    alone = "alone" if said.seen_alone else "with others there"
    how = f"{said.heard_by} listened, {alone}. {reference.label('voice-tool', said.tool)}."
    wants = f"\nWhat they want: {said.wants}" if said.wants else ""
    _note(entry, said.heard_on, f"{how}\n“{said.own_words}”{wants}", by)
    record(Action.VOICE_RECORDED, by=by, obj=entry, case=locked, detail={"tool": said.tool})
    return entry


@transaction.atomic
def record_change(*, entry: VoiceEntry, what_changed: str, told_on: dt.date | None, by: User) -> VoiceEntry:
    """What changed because of the child's words and, at once or later, when the child was told."""
    case = lock_open(entry.case, Permission.CHRONOLOGY_ADD, by)
    locked = VoiceEntry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
    if locked.what_changed and locked.what_changed != what_changed:
        raise NotAllowedNow(
            "Somebody else has recorded what changed. Open the page again to see their words.", "what_changed"
        )
    if locked.is_answered:
        return locked
    if told_on and not locked.heard_on <= told_on <= timezone.localdate():
        raise NotAllowedNow(
            "The child cannot be told before somebody listened to them, or in the future.", "told_on"
        )
    is_known = bool(locked.what_changed)
    if is_known and told_on is None:
        return locked
    locked.what_changed, locked.told_on = what_changed, told_on
    locked.save(update_fields=["what_changed", "told_on"])
    change = "" if is_known else f"What changed because of their words: {what_changed}"
    told = f"They were told on {display_date(told_on)} what changed." if told_on else ""
    _note(locked, told_on or timezone.localdate(), "\n".join(filter(None, (change, told))), by)
    record(Action.VOICE_ANSWERED, by=by, obj=locked, case=case, detail={"told": bool(told_on)})
    return locked


def _note(entry: VoiceEntry, day: dt.date, text: str, by: User) -> None:
    add_entry(case=entry.case, kind=EntryKind.VOICE, happened_on=day, text=text, by=by, source_id=entry.pk)
