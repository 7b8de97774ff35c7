"""Subjects of concern: added, and what is known of them changed, by the police intelligence unit."""

import uuid
from typing import Any

from django.db import transaction

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotAllowedNow
from cse_portal.keys import free_reference
from cse_portal.ui.presenters import age_on
from intelligence.subjects.models import Subject, SubjectKind
from intelligence.subjects.selectors import phone_known
from intelligence.subjects.selectors.matching import called

ADULT = 18


@transaction.atomic
def add_subject(*, kind: SubjectKind, fields: dict[str, Any], by: User, key: uuid.UUID) -> Subject:
    """Keep a subject of concern. The same key again, or the same phone in another notation, finds the same row.

    A child is none: their case is linked instead.
    """
    gate.require(by, Permission.INTELLIGENCE_GRADE)
    years = age_on(fields.get("date_of_birth"))
    if years is not None and years < ADULT:
        raise NotAllowedNow("This person is under 18. Link the child’s case; log a concern if there is none.")
    if kind == SubjectKind.PHONE and (known := phone_known(by, fields["identifier"])):
        return known
    given = {"standing": kind.first_standing, **fields, "kind": kind, "name": called(kind, fields)}
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
