"""What a told story is made of: a child's life, worries, assessments and letters, in data.

Days are counted back from the day on which the board is shown. All of it is invented.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from cases.identity.services import Contact, Identity
from cases.letters.choices import SentHow
from cases.missing.services import episodes as missing
from cases.record.choices import HarmStatus, RiskCategory
from cse_portal.demo.board import words
from cse_portal.demo.board.children import Child
from cse_portal.demo.board.scene import Course, Scene

LOW, MEDIUM, HIGH = RiskCategory.LOW, RiskCategory.MEDIUM, RiskCategory.HIGH


@dataclass(frozen=True)
class Worry:
    """A concern in somebody's own words, so many days ago, by an agency's colleague."""

    days: int
    agency: str
    text: str
    signs: Sequence[str]
    child_view: str


@dataclass(frozen=True)
class Assessed:
    """An assessment's category, signs that are current, and words; the others of before are ticked as earlier."""

    category: RiskCategory
    signs: Sequence[str]
    words: str
    earlier: Sequence[str] = ()
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


@dataclass(frozen=True)
class Life:
    """What is known of one child's life; the first item of each tuple is how many days ago it was."""

    who: dict[str, Any]
    age: int  # days old today
    is_boy: bool
    named: Sequence[dict[str, str]]
    agencies: Sequence[str]
    people: Sequence[dict[str, Any]]
    moved: int  # when the people came whom the child lives with now
    periods: Sequence[dict[str, Any]]
    # Of each time away: hours away, and hours to the interview unless it is due.
    away: Sequence[Sequence[int]]
    known: missing.Known
    missing_from: str
    found: dict[str, str]
    interview: dict[str, Any]
    events: Sequence[tuple[int, str, str]]
    # Who listened, the child's words, what they want, what changed and after how many days.
    voices: Sequence[tuple[int, str, str, str, str, int]]
    letters: Sequence[Sent]
    papers: Sequence[tuple[int, str, str, str]]
    health: Sequence[tuple[int, str, str, str]]
    own: Sequence[Contact]  # the phones and accounts that are theirs
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


def read(name: str) -> Any:
    """A child's story, as its file tells it: worries, assessments, the life and other words, by their names."""
    return SimpleNamespace(**{part: _made(said) for part, said in vars(words.read(name)).items()})


def _made(said: Any) -> Any:
    """A worry by the child's view in it, an assessment by its category, the life by who the child is."""
    if not isinstance(said, dict):
        return said
    if "child_view" in said:
        return Worry(**said)
    if "category" in said:
        harm = HarmStatus(said.get("harm", HarmStatus.H1))
        return Assessed(**{**said, "category": RiskCategory(said["category"]), "harm": harm})
    letters = [
        Sent(**{**each, "how": SentHow(each.get("how", SentHow.IN_PERSON))}) for each in said["letters"]
    ]
    return Life(
        **{
            **said, "letters": letters, "known": missing.Known(**said["known"]),
            "identity": Identity(**said["identity"]), "own": [Contact(**each) for each in said["own"]],
            "people": [{"contact_safe": "yes", **each} for each in said["people"]],
        }
    )  # fmt: skip
