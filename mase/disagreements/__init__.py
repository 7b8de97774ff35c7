"""Professional disagreements, from practitioners up to the board."""
