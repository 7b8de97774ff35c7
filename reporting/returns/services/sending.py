"""What goes out for a return: the question to the leads whose records lack something, the file to the region."""

import datetime as dt
import re

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from cse_portal import files
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.user_context import people_who_may
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotAllowedNow, NotVisible
from cse_portal.files.store import digest
from cse_portal.jobs.models import Notification
from cse_portal.jobs.services import notify_all
from cse_portal.reference import selectors as reference
from cse_portal.ui.presenters import counted, display_date, local_date
from reporting.returns.models import RECIPIENTS, RegionalReturn, ReturnState, SentReturn
from reporting.returns.selectors.document import document_of
from reporting.returns.selectors.gaps import open_gaps
from reporting.returns.selectors.returns import NotSigned
from reporting.returns.services.files import FORMATS, ExportFile, export_name, record_export
from reporting.returns.services.returns import locked_return, take_step

FOLDER = "returns"
_QUARTER = re.compile(r"(20[0-9]{2})[-/]?([0-9]{2})[ -]?Q([1-4])", re.IGNORECASE)


class SentWrongly(NotAllowedNow):
    """What is said of the sending does not agree with the return; `field` is where it is said."""

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.field = field


@transaction.atomic
def ask_for_gaps(*, regional_return: RegionalReturn, by: User) -> int:
    """Ask every lead professional at once for what their children's records lack; returns how many gaps there are.

    Nothing is kept of the gaps themselves: each lead's Today finds them in the records, until they are mended.
    """
    gate.require(by, Permission.RETURN_PREPARE)
    locked = locked_return(regional_return)
    if locked.state != ReturnState.DRAFT:
        raise NotAllowedNow("The figures are frozen. What is mended now changes the next return.")
    found = open_gaps(locked)
    if not found.total:
        raise NotAllowedNow("Every gap has been mended. Work the figures out again.")
    detail = {"quarter": locked.slug, "gaps": found.total}
    take_step(locked, Action.RETURN_GAPS_ASKED, by, detail, gaps_asked_by=by, gaps_asked_at=timezone.now())
    told = {lead: number for lead, number in found.leads.items() if lead}
    for person in people_who_may(Permission.CONCERN_TRIAGE) if found.without_lead else []:
        told[person.pk] = told.get(person.pk, 0) + found.without_lead
    notify_all(
        Notification(
            user_id=person, url=reverse("reporting:gaps"),
            text=f"{counted(number, 'gap')} to mend for the return for {locked.label}.",
        )
        for person, number in told.items()
    )  # fmt: skip
    return found.total


@transaction.atomic
def send(
    *, regional_return: RegionalReturn, to: str, file_format: str, sent_on: dt.date, by: User
) -> SentReturn:
    """Keep the file as it is sent, and say to whom and when. From here on a correction is a restatement."""
    gate.require(by, Permission.RETURN_PREPARE)
    locked = locked_return(regional_return)
    if not locked.is_signed:
        raise NotSigned
    if locked.sending is not None:
        raise NotAllowedNow("This return has been sent. Correct it by a restatement.")
    if locked.correction is not None:
        raise NotAllowedNow(
            f"Version {locked.correction.version_number} corrects this return. Send that one."
        )
    signed_on = local_date(locked.signed_at)
    if signed_on and sent_on < signed_on:
        words = f"The day it was sent must be {display_date(signed_on)} or later: it was signed off then."
        raise SentWrongly(words, "sent_on")
    content = FORMATS[file_format].write(document_of(locked))
    sent = SentReturn.objects.create(
        regional_return=locked, sent_to=reference.label(RECIPIENTS, to), sent_on=sent_on, sent_by=by,
        file_format=file_format, stored_as=files.keep(FOLDER, content), sha256=digest(content),
    )  # fmt: skip
    detail = {"quarter": locked.slug, "to": to, "format": file_format, "sha256": sent.sha256}
    record(Action.RETURN_SENT, by=by, obj=locked, detail=detail)
    return sent


@transaction.atomic
def record_receipt(
    *, regional_return: RegionalReturn, receipt_reference: str, received_on: dt.date, by: User
) -> SentReturn:
    """The region has it: under which reference of theirs, since when."""
    gate.require(by, Permission.RETURN_PREPARE)
    locked = locked_return(regional_return)
    sent, said = locked.sending, receipt_reference.strip()
    if sent is None:
        raise NotAllowedNow("This return has not been sent yet.")
    if sent.received_on is not None:
        raise NotAllowedNow("The receipt of this return is recorded already.")
    _refuse_other_receipt(sent, said)
    if received_on < sent.sent_on:
        words = f"The day it was received must be {display_date(sent.sent_on)} or later: it was sent then."
        raise SentWrongly(words, "received_on")
    sent.receipt_reference, sent.received_on, sent.receipt_recorded_by = said, received_on, by
    sent.save(update_fields=["receipt_reference", "received_on", "receipt_recorded_by"])
    record(Action.RETURN_RECEIVED, by=by, obj=locked, detail={"quarter": locked.slug, "reference": said})
    return sent


def _refuse_other_receipt(sent: SentReturn, said: str) -> None:
    """A reference that is another return's receipt, or that names another quarter."""
    other = SentReturn.objects.filter(receipt_reference__iexact=said).select_related("regional_return")
    if found := other.exclude(pk=sent.pk).first():
        words = f"This reference is on the receipt of the return for {found.regional_return.label}."
        raise SentWrongly(words, "receipt_reference")
    named = _QUARTER.search(said)
    if named and "-".join((*named.groups()[:2], f"Q{named[3]}")) != sent.regional_return.quarter:
        words = f"This reference names the return for {named[1]}/{named[2]} Q{named[3]}."
        raise SentWrongly(words, "receipt_reference")


@transaction.atomic
def take_sent_file(*, regional_return: RegionalReturn, by: User) -> ExportFile:
    """The very file that was sent. Raises FileUnavailable when it is no longer that file."""
    gate.require(by, Permission.RETURN_VIEW)
    sent = regional_return.sending
    if sent is None:
        raise NotVisible
    content = files.read(sent.stored_as, sent.sha256)
    record_export(regional_return=regional_return, file_format=sent.file_format, by=by)
    kind = FORMATS[sent.file_format].content_type
    return ExportFile(export_name(regional_return, sent.file_format), kind, content)
