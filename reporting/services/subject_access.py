"""Reading a request to see a record is recorded too."""

from django.db import transaction

from cases.models import Case, SubjectAccessRequest
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record


@transaction.atomic(savepoint=False)
def record_view(
    *, by: User, page: str, request: SubjectAccessRequest | None = None, case: Case | None = None
) -> None:
    """Note that somebody opened this page of a request, of a case's requests, or of all of them."""
    about = request.case if request else case
    detail = {"page": page, **({"request": request.reference} if request else {})}
    record(Action.SUBJECT_ACCESS_VIEWED, by=by, obj=request or case, case=about, detail=detail)
