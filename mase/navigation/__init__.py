"""What the meeting floor hangs in the house's navigation; importing each module registers it."""

from mase.navigation import actions, meetings, minutes

__all__ = ["actions", "meetings", "minutes"]
