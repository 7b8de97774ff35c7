"""Writing the record down as it stands, for a bundle: texts that no longer change, each with its hash."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from cases.choices import Ground, ItemKind, Section
from cases.errors import AssembledAlready
from cases.models import (
    OtherName,
    SubjectAccessItem,
    SubjectAccessPassage,
    SubjectAccessRequest,
)
from cases.services.subject_access.locking import locked_open
from cse_portal import acting
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.files.store import digest

# That there is such a part may be told; that the police know something is told with the intelligence itself.
TOLD_OF = (Section.HEALTH, Section.MINUTES)


@dataclass(frozen=True)
class PassageDraft:
    """A text of the record, from which kind of row, and the ground on which it begins left out, if it does.

    `part` is what one must be shown of the case to read it; `source_id` the row that somebody may be shut out of:
    a report, or the meeting of whose record it is.
    """

    label: str
    text: str
    source: str
    held: Ground | None = None
    needs_release: bool = False
    part: Section | None = None
    source_id: uuid.UUID | None = None


@dataclass(frozen=True)
class ItemDraft:
    """A part of the record: where it is from, of which day, by which agency, and its texts."""

    kind: ItemKind
    title: str
    source: str
    source_id: uuid.UUID | None = None
    happened_on: dt.date | None = None
    agency: Agency | None = None
    passages: list[PassageDraft] = field(default_factory=list)


@dataclass(frozen=True)
class NameDraft:
    """Somebody else's name, and from where the portal knows it: whoever does not see that is not told the name."""

    name: str
    known_from: str
    source: str = ""
    source_id: uuid.UUID | None = None
    part: Section | None = None


@transaction.atomic
def freeze(
    *, request: SubjectAccessRequest, items: Sequence[ItemDraft], names: Sequence[NameDraft], by: User
) -> SubjectAccessRequest:
    """Keep these items as what the request is about. Once kept, their words never change.

    No words are left out yet, another child's name neither: a mark that nobody made would tell whoever reads it, and
    may not know of that child, that there is such a record. See cases/selectors/subject_access.py: whole_items.
    """
    gate.require(by, Permission.SUBJECT_ACCESS_PREPARE, request.case)
    found = locked_open(request)
    if found.assembled_at is not None:
        raise AssembledAlready
    kept = [draft for draft in items if draft.passages]
    rows = [_item(found, order, draft) for order, draft in enumerate(kept, start=1)]
    passages = [
        _passage(row, order, passage)
        for row, draft in zip(rows, kept, strict=True)
        for order, passage in enumerate(draft.passages, start=1)
    ]
    # Also what they may not read themselves: what was said at a meeting without them.
    with acting.for_the_system():
        SubjectAccessItem.objects.bulk_create(rows)
        SubjectAccessPassage.objects.bulk_create(passages)
    OtherName.objects.bulk_create([_name(found, each) for each in names])
    found.assembled_at = timezone.now()
    found.save(update_fields=["assembled_at"])
    detail = {"request": found.reference, "items": len(rows), "passages": len(passages), "names": len(names)}
    record(Action.SUBJECT_ACCESS_ASSEMBLED, by=by, obj=found, case=found.case, detail=detail)
    return found


def _item(request: SubjectAccessRequest, order: int, draft: ItemDraft) -> SubjectAccessItem:
    return SubjectAccessItem(
        request=request, order=order, kind=draft.kind, title=draft.title, source=draft.source,
        source_id=draft.source_id, happened_on=draft.happened_on, agency=draft.agency,
        sections=sorted({each.part for each in draft.passages if each.part in TOLD_OF}),
    )  # fmt: skip


def _passage(item: SubjectAccessItem, order: int, draft: PassageDraft) -> SubjectAccessPassage:
    held = draft.held or (Ground.POLICE if draft.needs_release else "")
    return SubjectAccessPassage(
        item=item, order=order, label=draft.label, source=draft.source, text=draft.text,
        sha256=digest(draft.text.encode()), proposed=held, held=held, needs_release=draft.needs_release,
        section=draft.part or "", source_id=draft.source_id,
    )  # fmt: skip


def _name(request: SubjectAccessRequest, draft: NameDraft) -> OtherName:
    return OtherName(
        request=request, name=draft.name, known_from=draft.known_from, source=draft.source,
        source_id=draft.source_id, section=draft.part or "",
    )  # fmt: skip
