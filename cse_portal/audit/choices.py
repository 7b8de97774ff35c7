"""Words of the audit."""

from django.db.models import TextChoices


class Operation(TextChoices):
    """What happened to a row."""

    INSERT = "INSERT", "Added"
    UPDATE = "UPDATE", "Changed"
    DELETE = "DELETE", "Removed"


class Verdict(TextChoices):
    """What the privacy officer found."""

    IN_ORDER = "in_order", "In order: part of the person’s work"
    EXPLAINED = "explained", "Explained by the person or their agency"
    BREACH = "breach", "Not in order: to be followed up"
