"""Recording a request, who asks and by when; making sure of them; more time; closing it without disclosing."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from cases.choices import Competence, IdentityProof, Requester, SubjectAccessState
from cases.errors import AdultAsksThemselves, AlreadyAsked, ChildsViewNeeded, ExtendedAlready, ToldTooLate
from cases.models import Case, SubjectAccessRequest
from cases.services.subject_access.locking import locked_open
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.keys import free_key, free_reference
from cse_portal.reference.working_days import add_months, counts_from

FIRST, LONGEST = 1, 3  # calendar months


@dataclass(frozen=True)
class Asked:
    """What was asked, by whom, and what the child understands and says of it."""

    asked_by: Requester
    requester_name: str
    received_on: dt.date
    competence: Competence
    competence_note: str
    authority: str = ""
    child_view: str = ""


@transaction.atomic
def receive(*, case: Case, asked: Asked, by: User, key: uuid.UUID | None = None) -> SubjectAccessRequest:
    """Record that somebody asks to see a child's record. The clock runs from the day they asked.

    The same key again finds the same request.
    """
    gate.require(by, Permission.SUBJECT_ACCESS_PREPARE, case)
    Case.objects.select_for_update().get(pk=case.pk)
    if key and (made := SubjectAccessRequest.objects.filter(pk=key, case=case).first()):
        return made
    _refuse_without_the_child(asked)
    if SubjectAccessRequest.objects.open().filter(case=case, asked_by=asked.asked_by).exists():
        raise AlreadyAsked
    request = SubjectAccessRequest.objects.create(
        pk=free_key(SubjectAccessRequest, key),
        reference=free_reference(SubjectAccessRequest, "SAR"),
        case=case,
        due_on=due_on(asked.received_on, FIRST),
        recorded_by=by,
        **vars(asked),
    )
    detail = {"request": request.reference, "asked_by": asked.asked_by, "due_on": request.due_on}
    record(Action.SUBJECT_ACCESS_RECEIVED, by=by, obj=request, case=case, detail=detail)
    return request


@transaction.atomic
def check_identity(
    *, request: SubjectAccessRequest, proof: IdentityProof, note: str, on: dt.date, by: User
) -> SubjectAccessRequest:
    """Note how and when it was made sure that they are who they say."""
    gate.require(by, Permission.SUBJECT_ACCESS_PREPARE, request.case)
    found = locked_open(request)
    found.identity_proof, found.identity_note = proof, note
    found.identity_checked_on, found.identity_checked_by = on, by
    found.save(
        update_fields=["identity_proof", "identity_note", "identity_checked_on", "identity_checked_by"]
    )
    return _changed(found, by, "identity", proof=proof)


@transaction.atomic
def extend(*, request: SubjectAccessRequest, reason: str, told_on: dt.date, by: User) -> SubjectAccessRequest:
    """Two further months for a complex request, once the requester was told why within the first."""
    gate.require(by, Permission.SUBJECT_ACCESS_PREPARE, request.case)
    found = locked_open(request)
    if found.extension_told_on:
        raise ExtendedAlready
    if not found.received_on <= told_on <= found.due_on:
        raise ToldTooLate
    found.extension_reason, found.extension_told_on, found.extended_by = reason, told_on, by
    found.due_on = due_on(found.received_on, LONGEST)
    found.save(update_fields=["extension_reason", "extension_told_on", "extended_by", "due_on"])
    return _changed(found, by, "extended", due_on=found.due_on.isoformat())


@transaction.atomic
def close(*, request: SubjectAccessRequest, reason: str, by: User) -> SubjectAccessRequest:
    """End it without disclosing: withdrawn, nobody behind it, or refused; the reason is told to the requester."""
    gate.require(by, Permission.SUBJECT_ACCESS_PREPARE, request.case)
    found = locked_open(request)
    found.state, found.closing_reason = SubjectAccessState.CLOSED, reason
    found.closed_at, found.closed_by = timezone.now(), by
    found.save(update_fields=["state", "closing_reason", "closed_at", "closed_by"])
    return _changed(found, by, "closed")


def due_on(received_on: dt.date, months: int) -> dt.date:
    """The same day of a later month, or its last day; a weekend or bank holiday gives until the next working day."""
    return counts_from(add_months(received_on, months))


def _refuse_without_the_child(asked: Asked) -> None:
    if asked.asked_by != Requester.PARENT:
        return
    if asked.competence == Competence.ADULT:
        raise AdultAsksThemselves
    if asked.competence == Competence.COMPETENT and not asked.child_view:
        raise ChildsViewNeeded


def _changed(request: SubjectAccessRequest, by: User, step: str, **more: str) -> SubjectAccessRequest:
    detail = {"request": request.reference, "step": step, **more}
    record(Action.SUBJECT_ACCESS_CHANGED, by=by, obj=request, case=request.case, detail=detail)
    return request
