"""What every role must be answered at every address, whatever ties it to the case: written by hand.

The order is that of the house: who is signed in and works for an agency today, then exclusion, then what the role
opens, then what was granted, then restriction; the state only narrows. Nothing here asks the code under test.
"""

from tests.access.addresses import (
    ADDRESSES,
    DECLARE,
    EVERYONE,
    LEADS,
    MANAGER,
    SEES,
    WORKS,
    Address,
)

# The roles of docs/access.md, and the agency each is given here. An agency's own system (api_client) signs in nowhere:
# tests/integration/sign_in/test_api_tokens.py asks with its token.
ROLES: dict[str, str] = {
    "referrer": "voluntary",
    "practitioner": "voluntary",
    "agency_lead": "voluntary",
    "duty_officer": "voluntary",
    "coordinator": "cse-team",
    "team_manager": "cse-team",
    "police_intelligence": "police",
    "analyst": "business-unit",
    "board_member": "business-unit",
    "privacy_officer": "business-unit",
    "system_administrator": "business-unit",
}
# What ties somebody to the case, and how far that lets them in: to work on it, to see it, or not to know of it.
RELATIONS: dict[str, str] = {
    "own grant": "work",
    "agency grant": "see",
    "closed": "work",
    "other agency": "nothing",
    "expired": "nothing",
    "excluded": "nothing",
    "restricted": "nothing",
    "removed": "nothing",
    "left": "nothing",
}
READS_CASES = {"practitioner", "duty_officer", "coordinator", "team_manager", "police_intelligence"}
LOGS = READS_CASES | {"referrer"}
# A row of the table speaks of people; each stands for their role. Four of them are practitioners.
ROLE_OF = {
    "manager": "team_manager", "practitioner": "practitioner", "police": "police_intelligence",
    "health": "practitioner", "outsider": "practitioner", "duty": "duty_officer", "analyst": "analyst",
    "board": "board_member", "privacy": "privacy_officer", "lead": "agency_lead",
    "administrator": "system_administrator",
}  # fmt: skip
# Nobody of the cast has these two roles. The referrer logs and follows; the CSE team's worker does what its manager
# does, but for meetings, closing and the board's figures.
REFERRER = {
    "cases:concerns", "cases:concern-new", "cases:conflicts", "cases:conflict-add", "intelligence:mine",
    "intelligence:new", "api-concerns", "api-submissions", "cases:handoffs", "intelligence:shared",
    "reporting:prevention", "reporting:prevention-add", "reporting:prevention-csv",
}  # fmt: skip
MANAGER_ALONE = {
    "reporting:returns", "reporting:return", "reporting:start-return", "reporting:check-return",
    "reporting:return-measure", "reporting:explain-change", "reporting:measures", "reporting:measures-of",
    "reporting:measure",
    "reporting:sign-return", "reporting:send-back-return", "reporting:download-return", "reporting:reports",
    "reporting:send-return", "reporting:receive-return", "reporting:correct-return", "reporting:ask-for-gaps",
    "reporting:sent-return",
    "reporting:board-pack", "reporting:board-pack-write", "reporting:board-pack-foreword", "reporting:board-pack-send",
    "reporting:board-pack-publish", "reporting:board-pack-send-back", "reporting:board-pack-correct",
    "reporting:board-decision", "reporting:board-decision-report",
    "reporting:board-pack-preview", "reporting:report-pdf",
    "reporting:profiles", "reporting:profile",
    "reporting:profile-pdf", "reporting:profile-words", "reporting:profile-add", "reporting:profile-part",
    "reporting:profile-objective", "reporting:profile-publish", "api-returns", "api-return",
    "mase:action-people",
    "reporting:region", "reporting:region-upload", "reporting:region-quarter", "reporting:region-download",
    "reporting:disposals", "reporting:disposal", "reporting:certificate",
    "mase:cmog-book", "mase:strategy", "mase:strategy-set-out", "mase:objective-add", "mase:objective",
    "mase:objective-change", "mase:strategic-action-add", "mase:strategy-book",
    "reporting:success", "reporting:strategy-report", "reporting:support", "reporting:prevention-wards",
    "reporting:audit-draw", "reporting:audit-sample",
    "reporting:training", "reporting:training-people", "reporting:training-left", "reporting:training-attend",
    "reporting:training-remove", "reporting:training-courses", "reporting:training-course-add",
    "reporting:training-course", "reporting:training-upload", "reporting:training-list",
    "cases:service-add", "cases:service-edit",
    "reporting:attendance", "reporting:behind", "cases:triage-correct", "cases:letter-wording",
}  # fmt: skip
# Of the case's pages for the manager, those that the CSE team's worker opens too.
CSE_TEAM = {
    "cases:assessment-confirm", "cases:restrict", "cases:restrict-lift", "reporting:subject-access",
    "reporting:subject-access-new",
}  # fmt: skip
# What is kept apart: nobody here was given it with the case.
KEPT_APART = {
    "cases:addresses", "cases:address", "cases:address-add", "cases:address-end", "cases:health", "cases:health-add",
    "cases:identity-add", "intelligence:case-orders", "cases:court", "cases:court-record", "intelligence:court-outcome",
}  # fmt: skip

