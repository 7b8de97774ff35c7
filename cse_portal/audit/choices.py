"""Words of the audit."""

from django.db.models import TextChoices


class Witness(TextChoices):
    """Who acted, as far as the database itself was told, signed, by the portal."""

    PERSON = "person", "A person who was signed in"
    SYSTEM = "system", "The system"
    NOBODY = "nobody", "Nobody signed in"


class Operation(TextChoices):
    """What happened to a row."""

    INSERT = "INSERT", "Added"
    UPDATE = "UPDATE", "Changed"
    DELETE = "DELETE", "Removed"


class Stream(TextChoices):
    """The two tables that are sealed."""

    EVENT = "event", "Acts"
    CHANGE = "change", "Changes of rows"


class Verdict(TextChoices):
    """What the privacy officer found."""

    IN_ORDER = "in_order", "In order: part of the person’s work"
    EXPLAINED = "explained", "Explained by the person or their agency"
    BREACH = "breach", "Not in order: to be followed up"
