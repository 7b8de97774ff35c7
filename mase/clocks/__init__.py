"""The clocks of a meeting: when it is due, what paused it, and who is told."""
