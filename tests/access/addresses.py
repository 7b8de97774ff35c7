"""Every address of the portal, and who gets in: written by hand, and a test holds it to the resolver.

An address that is not in this table fails the test; the person who adds it says who may open it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

EVERYONE = frozenset(
    {
        "manager", "practitioner", "police", "health", "outsider", "duty",
        "analyst", "board", "privacy", "lead", "administrator", "leaver",
    }
)  # fmt: skip
PRACTITIONERS = frozenset({"manager", "practitioner", "police", "health", "outsider", "duty"})
# Anyone who reads of children, and anyone who decides by their reference who may.
DECLARE = PRACTITIONERS | {"privacy"}
# Of one case: who sees it, and who works on it. The police and the nurse were let in; the outsider was not.
SEES = frozenset({"manager", "practitioner", "police", "health"})
WORKS = frozenset({"manager", "practitioner", "police"})
# Who holds the intelligence of the case: the lead, the CSE team and the police.
INTELLIGENCE = frozenset({"manager", "practitioner", "police"})
LEADS = frozenset({"manager", "practitioner"})
MANAGER = frozenset({"manager"})
PRIVACY = frozenset({"privacy"})
TWO_PEOPLE = frozenset({"privacy", "manager"})
NOBODY: frozenset[str] = frozenset()
ANALYST = frozenset({"analyst"})
UNIT = frozenset({"police"})
CMOG = frozenset({"manager", "police"})
STRATEGY = frozenset({"analyst", "board", "manager"})
CHAIRS = frozenset({"board", "manager"})
LEAD = frozenset({"lead"})
NURSE = frozenset({"health"})
HANDED = frozenset({"manager", "practitioner", "health"})
SIGNERS = frozenset({"analyst", "manager"})
REPORT_READERS = SIGNERS | {"board"}
TRAINING = SIGNERS | LEAD
# Who refers children to services, and who plans them.
SERVICES = PRACTITIONERS | ANALYST
# Who records what their agency does, and who plans.
PREVENTION = PRACTITIONERS | {"analyst", "board"}
# One of the graded report's readers is anyone who sees the case; the raw submission is its author's and the unit's.
AUTHOR_AND_UNIT = frozenset({"practitioner", "police"})


@dataclass(frozen=True)
class Address:
    """Who opens it, who is refused (403), and that everyone else finds nothing there (404)."""

    opens: frozenset[str]
    refused: frozenset[str] = NOBODY
    about: Mapping[str, str] = field(default_factory=dict)
    post: bool = False
    public: bool = False

    def answer(self, person: str) -> str:
        """The table's word for this person."""
        return "opens" if person in self.opens else "refused" if person in self.refused else "not found"


def function(opens: frozenset[str], *, post: bool = False, **about: str) -> Address:
    """A page that hangs on no record: anyone who may not use it is refused."""
    return Address(opens, EVERYONE - opens, about, post)


def record(
    opens: frozenset[str], refused: frozenset[str] = NOBODY, *, post: bool = False, **about: str
) -> Address:
    """A page of a record: for anyone who may not know of it, it is not there."""
    return Address(opens, refused - opens, about, post)


def of_case(opens: frozenset[str], *, post: bool = False, **about: str) -> Address:
    """A page of the case: those who see it and may not do this are refused."""
    return record(opens, SEES, post=post, reference="case", **about)


def of_meeting(opens: frozenset[str], *, post: bool = False, **about: str) -> Address:
    """A page of the case's running meeting."""
    return record(opens, SEES, post=post, pk="meeting", **about)


def of_cmog(opens: frozenset[str], *, post: bool = False) -> Address:
    """A page of this month's CMOG: the police sit on it and do not run it; the nurse was asked to it by name."""
    return record(opens, CMOG | {"health"}, post=post, pk="CMOG")


def of_request(
    opens: frozenset[str], *, refused: frozenset[str] = UNIT, post: bool = False, **about: str
) -> Address:
    """A page of a request to see the case's record: of those who see the case, only these know that somebody asked."""
    return record(opens, refused, post=post, reference="request to see it", **about)


def open_to_all(**about: str) -> Address:
    """Reached without signing in."""
    return Address(EVERYONE, about=about, public=True)


