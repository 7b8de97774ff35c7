"""Words for an investigation, and a child's wishes as a witness. Kinds of events and measures are lists of codes."""

from django.db.models import TextChoices


class Status(TextChoices):
    """How far the police and the courts are."""

    REPORTED = "reported", "Reported"
    INVESTIGATED = "investigated", "Under investigation"
    PROSECUTOR = "cps", "With the Crown Prosecution Service"
    CHARGED = "charged", "Charged"
    NO_ACTION = "no_action", "No further action"
    COURT = "court", "In court"
    ENDED = "ended", "Ended"


class Wish(TextChoices):
    """What the child says to a special measure. No is a choice, not a gap (Sandwell strategy 17.2)."""

    YES = "yes", "Wants it"
    NO = "no", "Does not want it"
    UNDECIDED = "undecided", "Has not decided"


class Granted(TextChoices):
    """What the court said to an application."""

    GRANTED = "granted", "Granted"
    REFUSED = "refused", "Refused"


class Evidence(TextChoices):
    """How the child wants to give evidence."""

    FACING = "facing", "In the courtroom, facing the court"
    MEASURES = "measures", "With special measures"
    NONE = "none", "Does not want to give evidence"
    UNDECIDED = "undecided", "Has not decided"


class Grounds(TextChoices):
    """A decision of the National Referral Mechanism."""

    POSITIVE = "positive", "Positive"
    NEGATIVE = "negative", "Negative"
