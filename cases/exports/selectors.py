"""Copies of people's records: one's own, those that wait for one's word, and whose a copy is."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Func, QuerySet

from cases.exports.models import ExportState, PeopleExport
from cases.sharing.selectors.exclusions import excluded_records_for
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.rows import get_visible
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent

PER_PAGE = 25
DRAWN_FOR_A_READER = (Action.MINUTES_DOWNLOADED, Action.PACK_DOWNLOADED)


@dataclass(frozen=True)
class Trace:
    """A copy, and everything that was done with it."""

    export: PeopleExport
    events: list[AuditEvent]


def exports(user: User) -> QuerySet[PeopleExport]:
    """The copies this person asked for, decided on, or may decide on, the newest first."""
    gate.require(user, Permission.PEOPLE_EXPORT)
    rows = PeopleExport.objects.visible_to(user)
    return rows.select_related("requested_by", "agency", "decided_by")


def export_for(user: User, pk: uuid.UUID) -> PeopleExport:
    """One of them; NotVisible for any other."""
    return get_visible(exports(user).filter(pk=pk))


def find_copy(user: User, typed: str) -> Trace | None:
    """The copy that carries these letters, however they were read; None if none does."""
    gate.require(user, Permission.COPY_FIND)
    rows = PeopleExport.objects.visible_to(user).select_related("requested_by", "agency", "decided_by")
    export = rows.filter(copy=as_printed(typed)).first()
    if export is None:
        return None
    events = AuditEvent.objects.filter(object_id=export.pk).exclude(action=Action.COPY_VIEWED)
    return Trace(export, list(events.select_related("actor", "agency").order_by("at")))


@dataclass(frozen=True)
class TakenPaper:
    """A copy that was drawn for one reader when they took it: that moment, and the case by its reference.

    A meeting about many children has none: of those it tells neither who they are nor how many.
    """

    copy: str
    event: AuditEvent
    reference: str


def find_paper(user: User, typed: str) -> TakenPaper | None:
    """The copy of minutes, or of a meeting's papers, that carries these letters; the audit has who took it.

    None too of a case that the privacy officer is shut out of.
    """
    gate.require(user, Permission.COPY_FIND)
    copy = as_printed(typed)
    events = AuditEvent.objects.filter(action__in=DRAWN_FOR_A_READER, detail__copy=copy)
    reference: Any = Func("case_id", function="gate.reference_of", output_field=CharField())
    events = events.exclude(case_id__in=excluded_records_for(user)).annotate(case_reference=reference)
    event: Any = events.select_related("actor", "agency").first()
    if event is None:
        return None
    if event.case_id is None:
        return TakenPaper(copy, event, "Several: the papers of a meeting about many")
    return TakenPaper(copy, event, event.case_reference or "Disposed of")


def as_printed(typed: str) -> str:
    """K7Q4-M2XP-9T, also where a letter was taken for a figure."""
    read = typed.upper().translate(str.maketrans("OIL", "011", " -"))
    return f"{read[:4]}-{read[4:8]}-{read[8:]}"


def exports_to_decide(user: User) -> QuerySet[PeopleExport]:
    """The copies that need this person's word."""
    return exports(user).filter(state=ExportState.WAITING).exclude(requested_by=user)
