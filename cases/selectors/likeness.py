"""Whether two records may be of one person or one house: names as spelled and as said, dates mistyped, numbers."""

import datetime as dt
import re
from dataclasses import dataclass

from django.contrib.postgres.fields import ArrayField
from django.db.models import BooleanField, F, Func, Q, TextField, Value

from cases.models import Child, Concern
from cases.selectors.matching import birthday_variants, looks_like, sounds_like

# Parts of a family name that many families share.
PARTICLES = {
    "al", "ap", "bin", "da", "de", "del", "den", "der", "di", "dos", "du", "el", "ibn", "la", "le", "mac", "mc", "o",
    "st", "van", "von",
}  # fmt: skip


# PostgreSQL refuses to say how words of more than 255 bytes sound.
LONGEST_SAID = 60


class SaidAlike(Func):
    """Whether a word of a column may be said like one of these names: what `sounds_like` is worth asking of.

    By both of PostgreSQL's ways to put down a sound, since neither is to the letter that of `sounds_like`.
    """

    output_field = BooleanField()
    arg_joiner = rf", '[\s-]+') AS whole, left(whole, {LONGEST_SAID}) AS word, unnest("
    template = f"""EXISTS (
        SELECT FROM regexp_split_to_table(%(expressions)s) AS name
        WHERE length(word) > 3 AND (
            length(metaphone(word, {LONGEST_SAID})) > 1
                AND metaphone(word, {LONGEST_SAID}) = metaphone(name, {LONGEST_SAID})
            OR length(dmetaphone(word)) > 1 AND dmetaphone(word) = dmetaphone(name)))"""


@dataclass(frozen=True)
class Described:
    """A child as their record or a concern describes them."""

    given_names: tuple[str, ...]
    family_names: tuple[str, ...]
    born: dt.date | None
    address: str
    postcode: str
    numbers: frozenset[tuple[str, str]]


def described(about: Child | Concern) -> Described:
    """As registered and as in any other name the child is known by."""
    others = [each.name for each in about.aliases.all()] if isinstance(about, Child) else [about.known_as]
    split = [(_given_of(name), family_name_of(name)) for name in others]
    numbers = {name: getattr(about, name) for name in ("nhs_number", "upn")}
    return Described(
        given_names=tuple(name for name in (about.given_name, *(given for given, _ in split)) if name),
        family_names=tuple(
            name.lower() for name in (about.family_name, *(family for _, family in split)) if name
        ),
        born=about.date_of_birth, address=about.address, postcode=about.postcode,
        numbers=frozenset((name, value) for name, value in numbers.items() if value),
    )  # fmt: skip


def same_child(one: Described, other: Described) -> bool:
    """The same number; the same day of birth and a name alike, or one as it is mistyped and both names alike; both
    names alike where a day of birth is not known.
    """
    if one.numbers & other.numbers:
        return True
    given = any(same_name(a, b) for a in one.given_names for b in other.given_names)
    family = any(same_name(a, b) for a in one.family_names for b in other.family_names)
    if one.born and one.born == other.born:
        return given or family
    unknown = not (one.born and other.born)
    return given and family and (unknown or other.born in days_near(one.born))


def may_be(said: Described, path: str = "", *, other: str = "known_as") -> Q:
    """The rows that `same_child` is worth asking of; the names of their columns begin with this path."""
    names = has_part(f"{path}family_name", list(said.family_names)) | has_part(
        f"{path}{other}", list(said.family_names)
    )
    found = names & Q(**{f"{path}date_of_birth": None}) if said.born else names
    found |= Q(**{f"{path}date_of_birth__in": days_near(said.born)})
    for name, value in said.numbers:
        found |= Q(**{f"{path}{name}": value})
    return found


def _given_of(name: str) -> str:
    """The first word of a name in one piece."""
    return name.split()[0] if name.strip() else ""


def same_name(one: str, other: str) -> bool:
    """Spelled or said alike; either half of a double name counts."""
    return any(
        a.casefold() == b.casefold() or len(a) > 3 and len(b) > 3 and looks_like(a, b) and sounds_like(a, b)
        for a in name_parts(one)
        for b in name_parts(other)
    )


def name_parts(name: str) -> list[str]:
    """The halves of a double name, without the particles before it."""
    parts = [part for part in re.split(r"[\s-]+", name.strip()) if part]
    return [part for part in parts if part.casefold() not in PARTICLES] or parts


def family_name_of(full_name: str) -> str:
    """The last word of a name in one piece; a double name with a hyphen is one word."""
    return full_name.split()[-1] if full_name.strip() else ""


def has_part(column: str, names: list[str]) -> Q:
    """The rows whose column has one of these names, or a half of one, as a word of its own, or said alike."""
    parts = sorted({part for name in names for part in name_parts(name)})
    if not parts:
        return Q(pk__in=[])
    spelled = "|".join(re.escape(part) for part in parts)
    found = Q(**{f"{column}__iregex": rf"(^|[\s-])({spelled})($|[\s-])"})
    if longer := [part[:LONGEST_SAID] for part in parts if len(part) > 3]:
        found |= Q(SaidAlike(F(column), Value(longer, output_field=ArrayField(TextField()))))
    return found


def house_of(address: str) -> str:
    """The number of the house or flat; empty when it has a name instead."""
    found = re.match(r"\s*(?:flat\s+)?(\d+[a-z]?)\b", address, re.IGNORECASE)
    return found[1].lower() if found else ""


def days_near(born: dt.date | None) -> set[dt.date]:
    """This date of birth, and those it is often written as by mistake."""
    return {born, *birthday_variants(born)} if born else set()


def has_postcode(words: str, postcode: str) -> bool:
    """Whether a text has this postcode, with or without its space."""
    code = re.sub(r"\s", "", postcode)
    return len(code) > 4 and _has_word(words, rf"{re.escape(code[:-3])}\s*{re.escape(code[-3:])}")


def has_house(words: str, house: str) -> bool:
    """Whether a text has this number of a house as a word of its own."""
    return bool(house) and _has_word(words, re.escape(house))


def _has_word(words: str, pattern: str) -> bool:
    return re.search(rf"(?<![a-z0-9]){pattern}(?![a-z0-9])", words, re.IGNORECASE) is not None
