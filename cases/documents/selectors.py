"""Documents of a case, as far as somebody may see them."""

import uuid

from django.db.models import QuerySet

from cases.documents.models import Document
from cases.record.models.case import Case
from cse_portal.access.rows import get_visible
from cse_portal.accounts.models import User


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
