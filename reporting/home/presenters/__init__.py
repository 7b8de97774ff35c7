"""Today in words and pictures."""
