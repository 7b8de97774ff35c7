"""Words for a concern: its state, steps, urgency and outcome."""

from django.db.models import TextChoices


class ConcernState(TextChoices):
    """A concern before and after triage."""

    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Waiting for a decision"
    DECIDED = "decided", "Decided"


class ConcernStep(TextChoices):
    """The pages on which a concern is written, in their order."""

    WORRY = "worry", "What worries you"
    CHILD = "child", "The child"
    SIGNS = "signs", "What you have seen"
    OTHERS = "others", "People, places, who knows"


class Urgency(TextChoices):
    """How soon triage must look."""

    IMMEDIATE = "immediate", "Immediate danger"
    HIGH = "high", "Urgent"
    ROUTINE = "routine", "Routine"


class ConcernOutcome(TextChoices):
    """What triage decides; a no is recorded as fully as a yes (pathway states)."""

    OPEN_CASE = "open_case", "Open a case"
    ADD_TO_CASE = "add_to_case", "Add to an existing case"
    EARLY_HELP = "early_help", "Early help"
    SINGLE_AGENCY = "single_agency", "One agency to respond"
    ADVICE = "advice", "Advice given"
    NO_FURTHER_ACTION = "no_further_action", "No further action"


class IndicatorTiming(TextChoices):
    """When an indicator was seen: the tool's two boxes, one or both, each scored; or its single tick.

    "Not known" and "not present" are different answers.
    """

    CURRENT = "current", "Now or in the last 6 months"
    EARLIER = "earlier", "More than 6 months ago"
    BOTH = "both", "Now and more than 6 months ago"
    TICKED = "ticked", "Yes"
    NOT_KNOWN = "not_known", "Not known"
    NO = "no", "Not present"


class Confidence(TextChoices):
    """How sure the practitioner is."""

    YES = "yes", "Yes"
    POSSIBLE = "possible", "Possible"


class MentionKind(TextChoices):
    """What a concern or a submission may mention."""

    PERSON = "person", "Person"
    PLACE = "place", "Place"
    VEHICLE = "vehicle", "Vehicle"
    PHONE = "phone", "Phone number"
    ACCOUNT = "account", "Online account"


class MentionPart(TextChoices):
    """The part a person plays that a concern mentions. Blank where it is not known."""

    PROFESSIONAL = "professional", "Works with the child or family"
    WITNESS = "witness", "Saw or heard something"
    FAMILY = "family", "Family, carer or friend"
    SUSPECTED = "suspected", "May be harming or exploiting the child"


class Known(TextChoices):
    """An answer to "has the child or parent been told?" that keeps not knowing apart from no."""

    YES = "yes", "Yes"
    NO = "no", "No"
    NOT_KNOWN = "not_known", "Not known"
