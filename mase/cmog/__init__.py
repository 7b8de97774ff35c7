"""The monthly CMOG: its agenda, items and minutes."""
