"""By what a subject of concern is found in a text, or by words that somebody looks for."""

import re
from dataclasses import dataclass
from typing import Any

from intelligence.subjects.models import Subject, SubjectKind

PLATE = re.compile(r"\b[A-Z]{2}\d{2}(?:\s?[A-Z]{1,3})?\b|\b[A-Z]\d{1,3}\s?[A-Z]{3}\b")
PHONE = re.compile(r"(?:\+|\b0)[\d\s()-]{9,16}\d\b")
POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}\b", re.IGNORECASE)
# Dots, dashes and “ending” stand for what is missing of a registration.
GAP = re.compile(r"[.…?*_]+|\s-+\s|\bending\b|\bends in\b")
SHORTEST = 3
PHONE_FIGURES = 9  # the last ones: the same in every notation


@dataclass(frozen=True)
class Text:
    """What is looked through: prose, and what stands in the rows for vehicles."""

    prose: str
    plates: tuple[str, ...] = ()


def why_matched(subject: Subject, text: Text) -> str:
    """By what a subject is found in a text, in words; empty where it is not."""
    if subject.kind == SubjectKind.PERSON:
        return _person(subject, text.prose)
    if subject.kind == SubjectKind.VEHICLE:
        return _vehicle(subject, text)
    if subject.kind == SubjectKind.PHONE:
        return "phone" if _phones(subject.identifier) & _phones(text.prose) else ""
    if subject.kind == SubjectKind.PLACE:
        return _place(subject, text.prose)
    return next((f"“{name}”" for name in names_of(subject) if _has(text.prose, name)), "")


def names_of(subject: Subject) -> list[str]:
    """Its name, its identifier, nicknames and other spellings, each by itself."""
    others = re.split(r"[,;/“”\"]|\bor\b", subject.other_names)
    names = (each.strip() for each in (subject.name, subject.identifier, *others))
    return [name for name in dict.fromkeys(names) if len(name) >= SHORTEST]


def called(kind: SubjectKind, fields: dict[str, Any]) -> str:
    """What a subject is called where nobody named it: a vehicle by what is known of it, a phone by its number."""
    if name := str(fields.get("name") or ""):
        return name
    if kind == SubjectKind.VEHICLE:
        details = fields.get("details", {})
        looks = " ".join(filter(None, (details.get("colour"), details.get("make_and_model"))))
        return ", ".join(filter(None, (looks, fields.get("identifier"))))
    return str(fields.get("identifier") or fields.get("other_names") or fields.get("address") or "")


def letters_matched(known: str, said: str) -> int:
    """How many letters of a registration are said; 0 where it is another one. Either may be partly known."""
    parts, known_parts = (
        [_plain(part) for part in GAP.split(each) if _plain(part)] for each in (said, known)
    )
    whole, letters = "".join(known_parts), sum(len(part) for part in parts)
    if letters < SHORTEST:
        return 0
    inside = re.search(".*".join(map(re.escape, parts)), whole)
    around = len(whole) >= SHORTEST and re.search(".*".join(map(re.escape, known_parts)), "".join(parts))
    return letters if inside or around else 0


def is_identified(kind: str, known: str, said: str) -> bool:
    """Whether words that somebody looks for are a registration, number or postcode, or a part of one."""
    if kind == SubjectKind.VEHICLE:
        return letters_matched(known, said) > 0
    if kind == SubjectKind.PHONE:
        return (
            same_phone(known, said) or _figures(said) in _figures(known) and len(_figures(said)) >= SHORTEST
        )
    return len(_plain(said)) >= SHORTEST and _plain(said) in _plain(known)


def same_phone(known: str, said: str) -> bool:
    """Whether two notations are one number: the last nine figures decide."""
    figures = _figures(said)[-PHONE_FIGURES:]
    return len(figures) == PHONE_FIGURES and _figures(known).endswith(figures)


def _person(person: Subject, prose: str) -> str:
    last = person.name.split()[-1] if " " in person.name else ""
    if last and _has(prose, person.name):
        return "name"
    if nickname := next((name for name in names_of(person) if _has(prose, name)), ""):
        return f"nickname “{nickname}”"
    if len(last) > SHORTEST and _has(prose, last):
        return "last name"
    return "phone" if _phones(prose) & _phones(person.description) else ""


def _vehicle(vehicle: Subject, text: Text) -> str:
    whole = len(_plain(vehicle.identifier))
    for said in (*text.plates, *PLATE.findall(text.prose)):
        if letters := letters_matched(vehicle.identifier, said):
            looks = (vehicle.details.get(name) for name in ("colour", "make_and_model"))
            also = [each.lower() for each in looks if each and _has(text.prose, each)]
            part = f"{letters} of {whole} of the registration" if letters < whole else "registration"
            return ", ".join([part, *also])
    return ""


def _place(place: Subject, prose: str) -> str:
    if len(place.name) >= SHORTEST and _has(prose, place.name):
        return "name"
    if place.address and _has(prose, place.address):
        return "address"
    if place.identifier and _plain(place.identifier) in {_plain(each) for each in POSTCODE.findall(prose)}:
        return "postcode"
    street = re.sub(r"^[\d\w]*\d[\d\w]*\s+", "", (place.address or place.name).split(",")[-1].strip())
    return "street only" if " " in street and _has(prose, street) else ""


def _phones(prose: str) -> set[str]:
    """The numbers in a text, without regard to their notation: the last nine figures are one number."""
    return {_figures(each)[-PHONE_FIGURES:] for each in PHONE.findall(prose)}


def _figures(value: str) -> str:
    return re.sub(r"\D", "", value)


def _has(prose: str, words: str) -> bool:
    return bool(words) and re.search(rf"\b{re.escape(words)}\b", prose, re.IGNORECASE) is not None


def _plain(value: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", value.upper())
