"""Refusals of sharing, in words that their reader can act on."""

from cse_portal.errors import NotAllowedNow


class NotToYourself(NotAllowedNow):
    """What one holds of a case somebody else gave, or a rule."""

    message = "You cannot give access to yourself. Ask somebody else who works on this case."


class OwnEmergency(NotAllowedNow):
    """Nobody judges themselves."""

    message = "You opened this case yourself. Another privacy officer gives the verdict."


class NeedsNamedPeople(NotAllowedNow):
    """A restricted case is shared with people by name only."""

    message = "This case is restricted. Share it with a named person, not a whole agency."
