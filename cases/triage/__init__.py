"""What follows from a concern."""
