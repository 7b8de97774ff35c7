"""The significant events of a child's case, from every floor, in one list."""
