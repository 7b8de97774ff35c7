"""Which numbers are not told outside the partnership, so that no small count can be read or worked out. Pure.

Tables are sums: each row and column adds up, the reconciliation adds up, and one fact is in several tables. All of
that is one set of equations over facts. A small count is withheld. Then others are withheld with it, as few as will
do, until there are two other worlds for it: in one it is 1, in the other it is 5, and both tell what is told. These
worlds prove that nobody can work it out, not even nearly, and that withholding more later takes nothing away.
A world is a linear programme: the cheapest change of facts that are not told which keeps every sum. Sums that have
no fact in common are worlds apart: each set of connected sums has a programme of its own.
"""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import networkx as nx
import numpy as np
from highspy import Highs, HighsModelStatus

Equation = dict[str, int]  # a fact and the factor it has in a sum that makes nought
World = frozenset[str]  # the facts that are other numbers in it

LARGEST_SMALL = 5
_FAR = 1e4
_LITTLE = 1e-6
_OF_NOUGHT, _OF_PREFERRED, _OF_WITHHELD = 10.0, 0.01, 0.001  # what it costs to withhold one


def is_small(value: int) -> bool:
    """Whether a count might point to a child."""
    return 1 <= value <= LARGEST_SMALL


@dataclass(frozen=True)
class Known:
    """What readers know, or may: numbers by fact, the sums of tables, and what was published before.

    The tables of `earlier` returns are as they are. `implied` sums are in no table: the names of facts say them.
    `told` facts are public already; `withheld` ones were withheld before, and stay so; `slack` is what an "at most"
    leaves, which nobody is told. `preferred` were withheld last time in the same place. `cost` says how many numbers
    of the return state a fact; what readers come for costs more.
    """

    counts: Mapping[str, int]
    equations: Iterable[Equation]
    small: Collection[str]
    earlier: Iterable[Equation] = ()
    implied: Iterable[Equation] = ()
    told: Collection[str] = ()
    withheld: Collection[str] = ()
    slack: Collection[str] = ()
    preferred: Collection[str] = ()
    cost: Mapping[str, float] = field(default_factory=dict)


@dataclass
class Suppression:
    """The withheld facts; `exposed` are small counts that nothing left to withhold can protect."""

    hidden: set[str]
    exposed: set[str] = field(default_factory=set)


Protected = dict[Hashable, Suppression]  # by a set of connected sums and all that is known of its facts


def suppress(known: Known, protected: Protected | None = None) -> Suppression:
    """Withhold the small facts, and with them as little as protects each.

    A set of sums that `protected` holds is not worked out anew; the others are added to it.
    """
    return _Work(known).done({} if protected is None else protected)


