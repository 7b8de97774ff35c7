"""Adding to a child's chronology. Upper floors add their events here too."""

import datetime as dt
import uuid
from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from cases.chronology.models import OF_A_SECTION, SIGNIFICANT, ChronologyEntry, EntryKind
from cases.record.models.case import Case
from cases.record.services import agency_of, lock_open
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.keys import free_key, new_key


def add_entry(
    *,
    case: Case,
    kind: EntryKind,
    text: str,
    by: User,
    happened_on: dt.date | None = None,
    source_id: uuid.UUID | None = None,
    key: uuid.UUID | None = None,
    significant: bool | None = None,
) -> ChronologyEntry:
    """Add what a service has just done, today if it says no day. The service has asked the gate; this marks the case as
    active.

    But for what is of a section: not everybody who sees the case is told that there is any.
    """
    if kind not in OF_A_SECTION:
        Case.objects.filter(pk=case.pk).update(last_activity_at=timezone.now())
    return ChronologyEntry.objects.create(
        pk=key or new_key(),
        case=case,
        kind=kind,
        happened_on=happened_on or timezone.localdate(),
        text=text,
        recorded_by=by,
        agency=agency_of(case, by),
        source_id=source_id,
        significant=kind in SIGNIFICANT if significant is None else significant,
    )


def set_readers(*, case: Case, about: Collection[uuid.UUID], restricted: bool) -> None:
    """Who reads what the chronology tells of these rows: those who have the restricted part, or all who see the case.

    The service that changed the rows has asked the gate, and records why.
    """
    ChronologyEntry.objects.filter(case=case, source_id__in=about).update(restricted=restricted)


@transaction.atomic
def add_event(
    *,
    case: Case,
    kind: EntryKind,
    happened_on: dt.date,
    text: str,
    by: User,
    key: uuid.UUID | None = None,
    significant: bool = False,
) -> ChronologyEntry:
    """A practitioner records an event in the child's life, or a contact, that no other page records.

    The same key again finds the same entry.
    """
    locked = lock_open(case, Permission.CHRONOLOGY_ADD, by)
    if key and (made := ChronologyEntry.objects.filter(pk=key, case=locked).first()):
        return made
    entry = add_entry(
        case=locked, kind=kind, happened_on=happened_on, text=text, by=by, key=free_key(ChronologyEntry, key),
        significant=significant,
    )  # fmt: skip
    record(Action.CHRONOLOGY_ENTRY_ADDED, by=by, obj=entry, case=locked)
    return entry


@transaction.atomic
def set_significant(*, entry: ChronologyEntry, significant: bool, by: User) -> None:
    """People who work on the case say which entries are significant. The words stay as they are."""
    locked = lock_open(entry.case, Permission.CHRONOLOGY_ADD, by)
    ChronologyEntry.objects.filter(pk=entry.pk).update(significant=significant)
    detail = {"significant": significant}
    record(Action.CHRONOLOGY_STARRED, by=by, obj=entry, case=locked, detail=detail)
