"""One case, for the person who asks: its identity, chronology, documents, health detail and periods of work."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from cases.models import Case, ChronologyEntry, Document, Episode, HealthNote, HealthSummary
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.rows import get_visible
from cse_portal.accounts.models import User

PER_PAGE = 25
PRINTED = 2000
LATEST = 5


def case_for(user: User | AnonymousUser, reference: str) -> Case:
    """The case with this reference and all its identity bar shows; NotVisible if it does not exist for this person."""
    case = get_visible(Case.objects.visible_to(user).with_identity().filter(reference=reference))
    gate.note_shown(user, Permission.CASE_VIEW, case)
    return case


def case_to_add_to(user: User, reference: str) -> Case | None:
    """The case with this reference, if this person may see it."""
    return Case.objects.visible_to(user).with_identity().filter(reference=reference).first()


def answered_at_a_meeting(case: Case) -> list[dict[str, Any]]:
    """The lines of the checklist that the last meeting which went through it answered."""
    open_now = Episode.objects.filter(case=case, closed_at__isnull=True).first()
    return open_now.checklist if open_now else []


def last_closing(case: Case) -> Episode | None:
    """How the newest closed period of work ended."""
    closed = Episode.objects.filter(case=case, closed_at__isnull=False)
    return closed.select_related("closed_by").order_by("-closed_at").first()


def chronology(
    user: User,
    case: Case,
    *,
    kinds: Sequence[str] = (),
    since: dt.date | None = None,
    until: dt.date | None = None,
) -> QuerySet[ChronologyEntry]:
    """The entries of a case that this person may see, the newest event first."""
    rows = ChronologyEntry.objects.visible_to(user, of=case).select_related("recorded_by", "agency")
    if kinds:
        rows = rows.filter(kind__in=kinds)
    if since:
        rows = rows.filter(happened_on__gte=since)
    if until:
        rows = rows.filter(happened_on__lte=until)
    return rows.order_by("-happened_on", "-recorded_at", "pk")


def documents_of(user: User, case: Case) -> QuerySet[Document]:
    """What agencies have brought, the newest first; what was removed stays in the list."""
    rows = Document.objects.visible_to(user).filter(case=case)
    return rows.select_related("uploaded_by", "agency", "removed_by", "case")


def document_for(user: User, reference: str, pk: uuid.UUID) -> Document:
    """One document of this very case; NotVisible for any other."""
    rows = Document.objects.visible_to(user).filter(case__reference=reference, pk=pk)
    return get_visible(
        rows.select_related("case__child", "case__lead_agency", "case__lead_professional", "agency")
    )


def health_notes(user: User, case: Case) -> QuerySet[HealthNote]:
    """Everything health agencies wrote, the newest first."""
    rows = HealthNote.objects.visible_to(user).filter(case=case)
    return rows.select_related("recorded_by", "agency")


def health_summaries(case: Case) -> list[HealthSummary]:
    """The newest sentences written for the others; whoever asks was shown the case."""
    return list(case.health_summaries.select_related("agency")[:LATEST])
