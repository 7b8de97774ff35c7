"""The one matcher: which concerns and cases may be about the same child, by names, dates, numbers and places."""

import calendar
import datetime as dt
import operator
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import reduce
from typing import Any

import jellyfish
from django.db.models import Case as Conditional
from django.db.models import F, Func, IntegerField, Q, QuerySet, Value, When, prefetch_related_objects
from django.db.models.functions import Lower

from cases.concerns.choices import ConcernState
from cases.concerns.models import Concern
from cases.concerns.selectors import reading_of
from cases.matching.models import ConcernLink
from cases.record.models.case import Case
from cases.record.models.child import ChildAlias
from cases.record.models.querysets import _same_child
from cse_portal.accounts.models import User
from cse_portal.ui.presenters import joined

MOST_COMPARED = 200
MOST_SHOWN = 12
ALIKE = 0.75
ENOUGH = 30
CASES, CONCERNS = "child__", ""  # where the facts of a child are, from a case and from a concern


@dataclass(frozen=True)
class Described:
    """A child as a case or a concern describes them."""

    given_name: str
    family_name: str
    date_of_birth: dt.date | None
    nhs_number: str
    upn: str
    address: str
    postcode: str
    school: str
    other_names: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def spoken(self) -> list[str]:
        """Every name by which the child is called."""
        return [name for name in (*self.other_names, self.name) if name]


@dataclass(frozen=True)
class Reason:
    """One thing that two descriptions have in common, and how much it says.

    `word`: what it is, in a few words; `is_same` or only alike; `is_place`: it tells where the child lives or learns.
    """

    points: int
    word: str
    sentence: str
    is_same: bool = True
    is_place: bool = False


@dataclass(frozen=True)
class Match:
    """A case or a concern that may be about the same child, why, and the link if somebody has made one."""

    about: Case | Concern
    reasons: tuple[Reason, ...] = ()
    link: ConcernLink | None = None

    @property
    def case(self) -> Case | None:
        """The case, if it is one."""
        return self.about if isinstance(self.about, Case) else None

    @property
    def concern(self) -> Concern | None:
        """The concern, if it is one."""
        return self.about if isinstance(self.about, Concern) else None

    @property
    def weight(self) -> int:
        """How much the reasons say together."""
        return sum(each.points for each in self.reasons)

    @property
    def strength(self) -> str:
        """In words."""
        if self.link:
            return "Same child"
        return "Very likely" if self.weight >= 100 else "Likely" if self.weight >= 50 else "Possible"

    @property
    def why(self) -> str:
        """Same birth date and last name. First name alike."""
        same = joined(each.word for each in self.reasons if each.is_same)
        alike = joined(each.word for each in self.reasons if not each.is_same)
        words = [f"Same {same}." if same else "", f"{alike[:1].upper()}{alike[1:]} alike." if alike else ""]
        return " ".join(filter(None, words))

    @property
    def moment(self) -> dt.datetime:
        """When it was last worked on, or sent."""
        at = self.about.last_activity_at if isinstance(self.about, Case) else self.about.submitted_at
        return at or dt.datetime.min.replace(tzinfo=dt.UTC)


def already_known(user: User, about: Case | Concern) -> list[Match]:
    """The other cases and concerns that may be about this child, of those that this person may see.

    What is linked comes first, then the surest, then the newest. A hidden record changes nothing of it. All concerns,
    this one too, have their hand-offs with them.
    """
    said = described(about)
    links = links_of(user, about)
    others: list[Case | Concern] = [*_cases(user, about, said), *_concerns(user, about, said)]
    compared = [_match(said, each) for each in others if each.pk not in links]
    found = [each for each in compared if each.weight >= ENOUGH]
    linked = [Match(other, tuple(_reasons(said, described(other))), link) for other, link in links.values()]
    surest = sorted(found, key=lambda each: (each.weight, each.moment), reverse=True)
    shown = _without_hidden_places(user, about, linked, enough=0)
    shown += _without_hidden_places(user, about, surest)
    concerns = [each for each in (about, *(match.about for match in shown)) if isinstance(each, Concern)]
    prefetch_related_objects(concerns, "hand_offs__agency")
    return shown


