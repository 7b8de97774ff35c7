"""Writing a note from the Tonight sheet: the one thing that somebody with emergency access writes."""

import uuid

from django.db import transaction
from django.db.models import TextChoices
from django.urls import reverse
from django.utils import timezone

from cases.chronology.models import ChronologyEntry, EntryKind
from cases.chronology.services import add_entry
from cases.record.models.case import Case
from cases.record.services import lock_open
from cases.sharing.selectors.emergency import emergency_of
from cases.tonight.selectors import recipients_of_note
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.jobs.models import Notification
from cse_portal.jobs.services import notify_all
from cse_portal.keys import free_key


class NoteKind(TextChoices):
    """What somebody says about the child tonight."""

    WITH_ME = "with_me", "The child is with me."
    SAW = "saw", "I saw the child."
    NOTE = "note", "A note"


TOLD = {
    NoteKind.WITH_ME: "Urgent: {by} says that the child of case {case} is with them.",
    NoteKind.SAW: "Urgent: {by} saw the child of case {case}.",
    NoteKind.NOTE: "{by} added a note to the Tonight sheet of case {case}.",
}


@transaction.atomic
def add_note(*, case: Case, kind: NoteKind, text: str, by: User, key: uuid.UUID) -> list[User]:
    """Everybody who sees the case may add one, also in an emergency (promise 6). It is an entry of the chronology.

    Those who answer for the case and the police who see it are told, and returned. The same key again tells nobody.
    """
    locked = lock_open(case, Permission.CASE_VIEW, by)
    people = recipients_of_note(locked, by=by)
    if ChronologyEntry.objects.filter(pk=key, case=locked).exists():
        return people
    said = "" if kind == NoteKind.NOTE else f"“{kind.label}”"
    how = "Written under emergency access." if emergency_of(by, locked) else ""
    entry = add_entry(
        case=locked, kind=EntryKind.EVENT if kind == NoteKind.NOTE else EntryKind.CONTACT, by=by,
        happened_on=timezone.localdate(), text=" ".join(filter(None, ["Tonight sheet:", said, text, how])),
        key=free_key(ChronologyEntry, key), significant=kind != NoteKind.NOTE or bool(how),
    )  # fmt: skip
    record(Action.CHRONOLOGY_ENTRY_ADDED, by=by, obj=entry, case=locked, detail={"kind": kind})
    words = TOLD[kind].format(by=by, case=locked.reference)
    url = reverse("cases:tonight", args=[locked.reference])
    lines = [Notification(user=each, text=words, url=url, case_id=locked.pk) for each in people]
    notify_all(lines, urgent=kind != NoteKind.NOTE)
    return people
