"""The documents of a case, for the person who asks."""

import uuid

from django.db.models import QuerySet

from cases.models import Case, Document
from cse_portal.access.rows import get_visible
from cse_portal.accounts.models import User

PER_PAGE = 25


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
