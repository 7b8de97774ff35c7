"""Words for returns, their measures and what is checked."""

from django.db.models import TextChoices


class ReturnState(TextChoices):
    """A return on its way out of the partnership."""

    DRAFT = "draft", "Draft"
    CHECKED = "checked", "Checked"
    SIGNED = "signed", "Signed off"


class MeasureKind(TextChoices):
    """Whether a measure counts what there is, what happened, or how well it is recorded."""

    STOCK = "stock", "At the end of the quarter"
    FLOW = "flow", "During the quarter"
    QUALITY = "quality", "Data quality"


class Severity(TextChoices):
    """What a failed validation means."""

    ERROR = "error", "Must be put right"
    WARNING = "warning", "Look at it and say why"


class Dimension(TextChoices):
    """What a table of figures is broken down by; the label is the table's caption."""

    ALL = "all", "Total"
    CATEGORY = "category", "By category"
    SEX = "sex", "By sex"
    AGE = "age", "By age group"
    ETHNICITY = "ethnicity", "By ethnicity"
    AGENCY = "agency", "By agency"
    CATEGORY_SEX = "category_sex", "By category and sex"
    MOVEMENT = "movement", "From category to category"
    SOURCE = "source", "By who told us"
    OUTCOME = "outcome", "By outcome"
    SUPPORT = "support", "By support the child has"
    FIELD = "field", "By field"
    PEOPLE = "people", "By part in the meeting"
    QUORUM = "quorum", "By quorum"
    PLAN = "plan", "By part of the plan"
    FEEDBACK = "feedback", "By feedback"
    REASON = "reason", "By reason"
    DUE = "due", "Due"
    PAUSED = "paused", "Paused"
    STAGE = "stage", "By stage"
    STAGE_OUTCOME = "stage_outcome", "By stage and outcome"


class Things(TextChoices):
    """What a number counts one by one; the label is the noun for counting them."""

    MEETINGS = "meetings", "meeting"
    INVITATIONS = "invitations", "invitation"
    INITIALS = "initials", "initial meeting"
    REVIEWS = "reviews", "review"
    ACTIONS = "actions", "action"
    MINUTES = "minutes", "set of minutes,sets of minutes"
    STAGES = "stages", "stage of a disagreement,stages of disagreements"
    DISAGREEMENTS = "disagreements", "disagreement"


class HoldScope(TextChoices):
    """What a legal hold covers."""

    ALL = "all", "All records of child sexual abuse and exploitation"
    CASE = "case", "Every child’s case"
    CONCERN = "concern", "Every concern that led to no case"
    SUBMISSION = "submission", "All intelligence linked to no child"
    PERSON = "person", "Every person of concern who was not charged or convicted"
    RECORD = "record", "One record"


class DisposalState(TextChoices):
    """How far a disposal is."""

    PROPOSED = "proposed", "Waits for a second person"
    APPROVED = "approved", "Approved, can be stopped"
    STOPPED = "stopped", "Stopped"
    DONE = "done", "Disposed of"


class Requester(TextChoices):
    """Who asks to see what the portal holds about a child."""

    CHILD = "child", "The child or young person"
    PARENT = "parent", "Somebody with parental responsibility"
    AUTHORISED = "authorised", "Somebody the child has given authority, such as a solicitor"


class IdentityProof(TextChoices):
    """How the requester was identified."""

    KNOWN = "known", "A worker who knows them well has confirmed it"
    DOCUMENT = "document", "A photograph document was seen"
    TWO_DOCUMENTS = "two_documents", "Two documents with name and address were seen"
    SOLICITOR = "solicitor", "Written authority was checked with the person who gave it"


class SubjectAccessState(TextChoices):
    """How far a request to see a record is."""

    PREPARING = "preparing", "Being prepared"
    READING = "reading", "With the second reader"
    READY = "ready", "Ready to disclose"
    DISCLOSED = "disclosed", "Disclosed"
    CLOSED = "closed", "Closed without disclosing"


class Inclusion(TextChoices):
    """Whether an item is in the copy that leaves."""

    IN = "in", "In"
    OUT = "out", "Left out"


class Ground(TextChoices):
    """Why an item is left out: each has its place in the Data Protection Act 2018."""

    THIRD_PARTY = "third_party", "It is about somebody else"
    POLICE = "police", "Police: it could harm finding or stopping crime"
    LEGAL = "legal", "Legal advice"
    HEALTH = "health", "Health detail: a health professional must be asked first"
    SERIOUS_HARM = "serious_harm", "It could seriously harm somebody’s health"
    INTERESTS = "interests", "Not in the child’s interests that a parent reads it"
    RESTRICTED = "restricted", "For professionals only"
    ADDRESS = "address", "A confidential address"


class Delivery(TextChoices):
    """How a copy reaches the requester."""

    MEETING = "meeting", "Given to them at a meeting"
    POST = "post", "By tracked post"
    EMAIL = "email", "By encrypted e-mail"