def links_of(user: User, about: Case | Concern) -> dict[uuid.UUID, tuple[Concern, ConcernLink]]:
    """The concerns that were linked to this one, or to one of this case's, and are not part of the same case."""
    at, key = ("case", about.pk) if isinstance(about, Case) else ("pk", about.pk)
    near = Q(**{f"first__{at}": key}) | Q(**{f"second__{at}": key})
    shown = ("author_agency", "author", "decision", "case")
    rows = ConcernLink.objects.visible_to(user).holding().filter(near).select_related("linked_by")
    found: dict[uuid.UUID, tuple[Concern, ConcernLink]] = {}
    for link in rows.select_related(*(f"{end}__{name}" for end in ("first", "second") for name in shown)):
        others = [each for each in (link.first, link.second) if key not in (each.pk, each.case_id)]
        found |= {other.pk: (other, link) for other in others}
    return found


def described(about: Case | Concern) -> Described:
    """The facts that are compared."""
    facts: Any = about.child if isinstance(about, Case) else about
    if isinstance(about, Case):
        other = tuple(alias.name for alias in about.child.aliases.all())
    else:
        other = (about.known_as,) if about.known_as else ()
    return Described(
        facts.given_name, facts.family_name, facts.date_of_birth, facts.nhs_number, facts.upn, facts.address,
        facts.postcode, facts.school, other,
    )  # fmt: skip


def _match(said: Described, other: Case | Concern) -> Match:
    return Match(other, tuple(_reasons(said, described(other))))


def _without_hidden_places(
    user: User, about: Case | Concern, matches: Iterable[Match], *, enough: int = ENOUGH
) -> list[Match]:
    """The first ones, without reasons that tell where a child lives whose home is kept from this person."""
    shown: list[Match] = []
    for each in matches:
        if len(shown) == MOST_SHOWN:
            break
        if any(reason.is_place for reason in each.reasons) and _hides_home(user, about, each.about):
            each = Match(each.about, tuple(one for one in each.reasons if not one.is_place), each.link)
        if each.weight >= enough:
            shown.append(each)
    return shown


def _hides_home(user: User, *both: Case | Concern) -> bool:
    """A case shows what it keeps open; a concern still says what its author wrote."""
    return any(reading_of(user, each).hides_home for each in both if isinstance(each, Concern))


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


def _cases(user: User, about: Case | Concern, said: Described) -> Iterable[Case]:
    own, rows = about.pk if isinstance(about, Case) else about.case_id, Case.objects.visible_to(user)
    rows = rows.of_other_children(own) if own else rows
    rows = rows.with_identity().prefetch_related("child__aliases")
    return _likely(rows, CASES, said, newest="-last_activity_at")


def _concerns(user: User, about: Case | Concern, said: Described) -> Iterable[Concern]:
    """Sent ones, whatever was decided, but those of the same case: that shows them itself."""
    rows = Concern.objects.visible_to(user).exclude(state=ConcernState.DRAFT)
    case = about.pk if isinstance(about, Case) else about.case_id
    rows = rows.exclude(Q(case=case) | Q(case__in=_same_child(Case.objects.all(), case))) if case else rows
    rows = rows.exclude(pk=about.pk).select_related("author", "author_agency", "decision", "case")
    return _likely(rows, CONCERNS, said, newest="-submitted_at")


def _likely(rows: QuerySet[Any], at: str, said: Described, *, newest: str) -> Iterable[Any]:
    tests = list(_tests(said, at))
    if not tests:
        return []
    rows = rows.alias(
        given=Lower(f"{at}given_name"), family=Lower(f"{at}family_name"),
        given_sound=Func(F(f"{at}given_name"), function="dmetaphone"),
        family_sound=Func(F(f"{at}family_name"), function="dmetaphone"),
    )  # fmt: skip
    if at == CONCERNS:
        rows = rows.alias(known=Lower("known_as"))
    return rows.filter(reduce(operator.or_, tests)).order_by(_surest_first(said, at), newest)[:MOST_COMPARED]


