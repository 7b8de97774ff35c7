"""The demo board's agencies and its cast. All fictional."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from cse_portal.accounts.choices import AgencyKind, Role


@dataclass(frozen=True)
class DemoAgency:
    """A partner of the demo board."""

    code: str
    name: str
    short_name: str
    kind: AgencyKind


@dataclass(frozen=True)
class CastMember:
    """One of the people everybody knows by what they are, with what they may see in one sentence."""

    key: str
    full_name: str
    job_title: str
    agency: str
    role: Role
    sees: str

    @property
    def email(self) -> str:
        """Where they sign in with; example.org reaches nobody."""
        return f"{self.key}@example.org"

    def starts_on(self) -> dt.date:
        """Long enough ago to have lived through the demo's eight quarters."""
        return timezone.localdate() - dt.timedelta(days=1100)


AGENCIES = (
    DemoAgency("csc", "Sandwell Children's Social Care", "Social care", AgencyKind.SOCIAL_CARE),
    DemoAgency("cse-team", "Sandwell CSE Team", "CSE team", AgencyKind.CSE_TEAM),
    DemoAgency("police", "West Midlands Police, Sandwell", "Police", AgencyKind.POLICE),
    DemoAgency("health", "Sandwell Health Commissioning", "Health", AgencyKind.HEALTH),
    DemoAgency("hospital", "Sandwell Hospitals Trust", "Hospital", AgencyKind.HOSPITAL),
    DemoAgency("education", "Sandwell Education and Inclusion", "Education", AgencyKind.EDUCATION),
    DemoAgency("early-help", "Sandwell Early Help and COG", "Early help", AgencyKind.EARLY_HELP),
    DemoAgency("yos", "Sandwell Youth Offending Service", "Youth offending", AgencyKind.YOUTH_OFFENDING),
    DemoAgency("housing", "Sandwell Housing and Licensing", "Housing", AgencyKind.HOUSING),
    DemoAgency("voluntary", "Lantern Young People's Project", "Lantern", AgencyKind.VOLUNTARY),
    DemoAgency("neighbour", "Neighbouring Authority Children's Services", "Neighbour", AgencyKind.NEIGHBOUR),
    DemoAgency("business-unit", "Safeguarding Board Business Unit", "Board unit", AgencyKind.BUSINESS_UNIT),
    DemoAgency("regional", "West Midlands Regional CSE Group", "Regional", AgencyKind.REGIONAL),
)

CAST = (
    CastMember("manager", "Maya Chandler", "CSE Team Manager", "cse-team", Role.TEAM_MANAGER,
               "Decides concerns, sees every case the CSE team was granted, chairs MASE and signs off returns."),
    CastMember("practitioner", "Priya Raman", "Social worker", "csc", Role.PRACTITIONER,
               "Logs concerns and works on the cases her agency leads."),
    CastMember("police", "Owen Pritchard", "CSE coordinator, intelligence unit", "police", Role.POLICE_INTELLIGENCE,
               "Receives and grades intelligence, and sees the cases shared with the police."),
    CastMember("health", "Hannah Okafor", "Named nurse", "health", Role.PRACTITIONER,
               "Is invited to one child's meeting and sees that case until her access ends."),
    CastMember("outsider", "Edwin Marsh", "Designated safeguarding lead", "education", Role.PRACTITIONER,
               "Can log a concern, and sees a case only where education is asked to the child's meeting."),
    CastMember("duty", "Dilys Grant", "Safeguarding nurse, nights", "hospital", Role.DUTY_OFFICER,
               "Sees no case until she opens one in an emergency, for four hours and told to others."),
    CastMember("analyst", "Anita Bose", "Performance analyst", "business-unit", Role.ANALYST,
               "Produces the regional return from counts and sees no child's case."),
    CastMember("board", "Bernard Lisle", "Board member", "business-unit", Role.BOARD_MEMBER,
               "Reads board packs, answers them, reads the strategy's plan, and nothing else."),
    CastMember("privacy", "Petra Novak", "Privacy officer", "business-unit", Role.PRIVACY_OFFICER,
               "Decides who is excluded from a case, by its reference alone, and sees no case."),
    CastMember("lead", "Lydia Kerr", "Business manager, social care", "csc", Role.AGENCY_LEAD,
               "Looks after who at social care takes part: invites, confirms, ends. Sees no case."),
    CastMember("administrator", "Adam Shah", "System administrator", "business-unit", Role.SYSTEM_ADMINISTRATOR,
               "Keeps the system running and sees no case."),
    CastMember("leaver", "Lena Hart", "Former social worker", "csc", Role.PRACTITIONER,
               "Worked on a case until she left; her membership has ended and nothing opens."),
)  # fmt: skip
