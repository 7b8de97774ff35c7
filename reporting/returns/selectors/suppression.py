"""Which numbers are not told outside the partnership, so that no small count can be read or worked out. Pure.

Tables are sums: each row and column adds up, the reconciliation adds up, and one fact is in several tables. All of
that is one set of equations over facts. A small count is withheld; then whatever else must be, until no equation, and
no combination of them, gives a small count back.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

Equation = dict[str, int]  # a fact and the factor it has in a sum that makes nought

LARGEST_SMALL = 5
_PRIME = (1 << 61) - 1  # elimination modulo a large prime: exact enough for factors of 1 and -1, and fast


def is_small(value: int) -> bool:
    """Whether a count might point to a child."""
    return 1 <= value <= LARGEST_SMALL


@dataclass
class Suppression:
    """The withheld facts; `exposed` are small counts that nothing left to withhold can protect."""

    hidden: set[str]
    exposed: set[str] = field(default_factory=set)


def suppress(
    counts: Mapping[str, int],
    equations: Iterable[Equation],
    small: Iterable[str],
    *,
    told: Iterable[str] = (),
    withheld: Iterable[str] = (),
    prized: Iterable[str] = (),
) -> Suppression:
    """Withhold the `small` facts, and what gives one of them away.

    `told` facts are public already; `withheld` ones were withheld before, and stay so; `prized` ones, which readers
    come for, are withheld only when nothing else will do.
    """
    return _Work(counts, list(equations), set(small), set(told), set(withheld), set(prized)).done()


def determined(equations: Iterable[Equation], hidden: set[str]) -> set[str]:
    """The hidden facts whose value the equations give to anyone who knows all the others."""
    return set(_alone(equations, hidden))


class _Work:
    def __init__(
        self,
        counts: Mapping[str, int],
        equations: list[Equation],
        small: set[str],
        told: set[str],
        withheld: set[str],
        prized: set[str],
    ) -> None:
        self.counts = counts
        self.equations = [_known(equation, counts) for equation in equations]
        self.of_fact: dict[str, list[Equation]] = defaultdict(list)
        for equation in self.equations:
            for fact in equation:
                self.of_fact[fact].append(equation)
        self.told, self.prized = told, prized
        self.small = small - told
        self.must = self.small | (withheld & set(counts) - told)
        self.hidden = set(self.must)
        self.exposed: set[str] = set()

    def done(self) -> Suppression:
        """Withhold until neither a single sum nor a combination of sums gives a small count away.

        Then tell again what turns out not to be needed, the dearest first.
        """
        self._close_sums()
        while open_facts := self._open_facts():
            self._protect(min(open_facts))
            self._close_sums()
        for fact in sorted(self.hidden - self.must, key=self._cost, reverse=True):
            self.hidden.discard(fact)
            if any(map(self._gives_away, self.of_fact[fact])) or self._open_facts():
                self.hidden.add(fact)
        return Suppression(self.hidden, self.exposed)

    def _open_facts(self) -> set[str]:
        return (determined(self.equations, self.hidden) & self.small) - self.exposed

    def _close_sums(self) -> None:
        waiting = list(self.equations)
        while waiting:
            equation = waiting.pop()
            if not self._gives_away(equation):
                continue
            added = self._cheapest(equation)
            if added is not None:
                self.hidden.add(added)
                waiting += self.of_fact[added]

    def _gives_away(self, equation: Equation) -> bool:
        parts = [fact for fact in equation if fact in self.hidden]
        if not any(fact in self.small for fact in parts):
            return False
        if len(parts) == 1:
            return True
        # Several withheld parts of one sum, as many as the sum is high: each of them may be taken to be 1.
        same_side = len({equation[fact] for fact in parts}) == 1
        return same_side and all(self.counts[fact] == 1 for fact in parts)

    def _protect(self, fact: str) -> None:
        """Withhold one more fact near this one: in its sums, or in the sums of what is withheld beside it."""
        near, seen = [fact], {fact}
        while near:
            found = [self._cheapest(equation) for each in near for equation in self.of_fact[each]]
            candidates = [each for each in found if each is not None]
            if candidates:
                self.hidden.add(min(candidates, key=self._cost))
                return
            beside = {each for f in near for equation in self.of_fact[f] for each in equation}
            near = sorted((beside & self.hidden) - seen)
            seen |= set(near)
        self.exposed.add(fact)

    def _cheapest(self, equation: Equation) -> str | None:
        free = [fact for fact in equation if fact not in self.hidden and fact not in self.told]
        return min(free, key=self._cost, default=None)

    def _cost(self, fact: str) -> tuple[bool, bool, int, int, str]:
        """Rather a part than a total, a count than nought, in few sums than in many, a low count than a high one."""
        value = self.counts[fact]
        return (fact in self.prized, value == 0, len(self.of_fact[fact]), value, fact)


def _known(equation: Equation, counts: Mapping[str, int]) -> Equation:
    return {fact: factor for fact, factor in equation.items() if factor and fact in counts}


def _alone(equations: Iterable[Equation], hidden: set[str]) -> Iterator[str]:
    """Gauss and Jordan over the hidden facts: a row left with one fact gives that fact away."""
    rows: dict[str, dict[str, int]] = {}
    for equation in equations:
        row = {fact: factor % _PRIME for fact, factor in equation.items() if fact in hidden}
        for pivot in [fact for fact in row if fact in rows]:
            _subtract(row, rows[pivot], row.get(pivot, 0))
        if not row:
            continue
        pivot = min(row)
        inverse = pow(row[pivot], -1, _PRIME)
        row = {fact: factor * inverse % _PRIME for fact, factor in row.items()}
        for other in rows.values():
            _subtract(other, row, other.get(pivot, 0))
        rows[pivot] = row
    return (next(iter(row)) for row in rows.values() if len(row) == 1)


def _subtract(row: dict[str, int], other: Mapping[str, int], times: int) -> None:
    if not times:
        return
    for fact, factor in other.items():
        left = (row.get(fact, 0) - times * factor) % _PRIME
        if left:
            row[fact] = left
        else:
            row.pop(fact, None)
