"""A request to see a record: received, assembled, read by a second person, disclosed."""

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from cases.record.models.case import Case
from cases.sharing.services.telling import notify_about_case, notify_permitted
from cse_portal import acting, files
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotAllowedNow
from cse_portal.files.store import digest
from cse_portal.jobs.services import enqueue
from cse_portal.keys import free_key, free_reference
from cse_portal.reference.working_days import add_months, counts_from
from cse_portal.ui.presenters import age_on
from reporting.subject_access.choices import Delivery, IdentityProof, Inclusion, Requester, SubjectAccessState
from reporting.subject_access.models import Disclosure, DisclosureItem, SubjectAccessRequest, without_words
from reporting.subject_access.selectors import left_out, reads_every_released_item, whole_record


class NotBeingPrepared(NotAllowedNow):
    """While another person reads it, and after, nothing changes."""

    message = "This request is not being prepared now, so nothing in it can be changed."


JOB = "reporting.disclosure"
FOLDER = "disclosures"
FIRST, LONGEST = 1, 3  # calendar months
PREPARE = Permission.SUBJECT_ACCESS_PREPARE


@transaction.atomic
def receive(
    *, case: Case, asked_by: Requester, requester_name: str, received_on: dt.date, by: User, authority: str = "",
    child_view: str = "", key: uuid.UUID | None = None,
) -> SubjectAccessRequest:  # fmt: skip
    """Record that somebody asks to see a child's record. The clock runs from the day they asked.

    The same key again finds the same request.
    """
    gate.require(by, PREPARE, case)
    Case.objects.select_for_update().get(pk=case.pk)
    if key and (made := SubjectAccessRequest.objects.filter(pk=key, case=case).first()):
        return made
    if asked_by == Requester.PARENT and (age_on(case.child.date_of_birth, received_on) or 0) >= 18:
        raise NotAllowedNow(
            "Who asks: they are 18 or older, so they ask themselves or give somebody authority."
        )
    if SubjectAccessRequest.objects.open().filter(case=case, asked_by=asked_by).exists():
        raise NotAllowedNow("Who asks: they have an open request already.")
    request = SubjectAccessRequest.objects.create(
        pk=free_key(SubjectAccessRequest, key), reference=free_reference(SubjectAccessRequest, "SAR"), case=case,
        asked_by=asked_by, requester_name=requester_name, authority=authority, child_view=child_view,
        received_on=received_on, due_on=due_on(received_on, FIRST),
    )  # fmt: skip
    _note(request, by, Action.SUBJECT_ACCESS_RECEIVED, asked_by=asked_by, due_on=request.due_on.isoformat())
    return request


@transaction.atomic
def check_identity(
    *, request: SubjectAccessRequest, proof: IdentityProof, note: str, on: dt.date, by: User
) -> SubjectAccessRequest:
    """Note how, when and by whom the requester was identified."""
    found = _open(request, by, PREPARE)
    return _changed(
        found, by, "identity", identity_proof=proof, identity_note=note, identity_checked_on=on, identity_checked_by=by
    )  # fmt: skip


@transaction.atomic
def extend(*, request: SubjectAccessRequest, reason: str, told_on: dt.date, by: User) -> SubjectAccessRequest:
    """Two further months for a complex request, once the requester was told why within the first."""
    found = _open(request, by, PREPARE)
    if found.extension_told_on:
        raise NotAllowedNow("This request has two further months already. There are no more.")
    if not found.received_on <= told_on <= found.due_on:
        raise NotAllowedNow("When the requester was told: it must be within a month of asking.")
    until = due_on(found.received_on, LONGEST)
    return _changed(found, by, "extended", due_on=until, extension_reason=reason, extension_told_on=told_on)


@transaction.atomic
def close(*, request: SubjectAccessRequest, reason: str, by: User) -> SubjectAccessRequest:
    """End it without disclosing: withdrawn or refused. The requester is told the reason."""
    found = _open(request, by, PREPARE)
    new = {"closing_reason": reason, "closed_at": timezone.now()}
    return _changed(found, by, "closed", state=SubjectAccessState.CLOSED, **new)


@transaction.atomic
def assemble(*, request: SubjectAccessRequest, by: User) -> SubjectAccessRequest:
    """Write the record down as it is now, once. The police are told if something of theirs is in it."""
    found = _open(request, by, PREPARE)
    if found.assembled_at is not None:
        raise NotAllowedNow("The record has been assembled already.")
    with acting.for_the_system():  # the child is owed also what the preparer may not read
        items = DisclosureItem.objects.bulk_create(whole_record(found))
    if any(each.police for each in items):
        text = "Somebody asks to see a record that holds police information. Say what may be released."
        notify_permitted(Permission.SUBJECT_ACCESS_RELEASE, found.case, text, by=by)
    return _changed(found, by, "assembled", assembled_at=timezone.now())


