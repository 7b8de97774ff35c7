"""What a live page is told, as JSON."""

from typing import Any

from cse_portal.ui.presenters import counted
from mase.selectors.presence import Live


def as_json(now: Live) -> dict[str, Any]:
    """Names of colleagues, the part each writes in, and where the meeting is. Nothing of what was written."""
    others = [each.who for each in now.here]
    return {
        "changes": now.changes,
        "state": now.state,
        "family": now.family_in_room,
        "here": others,
        "others": f"{counted(len(others), 'colleague')} on this page"
        if others
        else "Nobody else is on this page",
        "writing": [{"who": each.who, "part": each.part} for each in now.here if each.part],
        "item": now.item,
        "seconds": now.seconds,
        "sight": "all" if now.restricted else "open",
    }
