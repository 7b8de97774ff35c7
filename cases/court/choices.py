"""Words for an investigation, what happens in court, and a child's wishes as a witness."""

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


class EventKind(TextChoices):
    """What happened, or is to happen, to those under investigation."""

    CHARGE = "charge", "Charge"
    BAIL = "bail", "Bail set"
    BAIL_CHANGED = "bail_changed", "Bail changed"
    HEARING = "hearing", "Hearing"
    TRIAL = "trial", "Trial"
    VERDICT = "verdict", "Verdict"
    SENTENCE = "sentence", "Sentence"
    RELEASE = "release", "Release"


# The child must be told of these (Code of Practice for Victims of Crime, right 6).
MUST_TELL = (EventKind.BAIL, EventKind.BAIL_CHANGED, EventKind.RELEASE)
# These have a day before they happen.
AHEAD = (EventKind.HEARING, EventKind.TRIAL, EventKind.RELEASE)
# What must have happened before.
FOLLOWS = {
    EventKind.TRIAL: EventKind.CHARGE,
    EventKind.VERDICT: EventKind.CHARGE,
    EventKind.SENTENCE: EventKind.VERDICT,
}


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
