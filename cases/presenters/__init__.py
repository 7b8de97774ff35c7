"""How the ground floor's records are worded."""

from cases.presenters.case import banner

__all__ = ["banner"]
