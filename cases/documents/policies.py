"""Who may do what with a document."""

from cases.documents.models import Document
from cases.record.policies import works_on
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.rules import rule
from cse_portal.access.user_context import UserContext
from cse_portal.accounts.choices import Role

rule(Permission.DOCUMENT_ADD, seen_by=Permission.CASE_VIEW)(works_on)


@rule(Permission.DOCUMENT_VIEW)
def may_view_document(user_context: UserContext, document: Document) -> bool:
    """Anyone who may see the child's case, as the list of its documents shows."""
    return gate.allows(user_context, Permission.CASE_VIEW, document.case)


@rule(Permission.DOCUMENT_REMOVE, seen_by=Permission.DOCUMENT_VIEW)
def may_remove_document(user_context: UserContext, document: Document) -> bool:
    """The agency that brought it, the lead agency, and the CSE Team Manager."""
    answers = user_context.agency.pk in (document.agency_id, document.case.lead_agency_id)
    return (answers or user_context.role == Role.TEAM_MANAGER) and works_on(user_context, document.case)
