"""Links to concerns and triage."""
