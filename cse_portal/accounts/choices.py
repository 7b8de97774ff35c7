"""Words for agencies and for what a person does in one."""

from django.db.models import TextChoices


class AgencyKind(TextChoices):
    """The partners of the board (Sandwell strategy 14.3, 19-21)."""

    SOCIAL_CARE = "social_care", "Children's social care"
    CSE_TEAM = "cse_team", "CSE team"
    POLICE = "police", "Police"
    HEALTH = "health", "Health commissioner"
    HOSPITAL = "hospital", "Hospital trust"
    EDUCATION = "education", "Education"
    EARLY_HELP = "early_help", "Early help and COG"
    YOUTH_OFFENDING = "youth_offending", "Youth offending"
    HOUSING = "housing", "Housing and licensing"
    VOLUNTARY = "voluntary", "Voluntary sector specialist"
    NEIGHBOUR = "neighbour", "Neighbouring authority"
    BUSINESS_UNIT = "business_unit", "Board business unit"
    REGIONAL = "regional", "Regional group"


HEALTH_KINDS = (AgencyKind.HEALTH, AgencyKind.HOSPITAL)


class WhySuspended(TextChoices):
    """What keeps a person out until their agency's lead lets them in again."""

    UNCONFIRMED = "unconfirmed", "Nobody confirmed that they still need it"
    DORMANT = "dormant", "Not signed in for a long time"


class Role(TextChoices):
    """What a membership lets a person do; `access.roles` says it in permissions."""

    REFERRER = "referrer", "Referrer"
    PRACTITIONER = "practitioner", "Practitioner"
    AGENCY_LEAD = "agency_lead", "Agency lead"
    DUTY_OFFICER = "duty_officer", "Duty officer"
    COORDINATOR = "coordinator", "CSE team worker"
    TEAM_MANAGER = "team_manager", "CSE Team Manager"
    POLICE_INTELLIGENCE = "police_intelligence", "Police intelligence officer"
    ANALYST = "analyst", "Analyst"
    BOARD_MEMBER = "board_member", "Board member"
    PRIVACY_OFFICER = "privacy_officer", "Privacy officer"
    SYSTEM_ADMINISTRATOR = "system_administrator", "System administrator"
    API_CLIENT = "api_client", "Another system"
