"""Subjects of concern: added, and what is known of them changed, by the police intelligence unit."""

import uuid
from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils import timezone

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotAllowedNow
from cse_portal.keys import free_reference
from cse_portal.reference.selectors import clock_rule
from intelligence.subjects.models import Subject, SubjectKind
from intelligence.subjects.selectors import phone_known, same_as_child
from intelligence.subjects.selectors.matching import called


class ChildFirst(NotAllowedNow):
    """A person under 18 is named in intelligence only as a child, once the officer says so."""

    field = "child_first"
    message = "This person is under 18: a child first. Read what changes, then tick the box to go on."


class MayBeAChild(NotAllowedNow):
    """A child of the same name and birth date has a case that the officer may see."""

    field = "another"

    def __init__(self, reference: str) -> None:
        super().__init__(
            f"A child with this name and birth date has a case: {reference}. Link the case, or say on the page "
            "People and places that this is another person."
        )


@transaction.atomic
def add_subject(
    *, kind: SubjectKind, fields: dict[str, Any], by: User, key: uuid.UUID, answered: Collection[str] = ()
) -> Subject:
    """Keep a subject of concern. The same key again, or the same phone in another notation, finds the same row.

    A person under 18 is added as a child named in intelligence, once the officer has read what that means. Somebody
    with a child's name and birth date is added only once the officer says that this is another person. `answered` are
    the questions, by their fields, to which the officer said yes.
    """
    gate.require(by, Permission.INTELLIGENCE_GRADE)
    fields = {**fields, "details": dated(fields.get("details", {}))}
    born = fields.get("date_of_birth")
    asks = born is not None and MayBeAChild.field not in answered
    if Subject(kind=kind, date_of_birth=born, details=fields["details"]).is_child:
        if ChildFirst.field not in answered:
            raise ChildFirst
    elif asks and (case := same_as_child(by, str(fields.get("name", "")), born)):
        raise MayBeAChild(case.reference)
    if kind == SubjectKind.PHONE and (known := phone_known(by, fields["identifier"])):
        return known
    review_on = clock_rule("SUBJECT_REVIEW").due(timezone.localdate())
    given = {
        "standing": kind.first_standing,
        "review_on": review_on,
        **fields,
        "kind": kind,
        "name": called(kind, fields),
    }
    if not given["name"]:
        raise NotAllowedNow(
            "Say what is known of it: a name, a part of a registration, a number or an address."
        )
    subject, made = Subject.objects.get_or_create(
        pk=key, defaults={**given, "reference": free_reference(Subject, kind.prefix), "added_by": by}
    )
    if made:
        record(Action.SUBJECT_ADDED, by=by, obj=subject, detail={"kind": kind.value})
    return subject


def dated(details: dict[str, Any], before: dict[str, Any] | None = None) -> dict[str, Any]:
    """What is kept in details: an age that is said anew counts from today."""
    known = before or {}
    if details.get("age") and details["age"] != known.get("age"):
        return {**known, **details, "age_on": timezone.localdate().isoformat()}
    return {**known, **details}
