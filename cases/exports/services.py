"""Asking for a copy of records, the second person's decision, making, taking and deleting it."""

import datetime as dt
import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from cases.exports.models import ExportState, PeopleExport
from cases.record.choices import RiskCategory
from cases.record.models.case import Case
from cases.record.selectors import CaseFilters, matching_cases
from cases.record.services import record_search
from cse_portal import acting, files
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.user_context import UserContext, people_who_may, user_context
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.audit.recorder import blinded_words, record
from cse_portal.errors import NotAllowedNow, NotVisible
from cse_portal.files.store import digest
from cse_portal.jobs.services import enqueue, notify
from cse_portal.keys import free_key
from cse_portal.ui import tabular
from cse_portal.ui.presenters import counted, display_datetime
from cse_portal.ui.tabular import Cell


class ExportTooLarge(NotAllowedNow):
    """More than any one copy holds."""

    message = "A copy holds fewer cases than this. Filter the list, and export that."


LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that is read as another


def free_copy() -> str:
    """Ten letters people can read out, such as K7Q4-M2XP-9T: of 32, so no two drawings are ever the same by chance."""
    drawn = "".join(secrets.choice(LETTERS) for _ in range(10))
    return f"{drawn[:4]}-{drawn[4:8]}-{drawn[8:]}"


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
    who = gate.require_standing(by, Permission.PEOPLE_EXPORT)
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
        raise NotAllowedNow("No cases match, so there is nothing to export. Change the filters of the list.")
    if len(cases) > most:
        raise ExportTooLarge(f"A copy holds at most {most:,} cases. Filter the list, and export that.")
    return cases


def _tell_others(export: PeopleExport) -> None:
    """Anyone who may agree, and the privacy officer, who may ask."""
    for person in people_who_may(Permission.PEOPLE_EXPORT):
        if person != export.requested_by:
            notify(user=person, text="A copy of records waits for a second person.", url=_page(export))
    for person in people_who_may(Permission.COPY_FIND):
        text = f"Copy {export.copy} of {export.records} records was asked for, above the day’s allowance."
        notify(user=person, text=text, url=reverse("cases:copies"))


def _page(export: PeopleExport) -> str:
    return reverse("cases:export", args=[export.pk])


@dataclass(frozen=True)
class Column:
    """A heading, and how a case fills it."""

    label: str
    of: Callable[[Case], Cell]


COLUMNS: dict[str, Column] = {
    "reference": Column("Reference", lambda case: case.reference),
    "name": Column("Child or young person", lambda case: case.child.name),
    "date_of_birth": Column("Date of birth", lambda case: case.child.date_of_birth),
    "nhs_number": Column("NHS number", lambda case: case.child.nhs_number),
    "category": Column("Category", lambda case: str(RiskCategory(case.category).label)),
    "status": Column("Status", lambda case: case.get_status_display()),
    "lead_agency": Column("Lead agency", lambda case: case.lead_agency.name),
    "lead_professional": Column(
        "Lead professional", lambda case: case.lead_professional.full_name if case.lead_professional else ""
    ),
    "next_review_on": Column("Next review", lambda case: case.next_review_on),
    "opened_on": Column("Opened", lambda case: timezone.localdate(case.opened_at)),
    "last_activity_on": Column("Last activity", lambda case: timezone.localdate(case.last_activity_at)),
}


def chosen(codes: list[str]) -> list[Column]:
    """The columns of a copy, in the order of the page, whatever was sent."""
    return [column for code, column in COLUMNS.items() if code in codes]


JOB = "cases.people_export"
FOLDER = "exports"
DAY = dt.timedelta(hours=24)
MARKING = "OFFICIAL-SENSITIVE"


@transaction.atomic
def make(*, export_id: uuid.UUID) -> PeopleExport:
    """For the system: write the file. A case that its asker may no longer see is not in it; nobody's leave, no file."""
    rows = PeopleExport.objects.select_for_update(of=("self",)).select_related("requested_by", "agency")
    export = rows.get(pk=export_id)
    if export.state != ExportState.MAKING:
        return export
    who = user_context(export.requested_by)
    may = who and gate.can(who.user, Permission.PEOPLE_EXPORT) and _is_agreed_or_within(export)
    seen = _seen_cases(export, who) if who and may else []
    if who is None or not seen:
        return _withdraw(export)
    export.made_at = timezone.now()
    content = tabular.write(export.file_format, [_sheet(export, seen, who)])
    export.cases = [case.pk for case in seen]
    export.sha256, export.stored_as = digest(content), files.keep(FOLDER, content)
    export.state = ExportState.READY
    export.save()
    detail = {
        "copy": export.copy, "records": len(seen), "format": export.file_format, "columns": export.columns,
        "sha256": export.sha256,
    }  # fmt: skip
    record(
        Action.PEOPLE_EXPORTED, by=export.requested_by, obj=export, reason=export.reason, detail=detail,
        cases=export.cases,
    )  # fmt: skip
    if export.decided_by_id:
        page = reverse("cases:export", args=[export.pk])
        notify(user=export.requested_by, text="The copy you asked for is ready for a day.", url=page)
    return export


