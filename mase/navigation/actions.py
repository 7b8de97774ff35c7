"""Links to plan actions."""
