"""Links to the regional return, and what waits for the analyst and for who signs off."""
