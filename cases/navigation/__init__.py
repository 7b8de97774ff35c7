"""What the ground floor hangs in the house's navigation; importing each module registers it."""

from cases.navigation import case_tabs, caseload, concerns, emergency, exclusions, exports

__all__ = ["case_tabs", "caseload", "concerns", "emergency", "exclusions", "exports"]
