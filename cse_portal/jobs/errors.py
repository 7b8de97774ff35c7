"""What can go wrong with background work."""

from cse_portal.errors import NotAllowedNow


class JobFailed(NotAllowedNow):
    """Raised by a handler to stop for good; its message is shown to the person who waits."""

    message = "This could not be finished."


class LeaseLost(Exception):
    """Another worker has taken the job over; this one must stop without a trace."""
