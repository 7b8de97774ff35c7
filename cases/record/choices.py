"""Words for a case: category, harm, status and the parts of a record."""

from django.db.models import IntegerChoices, TextChoices

from cse_portal.access.permissions import Permission
from cse_portal.accounts.choices import AgencyKind


class RiskCategory(IntegerChoices):
    """Regional operating protocol, restated in the Sandwell strategy 8.1; both label families are shown."""

    NONE = 0, "No current CSE risk"
    LOW = 1, "Category 1: low – at risk"
    MEDIUM = 2, "Category 2: medium – serious"
    HIGH = 3, "Category 3: high – significant"


# What each category means (strategy 8.1): beside every choice of one.
CATEGORY_CRITERIA = {
    str(
        RiskCategory.HIGH.value
    ): "Exploitation is habitual. The child or young person may deny it. Coercion or control is implicit.",
    str(
        RiskCategory.MEDIUM.value
    ): "Evidence of targeting for opportunistic abuse by exchange: drugs, affection, "
    "belonging, somewhere to stay, money or goods. Coercion or control is likely to be significant.",
    str(RiskCategory.LOW.value): "Vulnerable, with a concern about being targeted or groomed. "
    "No evidence of an offence.",
    str(
        RiskCategory.NONE.value
    ): "No more vulnerable than is usual for the age. Exploitation is not ruled out.",
}
# The same in one line each, to choose from in a meeting.
CATEGORY_IN_SHORT = {
    RiskCategory.HIGH: "Exploited again and again; coercion or control",
    RiskCategory.MEDIUM: "Targeted for abuse in exchange for something",
    RiskCategory.LOW: "Vulnerable and may be targeted; no offence known",
    RiskCategory.NONE: "No more vulnerable than is usual for the age",
}
CATEGORIES = [(str(category.value), str(category.label)) for category in sorted(RiskCategory, reverse=True)]


# What an agency usually relies on to share; a person may choose another (UK GDPR article 6; DPA 2018 section 35).
_LAWFUL_BASES: dict[str, str] = {AgencyKind.POLICE: "S35", AgencyKind.VOLUNTARY: "RLI"}


def usual_basis(kind: str) -> str:
    """The lawful basis of this kind of agency: public task, where no other is named."""
    return _LAWFUL_BASES.get(kind, "6_1_E")


class HarmStatus(TextChoices):
    """Harm is beside risk and is never inferred from it (IICSA 2022, F.4)."""

    H0 = "H0", "No evidence of harm"
    H1 = "H1", "Harm suspected"
    H2 = "H2", "Evidence that exploitation has happened"
    H3 = "H3", "Exploitation is happening now"


class CaseStatus(TextChoices):
    """Derived from the newest episode; kept on the case for lists."""

    OPEN = "open", "Open"
    CLOSED = "closed", "Closed"


class EpisodeKind(TextChoices):
    """How a period of work on a case began."""

    NEW = "new", "Opened"
    REOPENED = "reopened", "Re-opened"


class CaseScope(TextChoices):
    """Whose cases a caseload shows, among those the person may see."""

    MINE = "mine", "Cases I lead"
    AGENCY = "agency", "Cases my agency leads"
    ALL = "all", "All cases I may see"


class CaseStatusFilter(TextChoices):
    """Which cases a caseload shows when not only the open ones."""

    CLOSED = "closed", "Closed"
    ANY = "any", "Open and closed"


class Section(TextChoices):
    """What is kept apart inside a case that one may see. The value is the codename of its grant on the case."""

    ADDRESS = "view_confidential_address", "Confidential address"
    HEALTH = "view_health_detail", "Health and identity detail"
    MINUTES = "view_restricted_minutes", "Restricted part of meetings"
    INTELLIGENCE = "view_intelligence", "Intelligence"
    COURT = "view_court", "Police investigation and court"

    @property
    def opened_by(self) -> Permission:
        """The permission that the gate asks for."""
        return {
            Section.ADDRESS: Permission.ADDRESS_VIEW,
            Section.HEALTH: Permission.HEALTH_VIEW,
            Section.MINUTES: Permission.MINUTES_RESTRICTED_VIEW,
            Section.INTELLIGENCE: Permission.CASE_INTELLIGENCE_VIEW,
            Section.COURT: Permission.COURT_VIEW,
        }[self]
