"""What the home page says to each role."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cse_portal.accounts.choices import Role
from cse_portal.ui.navigation import HomePanel, HomeTile
from cse_portal.ui.presenters import TileValue

_NOTHING = {
    Role.ANALYST: "No return waits to be started or checked. You will get a notification when one does.",
    Role.PRIVACY_OFFICER: "Nobody waits for you. When somebody declares a conflict of interest, exclude them from "
    "the case by its reference. You see no case content.",
    Role.SYSTEM_ADMINISTRATOR: "Your role keeps the service and people's accounts running. It opens no child's "
    "record, no concern, no intelligence and no report.",
}
_NOTHING_OF_A_CHILD = (
    "No review, meeting or action waits for you or your agency. What is shared with you later appears here, and "
    "you get a notification."
)


@dataclass(frozen=True)
class Home:
    """The home page of one person."""

    tiles: Sequence[tuple[HomeTile, TileValue]]
    panels: Sequence[tuple[HomePanel, dict[str, Any]]]
    nothing: str
    has_ended: bool


def home(
    role: Role | None,
    tiles: Sequence[tuple[HomeTile, TileValue]],
    panels: Sequence[tuple[HomePanel, dict[str, Any]]],
) -> Home:
    """Tiles and panels; words instead where nothing waits, and for a person whose membership has ended."""
    waiting = bool(panels) or any(value.number for _, value in tiles)
    words = "" if waiting or role is None else _NOTHING.get(role, _NOTHING_OF_A_CHILD)
    return Home(tiles, panels, nothing=words, has_ended=role is None)
