"""What the top floor hangs in the house's navigation; importing each module registers it."""

from reporting.navigation import board_reports, oversight, retention, returns, subject_access

__all__ = ["board_reports", "oversight", "retention", "returns", "subject_access"]
