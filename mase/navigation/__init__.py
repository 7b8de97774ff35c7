"""What the meeting floor hangs in the house's navigation; importing each module registers it."""

from mase.navigation import actions, disagreements, meetings

__all__ = ["actions", "disagreements", "meetings"]
