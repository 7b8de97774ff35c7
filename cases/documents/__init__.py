"""Files on a child's case."""
