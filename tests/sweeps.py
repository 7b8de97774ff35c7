"""What goes through everything goes through some of it in `make test`, and through all of it in `make test-long`."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Sweep:
    """Every so many of the things, another test's beginning elsewhere among them."""

    step: int
    name: str

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left out."""
        return self.step == 1

    def of(self, things: Iterable[T]) -> Iterator[T]:
        """Those that this run takes, the same in every run of the test."""
        return islice(things, sum(self.name.encode()) % self.step, None, self.step)

    def at_least(self, number: int) -> int:
        """Of so many that all of them would give, how many these must."""
        return number // (2 * self.step) if self.step > 1 else number
