"""How the ground floor's records are worded."""

from cases.presenters.banner import banner

__all__ = ["banner"]