class _Work:
    def __init__(self, known: Known) -> None:
        self.known, self.counts = known, known.counts
        told = set(known.told)
        small = set(known.small) - told
        self.slack = set(known.slack)
        self.floor: dict[str, int] = dict.fromkeys(self.slack, 0)  # of withheld numbers that may be nought
        self.must = (small | set(known.withheld) & set(self.counts)) - told
        self.hidden = self.must | self.slack
        self.equations: list[Equation] = []
        self.beside: dict[str, list[set[str]]] = defaultdict(
            list
        )  # the parts of each sum that a fact is a part of
        for equation in known.implied:
            self._add(equation, told)
        for equation in known.earlier:
            self._add(equation, told)
            parts = _parts(equation)
            if not any(fact in told and self._is_nought(fact) for fact in parts):
                self.floor |= dict.fromkeys(parts - told, 0)
        for equation in known.equations:
            free, parts = self._add(equation, told), _parts(equation) - told
            for fact in parts:
                self.beside[fact].append(parts)
            if any(fact in known.small for fact in free - parts):
                self._withhold_noughts(parts)
        # A cell comes before the totals of its row and column, which change with it.
        self.small = sorted(small, key=lambda fact: (-len(self.beside[fact]), self.counts[fact], fact))
        self.smalls = frozenset(small)

    def _add(self, equation: Equation, told: Collection[str]) -> set[str]:
        """What is told of a sum does not change: the rest of it makes nought, too. Returns its facts."""
        free = {fact: by for fact, by in equation.items() if fact not in told}
        if free:
            self.equations.append(free)
        return set(free)

    def done(self, protected: Protected) -> Suppression:
        """Protect every small fact; what is in no sum is protected by being withheld."""
        exposed: set[str] = set()
        for equations in _connected(self.equations):
            facts = sorted({fact for equation in equations for fact in equation})
            if self.smalls.isdisjoint(facts):
                continue
            state = self._state(facts, equations)
            if state not in protected:
                self.worlds = _Worlds(facts, equations)
                left = self._protect_all()
                protected[state] = Suppression(self.hidden.intersection(facts), left)
            self.hidden |= protected[state].hidden
            exposed |= protected[state].exposed
        return Suppression(self.hidden - self.slack, exposed)

    def _state(self, facts: Iterable[str], equations: Iterable[Equation]) -> Hashable:
        """All that decides how these sums are protected."""
        known = (
            (
                fact, self.counts[fact], self._cost(fact), self.floor.get(fact), fact in self.smalls, fact in self.must,
                fact in self.hidden, fact in self.slack, tuple(frozenset(each) for each in self.beside[fact]),
            )
            for fact in facts
        )  # fmt: skip
        return tuple(known), tuple(frozenset(each.items()) for each in equations)

    def _protect_all(self) -> set[str]:
        """Find two worlds for every small fact; then tell again what turns out not to be needed, the dearest first.

        Returns the small facts that have none.
        """
        for fact in self.worlds.place:
            self._set(fact)
        found: dict[tuple[str, int], World] = {}
        small = [fact for fact in self.small if fact in self.worlds.place]
        waiting = [(fact, step) for fact in small for step in _steps(self.counts[fact])]
        left = len(waiting) + 1
        while left > len(waiting):  # what is withheld for one may make room for another
            left = len(waiting)
            waiting = [each for each in waiting if not self._protect(*each, found)]
        self._tell_again(found)
        return {fact for fact, _ in waiting}

    def _protect(self, fact: str, step: int, found: dict[tuple[str, int], World]) -> bool:
        if (fact, step) in found:
            return True
        world = self.worlds.find(fact, step) or self._with_noughts(fact, step)
        if world is not None:
            found |= self._proved(fact, step, world)
            self._hide(world)
        return world is not None

    def _proved(self, fact: str, step: int, world: World) -> dict[tuple[str, int], World]:
        """What the world found last shows: of this fact, and of every other that is 1 or 5 in it."""
        reached = self.worlds.values()
        others = {(each, round(reached[each])) for each in world & self.smalls}
        return {(fact, step): world} | {
            (each, by): world
            for each, by in others
            if by in _steps(self.counts[each]) and abs(reached[each] - by) < _LITTLE
        }

    def _set(self, fact: str, *, least: int = 1, allowed: bool = True) -> None:
        """How far a fact may be from what it is in another world, and what that costs."""
        value, hidden = self.counts[fact], fact in self.hidden
        lowest = min(value, least if self.beside[fact] else 1, self.floor.get(fact, 1))
        may_rise = (
            value or hidden or not least or fact in self.slack
        )  # nought is told, as long as that will do
        up, down = (_FAR if may_rise else 0, value - lowest) if allowed else (0, 0)
        self.worlds.set(
            fact, up, down, 0.0 if fact in self.slack else _OF_WITHHELD if hidden else self._cost(fact)
        )

    def _cost(self, fact: str) -> float:
        """Rather a part than a total, a count than nought, in few tables than in many, a low count than a high one."""
        if fact in self.known.preferred:
            return _OF_PREFERRED
        nought = 0 if self.counts[fact] else _OF_NOUGHT
        return self.known.cost.get(fact, 1) + nought + min(self.counts[fact], 1000) / 2000

    def _hide(self, facts: Iterable[str]) -> None:
        for fact in set(facts) - self.hidden:
            self.hidden.add(fact)
            self._set(fact)

    def _with_noughts(self, fact: str, step: int) -> World | None:
        """Where nothing else will do, other numbers become nought; then the noughts beside them are not told either."""
        for each in self.worlds.place:
            self._set(each, least=0)
        world = self.worlds.find(fact, step)
        reached = self.worlds.values() if world else {}
        for other, by in reached.items():
            if by < -_LITTLE and self.counts[other] + by < self.floor.get(other, 1) - _LITTLE:
                self._withhold_noughts(
                    min(self.beside[other], key=lambda parts: sum(map(self._is_nought, parts)))
                )
        for each in self.worlds.place:
            self._set(each)
        return world

    def _withhold_noughts(self, parts: Collection[str]) -> None:
        """Of a sum that is small its noughts are not told either: so any part of it may be nought."""
        self.floor |= dict.fromkeys(parts, 0)
        self.must |= set(filter(self._is_nought, parts))
        self.hidden |= self.must

    def _is_nought(self, fact: str) -> bool:
        return not self.counts[fact]

    def _tell_again(self, found: dict[tuple[str, int], World]) -> None:
        for fact in self.worlds.place.keys() - self.hidden:
            self._set(fact, allowed=False)
        spare = self.hidden & self.worlds.place.keys() - self.must - self.slack
        for fact in sorted(spare, key=lambda each: (self._cost(each), each), reverse=True):
            self._set(fact, allowed=False)
            others: dict[tuple[str, int], World] = {}
            for small, step in [key for key, world in found.items() if fact in world]:
                if (small, step) in others:
                    continue
                world = self.worlds.find(small, step)
                if world is None:
                    self._set(fact)
                    break
                others |= self._proved(small, step, world)
            else:
                self.hidden.discard(fact)
                found |= others


