"""Requests to see a record, and the record itself as items."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Count, ForeignKey, Model, Q, QuerySet

from cases.family.selectors import hides_home
from cases.record.choices import Section
from cases.record.models.case import Case
from cases.record.models.child import Child
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.records import author_agency, day_of, disclosed_as, paths_to
from cse_portal.access.rows import get_visible
from cse_portal.accounts.choices import AgencyKind
from cse_portal.accounts.models import Agency, Membership, User
from cse_portal.errors import NotVisible
from cse_portal.jobs.models import Job
from intelligence.desk.models import Link
from reporting.subject_access.choices import Ground, Inclusion, Requester
from reporting.subject_access.models import Disclosure, DisclosureItem, SubjectAccessRequest, without_words

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


def reads_every_released_item(request: SubjectAccessRequest, user: User) -> bool:
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


OF_SECTION = {
    Section.ADDRESS: Ground.ADDRESS,
    Section.HEALTH: Ground.HEALTH,
    Section.MINUTES: Ground.RESTRICTED,
    Section.INTELLIGENCE: Ground.POLICE,
    Section.COURT: Ground.POLICE,
}
INTELLIGENCE = "intelligence"
KEEPS_HOME = {"ADDRESS_CONFIDENTIAL", "WITNESS_PROTECTION"}  # reasons for which a case is restricted


@dataclass
class Draft:
    """One record on its way into the copy, with the record that it hangs on and its place among the others."""

    record: Model
    place: tuple[object, ...]
    part: type[Model]
    ground: Ground | None = None

    @property
    def is_police(self) -> bool:
        """Whether the police must release it."""
        return self.ground == Ground.POLICE


def disclosable() -> dict[type[Model], str]:
    """The models that a copy is made of, parents first, each with the lookup that leads to the case."""
    child = [model for model, path in paths_to(Child).items() if path == "child" and model is not Case]
    found: dict[type[Model], str] = {Child: "case"}
    found.update(dict.fromkeys(child, "child__case"))
    found[Case] = "pk"
    found.update(paths_to(Case))
    return {model: path for model, path in found.items() if getattr(model, "disclosed", True)}


def whole_record(request: SubjectAccessRequest) -> list[DisclosureItem]:
    """Every record of the child in the order of the copy, unsaved. Read for the system: the child is owed all of it."""
    police, hidden = _police_keys(), _home_words(request)
    found: dict[uuid.UUID, Draft] = {}
    for number, (model, path) in enumerate(disclosable().items()):
        agencies = [each.name for each in _foreign_keys(model) if each.related_model is Agency]
        rows = model._base_manager.filter(**{path: request.case_id}).select_related(*agencies or [None])
        for row in sorted(rows, key=lambda each: (str(day_of(each) or ""), str(each.pk))):
            found[row.pk] = _draft(row, number, path, found, police)
    _follow_the_police(found)
    drafts = sorted(found.values(), key=lambda each: each.place)
    items = [_item(request, draft, hidden) for draft in drafts]
    kept = [item for item in items if item.original]
    for order, item in enumerate(kept, start=1):
        item.order = order
    return kept


def _police_keys() -> set[uuid.UUID]:
    """Who the police are: their agencies, and everybody who works or worked for them."""
    kind = AgencyKind.POLICE
    agencies = Agency.objects.filter(kind=kind).values_list("pk", flat=True)
    people = Membership.objects.filter(agency__kind=kind).values_list("user_id", flat=True)
    return {*agencies, *people}


def _draft(
    row: Model, number: int, path: str, found: dict[uuid.UUID, Draft], police: set[uuid.UUID]
) -> Draft:
    """A record begins left out if it, or a record that it hangs on, is the police's or kept apart."""
    keys = dict(_keys(row))
    supporting_grant = [found[key] for key in keys.values() if key in found]
    parent = found.get(keys.get(path.partition("__")[0], row.pk)) if "__" in path else None
    section = getattr(row, "section", None)
    grounds = [OF_SECTION.get(section) if isinstance(section, Section) else None]
    grounds += [each.ground for each in supporting_grant]
    if row._meta.app_label == INTELLIGENCE or not police.isdisjoint(keys.values()):
        grounds.append(Ground.POLICE)
    if getattr(row, "is_police_work", False):
        grounds.append(Ground.POLICE)
    if getattr(row, "restricted", False):
        grounds.append(Ground.RESTRICTED)
    ground = Ground.POLICE if Ground.POLICE in grounds else next(filter(None, grounds), None)
    day = str(day_of(row) or "")
    if parent is None or isinstance(parent.record, Case | Child):
        return Draft(row, (number, day, str(row.pk)), type(row), ground)
    return Draft(row, (*parent.place, number, day, str(row.pk)), parent.part, ground)


def _follow_the_police(found: dict[uuid.UUID, Draft]) -> None:
    """What tells of a police record by its key, as the chronology does, waits for the police with it."""
    theirs = {key for key, each in found.items() if each.is_police}
    theirs |= {each.record.report_id for each in found.values() if isinstance(each.record, Link)}
    for each in found.values():
        if getattr(each.record, "source_id", None) in theirs:
            each.ground = Ground.POLICE


def _foreign_keys(model: type[Model]) -> list[Any]:
    return [field for field in model._meta.concrete_fields if isinstance(field, ForeignKey)]


def _keys(row: Model) -> Iterator[tuple[str, uuid.UUID]]:
    """What a record's foreign keys name, but for the child and the case themselves."""
    for field in _foreign_keys(type(row)):
        value = getattr(row, field.attname)
        if value is not None and field.related_model not in (Case, Child):
            yield field.name, value


def _item(request: SubjectAccessRequest, draft: Draft, hidden: list[str]) -> DisclosureItem:
    row = draft.record
    said = "\n".join(f"{label}: {words.strip()}" for label, words in disclosed_as(row))
    return DisclosureItem(
        request=request,
        part=draft.part._meta.label,
        source=row._meta.label,
        source_id=row.pk,
        happened_on=day_of(row),
        agency=author_agency(row),
        original=without_words(said, hidden),
        decision=Inclusion.OUT if draft.ground else Inclusion.IN,
        ground=draft.ground or "",
        police=draft.is_police,
    )


def _home_words(request: SubjectAccessRequest) -> list[str]:
    """Where the child lives and learns: taken out where it is confidential, or somebody else asks."""
    case, child = request.case, request.case.child
    if (
        request.asked_by == Requester.CHILD
        and not hides_home(case)
        and case.restricted_reason not in KEEPS_HOME
    ):
        return []
    return [words.strip() for words in (child.address, child.postcode, child.school) if words.strip()]
