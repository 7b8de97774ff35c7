"""A meeting of the demo board that is held, with the people around its table."""

from dataclasses import dataclass

from cases.models import Case
from cse_portal.accounts.models import User
from cse_portal.demo.board import words
from cse_portal.demo.board.children import Child
from cse_portal.demo.board.scene import Scene
from mase.models import MaseMeeting


@dataclass
class Held:
    """A meeting with the people around its table."""

    scene: Scene
    case: Case
    child: Child
    meeting: MaseMeeting

    @property
    def chair(self) -> User:
        """Who runs it; the board's own object of her, which knows her standing."""
        return self.scene.cast("manager")

    def says(self, sentences: tuple[str, ...]) -> str:
        """One of the sentences, said of this child."""
        return words.about(self.scene.random, sentences, is_boy=self.child.is_boy)
