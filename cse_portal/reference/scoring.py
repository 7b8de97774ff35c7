"""How indicators become an indicative category, with the arithmetic in words.

Pure: no database, no clock. The indicative category never decides: a practitioner's judgement and a confirmed
category stand beside it. Floors raise and never lower (regional operating protocol 8.1; IICSA 2022 F.3).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cse_portal.reference.choices import Circumstance, Period, Tier

NONE = 0


@dataclass(frozen=True)
class Tick:
    """One tick in the screening tool: this indicator, in this period."""

    code: str
    tier: Tier
    wording: str
    period: Period = Period.CURRENT


@dataclass(frozen=True)
class Answers:
    """Everything the indicative category depends on. Unknown is simply absent."""

    ticks: tuple[Tick, ...] = ()
    circumstances: frozenset[Circumstance] = frozenset()
    age: int | None = None


@dataclass(frozen=True)
class Weight:
    """What an indicator of a tier adds, by when it applied."""

    current: int
    earlier: int
    both: int

    def __post_init__(self) -> None:
        if min(self.current, self.earlier) < 0 or self.both < max(self.current, self.earlier):
            raise ValueError("A further tick may never lower the total.")

    def points(self, periods: frozenset[Period]) -> int:
        """The points for the periods ticked."""
        if len(periods) == 2:
            return self.both
        return self.current if Period.CURRENT in periods else self.earlier


@dataclass(frozen=True)
class Floor:
    """A rule that lifts the category to at least `category` when all that it names is present."""

    code: str
    category: int
    sentence: str
    source: str
    any_circumstance: frozenset[Circumstance] = frozenset()
    tier: Tier | None = None
    current_only: bool = False
    under_age: int | None = None
    strategy: bool = False  # it asks for a strategy discussion

    def __post_init__(self) -> None:
        if not (self.any_circumstance or self.tier or self.under_age):
            raise ValueError("A floor must name what it depends on.")

    def holds(self, answers: Answers) -> bool:
        """Every condition the rule names is met."""
        if self.any_circumstance and not self.any_circumstance & answers.circumstances:
            return False
        if self.under_age is not None and (answers.age is None or answers.age >= self.under_age):
            return False
        return self.tier is None or any(self._matches(tick) for tick in answers.ticks)

    def _matches(self, tick: Tick) -> bool:
        return tick.tier == self.tier and (not self.current_only or tick.period == Period.CURRENT)


@dataclass(frozen=True)
class Profile:
    """A dated way of adding up: weights by tier, the lowest total of each category, and the floors."""

    weights: Mapping[Tier, Weight]
    thresholds: Mapping[int, int]
    floors: tuple[Floor, ...] = ()

    def category_for(self, total: int) -> int:
        """The category whose threshold this total reaches."""
        return max((category for category, least in self.thresholds.items() if total >= least), default=NONE)


@dataclass(frozen=True)
class Line:
    """One line of the arithmetic."""

    code: str
    wording: str
    periods: frozenset[Period]
    points: int

    @property
    def sentence(self) -> str:
        """The line in words."""
        when = " and ".join(str(p.label).lower() for p in Period if p in self.periods)
        return f"{self.wording} ({when}): {self.points} {'point' if self.points == 1 else 'points'}"


@dataclass(frozen=True)
class Indicative:
    """The computed category and how it came about."""

    total: int
    category: int
    category_by_total: int
    lines: tuple[Line, ...]
    floors: tuple[Floor, ...]

    @property
    def raised(self) -> bool:
        """Whether a floor lifted the category above what the total gives."""
        return self.category > self.category_by_total


def indicative(answers: Answers, profile: Profile) -> Indicative:
    """Add up the ticks, find the category, then apply the floors that hold."""
    lines = tuple(_lines(answers.ticks, profile))
    total = sum(line.points for line in lines)
    by_total = profile.category_for(total)
    floors = tuple(floor for floor in profile.floors if floor.holds(answers))
    category = max([by_total, *(floor.category for floor in floors)])
    return Indicative(total, category, by_total, lines, floors)


def _lines(ticks: Iterable[Tick], profile: Profile) -> Iterable[Line]:
    periods: dict[str, set[Period]] = defaultdict(set)
    first: dict[str, Tick] = {}
    for tick in ticks:
        first.setdefault(tick.code, tick)
        periods[tick.code].add(tick.period)
    for code, tick in first.items():
        ticked = frozenset(periods[code])
        yield Line(code, tick.wording, ticked, profile.weights[tick.tier].points(ticked))
