"""What each role may do, in code and reviewed like code. A role opens functions; a grant opens a child's case."""

from dataclasses import dataclass

from cse_portal.access.permissions import Permission as P
from cse_portal.accounts.choices import Role


@dataclass(frozen=True)
class RoleDefinition:
    """A role's permissions and the paragraph that an information-governance lead can own."""

    paragraph: str
    permissions: frozenset[P]


_CASE_READING = frozenset(
    {
        P.CASE_LIST, P.CASE_VIEW, P.CASE_ACCESS_VIEW, P.MEETING_LIST, P.MEETING_VIEW, P.MINUTES_VIEW,
        P.ACTION_LIST, P.ACTION_VIEW, P.ACTION_UPDATE, P.REPORT_LIST, P.INTELLIGENCE_REPORT_VIEW,
    }
)  # fmt: skip
_LOGGING = frozenset(
    {
        P.CONCERN_CREATE, P.CONCERN_LIST, P.CONCERN_VIEW, P.CONCERN_EDIT, P.CONCERN_ADD,
        P.INTELLIGENCE_SUBMIT, P.SUBMISSION_VIEW, P.SUBMISSION_EDIT,
    }
)  # fmt: skip
_CASE_WORK = frozenset(
    {
        P.CASE_CHANGE, P.CASE_SHARE, P.ASSESSMENT_RECORD, P.CHRONOLOGY_ADD, P.MEETING_SCHEDULE, P.MEETING_CONTRIBUTE,
    }
)  # fmt: skip
_PRACTITIONER = _CASE_READING | _LOGGING | _CASE_WORK
_COORDINATOR = _PRACTITIONER | {P.CONCERN_TRIAGE, P.CONCERN_DECIDE, P.CATEGORY_CONFIRM, P.CASE_RESTRICT}

ROLES: dict[Role, RoleDefinition] = {
    Role.PRACTITIONER: RoleDefinition(
        "Works with children in any agency. Logs concerns and intelligence, and works on the cases that their agency "
        "or they themselves have been given. Sees no other case, not even that it exists.",
        _PRACTITIONER,
    ),
    Role.AGENCY_LEAD: RoleDefinition(
        "Answers for who of their agency takes part: invites, confirms every 90 days, ends. Sees no case, no concern "
        "and no intelligence by this role, and gives nobody sight of a case.",
        frozenset({P.PEOPLE_MANAGE}),
    ),
    Role.COORDINATOR: RoleDefinition(
        "Works in the CSE team. Decides concerns, confirms categories and may restrict a case. Sees the cases granted "
        "to the CSE team by rule when they are opened, except restricted ones where they are not named.",
        _COORDINATOR,
    ),
    Role.TEAM_MANAGER: RoleDefinition(
        "Manages the CSE team and chairs MASE (strategy 14.3). Does what the team does, runs meetings, closes and "
        "re-opens cases, and signs off the regional return that an analyst prepared.",
        _COORDINATOR
        | {P.MEETING_CHAIR, P.CASE_CLOSE, P.CASE_REOPEN, P.RETURN_VIEW, P.RETURN_SIGN, P.BOARD_REPORT_VIEW},
    ),
    Role.POLICE_INTELLIGENCE: RoleDefinition(
        "Works in the police intelligence unit. Receives, grades and answers intelligence from every agency, and "
        "works on the cases shared with the police. A submission gives no sight of a case.",
        _PRACTITIONER | {P.INTELLIGENCE_GRADE, P.SUBMISSION_WORK},
    ),
    Role.ANALYST: RoleDefinition(
        "Produces the regional return and the board report. Works with counts; sees no child's case.",
        frozenset({P.RETURN_PREPARE, P.RETURN_VIEW, P.BOARD_REPORT_PUBLISH, P.BOARD_REPORT_VIEW}),
    ),
    Role.BOARD_MEMBER: RoleDefinition(
        "Sits on the board. Reads published board reports, in which no child can be identified, and nothing else.",
        frozenset({P.BOARD_REPORT_VIEW}),
    ),
    Role.PRIVACY_OFFICER: RoleDefinition(
        "Guards the record. Decides who is excluded from a case, by its reference alone; sees no case content.",
        frozenset({P.EXCLUSION_DECIDE}),
    ),
    Role.SYSTEM_ADMINISTRATOR: RoleDefinition(
        "Keeps the system running and people's accounts. Sees no case, no concern, no intelligence and no report.",
        frozenset(),
    ),
}
