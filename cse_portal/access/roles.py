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
        P.ACTION_LIST, P.ACTION_VIEW, P.ACTION_UPDATE, P.REPORT_LIST, P.INTELLIGENCE_REPORT_VIEW, P.DOCUMENT_VIEW,
        P.ADDRESS_VIEW, P.HEALTH_VIEW, P.MINUTES_RESTRICTED_VIEW, P.CASE_INTELLIGENCE_VIEW, P.COURT_VIEW,
        P.CMOG_ITEM_VIEW, P.DISRUPTION_VIEW, P.DISRUPTION_RECORD,
        P.DISAGREEMENT_LIST, P.DISAGREEMENT_VIEW, P.SERVICE_LIST,
    }
)  # fmt: skip
# What a system does for anyone who works with it: it follows what it sent itself, and nobody else's.
_SENDING = frozenset(
    {
        P.CONCERN_CREATE, P.CONCERN_LIST, P.CONCERN_VIEW, P.CONCERN_EDIT,
        P.INTELLIGENCE_SUBMIT, P.SUBMISSION_VIEW, P.SUBMISSION_EDIT,
    }
)  # fmt: skip
_LOGGING = _SENDING | {
    P.CONCERN_ADD, P.CONCERN_AGENCY, P.CONFLICT_DECLARE, P.HANDOFF_VIEW, P.HANDOFF_ANSWER, P.OBJECTIVE_REPORT,
    P.SENTENCE_ANSWER, P.PREVENTION_RECORD,
}  # fmt: skip
_CASE_WORK = frozenset(
    {
        P.CASE_CHANGE, P.CASE_SHARE, P.ASSESSMENT_RECORD, P.CHRONOLOGY_ADD, P.MEETING_SCHEDULE, P.MEETING_CONTRIBUTE,
        P.MEETING_NOTE, P.CASE_REVIEW, P.CASE_AUDIT,
        P.DOCUMENT_ADD, P.DOCUMENT_REMOVE, P.ADDRESS_RECORD, P.HEALTH_RECORD, P.COURT_RECORD, P.MEETING_TAKE_PART,
        P.DISAGREEMENT_RAISE, P.DISAGREEMENT_ANSWER, P.DISAGREEMENT_SETTLE, P.DISAGREEMENT_WITHDRAW,
    }
)  # fmt: skip
_PRACTITIONER = _CASE_READING | _LOGGING | _CASE_WORK
# Who sits on strategic CMOG: it names no child, and these open none.
_STRATEGIC = frozenset({
    P.STRATEGIC_VIEW, P.MEETING_VIEW, P.MEETING_TAKE_PART, P.MINUTES_VIEW, P.CMOG_ITEM_VIEW, P.OBJECTIVE_REPORT,
    P.PREVENTION_VIEW,
})  # fmt: skip
# Who sits on every CMOG, and writes down what it says of what they may see.
_CMOG = frozenset({P.CMOG_LIST, P.CMOG_WRITE, P.DISRUPTION_ASK, P.CONNECTION_RECORD})
_COORDINATOR = _PRACTITIONER | _CMOG | {
    P.CONCERN_TRIAGE, P.CONCERN_DECIDE, P.HANDOFF_REASSIGN, P.CATEGORY_CONFIRM, P.CASE_RESTRICT, P.BREAK_GLASS,
    P.PEOPLE_EXPORT, P.SUBJECT_ACCESS_LIST, P.SUBJECT_ACCESS_PREPARE,
}  # fmt: skip

