"""Telling people about a case. Who may not know of it, by exclusion or because they left, is told nothing."""

import uuid
from collections.abc import Collection, Iterable

import structlog
from django.urls import reverse

from cases.concerns.models import Concern
from cases.record.models.case import Case
from cases.sharing.models import Exclusion
from cases.sharing.selectors.exclusions import cases_of, excluded_records_for
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.user_context import people_in, people_who_may
from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.jobs.choices import NoticeKind
from cse_portal.jobs.services import notify

log = structlog.get_logger(__name__)


def notify_about_case(
    case: Case,
    text: str,
    *,
    person: User | None,
    by: User,
    concern: Concern | None = None,
    urgent: bool = False,
) -> None:
    """Leave a line that leads to the case, unless the person did it themselves; one that tells of a concern, only for
    who may see that too.
    """
    if person in (None, by) or not gate.can(person, Permission.CASE_VIEW, case):
        return
    if concern is None or gate.can(person, Permission.CONCERN_VIEW, concern):
        page, about_id = reverse("cases:case", args=[case.reference]), concern.pk if concern else None
        notify(user=person, text=text, url=page, case_id=case.pk, about_id=about_id, urgent=urgent)


def notify_permitted(permission: Permission, case: Case, text: str, *, by: User) -> None:
    """Leave a line that leads to the case for everybody who may do this to it."""
    for person in people_who_may(permission):
        if gate.can(person, permission, case):
            notify_about_case(case, text, person=person, by=by)


def notify_about_concern(concern: Concern, text: str, *, person: User) -> None:
    """Leave a line that leads to the concern."""
    if gate.can(person, Permission.CONCERN_VIEW, concern):
        page = reverse("cases:concern", args=[concern.reference])
        notify(user=person, text=text, url=page, about_id=concern.pk)


def tell_administrators(text: str, *, cases: Iterable[uuid.UUID | None]) -> None:
    """Leave a line for those who run the portal and see no case of it: it names none, and leads to none.

    Anyone who is shut out of all that it is about is told nothing; the log says it to the operator all the same.
    """
    about = set(cases)
    log.warning("waits_for_nobody", what=text)
    for person in people_in(Role.SYSTEM_ADMINISTRATOR):
        if not about <= excluded_records_for(person):
            notify(user=person, text=text, url=reverse("jobs:notifications"), kind=NoticeKind.OVERSIGHT)


def record_page(*, by: User, page: str) -> None:
    """Note that a person opened this page about copies of records ("exports", "copies", …)."""
    record(Action.PAGE_VIEWED, by=by, detail={"page": page})


def record_exclusions_view(*, by: User, found: int, shown: Collection[Exclusion]) -> None:
    """Note that the privacy officer looked at exclusions, how many there are, and of which cases and concerns."""
    about, detail = [each.concern_id for each in shown], {"page": "exclusions", "found": found}
    record(Action.ACCESS_VIEWED, by=by, detail=detail, cases=cases_of(shown), about=about)


def record_explanation(*, case: Case, person: User, by: User) -> None:
    """Note that the privacy officer asked why this person can or cannot see this case."""
    record(Action.ACCESS_EXPLAINED, by=by, obj=person, case=case)


def record_emergencies_view(*, by: User, found: int, cases: Iterable[uuid.UUID]) -> None:
    """Note that the privacy officer looked at emergency openings, how many there are, and of which cases they read."""
    record(Action.EMERGENCIES_VIEWED, by=by, detail={"found": found}, cases=cases)
