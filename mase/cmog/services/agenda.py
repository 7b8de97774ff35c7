"""The agenda of a CMOG: brought up to date from the records, and added to by hand."""

import uuid
from collections.abc import Collection, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from cases.record.models.case import Case
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.keys import free_key, new_key
from intelligence.disruption.models import Disruption
from intelligence.subjects.models import Subject, SubjectKind
from mase.cmog.selectors.agenda import BY_HAND, agenda_for, key_of, rank_of
from mase.cmog.selectors.cmog import items_for
from mase.cmog.services.items import record_change
from mase.meetings.choices import ItemKind, MeetingKind
from mase.meetings.errors import MeetingRefused
from mase.meetings.models.agenda import AgendaItem
from mase.meetings.models.meeting import Meeting
from mase.meetings.selectors.record import one_of
from mase.meetings.services.locking import already_made, hold_open

_WORDS = {
    ItemKind.CHILD: "child’s case", ItemKind.PERSON: "person of concern", ItemKind.PLACE: "place or thing of concern",
}  # fmt: skip
NOT_ON_RECORD = "There is no {} with this reference that you may see. Check the reference."
ON_AGENDA_ALREADY = "This is on the agenda already. Write under it."
WRITTEN_UNDER = (
    "The records put this on the agenda, or something is written under it. Put it off to the next CMOG."
)


@transaction.atomic
def add_item(
    *, meeting: Meeting, key: uuid.UUID, kind: ItemKind, named: str, because: str, by: User
) -> AgendaItem:
    """One more item, among those put off to this CMOG: a child or subject by its reference, or a topic by its
    title. Nobody adds what they may not see; a topic names nobody.

    Who may not see the child or subject does not see the item either. It stays when the agenda is compiled anew.
    """
    gate.require(by, Permission.MEETING_CHAIR, meeting)
    held = hold_open(meeting)
    if found := already_made(AgendaItem, key, meeting_id=held.pk):
        return found
    item = AgendaItem(pk=free_key(AgendaItem, key), meeting=held, kind=kind, added_by=by, restricted=True)
    as_urgent = (each.order for each in items_for(by, held) if rank_of(each.why) <= BY_HAND)
    item.added_because, item.order = because, max(as_urgent, default=0)
    if kind == ItemKind.TOPIC:
        item.code, item.title = f"added-{key.hex[-12:]}", named
    elif kind == ItemKind.CHILD:
        item.case = _named(Case.objects.visible_to(by), kind, named)
    else:
        people = Q(kind=SubjectKind.PERSON)
        of_kind = people if kind == ItemKind.PERSON else ~people
        item.subject = _named(Subject.objects.visible_to(by).filter(of_kind), kind, named)
    about = {"kind": kind, "case": item.case, "subject": item.subject, "code": item.code}
    if AgendaItem.objects.filter(meeting=held, **about).exists():
        raise MeetingRefused(ON_AGENDA_ALREADY)
    item.save(force_insert=True)
    record_change(item, by, part="agenda", what="added")
    return item


@transaction.atomic
def put_on_next(*, named: Collection[str], because: str, by: User) -> Meeting:
    """Children and subjects, by reference, go onto the next CMOG together; what is on its agenda already stays once."""
    meeting = Meeting.objects.visible_to(by).upcoming().of_kind(MeetingKind.CMOG).first()
    if meeting is None or not named:
        raise MeetingRefused("No CMOG is booked. Book one, then put them on it.")
    gate.require(by, Permission.MEETING_CHAIR, meeting)
    subjects = Subject.objects.visible_to(by).filter(reference__in=named)
    kinds = {each.reference: ItemKind.PERSON if each.is_person else ItemKind.PLACE for each in subjects}
    there = AgendaItem.objects.visible_to(by).filter(meeting=meeting, action=None)
    on_it = {
        *there.values_list("case__reference", flat=True),
        *there.values_list("subject__reference", flat=True),
    }
    for reference in named:
        if reference not in on_it:
            kind = kinds.get(reference, ItemKind.CHILD)
            add_item(meeting=meeting, key=new_key(), kind=kind, named=reference, because=because, by=by)
    return meeting


@transaction.atomic
def remove_item(*, item: AgendaItem, by: User) -> None:
    """What was added by hand alone, and nobody has written under, is taken off again."""
    gate.require(by, Permission.CMOG_ITEM_VIEW, item)
    gate.require(by, Permission.MEETING_CHAIR, item.meeting)
    held = hold_open(item.meeting)
    locked = one_of(items_for(by, held), item.pk)
    if locked.added_by_id is None or locked.why or written_under([locked]):
        raise MeetingRefused(WRITTEN_UNDER)
    record_change(locked, by, part="agenda", what="taken off")
    locked.delete()


def bring_up_to_date(meeting: Meeting) -> None:
    """The most urgent first; what is as urgent in the order in which it came. The caller acts for the system.

    What is not true any more goes, but for what is written, agreed or added by hand. While the CMOG runs all of it
    stays: somebody may be writing under an item whose reason has just gone.
    """
    rows = list(AgendaItem.objects.select_for_update().filter(meeting=meeting))
    there, new = {key_of(item): item for item in rows}, []
    for found in agenda_for(meeting):
        item = there.pop(key_of(found), None)
        if item is None:
            item, found.meeting, found.restricted = found, meeting, True
            if (old := found.carried_from) is not None:  # in the words of the person who added it by hand
                found.added_by_id, found.added_because = old.added_by_id, old.added_because
            new.append(found)
        item.why = found.why
    left = list(there.values())
    for item in left:
        item.why = [] if item.added_by_id is not None else item.why
    for number, item in enumerate(sorted([*rows, *new], key=lambda each: rank_of(each.why)), 1):
        item.order = number
    AgendaItem.objects.bulk_create(new)
    AgendaItem.objects.bulk_update(rows, ["why", "order"])
    if not meeting.is_running:
        kept = written_under(left)
        gone = [each.pk for each in left if each.pk not in kept and each.added_by_id is None]
        AgendaItem.objects.filter(pk__in=gone).delete()


def written_under(items: Sequence[AgendaItem]) -> set[uuid.UUID]:
    """Those under which something is written, put off or agreed. The caller acts for the system."""
    keys = [each.pk for each in items]
    tactics = Disruption.objects.filter(source_id__in=keys).values_list("source_id", flat=True)
    actions = AgendaItem.objects.filter(pk__in=keys, actions__isnull=False).values_list("pk", flat=True)
    return {each.pk for each in items if each.is_written} | set(actions) | {key for key in tactics if key}


def _named(rows: QuerySet[Any], kind: ItemKind, named: str) -> Any:
    found = rows.filter(reference=named.strip().upper()).first()
    if found is None:
        raise MeetingRefused(NOT_ON_RECORD.format(_WORDS[kind]))
    return found
