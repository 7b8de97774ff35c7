"""Reading a request to see a record is recorded too."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from cases.choices import Section
from cases.models import Case, Child, OtherName, SubjectAccessItem, SubjectAccessRequest
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record


@transaction.atomic(savepoint=False)
def record_view(
    *,
    by: User,
    page: str,
    request: SubjectAccessRequest | None = None,
    case: Case | None = None,
    read: Iterable[SubjectAccessItem] = (),
    listed: Iterable[SubjectAccessRequest] = (),
    named: Iterable[OtherName] = (),
) -> None:
    """Note that somebody opened this page of a request, of a case's requests, or of all of them, and which it listed;
    and which other children it names as children the portal knows.

    With it, of which parts kept apart on the case they read there; health detail is on record as it is read there.
    """
    about = request.case if request else case
    parts = sorted({text.section for item in read for text in item.passages.all() if text.section})
    detail: dict[str, Any] = {"page": page, **({"parts": parts} if parts else {})}
    if request:
        detail["request"] = request.reference
    if Section.HEALTH in parts:
        record(Action.HEALTH_VIEWED, by=by, obj=about, case=about, detail={"page": "subject-access"})
    children = {each.source_id for each in named if each.source == Child._meta.label}
    known = Case.objects.filter(child__in=children).values_list("pk", flat=True) if children else ()
    cases = [*(each.case_id for each in listed), *known]
    record(Action.SUBJECT_ACCESS_VIEWED, by=by, obj=request or case, case=about, detail=detail, cases=cases)