def _surest_first(said: Described, at: str) -> Conditional:
    """The same number before the same day of birth before all that are only alike: an old case is not lost among many
    children of a common name.
    """
    numbers = {name: value for name in ("nhs_number", "upn") if (value := getattr(said, name))}
    surest = [Q(**{f"{at}{name}": value}) for name, value in numbers.items()]
    born = [Q(**{f"{at}date_of_birth": said.date_of_birth})] if said.date_of_birth else []
    ranks = [When(test, then=Value(0)) for test in surest] + [When(test, then=Value(1)) for test in born]
    return Conditional(*ranks, default=Value(2), output_field=IntegerField())


def _tests(said: Described, at: str) -> Iterator[Q]:
    for name in ("nhs_number", "upn"):
        if value := getattr(said, name):
            yield Q(**{f"{at}{name}": value})
    if said.date_of_birth:
        days = {said.date_of_birth, *birthday_variants(said.date_of_birth)}
        yield Q(**{f"{at}date_of_birth__in": days})
    for column, name in {"given": said.given_name, "family": said.family_name}.items():
        if name:
            sound = Func(Value(name), function="dmetaphone")
            yield Q(**{f"{column}__trigram_similar": name.lower()}) | Q(**{f"{column}_sound": sound}) & ~Q(
                **{f"{column}_sound": ""}
            )
    for name in said.spoken:
        yield _also_called(name, at)
    for word in (name.lower() for name in said.other_names):
        yield Q(given__trigram_similar=word) | Q(family__trigram_similar=word)


def _also_called(name: str, at: str) -> Q:
    if at == CONCERNS:
        return Q(known__trigram_similar=name.lower())
    alike = ChildAlias.objects.alias(lower=Lower("name")).filter(lower__trigram_similar=name.lower())
    return Q(child__in=alike.values("child"))


def _reasons(said: Described, known: Described) -> Iterator[Reason]:
    if said.nhs_number and said.nhs_number == known.nhs_number:
        yield Reason(100, "NHS number", "Same NHS number")
    if said.upn and said.upn == known.upn:
        yield Reason(100, "pupil number", "Same unique pupil number")
    if said.date_of_birth and said.date_of_birth == known.date_of_birth:
        yield Reason(40, "birth date", "Same date of birth")
    yield from _name_reasons(said, known)
    if said.date_of_birth and known.date_of_birth in birthday_variants(said.date_of_birth):
        yield Reason(
            20, "birth date", _birthday_words(said.date_of_birth, known.date_of_birth), is_same=False
        )
    yield from _place_reasons(said, known)


def _name_reasons(said: Described, known: Described) -> Iterator[Reason]:
    pairs = (
        ("first name", said.given_name, known.given_name, 20),
        ("last name", said.family_name, known.family_name, 25),
    )
    for label, one, other, points in pairs:
        if not (one and other):
            continue
        if one.casefold() == other.casefold():
            yield Reason(points, label, f"Same {label}: {other}")
        elif looks_like(one, other):
            yield Reason(points - 8, label, f"The {label} is spelled much the same: {other}", is_same=False)
        elif sounds_like(one, other):
            yield Reason(points - 8, label, f"The {label} sounds the same: {other}", is_same=False)
    for alias in known.other_names:
        if any(looks_like(name, alias) for name in said.spoken):
            yield Reason(30, "other name", f"Also known as {alias}")
    if any(
        looks_like(one, name) for one in said.other_names for name in (known.name, known.given_name) if name
    ):
        sentence = f"The name the child is known by is like {known.name}"
        yield Reason(15, "name they are known by", sentence, is_same=False)


def _place_reasons(said: Described, known: Described) -> Iterator[Reason]:
    if said.address and said.address.casefold() == known.address.casefold():
        yield Reason(15, "address", "Same address", is_place=True)
    if said.postcode and said.postcode == known.postcode:
        yield Reason(10, "postcode", "Same postcode", is_place=True)
    if said.school and known.school and looks_like(said.school, known.school):
        yield Reason(5, "school", "Same school", is_place=True)


def _birthday_words(said: dt.date, known: dt.date | None) -> str:
    if known is None:
        return ""
    if (said.day, said.month) == (known.month, known.day) and said.year == known.year:
        return "Date of birth with day and month the other way round"
    if abs((said - known).days) == 1:
        return "Date of birth one day apart"
    return "Date of birth one year apart"
