"""What a reader with a computer works out of published tables: for each withheld number, the least and the greatest.

Written for what is published, and apart from the code that withholds: tables with totals, reconciliations, numbers
that stand in several tables, shares, what several returns say, and that nought is told.
"""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from highspy import Highs, HighsModelStatus, kHighsInf

from cse_portal.reference.quarters import Quarter
from reporting.returns.selectors.published import Cell

Variable = tuple[str, int]  # a fact; of one that a later return restated, each number by itself
HIGHEST = 5000.0
LEAST, GREATEST = 1.001, 4.999
ADDS_UP = {"start": 1, "new": 1, "reopened": 1, "closed": -1, "end": -1}


@dataclass
class Reader:
    """Published numbers, and what is known of those that were withheld."""

    told: dict[Variable, int] = field(default_factory=dict)
    withheld: set[Variable] = field(default_factory=set)
    may_be_nought: set[Variable] = field(default_factory=set)  # no nought is told beside it
    gone: set[str] = field(default_factory=set)  # facts that a correction does not tell any more
    equal: list[dict[Variable, float]] = field(default_factory=list)  # each makes nought
    at_most: list[dict[Variable, float]] = field(default_factory=list)  # each makes nought or less

    def read(self, cells: Collection[Cell], hidden: set[str], *, corrects: bool = False) -> None:
        """One return. Shares are told where nothing of their row is withheld.

        What a return that corrects another does not tell any more may be another number now.
        """
        if corrects:
            self.gone |= {each.fact for each in cells if each.fact in hidden and _variable(each) in self.told}
        names = {fact: f"{fact}'" for fact in self.gone}
        cells = [
            replace(
                each,
                fact=names.get(each.fact, each.fact),
                basis=tuple(names.get(fact, fact) for fact in each.basis),
            )
            for each in cells
        ]
        hidden = hidden | {names[fact] for fact in hidden & self.gone}
        known = {fact for fact, value in self.told if not value}
        for cell in cells:
            if not cell.basis and cell.fact not in hidden:
                self.told[_variable(cell)] = int(cell.value or 0)
        self.withheld |= {_variable(each) for each in cells if not each.basis and each.fact in hidden}
        whole = {each.fact: _variable(each) for each in cells if ":" not in each.fact}
        for lines, total in ((_lines(cells, "row"), "column"), (_lines(cells, "column"), "row")):
            for line in lines:
                if not any(not each.value and each.fact not in hidden | known for each in line):
                    self.may_be_nought |= {
                        _variable(each) for each in line if getattr(each, total) != "total"
                    }
                self._add_up({getattr(each, total): _variable(each) for each in line})
        for cell in cells:
            base = cell.fact.partition(":")[0]
            if not cell.basis and base in whole and base != cell.fact:
                self.at_most.append({_variable(cell): 1, whole[base]: -1})
        self._read_shares(cells, hidden)
        for cell in cells:
            if (year := re.search("@.{10}-(.{10})", cell.fact)) is not None:
                self._read_year(cell, [cell.fact.replace(year[0], f"@{each}") for each in before(year[1])])

    def _add_up(self, line: dict[str, Variable]) -> None:
        if "total" in line and len(line) > 1:
            self.equal.append(_sum((each, -1 if code == "total" else 1) for code, each in line.items()))
        if line.keys() >= ADDS_UP.keys():
            self.equal.append(_sum((line[code], factor) for code, factor in ADDS_UP.items()))

    def _read_year(self, cell: Cell, quarters: list[str]) -> None:
        """Twelve months are the sum of their quarters; of children, who may count in several, no more than that."""
        whole, known = _variable(cell), {name: (name, value) for name, value in (*self.told, *self.withheld)}
        parts = [known[each] for each in quarters]
        summed: dict[Variable, float] = {**dict.fromkeys(parts, -1.0), whole: 1.0}
        (self.at_most if cell.fact.startswith("children") else self.equal).append(summed)
        self.at_most += [{each: 1, whole: -1} for each in parts]

    def _read_shares(self, cells: Iterable[Cell], hidden: set[str]) -> None:
        by_fact = {each.fact: _variable(each) for each in cells if not each.basis}
        for cell in cells:
            if cell.basis and not set(hidden) & set(cell.basis) and cell.value is not None:
                part, of = by_fact[cell.basis[0]], by_fact[cell.basis[-1]]
                share = float(cell.value) / 100
                self.at_most += [
                    _sum(((part, 1), (of, -share - 0.0005))),
                    _sum(((part, -1), (of, share - 0.0005))),
                ]

    def narrowed(self, wanted: Collection[Variable]) -> dict[Variable, tuple[float, float]]:
        """Those that the reader knows not to be 1, or not to be 5, with the least and the greatest they may be.

        A world that is found for one number may be one for others, too: they are then not asked about again.
        """
        unknown = sorted(self.withheld | set(wanted) - self.told.keys())
        place = {each: number for number, each in enumerate(unknown)}
        solver = self._solver(unknown, place)
        least = {each: float(self.told.get(each, HIGHEST)) for each in wanted}
        greatest = {each: float(self.told.get(each, 0)) for each in wanted}
        for each in wanted:
            for sense in (1, -1):
                if each in place and (least[each] > LEAST if sense == 1 else greatest[each] < GREATEST):
                    values = _solved(solver, place[each], sense)
                    for other in wanted:
                        if other in place:
                            least[other] = min(least[other], values[place[other]])
                            greatest[other] = max(greatest[other], values[place[other]])
        return {
            each: (least[each], greatest[each])
            for each in wanted
            if least[each] > LEAST or greatest[each] < GREATEST
        }

    def _solver(self, unknown: list[Variable], place: Mapping[Variable, int]) -> Highs:
        """What the sums say of the unknown, with the known on the other side."""
        solver = Highs()
        solver.silent()
        lowest = [0.0 if each in self.may_be_nought else 1.0 for each in unknown]
        solver.addVars(len(unknown), np.array(lowest), np.full(len(unknown), HIGHEST))
        rows = [(each, 0.0) for each in self.equal] + [(each, -kHighsInf) for each in self.at_most]
        for terms, lower in rows:
            parts = {place[name]: factor for name, factor in terms.items() if name in place and factor}
            rest = -sum(self.told[name] * factor for name, factor in terms.items() if name not in place)
            if parts:
                solver.addRow(
                    rest + lower,
                    rest,
                    len(parts),
                    np.array([*parts]),
                    np.array([*parts.values()], dtype=float),
                )
        return solver


def _solved(solver: Highs, column: int, sense: int) -> list[float]:
    solver.changeColCost(column, float(sense))
    solver.run()
    assert solver.getModelStatus() == HighsModelStatus.kOptimal, solver.getModelStatus()
    solver.changeColCost(column, 0.0)
    return list(solver.getSolution().col_value)


def before(day: str) -> list[str]:
    """The four quarters of the year that ends on this day."""
    return [each.slug for each in Quarter.containing(dt.date.fromisoformat(day)).with_before(4)]


def _variable(cell: Cell) -> Variable:
    return cell.fact, int(cell.value or 0)


def _sum(terms: Iterable[tuple[Variable, float]]) -> dict[Variable, float]:
    found: dict[Variable, float] = defaultdict(float)
    for name, factor in terms:
        found[name] += factor
    return found


def _lines(cells: Iterable[Cell], along: str) -> Iterator[list[Cell]]:
    found: dict[tuple[str, str, str], list[Cell]] = defaultdict(list)
    for cell in cells:
        if not cell.basis:
            found[cell.measure, cell.dimension + cell.period, getattr(cell, along)].append(cell)
    return iter(found.values())
