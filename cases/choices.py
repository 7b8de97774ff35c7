"""The partnership's words for a concern, a case and what is known."""

from django.db.models import IntegerChoices, TextChoices

from cse_portal.access.permissions import Permission


class RiskCategory(IntegerChoices):
    """Regional operating protocol, restated in the Sandwell strategy 8.1; both label families are shown."""

    NONE = 0, "No current CSE risk"
    LOW = 1, "Category 1: low – at risk"
    MEDIUM = 2, "Category 2: medium – serious"
    HIGH = 3, "Category 3: high – significant"


class HarmStatus(TextChoices):
    """Harm stands beside risk and is never inferred from it (IICSA 2022, F.4)."""

    H0 = "H0", "No evidence of harm"
    H1 = "H1", "Harm suspected"
    H2 = "H2", "Evidence that exploitation has happened"
    H3 = "H3", "Exploitation is happening now"


class ConcernState(TextChoices):
    """A concern before and after triage."""

    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Waiting for a decision"
    DECIDED = "decided", "Decided"


class ConcernStep(TextChoices):
    """The pages on which a concern is written, in their order."""

    DANGER = "danger", "Immediate danger"
    CHILD = "child", "The child"
    WORRY = "worry", "Your worry"
    SIGNIFICANT = "significant", "Significant signs"
    RISK = "risk", "Signs of risk"
    VULNERABILITY = "vulnerability", "Vulnerability"
    MENTIONS = "mentions", "People and places"
    SHARING = "sharing", "Who knows"


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
    """When an indicator was seen. "Not known" and "not present" are different answers."""

    CURRENT = "current", "Now or in the last 6 months"
    EARLIER = "earlier", "More than 6 months ago"
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


class CaseStatus(TextChoices):
    """Derived from the newest episode; kept on the case for lists."""

    OPEN = "open", "Open"
    CLOSED = "closed", "Closed"


class EpisodeKind(TextChoices):
    """How a period of work on a case began."""

    NEW = "new", "Opened"
    REOPENED = "reopened", "Re-opened"


class DecisionSource(TextChoices):
    """Where a category was confirmed."""

    TRIAGE = "triage", "Triage"
    ASSESSMENT = "assessment", "Risk assessment confirmed by the CSE team"
    MEETING = "meeting", "MASE"
    CLOSURE = "closure", "Case closed"


class EntryKind(TextChoices):
    """What a chronology entry tells of; every floor adds its own through one service."""

    CONCERN = "concern", "Concern"
    CASE = "case", "Case opened, closed or re-opened"
    ASSESSMENT = "assessment", "Risk assessment"
    CATEGORY = "category", "Category"
    MEETING = "meeting", "Meeting"
    ACTION = "action", "Plan action"
    INTELLIGENCE = "intelligence", "Intelligence report"
    EVENT = "event", "Event in the child's life"
    CONTACT = "contact", "Contact with the child or family"
    DOCUMENT = "document", "Document"
    DISAGREEMENT = "disagreement", "Professional disagreement"
    MISSING = "missing", "Missing, and return home interviews"


class InterviewStep(TextChoices):
    """What became of a return home interview."""

    OFFERED = "offered", "Offered"
    HELD = "held", "Held"
    DECLINED = "declined", "Declined"


class InterviewState(TextChoices):
    """Where a return home interview stands, derived from its steps and the clock."""

    TO_OFFER = "to_offer", "To be offered"
    TO_HOLD = "to_hold", "Offered, to be held"
    LATE = "late", "Late"
    HELD = "held", "Held in time"
    HELD_LATE = "held_late", "Held late"
    DECLINED = "declined", "Declined"


class DocumentKind(TextChoices):
    """What an agency brings to a case."""

    ASSESSMENT = "assessment", "Assessment or report"
    LETTER = "letter", "Letter or e-mail"
    MINUTES = "minutes", "Minutes of another meeting"
    PHOTOGRAPH = "photograph", "Photograph or screenshot"
    OTHER = "other", "Something else"


