"""Words the reference tables are built from."""

from django.db.models import TextChoices


class Tier(TextChoices):
    """The three tiers of the regional screening tool."""

    SIGNIFICANT = "A", "Significant risk indicator"
    RISK = "B", "Risk indicator"
    VULNERABILITY = "C", "Vulnerability factor"


class Period(TextChoices):
    """The tool's two tick boxes. One indicator may carry both."""

    CURRENT = "current", "Current or in the past 6 months"
    EARLIER = "earlier", "More than 6 months ago"


class Circumstance(TextChoices):
    """What is stated beside the indicators and may raise the category by itself (a floor)."""

    TARGETED_OR_GROOMED = "targeted_or_groomed", "Concern that the child is being targeted or groomed"
    DISCLOSURE = "disclosure", "The child has said that they are being or have been exploited"
    EVIDENCE_OF_OFFENCE = "evidence_of_offence", "There is evidence of an offence"
    NETWORK = "network", "Two or more adults, known to or associated with one another, are involved"


class Unit(TextChoices):
    """What a clock counts in."""

    WORKING_DAYS = "working_days", "working days"
    DAYS = "days", "days"
    MONTHS = "months", "months"
