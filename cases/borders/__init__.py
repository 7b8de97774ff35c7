"""Across borders: children who move away or are placed here, and what is shared with others or not, and why."""
