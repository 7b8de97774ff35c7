"""Disclosing: the register's line first, then the file, made once by a job and taken by whoever hands it over."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from cases.choices import SubjectAccessState
from cases.errors import DisclosureNotReady, KeptFromYou, NotReadyToDisclose, OwnBundle
from cases.models import Case, Disclosure, SubjectAccessItem, SubjectAccessRequest
from cases.selectors.subject_access import reads_all, spans_out, whole_items, withheld
from cases.services.copies import free_copy
from cases.services.subject_access.locking import locked
from cse_portal import files
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.files.store import digest
from cse_portal.jobs.services import enqueue

JOB = "reporting.disclosure"
FOLDER = "disclosures"


@transaction.atomic
def disclose(*, request: SubjectAccessRequest, by: User) -> Disclosure:
    """Enter it in the register and ask for the file. From here on nothing of it can change.

    By somebody who may prepare it and is not its second reader: two people answer for what leaves. The register says
    what the file shows, so it counts also what the file leaves out by itself.
    """
    gate.require(by, Permission.SUBJECT_ACCESS_PREPARE, request.case)
    found = locked(request)
    if found.state != SubjectAccessState.READY or found.prepared_by is None or found.reader is None:
        raise NotReadyToDisclose
    if found.reader_id == by.pk:
        raise OwnBundle("You are the second reader of this, so somebody else must disclose it.")
    if not reads_all(found, by):
        raise KeptFromYou
    items = whole_items(found)
    disclosure = Disclosure.objects.create(
        request=found, case=found.case, copy=free_copy(), request_reference=found.reference,
        asked_by=found.asked_by, received_on=found.received_on, due_on=found.due_on, prepared_by=found.prepared_by,
        read_by=found.reader, disclosed_by=by, items=[_line(item) for item in items],
        withheld=withheld(items),
    )  # fmt: skip
    found.state = SubjectAccessState.DISCLOSED
    found.save(update_fields=["state"])
    detail = {"request": found.reference, "copy": disclosure.copy, "withheld": disclosure.withheld}
    record(Action.DISCLOSED, by=by, obj=disclosure, case=found.case, detail=detail)
    _ask_for_file(disclosure, by)
    return disclosure


@transaction.atomic
def make_again(*, disclosure: Disclosure, by: User) -> None:
    """Ask again for the file where the making failed: somebody who may prepare it and may read all that it is made of.

    What was disclosed stays as it was registered. While the file is being made, and once it is, nothing happens.
    """
    gate.require(by, Permission.SUBJECT_ACCESS_PREPARE, disclosure.case)
    if not reads_all(disclosure.request, by):
        raise KeptFromYou
    if not disclosure.is_ready:
        _ask_for_file(disclosure, by)


@transaction.atomic
def keep(*, disclosure: Disclosure, pdf: bytes, pages: int) -> Disclosure:
    """For the system: store the file under a name that says nothing. Once stored, it is never made again."""
    rows = Disclosure.objects.select_for_update(of=("self",)).select_related("case", "disclosed_by")
    found = rows.get(pk=disclosure.pk)
    if found.is_ready:
        return found
    found.sha256, found.stored_as = digest(pdf), files.keep(FOLDER, pdf)
    found.pages, found.made_at = pages, timezone.now()
    found.save(update_fields=["sha256", "stored_as", "pages", "made_at"])
    detail = {"copy": found.copy, "sha256": found.sha256, "pages": pages}
    record(Action.DISCLOSURE_MADE, by=found.disclosed_by, obj=found, case=found.case, detail=detail)
    return found


@transaction.atomic
def download(*, disclosure: Disclosure, by: User) -> bytes:
    """The file as it was made, for who may prepare disclosures of this case and may read all that it was made of;
    every taking is on record.
    """
    gate.require(by, Permission.SUBJECT_ACCESS_PREPARE, disclosure.case)
    if not disclosure.is_ready:
        raise DisclosureNotReady
    if not reads_all(disclosure.request, by):
        raise KeptFromYou
    content = files.read(disclosure.stored_as, disclosure.sha256)
    detail = {"copy": disclosure.copy, "sha256": disclosure.sha256}
    record(Action.DISCLOSURE_DOWNLOADED, by=by, obj=disclosure, case=disclosure.case, detail=detail)
    return content


@transaction.atomic
def trace_disclosure(*, disclosure: Disclosure | None, by: User, listed: Iterable[Disclosure] = ()) -> None:
    """Note that the privacy officer read the register and what it listed, or one line of it."""
    gate.require(by, Permission.DISCLOSURE_REGISTER)
    detail = {"copy": disclosure.copy} if disclosure else {"list": True}
    case, cases = Case(pk=disclosure.case_id) if disclosure else None, [each.case_id for each in listed]
    record(Action.REGISTER_VIEWED, by=by, obj=disclosure, case=case, detail=detail, cases=cases)


def _ask_for_file(disclosure: Disclosure, by: User) -> None:
    # The page of progress names the request from here: it reads nothing of a child to whoever watches.
    payload = {"disclosure": str(disclosure.pk), "request": disclosure.request_reference}
    enqueue(kind=JOB, key=disclosure.pk.hex, requested_by=by, payload=payload)


def _line(item: SubjectAccessItem) -> dict[str, object]:
    """An item as the register keeps it: what it was, never what it said."""
    passages = list(item.passages.all())
    return {
        "item": item.order,
        "kind": item.kind,
        "source": item.source,
        "source_id": str(item.source_id) if item.source_id else "",
        "texts": len(passages),
        "disclosed": sum(not each.held for each in passages),
        "grounds": sorted({each.held for each in passages if each.held}),
        "places": sum(len(spans_out(each)) for each in passages if not each.held),
    }
