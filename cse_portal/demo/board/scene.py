"""What every story of the demo board needs at hand: who there is, what day it is, and a seeded chance."""

import datetime as dt
from dataclasses import dataclass
from random import Random

from cases.models import Case, Concern
from cse_portal.accounts.models import Agency, User
from cse_portal.demo.board.people import Board

LAWFUL_BASIS = "6_1_E"


@dataclass
class Scene:
    """The board's people and its two years; stories draw from one stream of chance, so that every board is alike."""

    board: Board
    random: Random
    now: dt.datetime
    begins_on: dt.date
    children: int

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