ROLES: dict[Role, RoleDefinition] = {
    Role.REFERRER: RoleDefinition(
        "Meets children in their work and tells us when they worry: a school nurse, a hotel's licensing contact. Logs "
        "concerns and intelligence and follows their own; answers what their agency is asked to do for a child, and "
        "records its prevention. Sees no child's case, whatever their agency has been given.",
        _LOGGING,
    ),
    Role.PRACTITIONER: RoleDefinition(
        "Works with children in any agency. Logs concerns and intelligence, and works on the cases that their agency "
        "or they themselves have been given. Sees no other case, not even that it exists.",
        _PRACTITIONER,
    ),
    Role.AGENCY_LEAD: RoleDefinition(
        "Answers for who of their agency takes part: invites, confirms every 90 days, ends. Sees no case, no concern "
        "and no intelligence by this role, and gives nobody sight of a case. Is told how many plan actions of the "
        "agency are late, by number and date alone, and hands a leaver's to colleagues who see the case already. "
        "Records who of the agency is trained.",
        frozenset({P.PEOPLE_MANAGE, P.ACTION_HAND_OVER, P.OBJECTIVE_REPORT, P.TRAINING_KEEP}),
    ),
    Role.DUTY_OFFICER: RoleDefinition(
        "Answers for children when nobody else is at work: an emergency duty team, a hospital at night. Does what a "
        "practitioner does, and may open one child's case in an emergency for four hours. Each time the privacy "
        "officer and the case's lead are told, and it is reviewed. Nobody who is excluded can do it.",
        _PRACTITIONER | {P.BREAK_GLASS},
    ),
    Role.COORDINATOR: RoleDefinition(
        "Works in the CSE team. Decides concerns, confirms categories and may restrict a case. Sees the cases granted "
        "to the CSE team by rule when they are opened, except restricted ones where they are not named; those they may "
        "open in an emergency, as a duty officer may. May take a copy of records out of the portal, for an inspection "
        "or a court: for a reason, within a daily allowance, above which a second person who may do so must agree. "
        "Answers a child, or somebody for them, who asks to see what is held: one prepares it, another reads it all.",
        _COORDINATOR,
    ),
    Role.TEAM_MANAGER: RoleDefinition(
        "Manages the CSE team and chairs MASE (strategy 14.3). Does what the team does, runs meetings, closes and "
        "re-opens cases, and signs off the regional return that an analyst prepared, "
        "and publishes the board's pack that an analyst wrote. Decides, by reference and "
        "counts, on disposals of records that a privacy officer proposed. Runs the monthly CMOG, in which she reads "
        "about no child, person or place that she may not see anyway, and the quarterly strategic CMOG, and keeps the "
        "strategy's action plan. Keeps who of the workforce is trained. Draws case files to be audited. "
        "Sees when everybody was supervised, and reads the supervision of the CSE team’s people.",
        _COORDINATOR
        | {
            P.MEETING_CHAIR,
            P.ACTION_HAND_OVER,
            P.CMOG_BOOK,
            P.SESSION_BOOK,
            P.LETTER_WORDING_CHANGE,
            P.STRATEGIC_VIEW,
            P.STRATEGIC_CHANGE,
            P.SERVICE_CHANGE,
            P.PREVENTION_VIEW,
            P.CASE_CLOSE,
            P.CASE_REOPEN,
            P.CONCERN_CORRECT,
            P.RETURN_VIEW,
            P.RETURN_SIGN,
            P.BOARD_REPORT_VIEW,
            P.BOARD_PACK_CHECK,
            P.BOARD_PACK_ANSWER,
            P.RETENTION_APPROVE,
            P.CASE_AUDIT_DRAW,
            P.TRAINING_KEEP,
            P.TRAINING_ALL,
        },
    ),
    Role.POLICE_INTELLIGENCE: RoleDefinition(
        "Works in the police intelligence unit. Receives, grades and answers intelligence from every agency, and "
        "works on the cases shared with the police. A submission gives no sight of a case. Says what of the "
        "police's may be shown to somebody who asks to see a record; without that it never is.",
        _PRACTITIONER
        | _CMOG
        | {P.INTELLIGENCE_GRADE, P.SUBMISSION_WORK, P.SUBJECT_ACCESS_LIST, P.SUBJECT_ACCESS_RELEASE},
    ),
    Role.ANALYST: RoleDefinition(
        "Produces the regional return and the board's pack. Works with counts; sees no child's case and exports none. "
        "Sits on strategic CMOG, and keeps the list of services for children for those who commission them. Keeps who "
        "of the workforce is trained.",
        _STRATEGIC
        | {
            P.SERVICE_LIST,
            P.SERVICE_CHANGE,
            P.RETURN_PREPARE,
            P.RETURN_VIEW,
            P.BOARD_REPORT_PUBLISH,
            P.BOARD_REPORT_VIEW,
            P.TRAINING_KEEP,
            P.TRAINING_ALL,
        },  # fmt: skip
    ),
    Role.BOARD_MEMBER: RoleDefinition(
        "Sits on the board and on strategic CMOG. Reads board packs, in which no child can be identified, writes their "
        "foreword, and records what the board decided; reads strategic CMOG's agenda, minutes and action plan, and "
        "every agency's prevention, which name none; and nothing else.",
        _STRATEGIC | {P.BOARD_REPORT_VIEW, P.BOARD_PACK_ANSWER},
    ),
    Role.PRIVACY_OFFICER: RoleDefinition(
        "Guards the record. Decides who is excluded from a case, asks why somebody can or cannot see one, judges "
        "whether cases were rightly opened in an emergency, reads who looked at them and reviews what stands out: all "
        "by reference alone. Finds out whose a copy of records is, by the number it carries, and reads the "
        "register of what was disclosed to whom it is about. Holds records and proposes what is "
        "due for disposal; another person decides. Says first whom they are close to, as they know of every "
        "child by reference. Sees no case content.",
        frozenset(
            {
                P.EXCLUSION_DECIDE,
                P.CONFLICT_DECLARE,
                P.OBJECTIVE_REPORT,
                P.ACCESS_EXPLAIN,
                P.BREAK_GLASS_REVIEW,
                P.AUDIT_VIEW,
                P.AUDIT_REVIEW,
                P.COPY_FIND,
                P.RETENTION_MANAGE,
                P.RETENTION_APPROVE,
                P.DISCLOSURE_REGISTER,
            }
        ),  # fmt: skip
    ),
    Role.SYSTEM_ADMINISTRATOR: RoleDefinition(
        "Keeps the system running and people's accounts. Sees no case, no concern, no intelligence and no report.",
        frozenset(),
    ),
    Role.API_CLIENT: RoleDefinition(
        "An agency's own system, such as a school's or a hospital's records: no person, and no sign-in. With a token "
        "that its agency's lead issued it sends concerns and intelligence through the API and is told where its own "
        "stand, not what they say. Sees no case, and no concern that anybody of its agency has sent. A police force's "
        "system also sends missing children as it records them, and is never told whether one has a case.",
        _SENDING | {P.MISSING_FEED},
    ),
}
