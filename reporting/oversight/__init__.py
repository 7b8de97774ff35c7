"""The privacy officer's reading of the audit."""
