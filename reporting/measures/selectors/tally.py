"""What a measure counts, one thing at a time: the number is how many, and the list behind it shows those very things.

A thing has traits: the codes that tables are broken down by. `Rows` are counted by PostgreSQL, in one statement for
all the tables of a measure. `Things` were worked out in Python, where a rule is more than a row can say.
"""

import datetime as dt
import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property, reduce
from itertools import product
from operator import or_
from typing import Any, Protocol

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import (
    BooleanField,
    Case,
    DateField,
    DurationField,
    ExpressionWrapper,
    Q,
    QuerySet,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce

from cases.record.models.case import Case as CaseOfChild
from cse_portal import acting
from cse_portal.accounts.models import User
from reporting.measures.selectors.figures import Key

Group = tuple[str, ...]  # the traits a number is broken down by, in the order of its codes
Codes = tuple[str, ...]
NOT = "!"  # before a code: the things that are not so
_OTHER_JOINS = """
SELECT set_config(setting, %(allowed)s, true) FROM (VALUES ('enable_nestloop'), ('enable_mergejoin')) joins (setting)
"""


@dataclass(frozen=True)
class Scope:
    """Whose rows are counted: everybody's for a return, or those that one person may see for a list."""

    user: User | None = None

    def of(self, model: Any) -> Any:
        """The rows of a model; what hangs on a case is seen with it."""
        rows = model._default_manager.all()
        if self.user is None:
            return rows
        if hasattr(rows, "visible_to"):
            return rows.visible_to(self.user)
        return rows.filter(case__in=CaseOfChild.objects.visible_to(self.user).values("pk"))


@dataclass(frozen=True)
class Spread:
    """A number of days or the like over many things."""

    median: Decimal | None
    highest: Decimal | None


NONE = Spread(None, None)


class Tally(Protocol):
    """Things that can be counted by their traits, and found again."""

    def numbers(self, groups: Collection[Group]) -> Mapping[Group, Mapping[Codes, int]]:
        """How many things have each combination of codes, for each of these groups of traits."""

    def keys(self, cell: Mapping[str, str]) -> Any:
        """The keys of the things that have these codes."""

    def lines(self, trait: str) -> Sequence[Key]:
        """The codes of a trait that overlap, with their words; none of any other trait."""


@dataclass(frozen=True)
class Flags:
    """A trait of which a thing may have several codes or none: each with its words and its condition."""

    lines: Mapping[Key, Q]

    @cached_property
    def conditions(self) -> dict[str, Q]:
        """The condition of each code."""
        return {key.code: condition for key, condition in self.lines.items()}

    @property
    def happened(self) -> Q:
        """Any of them."""
        return reduce(or_, self.lines.values())


@dataclass(frozen=True)
class Rows:
    """Things as rows; a trait is an expression that gives its code, or Flags; a value is an expression too."""

    things: QuerySet[Any]
    traits: Mapping[Any, Any] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)

    def numbers(self, groups: Collection[Group]) -> Mapping[Group, Mapping[Codes, int]]:
        """One statement: a grouping set for each group, and a filtered count for each flag."""
        flags = [
            (trait, code)
            for trait in sorted({each for group in groups for each in group})
            if isinstance(self.traits[trait], Flags)
            for code in self.traits[trait].conditions
        ]
        aggregates = ["count(*)", *(f"count(*) FILTER (WHERE f{n})" for n in range(len(flags)))]
        found: dict[Group, dict[Codes, int]] = {group: {} for group in groups}
        for codes, (whole, *flagged) in self._grouped(groups, aggregates, flags):
            for group in self._groups_of(codes, groups):
                by_flag = [each for each in group if each not in codes]
                if not by_flag:
                    found[group][tuple(codes[trait] for trait in group)] = whole
                for (trait, code), number in zip(flags, flagged, strict=True):
                    if by_flag == [trait]:
                        found[group][tuple(codes.get(each, code) for each in group)] = number
        return found

    def spreads(self, value: str, groups: Collection[Group]) -> Mapping[Group, Mapping[Codes, Spread]]:
        """One statement: the median and the highest of those that have the value."""
        aggregates = ["percentile_cont(0.5) WITHIN GROUP (ORDER BY v)", "max(v)"]
        found: dict[Group, dict[Codes, Spread]] = {group: {} for group in groups}
        for codes, (median, highest) in self._grouped(groups, aggregates, (), self.values[value]):
            for group in self._groups_of(codes, groups):
                found[group][tuple(codes[trait] for trait in group)] = Spread(_days(median), _days(highest))
        return found

    def keys(self, cell: Mapping[str, str]) -> Any:
        """Of a cell; in SQL, to be looked for among the rows."""
        things = self.things
        for trait, code in cell.items():
            how = self.traits[trait]
            if isinstance(how, Flags):
                condition = how.conditions.get(code.removeprefix(NOT), Q(pk__in=[]))
                things = things.alias(**{f"is_{trait}": _holds(condition)})
                things = things.filter(**{f"is_{trait}": not code.startswith(NOT)})
            else:
                things = things.alias(**{f"trait_{trait}": _text(how)}).filter(**{f"trait_{trait}": code})
        return things.order_by().values("pk")

    def lines(self, trait: str) -> Sequence[Key]:
        """Those of flags."""
        how = self.traits.get(trait)
        return list(how.lines) if isinstance(how, Flags) else ()

    def _groups_of(self, codes: Mapping[str, str], groups: Collection[Group]) -> list[Group]:
        """The groups whose codes these are, but for a flag."""
        return [
            group for group in groups if {each for each in group if not self._is_flag(each)} == set(codes)
        ]

    def _is_flag(self, trait: str) -> bool:
        return isinstance(self.traits[trait], Flags)

    def _grouped(
        self,
        groups: Collection[Group],
        aggregates: Sequence[str],
        flags: Sequence[tuple[str, str]],
        value: Any = None,
    ) -> list[tuple[dict[str, str], tuple[Any, ...]]]:
        """The codes of each combination with what was aggregated over it."""
        names = sorted({each for group in groups for each in group if not self._is_flag(each)})
        columns = {f"t{n}": _text(self.traits[name]) for n, name in enumerate(names)}
        columns |= {
            f"f{n}": _holds(self.traits[trait].conditions[code]) for n, (trait, code) in enumerate(flags)
        }
        columns |= {"v": value} if value is not None else {}
        sets = {tuple(f"t{n}" for n, name in enumerate(names) if name in group) for group in groups}
        things = self.things.order_by().annotate(**columns).values_list(*(columns or ("pk",)))
        try:
            inner, params = things.query.sql_with_params()
        except EmptyResultSet:
            return []
        grouping = ", ".join(f"({', '.join(each)})" for each in sorted(sets))
        selected = ", ".join([*(f"t{n}" for n in range(len(names))), *aggregates])
        # Names and aggregates are ours, from above; what varies is in the parameters.
        rows = _read(f"SELECT {selected} FROM ({inner}) things GROUP BY GROUPING SETS ({grouping})", params)  # noqa: S608
        return [
            (
                {name: code for name, code in zip(names, row, strict=False) if code is not None},
                tuple(row[len(names) :]),
            )
            for row in rows
        ]


