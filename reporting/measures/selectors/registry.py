"""The dated register of measures: each version with its definition, and the function that works it out."""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from django.utils import timezone

from cse_portal.reference.quarters import Quarter
from reporting.measures.models import MeasureKind
from reporting.measures.selectors.figures import Figure

Work = Callable[["Period"], list[Figure]]


@dataclass(frozen=True)
class Period:
    """A quarter as moments: `start` is its first instant, `end` the first instant after it."""

    quarter: Quarter

    @property
    def start(self) -> dt.datetime:
        """Midnight at its beginning."""
        return _midnight(self.quarter.starts_on)

    @property
    def end(self) -> dt.datetime:
        """Midnight at its end, which no longer belongs to it."""
        return _midnight(self.quarter.next().starts_on)


@dataclass(frozen=True)
class Measure:
    """One version of a measure. A changed definition is a new version from a later day, beside the old one."""

    code: str
    version: int
    valid_from: dt.date
    name: str
    kind: MeasureKind
    definition: str
    source: str
    note: str = ""


_register: dict[str, list[tuple[Measure, Work]]] = {}


def measure(about: Measure) -> Callable[[Work], Work]:
    """Register what works a measure out."""

    def register(work: Work) -> Work:
        versions = _register.setdefault(about.code, [])
        if any(known.version == about.version for known, _ in versions):
            raise ValueError(f"{about.code} has two versions {about.version}")
        versions.append((about, work))
        return work

    return register


def in_force(on: dt.date) -> list[Measure]:
    """The version of every measure that holds on a day, in the order of their codes."""
    return [found[0] for code in sorted(_register) if (found := _version(code, on))]


def compute(code: str, quarter: Quarter) -> tuple[Measure, list[Figure]]:
    """One measure of one quarter, worked out by the version in force at the quarter's end."""
    found = _version(code, quarter.ends_on)
    if found is None:
        raise KeyError(f"No measure {code} on {quarter.ends_on}")
    about, work = found
    return about, work(Period(quarter))


def _version(code: str, on: dt.date) -> tuple[Measure, Work] | None:
    held: Iterable[tuple[Measure, Work]] = (each for each in _register[code] if each[0].valid_from <= on)
    return max(held, key=lambda each: each[0].valid_from, default=None)


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


def code_version() -> str:
    """A fingerprint of the code that works the measures out, kept with every return."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return f"measures-{digest.hexdigest()[:16]}"
