"""Refusals of oversight, in words that their reader can act on."""

from cse_portal.errors import NotAllowedNow


class OwnFinding(NotAllowedNow):
    """Nobody reviews themselves."""

    message = (
        "This is about something you did yourself. Another privacy officer decides on it. Where there is no other, the "
        "administrators appoint one."
    )


class OwnName(NotAllowedNow):
    """Nobody learns from the audit whether they are looked for."""

    message = "You cannot see who searched for your own name, or for whom you declared. Another privacy officer can."
