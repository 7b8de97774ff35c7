"""What every story of the demo board needs at hand: who there is, what day it is, and a seeded chance."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from django.utils import timezone

from cases.concerns.models import Concern
from cases.record.choices import RiskCategory
from cases.record.models.case import Case
from cse_portal.accounts.models import Agency, User
from cse_portal.demo.board import words
from cse_portal.demo.board.children import Child
from cse_portal.demo.board.clockwork import at
from cse_portal.demo.board.people import Board
from cse_portal.reference.working_days import add_working_days
from mase.meetings.models.meeting import Meeting

LAWFUL_BASIS = "6_1_E"
LONG_AGO = dt.timedelta(days=200)


@dataclass
class Scene:
    """The board's people and its two years; stories draw from one stream of chance, so that every board is alike."""

    board: Board
    random: Random
    now: dt.datetime
    begins_on: dt.date
    children: int
    named_with: dict[uuid.UUID, str] = field(
        default_factory=dict
    )  # where, or with whom, a case's child is named

    @property
    def today(self) -> dt.date:
        """The day on which the board is shown."""
        return timezone.localdate(self.now)

    @property
    def is_long_ago(self) -> bool:
        """Whether this step is so long ago that the board has less to say of it."""
        return self.now - timezone.now() > LONG_AGO

    def ago(self, days: int, *, hour: int = 10) -> dt.datetime:
        """A time of day on the last working day that is at least so many days before today."""
        return at(working_day_until(self.today - dt.timedelta(days=days)), hour)

    def agency(self, code: str) -> Agency:
        """An agency by its code."""
        return self.board.agencies[code]

    def cast(self, key: str) -> User:
        """A member of the cast."""
        return self.board.cast[key]

    def colleague(self, code: str) -> User:
        """Somebody of an agency who is not one of the cast."""
        return self.random.choice(self.board.staff[code])

    def counts(self) -> dict[str, int]:
        """How much was written."""
        return {
            "people": User.objects.count(),
            "concerns": Concern.objects.count(),
            "cases": Case.objects.count(),
        }


def working_day_until(day: dt.date) -> dt.date:
    """The day itself where people work on it, else the last one before it on which they do."""
    return add_working_days(day + dt.timedelta(days=1), -1)


@dataclass
class Course:
    """How a child's case goes: how many meetings there are before they move away, and whether things get better.

    `forgotten_on`: the day of a review that nobody has booked, and of actions that nobody has done.
    """

    scene: Scene
    case: Case
    child: Child
    lead: User
    category: RiskCategory
    meetings: int = 1
    gets_better: bool = False
    forgotten_on: dt.date | None = None


@dataclass(frozen=True)
class Held:
    """A meeting in the course of a case, with the people around its table."""

    course: Course
    meeting: Meeting

    @property
    def scene(self) -> Scene:
        """Of its course."""
        return self.course.scene

    @property
    def case(self) -> Case:
        """The course's own object of it."""
        return self.course.case

    @property
    def chair(self) -> User:
        """Who runs it; the board's own object of her, which knows her standing."""
        return self.scene.cast("manager")

    def says(self, sentences: Sequence[str]) -> str:
        """One of the sentences, said of this child."""
        return words.about(self.scene.random, sentences, is_boy=self.course.child.is_boy)
