"""The one table of who may do what, written by hand and never computed from the code it checks."""

from cse_portal.access.permissions import Permission as P

CAST = (
    "manager", "practitioner", "police", "health", "outsider", "duty",
    "analyst", "board", "privacy", "lead", "administrator", "leaver",
)  # fmt: skip

# Functions: the role alone decides.
FUNCTIONS: dict[P, set[str]] = {
    P.CONCERN_CREATE: {"manager", "practitioner", "police", "health", "outsider", "duty"},
    P.CONCERN_LIST: {"manager", "practitioner", "police", "health", "outsider", "duty"},
    P.CONCERN_AGENCY: {"manager", "practitioner", "police", "health", "outsider", "duty"},
    P.CONCERN_TRIAGE: {"manager"},
    P.MISSING_FEED: set(),
    P.CASE_LIST: {"manager", "practitioner", "police", "health", "outsider", "duty"},
    P.MEETING_LIST: {"manager", "practitioner", "police", "health", "outsider", "duty"},
    P.ACTION_LIST: {"manager", "practitioner", "police", "health", "outsider", "duty"},
    P.ACTION_HAND_OVER: {"manager", "lead"},
    P.REPORT_LIST: {"manager", "practitioner", "police", "health", "outsider", "duty"},
    P.CMOG_LIST: {"manager", "police"},
    P.CMOG_BOOK: {"manager"},
    P.SESSION_BOOK: {"manager"},
    P.LETTER_WORDING_CHANGE: {"manager"},
    P.DISRUPTION_ASK: {"manager", "police"},
    P.CONNECTION_RECORD: {"manager", "police"},
    P.STRATEGIC_VIEW: {"manager", "analyst", "board"},
    P.STRATEGIC_CHANGE: {"manager"},
    P.DISAGREEMENT_LIST: {"manager", "practitioner", "police", "health", "outsider", "duty"},
    P.INTELLIGENCE_SUBMIT: {"manager", "practitioner", "police", "health", "outsider", "duty"},
    P.INTELLIGENCE_GRADE: {"police"},
    P.RETURN_PREPARE: {"analyst"},
    P.RETURN_VIEW: {"analyst", "manager"},
    P.RETURN_SIGN: {"manager"},
    P.BOARD_REPORT_PUBLISH: {"analyst"},
    P.BOARD_PACK_CHECK: {"manager"},
    P.BOARD_PACK_ANSWER: {"manager", "board"},
    P.BOARD_REPORT_VIEW: {"analyst", "manager", "board"},
    P.CONFLICT_DECLARE: {"manager", "practitioner", "police", "health", "outsider", "duty", "privacy"},
    P.EXCLUSION_DECIDE: {"privacy"},
    P.ACCESS_EXPLAIN: {"privacy"},
    P.BREAK_GLASS: {"manager", "duty"},
    P.BREAK_GLASS_REVIEW: {"privacy"},
    P.AUDIT_VIEW: {"privacy"},
    P.AUDIT_REVIEW: {"privacy"},
    P.PEOPLE_EXPORT: {"manager"},
    P.COPY_FIND: {"privacy"},
    P.RETENTION_MANAGE: {"privacy"},
    P.RETENTION_APPROVE: {"privacy", "manager"},
    P.SUBJECT_ACCESS_LIST: {"manager", "police"},
    P.DISCLOSURE_REGISTER: {"privacy"},
    P.PEOPLE_MANAGE: {"lead"},
}

# A case, state by state: who knows that it exists.
SEES: dict[str, set[str]] = {
    "Led by social care": {"manager", "practitioner"},
    "Shared with the police to work on": {"manager", "practitioner", "police"},
    "Shown to the nurse": {"manager", "practitioner", "health"},
    "The nurse's access has expired": {"manager", "practitioner"},
    "Sharing with the police has stopped": {"manager", "practitioner"},
    "Restricted to named people": {"manager", "practitioner"},
    "The manager is excluded": {"practitioner"},
    "Social care is excluded": {"manager"},
    "Opened by the duty nurse in an emergency": {"manager", "practitioner", "duty"},
    "The address is shown to the nurse": {"manager", "practitioner", "health"},
}
# Of those who see a case, who works on it rather than only reading.
WORKS_ON: dict[str, set[str]] = {
    **SEES,
    "Shown to the nurse": {"manager", "practitioner"},
    "Opened by the duty nurse in an emergency": {"manager", "practitioner"},
    "The address is shown to the nurse": {"manager", "practitioner"},
}

