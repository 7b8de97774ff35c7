"""Everybody who works here, by name and by home, and whomever they declared: found again in what somebody wrote."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import jellyfish

from cases.choices import Relation
from cases.models import Declaration
from cases.selectors.conflicts import AT_HOME, somebody_declared
from cases.selectors.likeness import (
    days_near,
    family_name_of,
    has_house,
    has_postcode,
    house_of,
    name_parts,
    same_name,
)
from cse_portal.accounts.models import Membership, User

# Who was found, and when they last declared what found them; not of the name of their account.
Since = dict[User, dt.datetime | None]


@dataclass(frozen=True)
class Named:
    """Somebody a member of staff is, or is close to, by name, and when they declared it.

    A day of birth of one's own is one's own word.
    """

    user: User
    given_name: str
    family_name: str
    born: dt.date | None
    is_own: bool = False
    since: dt.datetime | None = None


class Staff:
    """Whom to look for; `among` them one person alone. Asked as the system: nobody may know what another declared."""

    def __init__(self, among: User | None = None) -> None:
        said = somebody_declared() if among is None else somebody_declared().filter(user=among)
        declared = list(said.select_related("user"))
        self._heard = _by_sound(_names(declared, among))
        self._homes = [each for each in declared if each.postcode and each.relation in AT_HOME]

    def named(self, names: list[tuple[str, str]], born: dt.date | None = None) -> Since:
        """Whose name, or whom they declared, is like one of these given and family names."""
        candidates = {
            each for _, family in names for key in _keys(family) for each in self._heard.get(key, ())
        }
        return _newest((each.user, each.since) for each in candidates if _is_like(each, names, born))

    def living_at(self, postcode: str, address: str, name: str = "") -> Since:
        """Whose own home this is."""
        return _newest(
            (each.user, each.declared_at) for each in self._homes if _is_home(each, postcode, address, name)
        )

    def living_where(self, words: str) -> Since:
        """Whose own home these words tell, wherever in them: its postcode and the house's number or name."""
        return _newest((each.user, each.declared_at) for each in self._homes if _tells_home(each, words))


def _newest(found: Iterable[tuple[User, dt.datetime | None]]) -> Since:
    newest: Since = {}
    for user, since in found:
        newest[user] = max(filter(None, (since, newest.get(user))), default=None)
    return newest


def in_two(full_name: str) -> tuple[str, str]:
    """Given and family name of a name in one piece; neither where it is one word."""
    words = full_name.split()
    return (" ".join(words[:-1]), family_name_of(full_name)) if len(words) > 1 else ("", "")


def _names(declared: Iterable[Declaration], among: User | None) -> Iterator[Named]:
    """Everybody who works here, by the name of their account; and whomever they declared."""
    born = {each.user_id: each.date_of_birth for each in declared if each.relation == Relation.MYSELF}
    at_work = Membership.objects.current().filter(user__is_active=True, user__is_system=False)
    if among is not None:
        at_work = at_work.filter(user=among)
    for user in User.objects.filter(pk__in=at_work.values("user")):
        yield Named(user, *in_two(user.full_name), born.get(user.pk), is_own=True)
    for each in declared:
        own = each.relation == Relation.MYSELF
        names = each.given_name, each.family_name
        yield Named(each.user, *names, each.date_of_birth, is_own=own, since=each.declared_at)


def _by_sound(staff: Iterable[Named]) -> dict[str, list[Named]]:
    """By how each half of the family name is spelled, and how it is said."""
    heard: dict[str, list[Named]] = defaultdict(list)
    for each in staff:
        for key in _keys(each.family_name):
            heard[key].append(each)
    return heard


def _keys(family_name: str) -> set[str]:
    parts = name_parts(family_name)
    return {part.casefold() for part in parts} | {f"~{jellyfish.metaphone(part)}" for part in parts}


def _is_like(each: Named, names: list[tuple[str, str]], born: dt.date | None) -> bool:
    """Family name and day of birth; or both names, unless somebody declared is known to be born on another day.

    A day of birth that people give for themselves clears nobody of a name.
    """
    both_known = each.born is not None and born is not None
    near = born in days_near(each.born)
    for given_name, family_name in names:
        if same_name(each.family_name, family_name):
            same_given = bool(given_name and each.given_name) and same_name(each.given_name, given_name)
            if near or same_given and (each.is_own or not both_known):
                return True
    return False


def _is_home(declared: Declaration, postcode: str, address: str, name: str) -> bool:
    """The same postcode and the same house, by its number, or by its name where neither has a number."""
    if _squeezed(declared.postcode) != _squeezed(postcode):
        return False
    here, theirs = house_of(declared.address), house_of(address) or house_of(name)
    if here or theirs:
        return here == theirs
    called = _squeezed(declared.address.split(",")[0])
    return bool(called) and called in {_squeezed(name), _squeezed(address.split(",")[0])}


def _tells_home(declared: Declaration, words: str) -> bool:
    if not has_postcode(words, declared.postcode):
        return False
    called = _squeezed(declared.address.split(",")[0])
    return has_house(words, house_of(declared.address)) or bool(called) and called in _squeezed(words)


def _squeezed(words: str) -> str:
    return re.sub(r"[^a-z0-9]", "", words.lower())