def _is_agreed_or_within(export: PeopleExport) -> bool:
    """A second person agreed, or it is within the day's allowance: asked again, of what is written down by now."""
    if export.decided_by_id:
        return True
    asked = PeopleExport.objects.filter(
        requested_by=export.requested_by_id, decided_by=None, requested_at__lte=export.requested_at,
        requested_at__gt=export.requested_at - DAY,
    )  # fmt: skip
    taken = sum(len(each.asked_cases) for each in asked.exclude(state=ExportState.WAITING))
    return taken <= settings.EXPORT_DAILY_RECORDS


def _seen_cases(export: PeopleExport, who: UserContext) -> list[Case]:
    """Asked of the gate and of PostgreSQL as the person themselves."""
    with acting.acting(who.actor):
        seen = Case.objects.visible_to(who.user).filter(pk__in=export.asked_cases)
        return list(seen.with_identity().order_by("reference"))


def _withdraw(export: PeopleExport) -> PeopleExport:
    export.state, export.ended_at = ExportState.WITHDRAWN, timezone.now()
    export.save(update_fields=["state", "ended_at"])
    record(Action.EXPORT_WITHDRAWN, by=None, obj=export, detail={"copy": export.copy})
    return export


def _sheet(export: PeopleExport, cases: list[Case], who: UserContext) -> tabular.Sheet:
    columns = chosen(export.columns)
    line = (
        f"{MARKING}. Copy {export.copy} of {counted(len(cases), 'record')}, made for {who.user.full_name}, "
        f"{who.agency.name}, on {display_datetime(export.made_at)}. Delete it when your work with it is done."
    )
    return tabular.Sheet(
        name="Cases",
        headings=[column.label for column in columns],
        rows=[[column.of(case) for column in columns] for case in cases],
        notes=[line],
        footer=f"{MARKING}. Copy {export.copy}, {who.user.full_name}",
    )


def download(*, export: PeopleExport, by: User) -> bytes:
    """The file, for the person who asked for it and nobody else, while they may still see every child in it."""
    gate.require(by, Permission.PEOPLE_EXPORT)
    if export.requested_by_id != by.pk:
        raise NotVisible
    with transaction.atomic():
        locked = PeopleExport.objects.select_for_update().get(pk=export.pk)
        if locked.state != ExportState.READY or _is_old(locked):
            raise NotAllowedNow("There is no file to download. It is shown below why.")
        still = Case.objects.visible_to(by).filter(pk__in=locked.cases).count() == len(locked.cases)
        if still:
            content = files.read(locked.stored_as, locked.sha256)
            detail = {"copy": locked.copy, "records": locked.records}
            record(Action.EXPORT_DOWNLOADED, by=by, obj=locked, detail=detail, cases=locked.cases)
            return content
        _end(locked, ExportState.WITHDRAWN, Action.EXPORT_WITHDRAWN)
    raise NotAllowedNow(
        "You may no longer see a child who is in this file, so it has been deleted. Ask for a new copy."
    )


def delete_old() -> int:
    """Every hour: files older than a day go; who took which copy stays on record."""
    ended = 0
    for pk in list(PeopleExport.objects.filter(state=ExportState.READY).values_list("pk", flat=True)):
        with transaction.atomic():
            export = PeopleExport.objects.select_for_update().get(pk=pk)
            if export.state == ExportState.READY and _is_old(export):
                _end(export, ExportState.ENDED, Action.EXPORT_DELETED)
                ended += 1
    return ended


@transaction.atomic
def trace(*, export: PeopleExport, by: User) -> PeopleExport:
    """The privacy officer found a copy somewhere and asks whose it is; that is on record as well."""
    gate.require(by, Permission.COPY_FIND)
    record(Action.COPY_VIEWED, by=by, obj=export, detail={"copy": export.copy})
    return export


@transaction.atomic
def trace_paper(*, event: AuditEvent, by: User) -> None:
    """The same of a copy of minutes or of a meeting's papers: the page tells which child's they are."""
    gate.require(by, Permission.COPY_FIND)
    case = Case(pk=event.case_id) if event.case_id else None
    record(Action.COPY_VIEWED, by=by, obj=event, case=case, detail={"copy": event.detail["copy"]})


def _is_old(export: PeopleExport) -> bool:
    kept = dt.timedelta(hours=settings.EXPORT_KEPT_HOURS)
    return export.made_at is None or timezone.now() - export.made_at >= kept


def _end(export: PeopleExport, state: ExportState, action: Action) -> None:
    stored_as = export.stored_as
    export.state, export.ended_at, export.stored_as = state, timezone.now(), ""
    export.save(update_fields=["state", "ended_at", "stored_as"])
    record(action, by=None, obj=export, detail={"copy": export.copy})
    # One that cannot be deleted now keeps no other from going: the nightly sweep deletes what no row names.
    transaction.on_commit(lambda: files.forget(stored_as), robust=True)
