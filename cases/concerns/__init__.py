"""A concern about a child, from its first page to its feedback."""
