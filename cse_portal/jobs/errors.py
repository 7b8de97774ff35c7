"""What can go wrong with background work."""


class LeaseLost(Exception):
    """Another worker has taken the job over; this one must stop without a trace."""
