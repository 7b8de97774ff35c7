"""Words for requests to see a record."""

from django.db.models import TextChoices


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
