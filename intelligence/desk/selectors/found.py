"""Who and what is found in the text of a submission, among what the unit knows. A child is never among them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from cse_portal.accounts.models import User
from cse_portal.ui.presenters import age_on
from intelligence.desk.selectors import NOMINALS, Nominal
from intelligence.subjects.models import LinkKind, LocationOfConcern, PersonOfConcern, VehicleOfConcern
from intelligence.submissions.models import (
    IntelligenceSubmission,
    SubmissionPlace,
    SubmissionSubject,
    SubmissionVehicle,
)

MOST_KNOWN = 2000
ADULT = 18
FIRST_STANDING = "ALLEGED"
CHILD_ROLE = "CHILD_AT_RISK"
PLATE = re.compile(r"\b[A-Z]{2}\d{2}(?:\s?[A-Z]{1,3})?\b|\b[A-Z]\d{1,3}\s?[A-Z]{3}\b")
PHONE = re.compile(r"(?:\+|\b0)[\d\s()-]{9,16}\d\b")
POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}\b", re.IGNORECASE)
SHORTEST = 3
NAMES = {
    "subjects": ("given_name", "family_name", "other_names", "description"),
    "vehicles": ("registration", "make_and_model", "colour", "details"),
    "places": ("name", "address", "postcode", "details"),
    "contacts": ("value", "details"),
}


@dataclass(frozen=True)
class Match:
    """Something known that the text may mean, and why it matches."""

    kind: LinkKind
    nominal: Nominal
    why: str


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
    rows = [line.text for line in submission.lines.all()]
    for noun, names in NAMES.items():
        for row in getattr(submission, noun).all():
            rows.append(" ".join(getattr(row, name) for name in names))
    return Text("\n".join(rows), tuple(row.registration for row in submission.vehicles.all()))


def matches(user: User, text: Text) -> list[Match]:
    """The people, places and vehicles this person may see that the text may mean."""
    found = []
    for kind, (model, _) in NOMINALS.items():
        known = model.objects.visible_to(user)[:MOST_KNOWN]  # type: ignore[attr-defined]
        found += [Match(kind, each, why) for each in known if (why := why_matched(each, text))]
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


def new_ones(submission: IntelligenceSubmission, known: Iterable[Match]) -> tuple[list[NewOne], list[str]]:
    """The rows that match nothing known, to be added; and the names of those who are children, who never are."""
    people = list(submission.subjects.all())
    children = [row.name for row in people if is_child(row.role, row.date_of_birth, row.age)]
    adults = [row for row in people if not is_child(row.role, row.date_of_birth, row.age)]
    found = [
        *(_new_person(row) for row in adults if row.given_name or row.family_name or row.other_names),
        *(_new_place(row) for row in submission.places.all() if row.name or row.address),
        *(_new_vehicle(row) for row in submission.vehicles.all() if row.registration),
    ]
    nominals = [match.nominal for match in known]
    return [new for new, said in found if not any(why_matched(each, said) for each in nominals)], children


def _new_person(row: SubmissionSubject) -> tuple[NewOne, Text]:
    names = ("given_name", "family_name", "other_names", "date_of_birth", "description")
    fields = {**{name: getattr(row, name) for name in names}, "standing": FIRST_STANDING}
    said = Text(f"{row.given_name} {row.family_name} {row.other_names}")
    return NewOne(LinkKind.PERSON, f"subjects:{row.order}", row.name, fields), said


def _new_place(row: SubmissionPlace) -> tuple[NewOne, Text]:
    name = row.name or row.address
    fields = {
        "name": name[:200],
        "address": row.address,
        "postcode": row.postcode,
        "description": row.details,
    }
    said = Text(f"{row.name} {row.address} {row.postcode}")
    return NewOne(LinkKind.PLACE, f"places:{row.order}", name, fields), said


def _new_vehicle(row: SubmissionVehicle) -> tuple[NewOne, Text]:
    fields = {name: getattr(row, name) for name in ("registration", "make_and_model", "colour")}
    words = " ".join(filter(None, (row.registration, row.colour, row.make_and_model)))
    new = NewOne(LinkKind.VEHICLE, f"vehicles:{row.order}", words, {**fields, "description": row.details})
    return new, Text("", (row.registration,))


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
