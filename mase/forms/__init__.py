"""How a meeting is asked about: booking it, and each part of its page."""
