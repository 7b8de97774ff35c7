"""Words for a referral to a service. Kinds of need and outcomes are lists of codes."""

from django.db.models import TextChoices


class Answer(TextChoices):
    """What the service said to a referral."""

    ACCEPTED = "accepted", "Accepted"
    WAITING = "waiting", "On the waiting list"
    DECLINED = "declined", "Declined"


class Engagement(TextChoices):
    """How the child and the service got on. A child is never blamed: a service may not suit them."""

    ENGAGED = "engaged", "Took part"
    PARTLY = "partly", "Took part in some of it"
    NOT_SUITED = "not_suited", "It did not suit the child"


class Scale(TextChoices):
    """Which scale was used before and after, each from 0 to 10."""

    SAFETY = "safety", "Safety, as at a MASE: 10 is safe enough to close"
    OWN = "own", "The service’s own scale"


class Standing(TextChoices):
    """How far a referral is, as its dates and answers say."""

    NO_SERVICE = "none", "No service for this need"
    ASKED = "asked", "Waiting for an answer"
    WAITING = "waiting", "Waiting for a first appointment"
    DECLINED = "declined", "Declined by the service"
    BEGUN = "begun", "Under way"
    ENDED = "ended", "Ended"