# Of those who work on a case, who may do this.
WORK: dict[P, set[str]] = {
    P.CASE_ACCESS_VIEW: {"manager", "practitioner", "police"},
    P.CASE_CHANGE: {"manager", "practitioner", "police"},
    P.ASSESSMENT_RECORD: {"manager", "practitioner", "police"},
    P.DOCUMENT_ADD: {"manager", "practitioner", "police"},
    P.CHRONOLOGY_ADD: {"manager", "practitioner", "police"},
    P.MEETING_SCHEDULE: {"manager", "practitioner", "police"},
    P.DISAGREEMENT_RAISE: {"manager", "practitioner", "police"},
    P.CASE_REVIEW: {"manager", "practitioner"},
    P.CASE_SHARE: {"manager", "practitioner"},
    P.CASE_RESTRICT: {"manager"},
    P.CATEGORY_CONFIRM: {"manager"},
    P.CASE_CLOSE: {"manager"},
    P.CASE_REOPEN: {"manager"},
    P.SUBJECT_ACCESS_PREPARE: {"manager"},
    P.SUBJECT_ACCESS_RELEASE: {"police"},
}

# Of those who see a case, whom a part kept apart was given to. By rule: the lead agency has all of it, health reads
# what health wrote, and anyone who looks into suspects reads the restricted part of meetings, intelligence and court.
PARTS: dict[P, dict[str, set[str]]] = {
    P.ADDRESS_VIEW: {
        **dict.fromkeys(SEES, {"practitioner"}),
        "Social care is excluded": set(),
        "The address is shown to the nurse": {"practitioner", "health"},
    },
    P.HEALTH_VIEW: {
        **dict.fromkeys(SEES, {"practitioner"}),
        "Shown to the nurse": {"practitioner", "health"},
        "Social care is excluded": set(),
        "The address is shown to the nurse": {"practitioner", "health"},
    },
    P.MINUTES_RESTRICTED_VIEW: {
        **dict.fromkeys(SEES, {"manager", "practitioner"}),
        "Shared with the police to work on": {"manager", "practitioner", "police"},
        "The manager is excluded": {"practitioner"},
        "Social care is excluded": {"manager"},
    },
    P.CASE_INTELLIGENCE_VIEW: {
        **dict.fromkeys(SEES, {"manager", "practitioner"}),
        "Shared with the police to work on": {"manager", "practitioner", "police"},
        "The manager is excluded": {"practitioner"},
        "Social care is excluded": {"manager"},
    },
}
PARTS[P.COURT_VIEW] = PARTS[P.CASE_INTELLIGENCE_VIEW]
PARTS[P.COURT_RECORD] = {state: who & WORKS_ON[state] for state, who in PARTS[P.COURT_VIEW].items()}
PARTS[P.ADDRESS_RECORD] = {state: who & WORKS_ON[state] for state, who in PARTS[P.ADDRESS_VIEW].items()}
PARTS[P.HEALTH_RECORD] = {state: who & {"health"} for state, who in PARTS[P.HEALTH_VIEW].items()}


def answer(permission: P, state: str, person: str) -> str:
    """What the gate must answer about a case in this state: "yes", "no" (403) or "not found" (404)."""
    if person not in SEES[state]:
        return "not found"
    if permission is P.CASE_VIEW:
        return "yes"
    if permission in PARTS:
        return "yes" if person in PARTS[permission][state] else "no"
    return "yes" if person in WORKS_ON[state] & WORK[permission] else "no"
