"""A child's whole record as items to print: derived from the models that hang on the child and the case.

Each model prints its fields, says `disclosed = False`, or says by `as_disclosed()` how it is shown.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import ForeignKey, Model

from cases.family.selectors import hides_home
from cases.record.choices import Section
from cases.record.models.case import Case
from cases.record.models.child import Child
from cse_portal.access.records import author_agency, day_of, disclosed_as, paths_to
from cse_portal.accounts.choices import AgencyKind
from cse_portal.accounts.models import Agency, Membership
from intelligence.models import Link
from reporting.choices import Ground, Inclusion, Requester
from reporting.models import DisclosureItem, SubjectAccessRequest
from reporting.models.subject_access import without_words

OF_SECTION = {
    Section.ADDRESS: Ground.ADDRESS,
    Section.HEALTH: Ground.HEALTH,
    Section.MINUTES: Ground.RESTRICTED,
    Section.INTELLIGENCE: Ground.POLICE,
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
    police, hidden = _Police(), _home_words(request)
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


class _Police:
    """Who the police are: their agencies, and everybody who works or worked for them."""

    def __init__(self) -> None:
        kind = AgencyKind.POLICE
        agencies = Agency.objects.filter(kind=kind).values_list("pk", flat=True)
        people = Membership.objects.filter(agency__kind=kind).values_list("user_id", flat=True)
        self.keys = {*agencies, *people}


def _draft(row: Model, number: int, path: str, found: dict[uuid.UUID, Draft], police: _Police) -> Draft:
    """A record begins left out if it, or a record that it hangs on, is the police's or kept apart."""
    keys = dict(_keys(row))
    hangs_on = [found[key] for key in keys.values() if key in found]
    parent = found.get(keys.get(path.partition("__")[0], row.pk)) if "__" in path else None
    section = getattr(row, "section", None)
    grounds = [OF_SECTION.get(section) if isinstance(section, Section) else None]
    grounds += [each.ground for each in hangs_on]
    if row._meta.app_label == INTELLIGENCE or not police.keys.isdisjoint(keys.values()):
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
