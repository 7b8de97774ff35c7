"""Who looks after an agency’s people: by role alone; the numbers of it, and which roles a lead may give."""

from cse_portal.access.permissions import Permission
from cse_portal.access.rules import by_role
from cse_portal.accounts.choices import AgencyKind, Role

by_role(Permission.PEOPLE_MANAGE)


# Days since a lead last confirmed a person: asked, then suspended.
ASK_AFTER, SUSPEND_AFTER = 90, 100
REMIND_ON = (90, 95, 99)
# Days since a person last signed in. A referrer may come once a year, and is never suspended for it.
DORMANT_AFTER = 180
# How long a token of a system lasts, at most.
TOKEN_DAYS = (30, 60, 90)
LINK_DAYS = 7

_EVERYWHERE = (Role.PRACTITIONER, Role.REFERRER, Role.DUTY_OFFICER, Role.AGENCY_LEAD)
_BESIDE: dict[AgencyKind, tuple[Role, ...]] = {
    AgencyKind.CSE_TEAM: (Role.COORDINATOR, Role.TEAM_MANAGER),
    AgencyKind.POLICE: (Role.POLICE_INTELLIGENCE,),
    AgencyKind.BUSINESS_UNIT: (Role.ANALYST, Role.BOARD_MEMBER),
    AgencyKind.REGIONAL: (Role.BOARD_MEMBER,),
}
# These two work with no child.
_NO_CASEWORK = (AgencyKind.BUSINESS_UNIT, AgencyKind.REGIONAL)


def roles_no_lead_gives() -> tuple[Role, ...]:
    """Who guards the portal or runs it: appointed by anyone who operates it, in whichever agency employs them."""
    given = {role for kind in AgencyKind for role in roles_of(kind)}
    return tuple(role for role in Role if role not in given and role != Role.API_CLIENT)


def may_have_systems(kind: AgencyKind) -> bool:
    """Whether an agency's own system may take part: where people work with children."""
    return kind not in _NO_CASEWORK


def roles_of(kind: AgencyKind) -> tuple[Role, ...]:
    """What a lead of such an agency may make somebody; who guards or runs the portal is not a lead's to say."""
    everywhere = (Role.AGENCY_LEAD,) if kind in _NO_CASEWORK else _EVERYWHERE
    return everywhere + _BESIDE.get(kind, ())
