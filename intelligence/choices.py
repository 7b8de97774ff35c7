"""The words of an intelligence submission and of what the unit makes of it."""

from django.db.models import TextChoices

# Standings of a person of concern that somebody other than this partnership decided on.
SUBSTANTIATED = ("CHARGED", "CONVICTED")


class SubmissionState(TextChoices):
    """A submission, from its author's draft to the unit's answer."""

    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Waiting for the intelligence unit"
    RECEIVED = "received", "Received by the intelligence unit"
    RETURNED = "returned", "The unit has asked for more detail"
    GRADED = "graded", "Graded"
    ANSWERED = "answered", "Answered"


class SubmissionStep(TextChoices):
    """The pages on which a submission is written, in their order."""

    LEARNED = "learned", "What you learned"
    PEOPLE = "people", "People"
    THINGS = "things", "Vehicles, places and phones"
    SOURCE = "source", "How it is known"
    HANDLING = "handling", "Who may know"


class Handling(TextChoices):
    """The handling code of the 3x5x2 system."""

    P = "P", "P: lawful sharing permitted"
    C = "C", "C: lawful sharing permitted with conditions"


class Told(TextChoices):
    """Whether a person was told; not knowing is kept apart from no."""

    YES = "yes", "Yes"
    NO = "no", "No"
    NOT_KNOWN = "not_known", "Not known"


class LinkKind(TextChoices):
    """What a report may be linked to."""

    CHILD = "child", "Child"
    PERSON = "person", "Person of concern"
    PLACE = "place", "Place of concern"
    VEHICLE = "vehicle", "Vehicle of concern"


class HintKind(TextChoices):
    """How much a hint matters."""

    STOP = "stop", "Before you go on"
    IMPROVE = "improve", "To make it more use"


class DisruptionState(TextChoices):
    """A tactic against a person or place of concern, from its agreement to its end."""

    AGREED = "AGREED", "Agreed on"
    IN_FORCE = "IN_FORCE", "In force"
    ENDED = "ENDED", "Ended"
    NOT_USED = "NOT_USED", "Not used after all"


class DisruptionNotice(TextChoices):
    """When the agency is told of agreed disruption: each value is the clock rule that says the day, in their order."""

    BEFORE = "ACTION_REMIND_BEFORE", "Reminder before its day"
    ON_DAY = "ACTION_REMIND_ON_DAY", "Reminder on its day"
    AFTER = "ACTION_REMIND_AFTER", "Reminder after its day"