# Of those who see the case, anyone who is invited or works on it.
TAKE_PART = {"mase:pack", "mase:minutes-object"}
# Before a meeting to which none of these people is asked: who works on the case writes answers down for others, and
# nobody has a report to write.
NOBODY_ASKED = {
    "mase:answer": "opens", "mase:report": "not found", "mase:report-take-back": "not found",
}  # fmt: skip

OF_THE_CASE = {
    "case", "assessment", "document", "meeting", "ended meeting", "nurse's action", "report", "request to see it",
    "connection", "disruption", "disagreement", "subject", "CMOG item about a person", "case audit", "audit action",
    "breach", "protected child",
}  # fmt: skip
# Of these, what is seen as the intelligence behind it is.
OF_INTELLIGENCE = {
    "report", "disruption", "connection", "subject", "CMOG item about a person", "breach", "protected child",
}  # fmt: skip
# Who sits on every CMOG; nobody here was asked to one by name.
SITS_ON_CMOG = {"coordinator", "team_manager", "police_intelligence"}
# Seen with the child that the item is about.
OF_CMOG_ITEM = {"CMOG item", "drafted CMOG item", "objection to a CMOG"}
OF_CMOG = {"CMOG", "ended CMOG", "drafted CMOG"} | OF_CMOG_ITEM
# Open to those invited to a meeting too; nobody here was.
TO_THE_INVITED_TOO = {"mase:disagreement-raise"}
# Who may know that somebody asked to see a record, of those who see the case.
ANSWERS_REQUESTS = {"coordinator", "team_manager", "police_intelligence"}
# Asked of the nurse's agency: nobody else finds them but the CSE team.
HAND_OFFS = {"hand-off", "hand-off to answer", "declined hand-off"}
# Other people's own: nobody else finds them, whatever their role.
SOMEBODY_ELSES = {
    "somebody's factor", "analyst's job", "practitioner's notification", "practitioner's draft", "draft submission",
    "lead's call", "shared sentence", "supervision",
}  # fmt: skip
# Pages of the function's own agency or person: to somebody with the function elsewhere they are not there.
NOT_THEIRS = {
    "practitioner's membership": {"agency_lead"},
    "invitation": {"agency_lead"},
    "system's membership": {"agency_lead"},
    "token": {"agency_lead"},
    "manager's copy": {"team_manager", "coordinator"},
    "outsider's declaration": LOGS | {"privacy_officer"},
    "nurse's prevention": LOGS,
    "lead's list": {"team_manager", "analyst", "agency_lead"},
}
# Of one agency's training: the role is asked first.
OF_TRAINING = {"teacher", "teacher's attendance", "lead's list"}
# What the privacy officer finds by a reference; not where they are shut out of the case themselves.
BY_REFERENCE = {"reporting:audit-case", "reporting:audit-finding"}


def depends(name: str) -> bool:
    """Whether what ties somebody to the case may change the answer."""
    about = set(ADDRESSES[name].about.values())
    return bool(about & (OF_THE_CASE | OF_CMOG_ITEM | {"submission", "finding", "the nurse"}))


def expected(name: str, role: str, relation: str) -> str:
    """Opens, refused, or not found. A KeyError here is an address nobody has thought about."""
    address = ADDRESSES[name]
    things = set(address.about.values())
    if address.public and not address.opens:
        return "not found"
    if address.public or (address.opens == EVERYONE and not things):
        return "opens"
    if things & SOMEBODY_ELSES or name == "mfa_view_recovery_codes":
        return "not found"
    if "the nurse" in things:
        return of_somebodys_actions(role, relation)
    if relation == "left" and things & OF_TRAINING:
        return "refused"
    if relation == "left":
        return "refused" if address.refused >= EVERYONE - address.opens - DECLARE else "not found"
    if name in BY_REFERENCE:
        return by_reference(role, relation)
    for thing, holders in NOT_THEIRS.items():
        if thing in things:
            return "not found" if role in holders else "refused"
    if "submission" in things:
        return of_submission(address, role, relation)
    if things & HAND_OFFS and role in READS_CASES:
        in_the_team = "opens" if "manager" in address.opens else "refused"
        return in_the_team if role in ("coordinator", "team_manager") else "not found"
    if name == "mase:session-answer":  # of a session with a child whose case they see
        sees = role == "team_manager" or role in READS_CASES and RELATIONS[relation] != "nothing"
        return "opens" if sees else "not found"
    if things & OF_CMOG:
        return of_cmog(name, address, role, relation)
    if "outsider's concern" in things:
        return of_concern(name, role)
    if things & OF_THE_CASE:
        return of_case(name, address, role, relation)
    return of_function(name, address, role)


