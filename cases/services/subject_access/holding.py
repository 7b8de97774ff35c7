"""Leaving whole passages out, for a ground, or putting them in; the police's release; saying that an item is ready."""

from django.db import transaction
from django.utils import timezone

from cases.choices import Ground, ReaderVerdict
from cases.errors import KeptFromYou, ReleaseNeeded, RequestNotOpen
from cases.models import SubjectAccessItem, SubjectAccessPassage, SubjectAccessRequest
from cases.selectors.subject_access import reads_all
from cases.services.subject_access.locking import locked_in_preparation, locked_open, touch
from cases.services.telling import tell_who_may
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record


@transaction.atomic
def hold(*, passage: SubjectAccessPassage, ground: Ground, note: str = "", by: User) -> SubjectAccessPassage:
    """Leave the whole passage out."""
    request = _prepared(passage.item, by)
    _decide(passage, ground, note, by)
    touch(passage.item)
    _note(request, passage.item, by, "held", ground)
    return passage


@transaction.atomic
def include(*, passage: SubjectAccessPassage, note: str = "", by: User) -> SubjectAccessPassage:
    """Put the passage in; what the police told only once they have released it."""
    request = _prepared(passage.item, by)
    if passage.waits_for_police:
        raise ReleaseNeeded
    _decide(passage, None, note, by)
    touch(passage.item)
    _note(request, passage.item, by, "included")
    return passage


@transaction.atomic
def hold_item(*, item: SubjectAccessItem, ground: Ground, note: str = "", by: User) -> SubjectAccessItem:
    """Leave the whole item out. What was out already keeps its ground."""
    request = _prepared(item, by)
    for passage in item.passages.visible_to(by).filter(held=""):
        _decide(passage, ground, note, by)
    touch(item)
    _note(request, item, by, "item_held", ground)
    return item


@transaction.atomic
def include_item(*, item: SubjectAccessItem, note: str = "", by: User) -> SubjectAccessItem:
    """Put everything of the item in, but for what waits for the police."""
    request = _prepared(item, by)
    for passage in item.passages.visible_to(by).exclude(held=""):
        if not passage.waits_for_police:
            _decide(passage, None, note, by)
    touch(item)
    _note(request, item, by, "item_included")
    return item


@transaction.atomic
def release(*, item: SubjectAccessItem, by: User) -> SubjectAccessItem:
    """For the police: what they told in this item may be shown. Whether it is, the preparer still decides."""
    gate.require(by, Permission.SUBJECT_ACCESS_RELEASE, item.request.case)
    request = locked_open(item.request)
    waiting = item.passages.visible_to(by).filter(needs_release=True, released_at=None)
    if not waiting.exists():
        raise RequestNotOpen("Nothing of this item waits for the police.")
    waiting.update(released_by=by, released_at=timezone.now())
    record(Action.POLICE_RELEASED, by=by, obj=item, case=request.case, detail={"request": request.reference})
    text = "The police have released something that a request to see a record asks for."
    tell_who_may(Permission.SUBJECT_ACCESS_PREPARE, request.case, text, by=by)
    return item


@transaction.atomic
def finish_item(*, item: SubjectAccessItem, by: User) -> SubjectAccessItem:
    """Say that one has read the item and that what it leaves out is right; a sent-back item's note is answered."""
    request = _prepared(item, by)
    if not reads_all(item, by):
        raise KeptFromYou
    item.prepared_by, item.prepared_at = by, timezone.now()
    if item.verdict == ReaderVerdict.RETURNED:
        item.verdict, item.verdict_by, item.verdict_at = "", None, None
    item.save(update_fields=["prepared_by", "prepared_at", "verdict", "verdict_by", "verdict_at"])
    _note(request, item, by, "ready")
    return item


def _prepared(item: SubjectAccessItem, by: User) -> SubjectAccessRequest:
    gate.require(by, Permission.SUBJECT_ACCESS_PREPARE, item.request.case)
    return locked_in_preparation(item.request, by)


def _decide(passage: SubjectAccessPassage, ground: Ground | None, note: str, by: User) -> None:
    passage.held, passage.held_note = ground or "", note
    passage.decided_by, passage.decided_at = by, timezone.now()
    passage.save(update_fields=["held", "held_note", "decided_by", "decided_at"])


def _note(
    request: SubjectAccessRequest, item: SubjectAccessItem, by: User, what: str, ground: Ground | None = None
) -> None:
    detail = {"request": request.reference, "item": item.order, "what": what, "ground": ground or ""}
    record(Action.REDACTION_DECIDED, by=by, obj=item, case=request.case, detail=detail)