# Keyword argument → the name of the thing in the world of test_addresses.py.
ADDRESSES: dict[str, Address] = {
    # The machine's, and signing in
    "livez": open_to_all(),
    "readyz": open_to_all(),
    "account_login": open_to_all(),
    "account_logout": open_to_all(),
    "account_inactive": open_to_all(),
    "account_signup": open_to_all(),
    "account_reset_password": open_to_all(),
    "account_reset_password_done": open_to_all(),
    "account_reset_password_from_key": open_to_all(uidb36="a word", key="a word"),
    "account_reset_password_from_key_done": open_to_all(),
    "account_reauthenticate": function(EVERYONE),
    "account_change_password": function(EVERYONE),
    "account_set_password": function(EVERYONE),
    # Of how one signs in: everybody's own; the cast has neither factors nor other sessions
    "sign_in:account": function(EVERYONE),
    "sign_in:notices": function(EVERYONE),
    "sign_in:phone": function(EVERYONE),
    "sign_in:prove": function(EVERYONE),
    "sign_in:set-up": function(EVERYONE),
    "sign_in:remove-factor": record(NOBODY, pk="somebody's factor"),
    "sign_in:new-recovery-codes": function(EVERYONE),
    "sign_in:session": function(EVERYONE),
    "sign_in:end-session": record(NOBODY, pk="somebody's factor", post=True),
    "sign_in:end-other-sessions": function(EVERYONE, post=True),
    # No agency of the tests' world signs in its own people
    "sign_in:agency-start": Address(NOBODY, about={"provider_id": "a word"}, post=True, public=True),
    "openid_connect_callback": Address(NOBODY, about={"provider_id": "a word"}, public=True),
    "sign_in:connect": record(NOBODY, post=True),
    "sign_in:disconnect": record(NOBODY),
    "mfa_authenticate": function(EVERYONE),  # leads on, as one who is signed in has shown it
    "mfa_activate_totp": function(EVERYONE),
    "mfa_add_webauthn": function(EVERYONE),
    "mfa_view_recovery_codes": record(NOBODY),
    "mfa_index": function(EVERYONE),
    "demo:sign-in": open_to_all(),
    "home": function(EVERYONE),
    # Drafts: everybody's own; of another's nothing is told
    "drafts:list": function(EVERYONE),
    "drafts:found": function(EVERYONE),
    "drafts:keep": function(EVERYONE - {"leaver"}, post=True, key="a word"),
    "drafts:discard": function(EVERYONE, post=True, key="a word"),
    # An agency's people: the lead's page, the practitioner one of them
    "people:list": function(LEAD),
    "people:invite": function(LEAD),
    "people:withdraw": function(LEAD, post=True, pk="invitation"),
    "people:confirm-all": function(LEAD),
    "people:confirm": function(LEAD, post=True, pk="practitioner's membership"),
    "people:end": function(LEAD, pk="practitioner's membership"),
    "people:reactivate": function(LEAD, pk="practitioner's membership"),
    "people:new-start": function(LEAD, pk="practitioner's membership"),
    "people:accept": open_to_all(token="a word"),
    "people:add-system": function(LEAD),
    "people:tokens": function(LEAD, pk="system's membership"),
    "people:issue-token": function(LEAD, pk="system's membership"),
    "people:end-token": function(LEAD, pk="token", post=True),
    # Background work
    "jobs:progress": record(ANALYST, pk="analyst's job"),
    "search": function(EVERYONE),
    "jobs:notifications": function(EVERYONE),
    "jobs:notifications-read": function(EVERYONE, post=True),
    "jobs:notification-open": record(
        frozenset({"practitioner"}), pk="practitioner's notification", post=True
    ),
    # Concerns: the outsider's was sent, the practitioner's is a draft
    "cases:concerns": function(PRACTITIONERS),
    "cases:concern-register": function(MANAGER),
    "cases:concern-link": record(
        MANAGER, frozenset({"outsider"}), post=True, reference="outsider's concern", other="decided concern"
    ),
    "cases:concern-new": function(PRACTITIONERS),
    "cases:concern": record(frozenset({"outsider", "manager"}), reference="outsider's concern"),
    "cases:know-concern": record(frozenset({"outsider", "manager"}), reference="outsider's concern"),
    "cases:concern-sent": record(frozenset({"outsider"}), MANAGER, reference="outsider's concern"),
    "cases:concern-add": record(frozenset({"outsider", "manager"}), reference="outsider's concern"),
    "cases:concern-step": record(
        frozenset({"practitioner"}), reference="practitioner's draft", step="a step"
    ),
    "cases:concern-check": record(frozenset({"practitioner"}), reference="practitioner's draft"),
    "cases:concern-delete": record(frozenset({"practitioner"}), reference="practitioner's draft"),
    # Hand-offs of the practitioner's concerns to the nurse's agency
    "cases:handoffs": function(PRACTITIONERS),
    "cases:handoffs-not-accepted": function(MANAGER),
    "cases:handoff": record(HANDED, pk="hand-off"),
    "cases:handoff-accept": record(NURSE, HANDED, pk="hand-off to answer"),
    "cases:handoff-decline": record(NURSE, HANDED, pk="hand-off to answer"),
    "cases:handoff-review": record(NURSE, HANDED, pk="hand-off"),
    "cases:handoff-end": record(NURSE, HANDED, pk="hand-off"),
    "cases:handoff-step-up": record(NURSE, HANDED, pk="hand-off"),
    "cases:handoff-pass-on": record(MANAGER, HANDED, pk="declined hand-off"),
    "cases:step-down": of_case(WORKS),
    "cases:triage": function(MANAGER),
    "cases:triage-concern": record(MANAGER, frozenset({"outsider"}), reference="outsider's concern"),
    "cases:triage-take": record(MANAGER, frozenset({"outsider"}), post=True, reference="outsider's concern"),
    "cases:triage-correct": record(MANAGER, UNIT, reference="decided concern"),
    # What the community tells, without signing in; the CSE team reads it
    "cases:tell-us": open_to_all(),
    "cases:community-reports": function(MANAGER),
    "cases:community-report": record(MANAGER, reference="community report"),
    "cases:community-concern": record(MANAGER, reference="community report"),
    # A case
    "cases:list": function(PRACTITIONERS),
    "cases:case": of_case(SEES),
    "cases:tonight": of_case(SEES),
    "cases:case-edit": of_case(WORKS),
    "cases:case-lead": of_case(LEADS),
    "cases:assessments": of_case(SEES),
    "cases:assessment": of_case(SEES, pk="assessment"),
    "cases:assessment-new": of_case(WORKS),
    "cases:assessment-confirm": of_case(MANAGER, pk="assessment"),
    "cases:chronology": of_case(SEES),
    "cases:know-case": of_case(SEES),
    "cases:chronology-print": of_case(SEES),
    "cases:chronology-add": of_case(WORKS),
    "cases:chronology-star": of_case(WORKS, post=True, pk="entry"),
    "cases:picture": of_case(LEADS),
    "cases:voice": of_case(SEES),
    "cases:voice-new": of_case(WORKS),
    "cases:voice-change": of_case(WORKS, pk="voice entry"),
    "cases:border-list": function(PRACTITIONERS),
    "cases:borders": of_case(SEES),
    "cases:border-add": of_case(WORKS, kind="a kind of border record"),
    "cases:transfer-answer": of_case(WORKS, pk="transfer"),
    "cases:support": of_case(SEES),
    "cases:support-refer": of_case(WORKS),
    "cases:support-progress": of_case(WORKS, pk="referral to a service"),
    "cases:services": function(SERVICES),
    "cases:service-add": function(SIGNERS),
    "cases:service": function(SERVICES, pk="service"),
    "cases:service-edit": function(SIGNERS, pk="service"),
    "cases:missing-now": function(PRACTITIONERS),
    "cases:review-new": of_case(LEADS),
    "cases:strategy": of_case(SEES),
    "cases:same-child": of_case(MANAGER),
    "cases:case-add-concern": of_case(MANAGER, post=True, concern="decided concern"),
    "cases:missing": of_case(SEES),
    "cases:missing-report": of_case(WORKS),
    "cases:trigger-plan": of_case(WORKS),
    "cases:trigger-plan-print": of_case(SEES),
    "cases:missing-details": of_case(WORKS, pk="missing episode"),
    "cases:missing-start": of_case(WORKS, pk="missing episode"),
    "cases:missing-call": of_case(WORKS, pk="missing episode"),
    "cases:missing-called": of_case(WORKS, pk="call"),
    "cases:missing-sighting": of_case(WORKS, pk="missing episode"),
    "cases:missing-grade": of_case(WORKS, pk="missing episode"),
    "cases:missing-shared": of_case(WORKS, pk="episode that ended"),
    "cases:missing-back": of_case(WORKS, pk="missing episode"),
    "cases:missing-book": of_case(WORKS, pk="episode that ended"),
    "cases:missing-interview": of_case(WORKS, pk="episode that ended"),
    "cases:documents": of_case(SEES),
    "cases:document-add": of_case(WORKS),
    "cases:document-file": of_case(SEES, pk="document"),
    "cases:document-remove": of_case(LEADS, pk="document"),
    # Kept apart: social care leads; the nurse, who was invited, reads and writes what health knows
    "cases:addresses": of_case(frozenset({"practitioner"})),
    "cases:address": record(frozenset({"practitioner"}), reference="case", pk="confidential address"),
    "cases:address-add": of_case(frozenset({"practitioner"})),
    "cases:address-end": record(frozenset({"practitioner"}), reference="case", pk="confidential address"),
    "cases:family": of_case(SEES),
    "cases:family-add": of_case(WORKS),
    "cases:family-edit": of_case(WORKS, pk="family member"),
    "cases:contact-add": of_case(WORKS),
    "cases:contact-edit": of_case(WORKS, pk="phone of the child"),
    "cases:letters": of_case(SEES),
    "cases:letter-add": of_case(WORKS),
    "cases:letter": of_case(SEES, pk="letter"),
    "cases:letter-pdf": of_case(SEES, pk="letter"),
    "cases:letter-sent": of_case(WORKS, pk="letter"),
    "cases:letter-wording": function(MANAGER),
    "cases:period-add": of_case(WORKS, kind="a kind of period"),
    "cases:period-edit": of_case(WORKS, pk="period"),
    "cases:court": of_case(WORKS),
    "intelligence:court-outcome": of_case(WORKS, investigation="investigation", person="subject"),
    "cases:court-record": of_case(WORKS, kind="a kind of court record", which="special measure"),
    "cases:health": of_case(frozenset({"practitioner", "health"})),
    "cases:health-add": of_case(frozenset({"health"})),
    "cases:identity-add": of_case(frozenset({"practitioner"})),
    "cases:section-show": of_case(LEADS),
    "cases:section-stop": of_case(LEADS, kind="a kind of holder", pk="police agency"),
    "cases:access": of_case(WORKS),
    "cases:access-share": of_case(LEADS),
    "cases:access-stop": of_case(LEADS, kind="a kind of holder", pk="police agency"),
    "cases:restrict": of_case(MANAGER),
    "cases:restrict-lift": of_case(MANAGER),
    "cases:close": of_case(MANAGER),
    "cases:reopen": of_case(MANAGER),
    "cases:emergency": function(frozenset({"manager", "duty"})),
    "cases:emergencies": function(frozenset({"privacy"})),
    "cases:emergency-review": function(frozenset({"privacy"}), pk="emergency"),
    "cases:conflicts": function(DECLARE),
    "cases:conflict-add": function(DECLARE),
    "cases:conflict-withdraw": record(
        frozenset({"outsider"}), EVERYONE - DECLARE, pk="outsider's declaration"
    ),
    "cases:exclusion-decide": function(frozenset({"privacy"}), pk="proposed exclusion"),
    "cases:why": function(frozenset({"privacy"})),
    "cases:exclusions": function(frozenset({"privacy"})),
    "cases:exclusion-add": function(frozenset({"privacy"})),
    "cases:exclusion-lift": function(frozenset({"privacy"}), pk="exclusion"),
    "cases:exports": function(MANAGER),
    "cases:export-new": function(MANAGER),
    "cases:export": function(MANAGER, pk="manager's copy"),
    "cases:export-file": function(MANAGER, pk="manager's copy"),
    "cases:copies": function(frozenset({"privacy"})),
    # Meetings and plans
    "mase:meetings": function(PRACTITIONERS),
    "mase:calendar": function(PRACTITIONERS),
    "mase:to-book": function(PRACTITIONERS),
    "mase:session-new": function(MANAGER),
    "mase:session": record(SEES, pk="session"),
    "mase:session-book": record(MANAGER, SEES, post=True, pk="session"),
    "mase:session-move": record(MANAGER, SEES, post=True, pk="session", key="meeting"),
    "mase:session-cancel": record(MANAGER, SEES, post=True, pk="session"),
    "mase:session-answer": record(SEES, pk="session"),
    "mase:case-meetings": of_case(SEES),
    "mase:schedule": of_case(WORKS),
    "mase:meeting": of_meeting(SEES),
    "mase:start": of_meeting(MANAGER, post=True),
    "mase:end": of_meeting(MANAGER),
    "mase:not-held": of_meeting(MANAGER),
    "mase:change": of_meeting(WORKS),
    "mase:chair": of_meeting(MANAGER),
    "mase:cancel": of_meeting(WORKS),
    "mase:invite": of_meeting(WORKS),
    "mase:answer": of_meeting(WORKS | {"health"}, key="nurse's invitation"),
    "mase:calendar-entry": of_meeting(SEES),
    # (the report of an agency that is asked: the manager's and the police are not)
    "mase:report": record(frozenset({"health", "practitioner"}), pk="meeting"),
    "mase:report-ask": of_meeting(WORKS, post=True, key="health agency"),
    "mase:suggestion-take": of_meeting(MANAGER, post=True, key="a suggestion"),
    "mase:clock": of_meeting(WORKS),
    "mase:case-clock": of_case(WORKS),
    "mase:family": of_meeting(MANAGER, post=True),
    "mase:live": of_meeting(SEES),
    "mase:stage": of_meeting(MANAGER, post=True),
    "mase:room": of_meeting(SEES),
    "mase:agenda": of_meeting(MANAGER),
    "mase:agenda-item": of_meeting(MANAGER, post=True, key="agenda item"),
    "mase:section": of_meeting(MANAGER, post=True, kind="a section", key="agenda item"),
    "mase:remove": of_meeting(MANAGER, post=True, kind="map lines", key="map line"),
    "mase:minutes": record(SEES, pk="ended meeting"),
    "mase:minutes-pdf": record(SEES, pk="ended meeting"),
    "mase:minutes-drafts": function(PRACTITIONERS),
    "mase:pack": of_meeting(SEES),
    "mase:minutes-draft-pdf": record(MANAGER, SEES, pk="ended meeting"),
    "mase:minutes-object": record(SEES, pk="ended meeting"),
    "mase:minutes-wording": record(MANAGER, SEES, pk="ended meeting", key="wording"),
    "mase:minutes-circulate": record(MANAGER, SEES, pk="ended meeting"),
    "mase:minutes-answer": record(MANAGER, SEES, pk="ended meeting", key="objection"),
    "mase:minutes-add": record(MANAGER, SEES, pk="ended meeting"),
    "mase:minutes-people": record(MANAGER, SEES, pk="ended meeting"),
    "mase:actions": function(PRACTITIONERS),
    "mase:actions-confirm": function(PRACTITIONERS, post=True),
    "mase:action-people": function(LEAD | MANAGER),
    "mase:action-hand-over": record(MANAGER, EVERYONE - LEAD, pk="the nurse"),
    "mase:action": record(SEES, pk="nurse's action"),
    "mase:action-progress": record(frozenset({"health", "manager"}), SEES, pk="nurse's action"),
    "mase:action-outcome": record(frozenset({"health", "manager"}), SEES, pk="nurse's action"),
    "mase:action-hand-on": record(frozenset({"health", "manager"}), SEES, pk="nurse's action"),
    "mase:action-answer": record(frozenset({"health", "manager"}), SEES, pk="nurse's action"),
    "mase:action-confirm": record(MANAGER, SEES, pk="nurse's action"),
    "mase:action-cancel": record(MANAGER, SEES, pk="nurse's action"),
    "mase:action-readers": record(MANAGER, SEES, pk="nurse's action"),
    # CMOG: this month's runs, the nurse was asked to it; the case is on its agenda
    "mase:cmogs": function(CMOG),
    "mase:cmog-book": function(MANAGER),
    "mase:cmog-next": function(MANAGER, post=True),
    "mase:cmog": record(CMOG | {"health"}, pk="CMOG"),
    "mase:cmog-agenda": record(CMOG | {"health"}, pk="CMOG"),
    "mase:cmog-add": of_cmog(MANAGER),
    "mase:cmog-compile": of_cmog(MANAGER, post=True),
    "mase:cmog-attendance": of_cmog(MANAGER),
    "mase:cmog-end": of_cmog(MANAGER),
    "mase:cmog-said": record(CMOG, CMOG | {"health"}, post=True, pk="CMOG item"),
    "mase:cmog-action": record(CMOG, CMOG | {"health"}, pk="CMOG item"),
    "mase:cmog-action-remove": record(CMOG, CMOG | {"health"}, post=True, pk="CMOG item", key="CMOG action"),
    "mase:cmog-disruption": record(CMOG, CMOG, pk="CMOG item about a person"),
    "mase:cmog-defer": record(CMOG, CMOG | {"health"}, pk="CMOG item"),
    "mase:cmog-remove": record(MANAGER, CMOG | {"health"}, post=True, pk="CMOG item"),
    "mase:cmog-take-up": record(CMOG, CMOG | {"health"}, post=True, pk="CMOG item"),
    # The strategy's action plan: the manager keeps it, the board and its analyst read it
    "mase:strategy": function(STRATEGY),
    "mase:strategy-set-out": function(MANAGER, post=True),
    "mase:objective-add": function(MANAGER),
    "mase:strategy-book": function(MANAGER),
    "mase:objective": record(STRATEGY, pk="objective"),
    "mase:objective-change": function(MANAGER, pk="objective"),
    "mase:strategic-action-add": function(MANAGER, under="objective"),
    "reporting:success": function(STRATEGY),
    # Audits of case files: the nurse audits the case, and asks the practitioner to act
    "reporting:case-audits": function(PRACTITIONERS),
    "reporting:audit-draw": function(MANAGER),
    "reporting:audit-sample": function(MANAGER, pk="audit sample"),
    "reporting:case-audit": record(SEES, pk="case audit"),
    "reporting:audit-action": record(frozenset({"practitioner"}), SEES, pk="audit action"),
    # Supervision: the manager supervised the practitioner
    "reporting:supervision": function(PRACTITIONERS),
    "reporting:supervise": function(PRACTITIONERS),
    "reporting:supervision-record": record(LEADS, pk="supervision"),
    "reporting:supervision-correct": record(MANAGER, frozenset({"practitioner"}), pk="supervision"),
    "reporting:support": function(STRATEGY),
    "reporting:prevention": function(PREVENTION),
    "reporting:prevention-add": function(PRACTITIONERS),
    "reporting:prevention-csv": function(PREVENTION),
    "reporting:prevention-wards": function(STRATEGY),
    "reporting:prevention-edit": record(NURSE, EVERYONE - PRACTITIONERS, pk="nurse's prevention"),
    # Training: the manager and the analyst keep all of it, an agency's lead that of its people
    "reporting:training": function(TRAINING),
    "reporting:training-people": function(TRAINING),
    "reporting:training-left": record(SIGNERS, EVERYONE - TRAINING, pk="teacher", post=True),
    "reporting:training-attend": function(TRAINING),
    "reporting:training-remove": record(SIGNERS, EVERYONE - TRAINING, pk="teacher's attendance", post=True),
    "reporting:training-courses": function(TRAINING),
    "reporting:training-course-add": function(SIGNERS),
    "reporting:training-course": function(SIGNERS, pk="course"),
    "reporting:training-upload": function(TRAINING),
    "reporting:training-list": record(frozenset({"lead"}), EVERYONE - TRAINING, pk="lead's list"),
    "reporting:strategy-report": function(STRATEGY),
    "mase:transition": of_case(SEES),
    "mase:transition-record": of_case(WORKS, part="a part of turning 18"),
    # Professional disagreements: raised by the nurse, who is invited to a meeting, with social care
    "mase:case-disagreements": of_case(SEES),
    "mase:disagreement-raise": of_case(SEES),
    "mase:disagreements": function(PRACTITIONERS),
    "mase:disagreement": record(SEES, pk="disagreement"),
    "mase:disagreement-act": record(LEADS | {"health"}, SEES, pk="disagreement"),
    # Intelligence: the practitioner's submission is graded, and its report is about the case
    "intelligence:mine": function(PRACTITIONERS),
    "intelligence:new": function(PRACTITIONERS),
    "intelligence:from": record(
        SEES,
        EVERYONE - PRACTITIONERS,
        post=True,
        kind="a record that a draft begins from",
        pk="interview held",
    ),
    "intelligence:inbox": function(frozenset({"police"})),
    "intelligence:desk": record(UNIT, AUTHOR_AND_UNIT, reference="submission"),
    "intelligence:review": record(UNIT, AUTHOR_AND_UNIT, reference="submission"),
    "intelligence:force-pdf": record(UNIT, AUTHOR_AND_UNIT, reference="submission"),
    "intelligence:withdraw": record(UNIT, INTELLIGENCE, reference="report", post=True),
    "intelligence:reports": function(PRACTITIONERS),
    "intelligence:report": record(INTELLIGENCE, reference="report"),
    "intelligence:readers": record(UNIT, INTELLIGENCE, reference="report"),
    "intelligence:subjects": function(PRACTITIONERS),
    "intelligence:subject-new": function(UNIT, kind="a kind of subject"),
    "intelligence:subject": record(INTELLIGENCE, reference="subject"),
    "intelligence:subject-act": record(UNIT, INTELLIGENCE, reference="subject", post=True),
    "intelligence:subject-edit": record(UNIT, INTELLIGENCE, reference="subject"),
    "intelligence:subject-photo": record(INTELLIGENCE, reference="subject"),
    "intelligence:subject-who": record(UNIT, INTELLIGENCE, reference="subject"),
    "intelligence:subject-review": record(UNIT, INTELLIGENCE, reference="subject"),
    "intelligence:subject-merge": record(UNIT, INTELLIGENCE, reference="subject"),
    "intelligence:shared": function(PRACTITIONERS),
    "intelligence:shared-sentence": record(NURSE, pk="shared sentence"),
    "intelligence:case-reports": of_case(SEES),
    "intelligence:hotspots": function(PRACTITIONERS),
    "intelligence:disruptions": function(PRACTITIONERS),
    "intelligence:disruption": record(INTELLIGENCE, pk="disruption"),
    "intelligence:disruption-ask": record(CMOG, INTELLIGENCE, reference="subject"),
    "intelligence:disruption-step": record(CMOG, INTELLIGENCE, pk="disruption", stage="a step of an order"),
    "intelligence:disruption-breach": record(CMOG, INTELLIGENCE, pk="disruption"),
    "intelligence:disruption-effect": record(CMOG, INTELLIGENCE, pk="disruption"),
    "intelligence:disruption-children": record(CMOG, INTELLIGENCE, pk="disruption"),
    "intelligence:disruption-next": record(CMOG, INTELLIGENCE, pk="breach"),
    "intelligence:disruption-child": record(INTELLIGENCE, pk="protected child"),
    "intelligence:case-orders": of_case(INTELLIGENCE),
    "intelligence:links": function(PRACTITIONERS),
    "intelligence:connection-add": function(CMOG),
    "intelligence:connection-task": function(MANAGER, post=True),
    "intelligence:connection": record(INTELLIGENCE, pk="connection"),
    "intelligence:submission": record(AUTHOR_AND_UNIT, reference="submission"),
    "intelligence:sent": record(frozenset({"practitioner"}), reference="submission"),
    "intelligence:reply": record(frozenset({"practitioner"}), reference="submission"),
    "intelligence:files": record(frozenset({"practitioner"}), reference="draft submission"),
    "intelligence:file": record(AUTHOR_AND_UNIT, reference="submission", pk="file of a submission"),
    "intelligence:step": record(frozenset({"practitioner"}), reference="draft submission", step="a page"),
    "intelligence:advice": record(
        frozenset({"practitioner"}), reference="draft submission", step="a page", post=True
    ),
    "intelligence:check": record(frozenset({"practitioner"}), reference="draft submission"),
    "intelligence:discard": record(frozenset({"practitioner"}), reference="draft submission"),
    # Returns and reports: one is checked and waits for its signature
    "reporting:returns": function(SIGNERS),
    "reporting:return": record(SIGNERS, quarter="quarter"),
    "reporting:return-measure": record(SIGNERS, quarter="quarter", measure="a measure"),
    "reporting:explain-change": record(
        ANALYST,
        SIGNERS,
        quarter="quarter",
        measure="a measure",
        dimension="a breakdown",
        row="a total",
        column="a share",
    ),
    "reporting:measures": function(SIGNERS),
    "reporting:measures-of": function(SIGNERS, period="quarter"),
    "reporting:measure": function(SIGNERS, period="days", measure="a measure"),
    "reporting:start-return": record(ANALYST, SIGNERS, quarter="quarter", post=True),
    "reporting:check-return": record(ANALYST, SIGNERS, quarter="quarter"),
    "reporting:sign-return": record(MANAGER, SIGNERS, quarter="quarter"),
    "reporting:send-back-return": record(MANAGER, SIGNERS, quarter="quarter"),
    "reporting:send-return": record(ANALYST, SIGNERS, quarter="quarter"),
    "reporting:receive-return": record(ANALYST, SIGNERS, quarter="quarter"),
    "reporting:correct-return": record(ANALYST, SIGNERS, quarter="quarter"),
    "reporting:ask-for-gaps": record(ANALYST, SIGNERS, quarter="quarter", post=True),
    "reporting:sent-return": record(SIGNERS, quarter="sent quarter"),
    "reporting:gaps": function(PRACTITIONERS),
    "reporting:download-return": record(SIGNERS, quarter="quarter", file_format="a format"),
    "reporting:region": function(ANALYST),
    "reporting:region-upload": function(ANALYST),
    "reporting:region-quarter": function(ANALYST, quarter="signed quarter"),
    "reporting:region-download": function(ANALYST, quarter="signed quarter", file_format="a format"),
    "reporting:attendance": function(SIGNERS),
    "reporting:behind": function(
        MANAGER,
        period="quarter",
        measure="a measure",
        dimension="a breakdown",
        row="a total",
        column="a total",
    ),
    "reporting:reports": function(REPORT_READERS),
    "reporting:board-pack": function(STRATEGY, quarter="published quarter"),
    "reporting:board-pack-write": function(ANALYST, quarter="published quarter", page="a page of the pack"),
    "reporting:board-pack-foreword": function(CHAIRS, quarter="published quarter"),
    "reporting:board-pack-send": function(ANALYST, quarter="published quarter"),
    "reporting:board-pack-publish": function(MANAGER, quarter="published quarter"),
    "reporting:board-pack-send-back": function(MANAGER, quarter="published quarter"),
    "reporting:board-pack-correct": function(ANALYST, quarter="published quarter"),
    "reporting:board-decision": function(CHAIRS, quarter="published quarter", number="a decision"),
    "reporting:board-decision-report": function(CHAIRS, quarter="published quarter", number="a decision"),
    "reporting:board-pack-preview": function(STRATEGY, quarter="published quarter"),
    "reporting:report-pdf": function(STRATEGY, quarter="published quarter", audience="a board"),
    # Problem profiles: the analyst writes, the manager publishes, the board reads what is published
    "reporting:profiles": function(REPORT_READERS),
    "reporting:profile": record(REPORT_READERS, year="published year"),
    "reporting:profile-pdf": record(REPORT_READERS, year="published year", version="sanitised"),
    "reporting:profile-words": record(ANALYST, SIGNERS, year="year"),
    "reporting:profile-add": record(ANALYST, SIGNERS, year="year", kind="finding of a profile"),
    "reporting:profile-part": record(ANALYST, SIGNERS, pk="recommendation"),
    "reporting:profile-objective": record(MANAGER, SIGNERS, pk="recommendation"),
    "reporting:profile-publish": record(MANAGER, SIGNERS, year="year", post=True),
    # The audit: the privacy officer's, by reference
    "reporting:audit": function(PRIVACY),
    "reporting:audit-decided": function(PRIVACY),
    "reporting:audit-finding": function(PRIVACY, pk="finding"),
    "reporting:audit-searches": function(PRIVACY),
    "reporting:audit-case": function(PRIVACY, reference="case"),
    "reporting:audit-person": function(PRIVACY, pk="somebody"),
    # Retention: the privacy officer's, by reference; a team manager is the second person
    "reporting:retention": function(PRIVACY),
    "reporting:retention-schedule": function(PRIVACY),
    "reporting:retention-holds": function(PRIVACY),
    "reporting:retention-hold-new": function(PRIVACY),
    "reporting:retention-hold-lift": function(PRIVACY, pk="hold"),
    "reporting:retention-record": function(PRIVACY, reference="due concern"),
    "reporting:disposals": function(TWO_PEOPLE),
    "reporting:disposal": function(TWO_PEOPLE, pk="disposal"),
    "reporting:certificate": function(TWO_PEOPLE, pk="certified disposal"),
    # Who asks to see a record: the CSE team's; the police say what of theirs may be shown; the register is by reference
    "reporting:subject-access": of_case(MANAGER),
    "reporting:subject-access-new": of_case(MANAGER),
    "reporting:subject-access-requests": function(frozenset({"manager", "police"})),
    "reporting:subject-access-request": of_request(MANAGER),
    "reporting:subject-access-identity": of_request(MANAGER),
    "reporting:subject-access-extend": of_request(MANAGER),
    "reporting:subject-access-close": of_request(MANAGER),
    "reporting:subject-access-assemble": of_request(MANAGER, post=True),
    "reporting:subject-access-part": of_request(MANAGER, key="part of it"),
    "reporting:subject-access-words": of_request(MANAGER),
    "reporting:subject-access-send": of_request(MANAGER, post=True),
    "reporting:subject-access-sign": of_request(MANAGER, post=True),
    "reporting:subject-access-send-back": of_request(MANAGER, post=True),
    "reporting:subject-access-release": of_request(frozenset({"police"}), refused=MANAGER),
    "reporting:subject-access-disclose": of_request(MANAGER),
    "reporting:subject-access-bundle": of_request(MANAGER),
    "reporting:subject-access-item": of_request(MANAGER, pk="item of it"),
    "reporting:disclosures": function(PRIVACY),
    # The API
    "api-schema": function(EVERYONE),
    "api-concerns": function(PRACTITIONERS),
    "api-concern": record(frozenset({"outsider", "manager"}), reference="outsider's concern"),
    "api-cases": function(PRACTITIONERS),
    "api-cases-search": function(PRACTITIONERS, post=True),
    "api-case": of_case(SEES),
    "api-documents": of_case(SEES),
    "api-document-file": of_case(SEES, pk="document"),
    "api-meetings": function(PRACTITIONERS),
    "api-meeting": of_meeting(SEES),
    "api-actions": function(PRACTITIONERS),
    "api-missing": function(frozenset(), post=True),
    "api-submissions": function(PRACTITIONERS),
    "api-submission": record(UNIT, AUTHOR_AND_UNIT, reference="submission"),
    "api-returns": function(SIGNERS),
    "api-return": record(SIGNERS, quarter="signed quarter"),
}


# Proof of identity again, after an hour.
PROVED = frozenset(
    {
        # Who is shut out of a child's case
        "cases:exclusion-add", "cases:exclusion-decide", "cases:exclusion-lift",
        # What leaves the portal, or goes for good
        "cases:export-new", "cases:export-file", "intelligence:force-pdf",
        "reporting:subject-access-disclose", "reporting:subject-access-bundle",
        "reporting:retention-hold-lift", "reporting:retention-record", "reporting:disposal",
        # Who may sign in, and how
        "people:add-system", "people:issue-token",
        "sign_in:new-recovery-codes", "sign_in:end-other-sessions", "mfa_activate_totp", "mfa_add_webauthn",
    }
)  # fmt: skip
# The same, of what the tests' world has not: a factor to remove, an agency's own sign-in.
PROVED_ELSEWHERE = frozenset({"sign_in:remove-factor", "sign_in:connect", "sign_in:disconnect"})
# Asked only for a yes.
PROVED_FOR_SOME = frozenset({"cases:export"})
