"""Requests to see a record, what they are about, and the register: each for the people who may see it."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from django.apps import apps
from django.db.models import Count, Q, QuerySet

from cases.record.models.case import Case
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.rows import get_visible
from cse_portal.accounts.models import User
from cse_portal.errors import NotVisible
from cse_portal.jobs.models import Job
from reporting.choices import Inclusion
from reporting.models import Disclosure, DisclosureItem, SubjectAccessRequest

PER_PAGE = 25
PEOPLE = ("prepared_by", "reader", "identity_checked_by")


def requests_of(user: User, case: Case) -> list[SubjectAccessRequest]:
    """The requests of a case, the newest first."""
    gate.require(user, Permission.SUBJECT_ACCESS_PREPARE, case)
    rows = SubjectAccessRequest.objects.visible_to(user).filter(case=case)
    return list(rows.select_related("case").order_by("-received_on", "pk"))


def requests(user: User) -> QuerySet[SubjectAccessRequest]:
    """Every open request one may see, the first to answer first; for the police, those that wait for them."""
    gate.require(user, Permission.SUBJECT_ACCESS_LIST)
    waits = Count("items", filter=Q(items__police=True, items__released_at=None))
    rows = SubjectAccessRequest.objects.visible_to(user).open().annotate(waits=waits)
    if gate.can(user, Permission.INTELLIGENCE_GRADE):
        rows = rows.filter(waits__gt=0)
    return rows.select_related("case").order_by("due_on", "pk")


def request_for(
    user: User, reference: str, permission: Permission = Permission.SUBJECT_ACCESS_PREPARE
) -> SubjectAccessRequest:
    """The request with this reference, for people who may do this to its case; NotVisible if they may not see it."""
    rows = SubjectAccessRequest.objects.visible_to(user).filter(reference=reference)
    case = ("case__child", "case__lead_agency", "case__lead_professional")
    found = get_visible(rows.select_related(*case, "disclosure", *PEOPLE))
    gate.require(user, permission, found.case)
    return found


def items_of(request: SubjectAccessRequest, user: User) -> list[DisclosureItem]:
    """Its items in their order: those whose record this person may read."""
    rows = list(request.items.visible_to(user).select_related("agency").order_by("order"))
    seen = _readable(rows, user)
    releases = gate.can(user, Permission.SUBJECT_ACCESS_RELEASE, request.case)
    shown = [
        each for each in rows if each.source_id in seen or each.police and (releases or each.released_at)
    ]
    for each in shown:
        each.request = request
    return shown


def item_of(request: SubjectAccessRequest, pk: uuid.UUID, user: User) -> DisclosureItem:
    """One item of this very request; NotVisible for any other."""
    for each in items_of(request, user):
        if each.pk == pk:
            return each
    raise NotVisible


def reads_all_that_leaves(request: SubjectAccessRequest, user: User) -> bool:
    """Whether this person may read every item that is in."""
    read = sum(each.decision == Inclusion.IN for each in items_of(request, user))
    return request.items.filter(decision=Inclusion.IN).count() == read


def left_out(items: Iterable[DisclosureItem]) -> dict[str, int]:
    """How many items are left out on each ground, in words."""
    found = Counter(each.get_ground_display() for each in items if each.decision == Inclusion.OUT)
    return dict(sorted(found.items()))


def register(user: User) -> QuerySet[Disclosure]:
    """What was disclosed, the newest first, by reference alone."""
    gate.require(user, Permission.DISCLOSURE_REGISTER)
    return Disclosure.objects.visible_to(user).select_related("prepared_by", "read_by", "disclosed_by")


def disclosure_to_draw(pk: uuid.UUID) -> Disclosure:
    """A disclosure for the job that draws its file."""
    rows = Disclosure.objects.select_related("request__case__child", "request__case__lead_professional")
    return rows.get(pk=pk)


def may_watch(user: User, job: Job) -> bool:
    """People who may download the file may watch it being made."""
    found = Disclosure.objects.visible_to(user).filter(pk=job.payload.get("disclosure")).first()
    return found is not None and gate.can(user, Permission.SUBJECT_ACCESS_PREPARE, found.case)


def _readable(items: Collection[DisclosureItem], user: User) -> set[uuid.UUID]:
    """The keys of the records that this person may read, asked of each kind of record by its own rule."""
    wanted: dict[str, list[uuid.UUID]] = defaultdict(list)
    for each in items:
        wanted[each.source].append(each.source_id)
    seen: set[uuid.UUID] = set()
    for label, keys in wanted.items():
        rows: Any = apps.get_model(label)._default_manager.all()
        rows = rows.visible_to(user) if hasattr(rows, "visible_to") else rows
        seen.update(rows.filter(pk__in=keys).values_list("pk", flat=True))
    return seen
