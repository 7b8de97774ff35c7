"""What can go wrong with background work."""

from cse_portal.errors import NotAllowedNow


class LeaseLost(Exception):
    """Another worker has taken the job over; this one must stop without a trace."""


class NeverSilent(NotAllowedNow):
    """A clock runs on this kind of thing."""

    message = "You can be told less of this, but not nothing: a statutory clock runs on it."