def by_reference(role: str, relation: str) -> str:
    """The privacy officer's, unless they are excluded: exclusion beats everything."""
    if role != "privacy_officer":
        return "refused"
    return "not found" if relation == "excluded" else "opens"


def of_function(name: str, address: Address, role: str) -> str:
    """The role says it all."""
    if opens_function(name, address.opens, role):
        return "opens"
    in_the_team = role == "coordinator" and name == "cases:triage-correct"
    return "refused" if in_the_team or is_refused(address.refused, role) else "not found"


def is_refused(people: frozenset[str], role: str) -> bool:
    """Whether the role is told no. Those of whom nobody is in the cast are, where the administrator is."""
    like = "system_administrator" if role in ("referrer", "coordinator") else role
    return like in {ROLE_OF[person] for person in people if person in ROLE_OF}


def opens_function(name: str, people: frozenset[str], role: str) -> bool:
    """Whether one of these people has the role, or one of the roles that nobody of the cast has is like theirs."""
    roles = {ROLE_OF[person] for person in people if person in ROLE_OF}
    if role == "referrer":
        return name in REFERRER
    if role == "coordinator":
        return "team_manager" in roles and name not in MANAGER_ALONE
    return role in roles


def of_somebodys_actions(role: str, relation: str) -> str:
    """The nurse's actions: the chair's of that case, closed or not; the lead of another agency finds nobody."""
    if relation == "left" or role not in ("team_manager", "agency_lead"):
        return "refused"
    return "opens" if role == "team_manager" and RELATIONS[relation] == "work" else "not found"


def of_concern(name: str, role: str) -> str:
    """Of another agency, waiting for a decision: the CSE team's."""
    if role not in ("team_manager", "coordinator"):
        return "not found"
    return "refused" if name == "cases:concern-sent" else "opens"


def of_submission(address: Address, role: str, relation: str) -> str:
    """Its author's and the police intelligence unit's; a case never opens it, exclusion from its case shuts it."""
    if role != "police_intelligence" or relation == "excluded":
        return "not found"
    return "opens" if "police" in address.opens else "refused" if address.refused else "not found"


def of_cmog(name: str, address: Address, role: str, relation: str) -> str:
    """The meeting's by role; an item's too, and only for who sees the child it is about.

    The chair here sees none of the cases, unless their agency was given it: an objection about one is answered by
    anyone who sits on it and does.
    """
    if role not in SITS_ON_CMOG:
        return "not found"
    items = OF_CMOG_ITEM & set(address.about.values())
    if items and RELATIONS[relation] == "nothing":
        return "not found"
    if name == "mase:minutes-answer":
        return "refused" if relation == "agency grant" and role != "team_manager" else "opens"
    return "refused" if address.opens == MANAGER and role != "team_manager" else "opens"


def of_case(name: str, address: Address, role: str, relation: str) -> str:
    """Anyone who reads cases by role and was granted this one; of them, who works on it; of them, who answers for
    it.
    """
    if role not in READS_CASES:
        return "not found"
    if name in KEPT_APART:
        return "refused" if address.refused and RELATIONS[relation] != "nothing" else "not found"
    intelligence = OF_INTELLIGENCE & set(address.about.values())
    if intelligence:  # the unit's; of the case it was given to nobody here
        return "opens" if role == "police_intelligence" and relation != "excluded" else "not found"
    if RELATIONS[relation] == "nothing":
        return "not found"
    if "audit action" in address.about.values():  # its owner's
        return "refused"
    if name == "cases:same-child":
        return "opens" if role in ("coordinator", "team_manager") else "refused"
    if "request to see it" in address.about.values():
        return of_request(address, role, relation)
    if name in TAKE_PART and RELATIONS[relation] != "work":
        return "refused"
    if name in NOBODY_ASKED:
        return NOBODY_ASKED[name] if RELATIONS[relation] == "work" else "refused"
    if address.opens == SEES and name not in TO_THE_INVITED_TOO:
        return "opens"
    if name == "mase:action-readers":  # the restricted part was given to nobody here
        return "refused"
    if RELATIONS[relation] != "work":
        return "refused"
    if address.opens == WORKS or name in TO_THE_INVITED_TOO:
        return "opens"
    if (
        "disagreement" in address.about.values()
    ):  # either agency's, and the chair's; nobody here is of the two
        return "opens" if role == "team_manager" and "manager" in address.opens else "refused"
    alone = address.opens in (LEADS, MANAGER) or "nurse's action" in address.about.values()
    assert alone, f"{name}: say who answers for it"
    return "opens" if role == "team_manager" or (role == "coordinator" and name in CSE_TEAM) else "refused"


def of_request(address: Address, role: str, relation: str) -> str:
    """The CSE team answers it, and the police release what is theirs: where they work on the case."""
    if role not in ANSWERS_REQUESTS:
        return "not found"
    mine = ("police" in address.opens) == (role == "police_intelligence")
    if not mine or RELATIONS[relation] != "work":
        return "refused"
    # (posted nothing, two of them find no words to mark)
    return "opens" if address.opens else "not found"
