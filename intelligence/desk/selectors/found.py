"""Who and what is found in the text of a submission, among what the unit knows. A child is never among them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from cse_portal.accounts.models import User
from cse_portal.ui.presenters import age_on
from intelligence.desk.selectors import NOMINALS, Nominal
from intelligence.subjects.models import LinkKind, LocationOfConcern, PersonOfConcern, VehicleOfConcern
from intelligence.submissions.models import IntelligenceSubmission
from intelligence.submissions.selectors import ROW_FIELDS

Known = tuple[LinkKind, Nominal, str]  # what is known, and why it is shown
MOST_KNOWN = 2000
ADULT = 18
FIRST_STANDING = "ALLEGED"
KINDS = {"subjects": LinkKind.PERSON, "places": LinkKind.PLACE, "vehicles": LinkKind.VEHICLE}
KEPT = {  # of a row; by the first three it is known
    LinkKind.PERSON: ("given_name", "family_name", "other_names", "date_of_birth", "description"),
    LinkKind.PLACE: ("name", "address", "postcode"),
    LinkKind.VEHICLE: ("registration", "make_and_model", "colour"),
}
CHILD_ROLE = "CHILD_AT_RISK"
PLATE = re.compile(r"\b[A-Z]{2}\d{2}(?:\s?[A-Z]{1,3})?\b|\b[A-Z]\d{1,3}\s?[A-Z]{3}\b")
PHONE = re.compile(r"(?:\+|\b0)[\d\s()-]{9,16}\d\b")
POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}\b", re.IGNORECASE)
SHORTEST = 3


@dataclass(frozen=True)
class NewOne:
    """A person or thing of the submission's rows that is not known yet: one press makes the record from the row."""

    kind: LinkKind
    row: str
    words: str
    fields: dict[str, Any]


@dataclass(frozen=True)
class Text:
    """What is looked through: prose, and what stands in the rows for vehicles, places and phones."""

    prose: str
    plates: tuple[str, ...] = ()


def text_of(submission: IntelligenceSubmission) -> Text:
    """Everything its author wrote about whom and what it concerns."""
    rows = [
        str(getattr(row, name) or "")
        for noun, names in ROW_FIELDS.items()
        for row in getattr(submission, noun).all()
        for name in names
    ]
    return Text("\n".join(rows), tuple(row.registration for row in submission.vehicles.all()))


def matches(user: User, text: Text) -> list[Known]:
    """The people, places and vehicles this person may see that the text may mean, and why."""
    found = []
    for kind, (model, _) in NOMINALS.items():
        known = model.objects.visible_to(user)[:MOST_KNOWN]  # type: ignore[attr-defined]
        found += [(kind, each, why) for each in known if (why := why_matched(each, text))]
    return found


def why_matched(nominal: Nominal, text: Text) -> str:
    """By what a record is found in a text, in words; empty where it is not."""
    if isinstance(nominal, PersonOfConcern):
        return _person(nominal, text.prose)
    if isinstance(nominal, VehicleOfConcern):
        return _vehicle(nominal, text)
    return _place(nominal, text.prose)


def _person(person: PersonOfConcern, prose: str) -> str:
    names = [
        name for name in re.split(r"[,;/“”\"]|\bor\b", person.other_names) if len(name.strip()) >= SHORTEST
    ]
    if person.family_name and _has(prose, f"{person.given_name} {person.family_name}".strip()):
        return "name"
    if nickname := next((name.strip() for name in names if _has(prose, name.strip())), ""):
        return f"nickname “{nickname}”"
    if len(person.family_name) > SHORTEST and _has(prose, person.family_name):
        return "last name"
    phones = {_phone(each) for each in PHONE.findall(prose)} & {
        _phone(each) for each in PHONE.findall(person.description)
    }
    return "phone" if phones else ""


def _vehicle(vehicle: VehicleOfConcern, text: Text) -> str:
    known = _plain(vehicle.registration)
    for said in (*text.plates, *PLATE.findall(text.prose)):
        parts = [
            _plain(part) for part in re.split(r"[.…?*_]+|\s-+\s|\bending\b|\bends in\b", said) if _plain(part)
        ]
        letters = sum(len(part) for part in parts)
        pattern = ".*".join(re.escape(part) for part in parts)
        if letters >= SHORTEST and (
            re.search(pattern, known) or (known in "".join(parts) and len(known) >= SHORTEST)
        ):
            also = [
                each for each in (vehicle.colour, vehicle.make_and_model) if each and _has(text.prose, each)
            ]
            whole = (
                "registration" if letters >= len(known) else f"{letters} of {len(known)} of the registration"
            )
            return ", ".join([whole, *(each.lower() for each in also)])
    return ""


def _place(place: LocationOfConcern, prose: str) -> str:
    codes = {_plain(each) for each in POSTCODE.findall(prose)}
    if len(place.name) >= SHORTEST and _has(prose, place.name):
        return "name"
    if place.address and _has(prose, place.address):
        return "address"
    if place.postcode and _plain(place.postcode) in codes:
        return "postcode"
    street = re.sub(r"^[\d\w]*\d[\d\w]*\s+", "", (place.address or place.name).split(",")[-1].strip())
    return "street only" if " " in street and _has(prose, street) else ""


def new_ones(submission: IntelligenceSubmission, known: Iterable[Known]) -> tuple[list[NewOne], list[str]]:
    """The rows that match nothing known, to be added; and the names of those who are children, who never are."""
    found, children = [], []
    nominals = [nominal for _, nominal, _ in known]
    for noun, kind in KINDS.items():
        for row in getattr(submission, noun).all():
            if kind == LinkKind.PERSON and is_child(row.role, row.date_of_birth, row.age):
                children.append(row.name)
                continue
            fields = {name: getattr(row, name) for name in KEPT[kind]}
            named = " ".join(filter(None, (fields[name] for name in KEPT[kind][:3])))
            said = Text(named, (row.registration,) if kind == LinkKind.VEHICLE else ())
            if named and not any(why_matched(each, said) for each in nominals):
                fields |= (
                    {"standing": FIRST_STANDING} if kind == LinkKind.PERSON else {"description": row.details}
                )
                found.append(NewOne(kind, f"{noun}:{row.order}", named, fields))
    return found, children


def is_child(role: str, born: Any, age: str) -> bool:
    """Whether a row is about a child, as far as its author could say."""
    years = age_on(born)
    if years is None:
        said = re.search(r"\d+", age or "")
        years = int(said.group()) if said else None
    return role == CHILD_ROLE or years is not None and years < ADULT


def _has(prose: str, words: str) -> bool:
    return bool(words) and re.search(rf"\b{re.escape(words)}\b", prose, re.IGNORECASE) is not None


def _plain(value: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", value.upper())


def _phone(value: str) -> str:
    return re.sub(r"\D", "", value)[-9:]
