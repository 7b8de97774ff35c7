"""What a told story is made of: a child's life, worries, assessments and letters, in data.

Days are counted back from the day on which the board is shown. All of it is invented.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from cases.chronology.models import EntryKind
from cases.documents.models import DocumentKind
from cases.family.models import HealthTopic
from cases.history.models import PeriodKind
from cases.identity.services import Contact, Identity
from cases.letters.choices import SentHow
from cases.missing.services import episodes as missing
from cases.record.choices import HarmStatus, RiskCategory
from cse_portal.demo.board.children import Child
from cse_portal.demo.board.scene import Course, Scene

LOW, MEDIUM, HIGH = RiskCategory.LOW, RiskCategory.MEDIUM, RiskCategory.HIGH
SCHOOL, HOME, LEGAL = PeriodKind.SCHOOL, PeriodKind.HOME, PeriodKind.LEGAL


@dataclass(frozen=True)
class Worry:
    """A concern in somebody's own words, so many days ago, by an agency's colleague."""

    days: int
    agency: str
    text: str
    signs: tuple[str, ...]
    child_view: str


@dataclass(frozen=True)
class Assessed:
    """An assessment's category, signs that are current, and words; the others of before are ticked as earlier."""

    category: RiskCategory
    signs: tuple[str, ...]
    words: str
    earlier: tuple[str, ...] = ()
    harm: HarmStatus = HarmStatus.H1


@dataclass(frozen=True)
class Sent:
    """A letter: to the child, or to a relation, in a language; how it reached its reader."""

    days: int
    heading: str
    body: str
    relation: str = ""
    language: str = "English"
    how: SentHow = SentHow.IN_PERSON


def person(name: str, relation: str, **more: Any) -> dict[str, Any]:
    """Somebody around the child, whom it is safe to contact unless it is said otherwise."""
    return {"name": name, "relation": relation, "contact_safe": "yes", **more}


@dataclass(frozen=True)
class Life:
    """What is known of one child's life; the first item of each tuple is how many days ago it was."""

    who: dict[str, Any]
    age: int  # days old today
    is_boy: bool
    named: tuple[dict[str, str], ...]
    agencies: tuple[str, ...]
    people: tuple[dict[str, Any], ...]
    moved: int  # when the people came whom the child lives with now
    # Of each period: its kind, code and name, from and until, why it changed, attendance, special needs.
    periods: tuple[tuple[Any, ...], ...]
    # Of each time away: hours away, hours to the interview or None while it is due.
    away: tuple[tuple[int, int, int | None], ...]
    known: missing.Known
    missing_from: str
    found: dict[str, str]
    interview: dict[str, Any]
    events: tuple[tuple[int, EntryKind, str], ...]
    # Who listened, the child's words, what they want, what changed and after how many days.
    voices: tuple[tuple[int, str, str, str, str, int], ...]
    letters: tuple[Sent, ...]
    papers: tuple[tuple[int, str, DocumentKind, str], ...]
    health: tuple[tuple[int, HealthTopic, str, str], ...]
    own: tuple[Contact, ...]  # the phones and accounts that are theirs
    identity: Identity
    plan: dict[str, Any]
    plan_days: int
    picture: str
    protective: str

    def child(self, scene: Scene) -> Child:
        """With a birthday that makes them as old as that today."""
        born = scene.today - dt.timedelta(days=self.age)
        return Child({**self.who, "date_of_birth": born}, is_boy=self.is_boy)


@dataclass(kw_only=True)
class ToldCourse(Course):
    """The course of a case whose child's life is told."""

    life: Life


@dataclass(frozen=True)
class Opened:
    """How triage opens a case: in which category, why, and what the author is told."""

    category: RiskCategory
    harm: HarmStatus
    models: tuple[str, ...]
    why: str
