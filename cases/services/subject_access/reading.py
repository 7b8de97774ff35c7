"""The second reader: another person goes through every item, agrees, or sends it back with a note."""

from django.db import transaction
from django.utils import timezone

from cases.choices import ReaderVerdict, SubjectAccessState
from cases.errors import (
    AnotherAgreed,
    AnotherReads,
    KeptFromYou,
    NotAllRead,
    NotBeingPrepared,
    NotReadyToRead,
    OwnBundle,
)
from cases.models import SubjectAccessItem, SubjectAccessRequest
from cases.selectors.subject_access import (
    items_of,
    names_of,
    not_ready_because,
    reads_all,
    worked_on,
)
from cases.services.subject_access.locking import locked, locked_in_preparation
from cases.services.telling import tell_of_case, tell_who_may
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record


@transaction.atomic
def send(*, request: SubjectAccessRequest, by: User) -> SubjectAccessRequest:
    """Give it to a second reader, once every item is ready, every name decided and who asks has been made sure of."""
    gate.require(by, Permission.SUBJECT_ACCESS_PREPARE, request.case)
    found = locked_in_preparation(request, by)
    items, names = items_of(found, by), names_of(found, by)
    if because := not_ready_because(found, items, names, whole=reads_all(found, by)):
        raise NotReadyToRead(" ".join(because))
    found.state, found.prepared_by, found.sent_at = SubjectAccessState.READING, by, timezone.now()
    found.save(update_fields=["state", "prepared_by", "sent_at"])
    text = "A request to see a record waits for a second reader."
    tell_who_may(Permission.SUBJECT_ACCESS_CHECK, found.case, text, by=by)
    return _changed(found, by, "sent")


@transaction.atomic
def take_back(*, request: SubjectAccessRequest, by: User) -> SubjectAccessRequest:
    """Go on preparing what is with the second reader or was agreed; agreement to what stays unchanged is kept."""
    gate.require(by, Permission.SUBJECT_ACCESS_PREPARE, request.case)
    found = locked(request)
    if found.state not in (SubjectAccessState.READING, SubjectAccessState.READY):
        raise NotBeingPrepared
    return _changed(_back_to_preparing(found), by, "taken_back")


@transaction.atomic
def give_verdict(
    *, item: SubjectAccessItem, verdict: ReaderVerdict, note: str = "", by: User
) -> SubjectAccessItem:
    """One item agreed to, or sent back with what should change. Nobody reads what they prepared any part of."""
    request = _read_by(item.request, by)
    item.verdict, item.verdict_note = verdict, note if verdict == ReaderVerdict.RETURNED else ""
    item.verdict_by, item.verdict_at = by, timezone.now()
    item.save(update_fields=["verdict", "verdict_note", "verdict_by", "verdict_at"])
    detail = {"request": request.reference, "item": item.order, "verdict": verdict}
    record(Action.SUBJECT_ACCESS_READ, by=by, obj=item, case=request.case, detail=detail)
    return item


@transaction.atomic
def finish_reading(*, request: SubjectAccessRequest, by: User) -> SubjectAccessRequest:
    """Every item read by this person: all agreed, and it may be disclosed; else it goes back to whoever prepared it."""
    found = _read_by(request, by)
    if found.items.exclude(verdict="").exclude(verdict_by=by).exists():
        raise AnotherAgreed
    verdicts = set(found.items.values_list("verdict", flat=True))
    if "" in verdicts:
        raise NotAllRead
    if ReaderVerdict.RETURNED in verdicts:
        back, text = _back_to_preparing(found), "The second reader has sent a request to see a record back."
        tell_of_case(back.case, text, person=back.prepared_by, by=by)
        return _changed(back, by, "returned")
    found.state, found.read_at = SubjectAccessState.READY, timezone.now()
    found.save(update_fields=["state", "read_at"])
    text = "The second reader agrees: a request to see a record may be disclosed."
    tell_of_case(found.case, text, person=found.prepared_by, by=by)
    return _changed(found, by, "agreed")


def _read_by(request: SubjectAccessRequest, by: User) -> SubjectAccessRequest:
    gate.require(by, Permission.SUBJECT_ACCESS_CHECK, request.case)
    found = locked(request)
    if found.state != SubjectAccessState.READING:
        raise NotBeingPrepared("This request is not with a second reader now.")
    if worked_on(found, by):
        raise OwnBundle
    if found.reader_id not in (None, by.pk):
        raise AnotherReads
    if not reads_all(found, by):
        raise KeptFromYou
    if found.reader_id is None:
        found.reader = by
        found.save(update_fields=["reader"])
    return found


def _back_to_preparing(request: SubjectAccessRequest) -> SubjectAccessRequest:
    request.state, request.read_at, request.reader = SubjectAccessState.PREPARING, None, None
    request.save(update_fields=["state", "read_at", "reader"])
    return request


def _changed(request: SubjectAccessRequest, by: User, step: str) -> SubjectAccessRequest:
    detail = {"request": request.reference, "step": step}
    record(Action.SUBJECT_ACCESS_CHANGED, by=by, obj=request, case=request.case, detail=detail)
    return request
