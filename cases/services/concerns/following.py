"""What happens to a concern after it was sent: reading it, and adding to it."""

import uuid
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from cases.models import Case, Concern, ConcernAddendum, ConcernDecision
from cases.services.telling import tell_of_concern
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import blinded_words, record
from cse_portal.keys import free_key


@transaction.atomic
def add_addendum(*, concern: Concern, text: str, by: User, key: uuid.UUID | None = None) -> ConcernAddendum:
    """Add something learned since. The original stays as it was sent; whoever decided it is told.

    The same key again finds the same words.
    """
    gate.require(by, Permission.CONCERN_ADD, concern)
    made = ConcernAddendum.objects.filter(pk=key, concern=concern, added_by=by).first() if key else None
    if made is not None:
        return made
    addendum = ConcernAddendum.objects.create(
        pk=free_key(ConcernAddendum, key), concern=concern, text=text, added_by=by
    )
    record(Action.CONCERN_ADDENDUM_ADDED, by=by, obj=addendum, case=_case_of(concern), about=[concern.pk])
    decision = ConcernDecision.objects.filter(concern=concern).select_related("decided_by").first()
    if decision is not None and decision.decided_by != by:
        told = f"Something was added to concern {concern.reference}, which you decided."
        tell_of_concern(concern, told, person=decision.decided_by)
    return addendum


@transaction.atomic(savepoint=False)
def record_view(*, concern: Concern, by: User, page: str) -> None:
    """Note who read the concern, and that its author has now seen the feedback: a person, for no system is told it."""
    detail, child = {"page": page}, [shown_as(concern)]
    record(Action.CONCERN_VIEWED, by=by, obj=concern, case=_case_of(concern), detail=detail, cases=child)
    if concern.author_id == by.pk and not by.is_system:
        unread = ConcernDecision.objects.filter(concern=concern, read_by_author_at__isnull=True)
        unread.update(read_by_author_at=timezone.now())


@transaction.atomic(savepoint=False)
def record_listed(*, shown: list[Concern], by: User, detail: dict[str, str]) -> None:
    """Note which concerns a list showed, and which filters chose them."""
    said = {**detail, "shown": [str(concern.pk) for concern in shown]}
    record(Action.CONCERNS_LISTED, by=by, detail=said, cases=map(shown_as, shown))


@transaction.atomic(savepoint=False)
def record_compared(*, concern: Concern, cases: list[Case], others: Iterable[Concern], by: User) -> None:
    """Note that triage read the concern, which cases were shown as likely matches of its child, and which other
    concerns as waiting about it.
    """
    child = f"{concern.given_name} {concern.family_name} {concern.known_as} {concern.nhs_number}"
    shown = [*map(shown_as, (concern, *others)), *(case.pk for case in cases)]
    detail = {"words": blinded_words(child)}
    record(Action.CHILDREN_MATCHED, by=by, obj=concern, case=_case_of(concern), detail=detail, cases=shown)


def _case_of(concern: Concern) -> Case | None:
    """By its key alone: its author does not see it, and on a page has a concern without one."""
    return Case(pk=concern.case_id) if concern.case_id else None


def shown_as(concern: Concern) -> uuid.UUID:
    """By what a look at a concern counts as one at a child: the case, or the concern itself while it has none.

    Whoever reads the child's page of the audit later finds both, and the night's rules count both.
    """
    return concern.case_id or concern.pk