class DocumentState(TextChoices):
    """Whether a document may be opened."""

    WAITING = "waiting", "Being checked for viruses"
    CLEAN = "clean", "Checked"
    REFUSED = "refused", "Refused: a virus was found"


class ExportState(TextChoices):
    """Where a copy of people's records stands."""

    WAITING = "waiting", "Waiting for a second person"
    MAKING = "making", "Being made"
    READY = "ready", "Ready"
    REFUSED = "refused", "Refused"
    WITHDRAWN = "withdrawn", "Withdrawn: access has changed"
    ENDED = "ended", "Deleted after a day"


class CaseScope(TextChoices):
    """Whose cases a caseload shows, among those the person may see."""

    MINE = "mine", "Cases I lead"
    AGENCY = "agency", "Cases my agency leads"


class CaseStatusFilter(TextChoices):
    """Which cases a caseload shows when not only the open ones."""

    CLOSED = "closed", "Closed"
    ANY = "any", "Open and closed"


class EmergencyKind(TextChoices):
    """Why somebody opens a case that they have not been given."""

    DANGER = "danger", "The child is in danger now"
    MISSING = "missing", "The child is missing"
    HEALTH = "health", "The child needs urgent medical care"
    SAFE_PLACE = "safe_place", "The child needs a safe place to stay tonight"


class EmergencyVerdict(TextChoices):
    """What the privacy officer found."""

    JUSTIFIED = "justified", "It was right to open the case"
    UNNECESSARY = "unnecessary", "It was not needed, but honestly meant"
    MISUSE = "misuse", "It was misuse"


class Relation(TextChoices):
    """Who somebody declares."""

    MYSELF = "myself", "Myself, at home"
    HOUSEHOLD = "household", "Someone I live with"
    FAMILY = "family", "A relative"
    CLOSE = "close", "A friend or former partner, or a child of theirs"


class ExclusionBasis(TextChoices):
    """On what ground somebody is, or should be, excluded from a child; says nothing of the child."""

    DECLARED = "declared", "They said that they know the family"
    DECIDED = "decided", "Decided by the privacy officer"
    ADDRESS = "address", "Same home address as they, or as somebody they declared"
    NAME_AND_BIRTH = "name_birth", "Same name and date of birth as they, or as somebody they declared"


class Section(TextChoices):
    """What is kept apart inside a case that one may see. The value is the codename of its grant on the case."""

    ADDRESS = "view_confidential_address", "Confidential address"
    HEALTH = "view_health_detail", "Health detail"
    MINUTES = "view_restricted_minutes", "Restricted part of meetings"
    INTELLIGENCE = "view_intelligence", "Intelligence"

    @property
    def opened_by(self) -> Permission:
        """The permission that the gate asks for."""
        return {
            Section.ADDRESS: Permission.ADDRESS_VIEW,
            Section.HEALTH: Permission.HEALTH_VIEW,
            Section.MINUTES: Permission.MINUTES_RESTRICTED_VIEW,
            Section.INTELLIGENCE: Permission.CASE_INTELLIGENCE_VIEW,
        }[self]


class AddressKind(TextChoices):
    """Whose address is kept confidential."""

    HOME = "home", "Where the child or young person lives"
    PLACEMENT = "placement", "Where the child or young person is placed"
    CARER = "carer", "Where a parent or carer lives"


class ConfidentialReason(TextChoices):
    """Why an address is kept confidential."""

    RISK = "risk", "Somebody who may harm them is looking for them"
    REFUGE = "refuge", "It is a refuge or a protected placement"
    COURT = "court", "A court has ordered it"
    WITNESS = "witness", "Witness protection"
    ASKED = "asked", "They have asked for it"


class HealthTopic(TextChoices):
    """What kind of health detail it is."""

    GENERAL = "general", "General health"
    SEXUAL = "sexual", "Sexual health"
    MENTAL = "mental", "Mental health and emotional wellbeing"
    MEDICINE = "medicine", "Medication and allergies"
    SUBSTANCE = "substance", "Alcohol and drugs"
    INJURY = "injury", "Injuries and hospital attendance"
