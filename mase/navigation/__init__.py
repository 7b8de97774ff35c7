"""What the meeting floor hangs in the house's navigation; importing each module registers it."""

from mase.navigation import actions, cmog, disagreements, meetings, minutes, strategic

__all__ = ["actions", "cmog", "disagreements", "meetings", "minutes", "strategic"]
