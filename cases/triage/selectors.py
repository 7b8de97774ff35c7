"""Known children who may be the child of a concern: numbers, names that look or sound alike, dates."""

import calendar
import datetime as dt
import operator
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import reduce

import jellyfish
from django.db.models import Case as Conditional
from django.db.models import F, Func, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Lower

from cases.concerns.models import Concern
from cases.record.models.case import Case
from cases.record.models.child import ChildAlias
from cse_portal.accounts.models import User


def case_to_add_to(user: User, reference: str) -> Case | None:
    """The case with this reference, if this person may see it."""
    return Case.objects.visible_to(user).with_identity().filter(reference=reference).first()


MOST_COMPARED = 200
MOST_SHOWN = 8
ALIKE = 0.75


@dataclass(frozen=True)
class Match:
    """A known child's case, why it may be the same child, and how strongly the reasons speak."""

    case: Case
    reasons: tuple[str, ...]
    weight: int

    @property
    def strength(self) -> str:
        """In words."""
        return "Very likely" if self.weight >= 100 else "Likely" if self.weight >= 50 else "Possible"


def matches_for(user: User, concern: Concern) -> list[Match]:
    """Likely matches among the cases this person may see, strongest first."""
    found = []
    for case in _candidates(user, concern):
        reasons = list(_reasons(concern, case))
        if reasons and (weight := sum(points for points, _ in reasons)) >= 30:
            found.append(Match(case, tuple(words for _, words in reasons), weight))
    return sorted(found, key=lambda match: -match.weight)[:MOST_SHOWN]


def birthday_variants(born: dt.date) -> set[dt.date]:
    """The dates a date of birth is often written as by mistake: day and month swapped, a year out, a day out."""
    near = {born - dt.timedelta(days=1), born + dt.timedelta(days=1)}
    for year in (born.year - 1, born.year + 1):
        near.add(dt.date(year, born.month, min(born.day, calendar.monthrange(year, born.month)[1])))
    if born.day <= 12:
        near.add(dt.date(born.year, born.day, born.month))
    return near - {born}


def sounds_like(one: str, other: str) -> bool:
    """Whether two names are said much the same, however they are spelled."""
    keys = [jellyfish.metaphone(name) for name in (one, other)]
    return bool(keys[0]) and len(keys[0]) > 1 and keys[0] == keys[1]


def looks_like(one: str, other: str) -> bool:
    """Whether two names are spelled much the same."""
    return SequenceMatcher(None, one.casefold(), other.casefold()).ratio() >= ALIKE


def _candidates(user: User, concern: Concern) -> QuerySet[Case]:
    tests = [test for test in _tests(concern) if test]
    if not tests:
        return Case.objects.none()
    given, family = Lower("child__given_name"), Lower("child__family_name")
    rows = Case.objects.visible_to(user).alias(
        given=given, family=family,
        given_sound=Func(F("child__given_name"), function="dmetaphone"),
        family_sound=Func(F("child__family_name"), function="dmetaphone"),
    )  # fmt: skip
    likely = rows.filter(reduce(operator.or_, tests)).with_identity().prefetch_related("child__aliases")
    return likely.order_by(_surest_first(concern), "-last_activity_at")[:MOST_COMPARED]


def _surest_first(concern: Concern) -> Conditional:
    """The same number before the same day of birth before all that are only alike: an old case is not lost among many
    children of a common name.
    """
    numbers = {name: value for name in ("nhs_number", "upn") if (value := getattr(concern, name))}
    surest = [Q(**{f"child__{name}": value}) for name, value in numbers.items()]
    born = [Q(child__date_of_birth=concern.date_of_birth)] if concern.date_of_birth else []
    ranks = [When(test, then=Value(0)) for test in surest] + [When(test, then=Value(1)) for test in born]
    return Conditional(*ranks, default=Value(2), output_field=IntegerField())


def _tests(concern: Concern) -> Iterator[Q]:
    for name in ("nhs_number", "upn"):
        if value := getattr(concern, name):
            yield Q(**{f"child__{name}": value})
    if concern.date_of_birth:
        yield Q(child__date_of_birth__in={concern.date_of_birth, *birthday_variants(concern.date_of_birth)})
    names = {"given": concern.given_name, "family": concern.family_name}
    for column, name in names.items():
        if name:
            sound = Func(Value(name), function="dmetaphone")
            yield Q(**{f"{column}__trigram_similar": name.lower()}) | Q(**{f"{column}_sound": sound}) & ~Q(
                **{f"{column}_sound": ""}
            )
    spoken = [
        name for name in (concern.known_as, f"{concern.given_name} {concern.family_name}".strip()) if name
    ]
    for name in spoken:
        alike = ChildAlias.objects.alias(lower=Lower("name")).filter(lower__trigram_similar=name.lower())
        yield Q(child__in=alike.values("child"))
    if concern.known_as:
        word = concern.known_as.lower()
        yield Q(given__trigram_similar=word) | Q(family__trigram_similar=word)


def _reasons(concern: Concern, case: Case) -> Iterator[tuple[int, str]]:
    child = case.child
    if concern.nhs_number and concern.nhs_number == child.nhs_number:
        yield 100, "Same NHS number"
    if concern.upn and concern.upn == child.upn:
        yield 100, "Same unique pupil number"
    yield from _name_reasons(concern, case)
    if concern.date_of_birth and child.date_of_birth:
        if concern.date_of_birth == child.date_of_birth:
            yield 40, "Same date of birth"
        elif child.date_of_birth in birthday_variants(concern.date_of_birth):
            yield 20, _birthday_words(concern.date_of_birth, child.date_of_birth)
    if concern.postcode and concern.postcode == child.postcode:
        yield 10, "Same postcode"
    if concern.school and looks_like(concern.school, child.school):
        yield 5, "Same school"


def _name_reasons(concern: Concern, case: Case) -> Iterator[tuple[int, str]]:
    child = case.child
    pairs = (
        ("first name", concern.given_name, child.given_name, 20),
        ("last name", concern.family_name, child.family_name, 25),
    )
    for label, said, known, points in pairs:
        if not (said and known):
            continue
        if said.casefold() == known.casefold():
            yield points, f"Same {label}: {known}"
        elif looks_like(said, known):
            yield points - 8, f"The {label} is spelled much the same: {known}"
        elif sounds_like(said, known):
            yield points - 8, f"The {label} sounds the same: {known}"
    said_names = [
        name for name in (concern.known_as, f"{concern.given_name} {concern.family_name}".strip()) if name
    ]
    for alias in child.aliases.all():
        if any(looks_like(name, alias.name) for name in said_names):
            yield 30, f"Also known as {alias.name}"
    if concern.known_as and any(
        looks_like(concern.known_as, name) for name in (child.name, child.given_name) if name
    ):
        yield 15, f"The name the child is known by is like {child.name}"


def _birthday_words(said: dt.date, known: dt.date) -> str:
    if (said.day, said.month) == (known.month, known.day) and said.year == known.year:
        return "Date of birth with day and month the other way round"
    if abs((said - known).days) == 1:
        return "Date of birth one day apart"
    return "Date of birth one year apart"
