"""Asking for a copy of people's records, and the second person's yes or no."""

import uuid
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from cases.choices import ExportState
from cases.errors import ExportEmpty, ExportTooLarge
from cases.models import PeopleExport
from cases.selectors.caseload import CaseFilters, matching_cases
from cases.services.copies import free_copy
from cases.services.exports.making import DAY, JOB
from cases.services.viewing import record_search
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.standing import people_who_may, standing
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import blinded_words, record
from cse_portal.errors import NotAllowedNow, NotPermitted
from cse_portal.jobs.services import enqueue, notify
from cse_portal.keys import free_key


@dataclass(frozen=True)
class Wanted:
    """What a copy should hold, and why it is needed."""

    filters: CaseFilters
    file_format: str
    columns: list[str]
    reason: str
    lawful_basis: str


@transaction.atomic
def ask(*, wanted: Wanted, by: User, key: uuid.UUID | None = None) -> PeopleExport:
    """Ask for the cases of a list as a file. Within the day's allowance it is made; above it another person decides.

    The same key again finds the same copy.
    """
    gate.require(by, Permission.PEOPLE_EXPORT)
    who = standing(by)
    if who is None:
        raise NotPermitted
    User.objects.select_for_update().get(pk=by.pk)  # two at once would each find the whole allowance
    if key and (made := PeopleExport.objects.filter(pk=key, requested_by=by).first()):
        return made
    cases = _wanted_cases(wanted.filters, by)
    sought = wanted.filters.text
    if sought:
        record_search(by=by, found=cases, searched=sought)
    within = len(cases) <= allowance_left(by)
    export = PeopleExport.objects.create(
        pk=free_key(PeopleExport, key), copy=free_copy(), file_format=wanted.file_format, columns=wanted.columns,
        reason=wanted.reason, lawful_basis=wanted.lawful_basis, asked_cases=cases, requested_by=by, agency=who.agency,
        state=ExportState.MAKING if within else ExportState.WAITING,
    )  # fmt: skip
    detail = {
        "copy": export.copy,
        "records": len(cases),
        "columns": wanted.columns,
        "within_allowance": within,
        **({"words": blinded_words(sought)} if sought else {}),
    }
    record(Action.EXPORT_ASKED, by=by, obj=export, reason=wanted.reason, detail=detail)
    if within:
        enqueue(kind=JOB, key=export.pk.hex, requested_by=by, payload={"export": str(export.pk)})
    else:
        _tell_others(export)
    return export


@transaction.atomic
def decide(*, export: PeopleExport, agree: bool, reason: str, by: User) -> PeopleExport:
    """Another person who may export answers for it as well, or does not."""
    gate.require(by, Permission.PEOPLE_EXPORT)
    if export.requested_by_id == by.pk:
        raise NotAllowedNow("You asked for this copy, so somebody else must decide about it.")
    locked = (
        PeopleExport.objects.select_for_update(of=("self",)).select_related("requested_by").get(pk=export.pk)
    )
    if locked.state != ExportState.WAITING:
        raise NotAllowedNow("This copy has already been decided about.")
    locked.state = ExportState.MAKING if agree else ExportState.REFUSED
    locked.decided_by, locked.decided_at, locked.decision_reason = by, timezone.now(), reason
    locked.save(update_fields=["state", "decided_by", "decided_at", "decision_reason"])
    action = Action.EXPORT_AGREED if agree else Action.EXPORT_REFUSED
    record(action, by=by, obj=locked, reason=reason, detail={"copy": locked.copy, "records": locked.records})
    if agree:
        payload = {"export": str(locked.pk)}
        enqueue(kind=JOB, key=locked.pk.hex, requested_by=locked.requested_by, payload=payload)
    else:
        notify(
            user=locked.requested_by, text="Somebody has said no to a copy you asked for.", url=_page(locked)
        )
    return locked


def allowance_left(user: User) -> int:
    """How many more records this person may take today without a second person."""
    since = timezone.now() - DAY
    today = PeopleExport.objects.filter(requested_by=user, requested_at__gt=since)
    taken = sum(len(export.asked_cases) for export in today.exclude(state=ExportState.REFUSED))
    return max(0, settings.EXPORT_DAILY_RECORDS - taken)


def _wanted_cases(filters: CaseFilters, by: User) -> list[uuid.UUID]:
    most = settings.EXPORT_MOST_RECORDS
    cases = list(matching_cases(by, filters).order_by("reference").values_list("pk", flat=True)[: most + 1])
    if not cases:
        raise ExportEmpty
    if len(cases) > most:
        raise ExportTooLarge(f"A copy holds at most {most:,} cases. Filter the list, and export that.")
    return cases


def _tell_others(export: PeopleExport) -> None:
    """Whoever may agree, and the privacy officer, who may ask."""
    for person in people_who_may(Permission.PEOPLE_EXPORT):
        if person != export.requested_by:
            notify(user=person, text="A copy of records waits for a second person.", url=_page(export))
    for person in people_who_may(Permission.COPY_FIND):
        text = f"Copy {export.copy} of {export.records} records was asked for, above the day’s allowance."
        notify(user=person, text=text, url=reverse("cases:copies"))


def _page(export: PeopleExport) -> str:
    return reverse("cases:export", args=[export.pk])
