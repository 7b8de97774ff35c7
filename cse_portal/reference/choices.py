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
    HOURS = "hours", "hours"
    DAYS = "days", "days"
    MONTHS = "months", "months"


class RecordKind(TextChoices):
    """What a period of retention is about."""

    CASE = "case", "A child’s case"
    CONCERN = "concern", "A concern that led to no case"
    SUBMISSION = "submission", "Intelligence linked to no child"
    PERSON = "person", "A person of concern, not charged or convicted"
    OTHER = "other", "Other records"


class CountedFrom(TextChoices):
    """The day a period of retention begins."""

    BIRTH = "birth", "the child’s birth"
    END = "end", "its end"
    MADE = "made", "the day it was made"


class AppliesTo(TextChoices):
    """To which records of its kind a period of retention applies."""

    EVERY = "every", "every one"
    SERIOUS = "serious", "a child who was ever in category 2 or 3"
    LOOKED_AFTER = "looked_after", "a child who is or was looked after, or left care"
    DIED = "died", "a looked-after child who died before 18"
    ADOPTED = "adopted", "a child whose case is restricted because of an adoption"


class Ending(TextChoices):
    """How a record goes when its time has come."""

    TWO_PEOPLE = "two_people", "By two people, from the yearly list"
    CLOCK = "clock", "By the portal itself, every night"
    NEVER = "never", "Not by the portal"