class _Worlds:
    """The linear programme: two columns a fact, by how much it is more and by how much it is less."""

    def __init__(self, facts: list[str], equations: list[Equation]) -> None:
        self.facts = facts
        self.place = {fact: 2 * number for number, fact in enumerate(self.facts)}
        self.solver = Highs()
        self.solver.silent()
        columns = 2 * len(self.facts)
        self.limits: dict[str, tuple[float, float]] = {}
        self.solver.addVars(columns, np.zeros(columns), np.zeros(columns))
        for equation in equations:
            at = [self.place[fact] + side for fact in equation for side in (0, 1)]
            by = [float(sign * factor) for factor in equation.values() for sign in (1, -1)]
            self.solver.addRow(0.0, 0.0, len(at), np.array(at, dtype=np.int32), np.array(by))

    def set(self, fact: str, up: float, down: float, cost: float) -> None:
        """How far a fact may be from what it is, and what each one costs."""
        self.limits[fact] = up, down
        for side, limit in enumerate((up, down)):
            self.solver.changeColBounds(self.place[fact] + side, 0.0, float(limit))
            self.solver.changeColCost(self.place[fact] + side, cost)

    def find(self, fact: str, step: int) -> World | None:
        """The facts that are other numbers in the cheapest world in which this one is so much more."""
        by = (max(step, 0), max(-step, 0))
        for side in (0, 1):
            self.solver.changeColBounds(self.place[fact] + side, float(by[side]), float(by[side]))
        self.solver.run()
        is_found = self.solver.getModelStatus() == HighsModelStatus.kOptimal
        self.solution = self.solver.getSolution().col_value if is_found else ()
        for side, limit in enumerate(self.limits[fact]):
            self.solver.changeColBounds(self.place[fact] + side, 0.0, float(limit))
        return frozenset(self.values()) if is_found else None

    def values(self) -> dict[str, float]:
        """By how much more each fact is in the world that was found last, of those that are another number."""
        values = np.asarray(self.solution)
        more = values[0::2] - values[1::2]
        return {self.facts[number]: float(more[number]) for number in np.flatnonzero(np.abs(more) > _LITTLE)}


def _connected(equations: list[Equation]) -> Iterator[list[Equation]]:
    """The sums in sets that have no fact in common."""
    graph = nx.Graph()
    for number, equation in enumerate(equations):
        graph.add_edges_from((number, fact) for fact in equation)
    for component in nx.connected_components(graph):
        yield [equations[each] for each in sorted(each for each in component if isinstance(each, int))]


def _parts(equation: Equation) -> set[str]:
    """What a total is made of; of any other sum, all of it."""
    totals = [fact for fact, factor in equation.items() if factor < 0]
    return set(equation) - set(totals) if len(totals) == 1 else set(equation)


def _steps(value: int) -> list[int]:
    """From a small count to the largest and to the least that it is to be possible to take it for."""
    return [to - value for to in (LARGEST_SMALL, 1) if to != value]