@dataclass(frozen=True)
class Thing:
    """One thing by its key; a trait is one code, or several."""

    key: uuid.UUID
    traits: Mapping[Any, str | frozenset[str]]

    def codes(self, trait: str) -> frozenset[str]:
        """Those it has of a trait."""
        found = self.traits.get(trait, frozenset())
        return frozenset((found,)) if isinstance(found, str) else found


@dataclass(frozen=True)
class Things:
    """Things that were worked out."""

    listed: Sequence[Thing]

    def numbers(self, groups: Collection[Group]) -> Mapping[Group, Mapping[Codes, int]]:
        """Each thing counts once under each combination of its codes."""
        found: dict[Group, Counter[Codes]] = defaultdict(Counter)
        for thing in self.listed:
            for group in groups:
                found[group].update(product(*(thing.codes(trait) for trait in group)))
        return found

    def keys(self, cell: Mapping[str, str]) -> Any:
        """Of a cell."""
        return [each.key for each in self.listed if all(_is(each, *item) for item in cell.items())]

    def lines(self, trait: str) -> Sequence[Key]:
        """None: what a thing was worked out to be has its words in the table."""
        return ()


def days_between(first: Any, last: Any) -> Any:
    """Calendar days from one day to another, as a value of rows."""
    return ExpressionWrapper(Cast(last, DateField()) - Cast(first, DateField()), output_field=DurationField())


def things(found: Iterable[tuple[uuid.UUID, Mapping[Any, Any]]]) -> Things:
    """Each by its key with its traits."""
    return Things([Thing(key, traits) for key, traits in found])


def _read(statement: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows. For the system it hashes whole tables to join them.

    PostgreSQL counts the policies of a table as dear, also where nobody is held against them. Left alone, it would look
    up each of 200,000 children by the key.
    """
    for_all = acting.is_the_system()
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        if for_all:
            cursor.execute(_OTHER_JOINS, {"allowed": "off"})
        cursor.execute(statement, params)
        rows = cursor.fetchall()
        if for_all:
            cursor.execute(_OTHER_JOINS, {"allowed": "on"})
        return rows


def _is(thing: Thing, trait: str, code: str) -> bool:
    return (code.removeprefix(NOT) in thing.codes(trait)) != code.startswith(NOT)


def _text(how: Any) -> Any:
    """A code is text and never null: a null would look like a total."""
    return Coalesce(Cast(how, TextField()), Value("", output_field=TextField()))


def _holds(condition: Q) -> Any:
    return Case(When(condition, then=True), default=False, output_field=BooleanField())


def _days(found: dt.timedelta | None) -> Decimal | None:
    return None if found is None else Decimal(str(found / dt.timedelta(days=1))).quantize(Decimal("0.1"))
