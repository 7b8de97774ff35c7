"""What goes wrong when code asks for reference data that does not exist."""


class UnknownReference(LookupError):
    """No such list, rule or set held on that day: a mistake in code or in the data, never the user's."""