@transaction.atomic
def decide(*, item: DisclosureItem, decision: Inclusion, ground: str = "", by: User) -> DisclosureItem:
    """Say whether an item is in, or on which ground it is out."""
    request = _prepared(item.request, by)
    if decision == Inclusion.IN and item.waits_for_police:
        raise NotAllowedNow("Decision: the police must release this first.")
    if decision == Inclusion.OUT and not ground:
        raise NotAllowedNow("Ground: choose why it is left out.")
    item.decision, item.decided_by = decision, by
    item.ground = ground if decision == Inclusion.OUT else ""
    item.save(update_fields=["decision", "ground", "decided_by"])
    _note(request, by, Action.REDACTION_DECIDED, item=item.order, decision=item.decision, ground=item.ground)
    return item


@transaction.atomic
def withhold(*, request: SubjectAccessRequest, words: list[str], by: User) -> SubjectAccessRequest:
    """Say which words are taken out of every item. Nothing else of a text can be changed."""
    found = _prepared(request, by)
    other = [
        each.pk
        for each in found.items.all()
        if without_words(each.original, words) != without_words(each.original, found.withheld)
    ]
    found.items.filter(pk__in=other).update(decided_by=by)
    return _changed(found, by, "words", withheld=words)


@transaction.atomic
def release(*, item: DisclosureItem, by: User) -> DisclosureItem:
    """The police agree that an item may be shown. Whether it is, the preparer still decides."""
    request = _open(item.request, by, Permission.SUBJECT_ACCESS_RELEASE)
    if not item.waits_for_police:
        raise NotAllowedNow("This waits for the police no longer.")
    item.released_at = timezone.now()
    item.save(update_fields=["released_at"])
    _note(request, by, Action.POLICE_RELEASED, item=item.order)
    text = "The police have released something that a request to see a record asks for."
    notify_permitted(PREPARE, request.case, text, by=by)
    return item


@transaction.atomic
def send(*, request: SubjectAccessRequest, by: User) -> SubjectAccessRequest:
    """Give it to a second reader, once the requester is identified and the preparer may read all that leaves."""
    found = _prepared(request, by)
    if not found.identity_proof:
        raise NotAllowedNow("Say first how the requester was identified.")
    _require_all_read(found, by)
    notify_permitted(PREPARE, found.case, "A request to see a record waits for a second reader.", by=by)
    return _changed(found, by, "sent", state=SubjectAccessState.READING, prepared_by=by)


@transaction.atomic
def sign(*, request: SubjectAccessRequest, by: User) -> SubjectAccessRequest:
    """The second reader, who prepared no part of it, has read all that leaves and agrees."""
    found = _open(request, by, PREPARE)
    if found.state != SubjectAccessState.READING:
        raise NotAllowedNow("This request is not with a second reader now.")
    if found.prepared_by_id == by.pk or found.items.filter(decided_by=by).exists():
        raise NotAllowedNow("You prepared part of this, so somebody else must be the second reader.")
    _require_all_read(found, by)
    text = "The second reader agrees: a request to see a record may be disclosed."
    notify_about_case(found.case, text, person=found.prepared_by, by=by)
    return _changed(found, by, "signed", state=SubjectAccessState.READY, reader=by, read_at=timezone.now())


@transaction.atomic
def send_back(*, request: SubjectAccessRequest, by: User) -> SubjectAccessRequest:
    """Go on preparing what is with the second reader or was signed. It is then read again."""
    found = _open(request, by, PREPARE)
    if found.state not in (SubjectAccessState.READING, SubjectAccessState.READY):
        raise NotBeingPrepared
    text = "A request to see a record is being prepared again."
    notify_about_case(found.case, text, person=found.prepared_by, by=by)
    state = SubjectAccessState.PREPARING
    return _changed(found, by, "sent_back", state=state, reader=None, read_at=None)


@transaction.atomic
def disclose(*, request: SubjectAccessRequest, delivery: Delivery, by: User) -> Disclosure:
    """Enter it in the register and ask for the file. Asked again, it makes a file that failed; nothing else changes."""
    gate.require(by, PREPARE, request.case)
    found = _locked(request)
    made: Disclosure | None = Disclosure.objects.filter(request=found).first()
    if found.reader_id == by.pk:
        raise NotAllowedNow("You are the second reader of this, so somebody else must disclose it.")
    _require_all_read(found, by)
    if made is None:
        if found.state != SubjectAccessState.READY or found.prepared_by is None or found.reader is None:
            raise NotAllowedNow("This request is not ready for this step.")
        items = list(found.items.all())
        made = Disclosure.objects.create(
            request=found, case=found.case, case_reference=found.case.reference, request_reference=found.reference,
            asked_by=found.asked_by, delivery=delivery, received_on=found.received_on, due_on=found.due_on,
            prepared_by=found.prepared_by, read_by=found.reader, disclosed_by=by, left_out=left_out(items),
            items=sum(each.decision == Inclusion.IN for each in items),
        )  # fmt: skip
        SubjectAccessRequest.objects.filter(pk=found.pk).update(state=SubjectAccessState.DISCLOSED)
        _note(found, by, Action.DISCLOSED, delivery=delivery, left_out=made.left_out)
    if not made.is_ready:
        payload = {"disclosure": str(made.pk), "request": made.request_reference}
        enqueue(kind=JOB, key=made.pk.hex, requested_by=by, payload=payload)
    return made


@transaction.atomic
def keep(*, disclosure: Disclosure, pdf: bytes, pages: int) -> Disclosure:
    """For the system: store the file under a name that says nothing. Once stored, it is never made again."""
    found = Disclosure.objects.select_for_update(of=("self",)).select_related("case").get(pk=disclosure.pk)
    if found.is_ready:
        return found
    found.sha256, found.stored_as = digest(pdf), files.keep(FOLDER, pdf)
    found.pages, found.made_at = pages, timezone.now()
    found.save(update_fields=["sha256", "stored_as", "pages", "made_at"])
    detail = {"request": found.request_reference, "sha256": found.sha256, "pages": pages}
    record(Action.DISCLOSURE_MADE, by=found.disclosed_by, obj=found, case=found.case, detail=detail)
    return found


@transaction.atomic
def download(*, request: SubjectAccessRequest, by: User) -> bytes:
    """The file as it was made, for people who may prepare it and read all that left; each download is on record."""
    gate.require(by, PREPARE, request.case)
    found = Disclosure.objects.filter(request=request).first()
    if found is None or not found.is_ready:
        raise NotAllowedNow("There is no file yet. Wait until it has been made.")
    _require_all_read(request, by)
    content = files.read(found.stored_as, found.sha256)
    _note(request, by, Action.DISCLOSURE_DOWNLOADED, sha256=found.sha256)
    return content


def record_view(
    *, by: User, page: str, about: SubjectAccessRequest | Case | None = None,
    listed: Iterable[SubjectAccessRequest | Disclosure] = (),
) -> None:  # fmt: skip
    """Note that somebody opened this page of a request, of a case's requests, of all of them, or of the register."""
    action = Action.REGISTER_VIEWED if page == "register" else Action.SUBJECT_ACCESS_VIEWED
    case = about.case if isinstance(about, SubjectAccessRequest) else about
    detail = {"page": page, **({"request": about.reference} if about and about is not case else {})}
    record(action, by=by, obj=about, case=case, detail=detail, cases=[each.case_id for each in listed])


def due_on(received_on: dt.date, months: int) -> dt.date:
    """The same day of a later month, or its last day; a weekend or bank holiday gives until the next working day."""
    return counts_from(add_months(received_on, months))


def _locked(request: SubjectAccessRequest) -> SubjectAccessRequest:
    rows = SubjectAccessRequest.objects.select_for_update(of=("self",))
    return rows.select_related("case__child", "prepared_by", "reader").get(pk=request.pk)


def _open(request: SubjectAccessRequest, by: User, permission: Permission) -> SubjectAccessRequest:
    gate.require(by, permission, request.case)
    found = _locked(request)
    if not found.is_open:
        raise NotAllowedNow("This request has been answered or closed. It can no longer be changed.")
    return found


def _prepared(request: SubjectAccessRequest, by: User) -> SubjectAccessRequest:
    found = _open(request, by, PREPARE)
    if not found.is_being_prepared:
        raise NotBeingPrepared
    return found


def _require_all_read(request: SubjectAccessRequest, by: User) -> None:
    if not reads_every_released_item(request, by):
        raise NotAllowedNow(
            "Part of what leaves is kept from you. Somebody who may read all of it has to do this."
        )


def _changed(request: SubjectAccessRequest, by: User, step: str, **new: Any) -> SubjectAccessRequest:
    for name, value in new.items():
        setattr(request, name, value)
    request.save(update_fields=list(new))
    _note(request, by, Action.SUBJECT_ACCESS_CHANGED, step=step)
    return request


def _note(request: SubjectAccessRequest, by: User, action: Action, **detail: Any) -> None:
    record(action, by=by, obj=request, case=request.case, detail={"request": request.reference, **detail})
