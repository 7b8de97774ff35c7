"""Everything a person can be allowed to do, a sentence each."""

from enum import Enum


class Permission(Enum):
    """One act. The value says in a sentence what may be done."""

    # Functions: decided by role alone
    CONCERN_CREATE = "Log a concern about a child"
    CONCERN_LIST = "Follow the concerns one's agency has logged"
    CONCERN_AGENCY = "Read the concerns that colleagues of one's agency have sent"
    CONCERN_TRIAGE = "Work the triage queue and decide what follows from a concern"
    SERVICE_LIST = "Read the list of services for children"
    SERVICE_CHANGE = "Keep the list of services for children"
    PREVENTION_RECORD = (
        "Record one's agency's prevention in schools, trade, taxis, hotels, communities and online"
    )
    PREVENTION_VIEW = "See the prevention of every agency, beside harm by ward"
    MISSING_FEED = "Send what the police's own system records of missing children"
    CASE_LIST = "See the list of cases one may see"
    MEETING_LIST = "See the meetings one may see"
    ACTION_LIST = "See the plan actions one may see"
    ACTION_HAND_OVER = "Hand all open plan actions of one person to colleagues who may see the case"
    LETTER_WORDING_CHANGE = "Change the board's wording of letters to families"
    CMOG_LIST = "See every CMOG: the CSE team and the police intelligence unit sit on it each month"
    CMOG_BOOK = "Set the days of CMOGs and strategic CMOGs"
    SESSION_BOOK = "Set the day of a session of MASE meetings, and put children into its slots"
    DISRUPTION_ASK = "Ask for an order against a subject of concern one may see"
    CONNECTION_RECORD = "Record how two children, people, places or things that one may see belong together"
    STRATEGIC_VIEW = "Read the strategy's action plan and measures of success, and sit on strategic CMOG"
    STRATEGIC_CHANGE = "Change the strategy's action plan and report on its objectives"
    DISAGREEMENT_LIST = "See the professional disagreements one may see"
    INTELLIGENCE_SUBMIT = "Submit intelligence to the police"
    INTELLIGENCE_GRADE = "Receive, grade and answer intelligence submissions"
    REPORT_LIST = "See the graded intelligence reports one may see"
    RETURN_PREPARE = "Produce and check the regional return"
    RETURN_SIGN = "Sign off a regional return that someone else prepared"
    RETURN_VIEW = "See and download signed-off returns"
    BOARD_REPORT_PUBLISH = "Write the board pack of a quarter, and correct a published one"
    BOARD_REPORT_VIEW = "Read and download board packs"
    BOARD_PACK_CHECK = "Read a board pack that someone else wrote, and publish it or send it back"
    BOARD_PACK_ANSWER = (
        "Write the foreword of a board pack, and record what the board decided and what became of it"
    )
    CASE_AUDIT = "Audit the case files one was asked to, do what audits ask of one, and record supervision"
    CASE_AUDIT_DRAW = (
        "Draw case files to audit by lot, read how all samples were graded, and who was supervised and when"
    )
    TRAINING_KEEP = "Record and read who of one's own agency is trained"
    TRAINING_ALL = "Record and read who of every agency is trained, and keep the list of courses"
    CONFLICT_DECLARE = "Declare whom one is close to"
    PEOPLE_EXPORT = "Take a copy of the records of cases one may see out of the portal"
    COPY_FIND = "Find out whose a copy of records is"
    SUBJECT_ACCESS_LIST = "See who asks to see the record of a case one may see"
    DISCLOSURE_REGISTER = "Read the register of what was disclosed to whom it is about, by reference alone"
    EXCLUSION_DECIDE = "Exclude a person or agency from a case, or lift it"
    ACCESS_EXPLAIN = "Ask why a person can or cannot see a case"
    BREAK_GLASS = "Open a case in an emergency without having been given it"
    BREAK_GLASS_REVIEW = "Judge whether a case was rightly opened in an emergency"
    AUDIT_VIEW = "Read who looked at and changed what, by reference and never by content"
    AUDIT_REVIEW = "Decide on what the audit's rules and its monthly sample bring up"
    RETENTION_MANAGE = "Hold records and propose what is due for disposal, by reference alone"
    RETENTION_APPROVE = "Decide on a disposal that another person proposed"
    PEOPLE_MANAGE = "Invite, confirm and end the people of one's own agency"

    # A concern
    CONCERN_VIEW = "Read a concern"
    CONCERN_EDIT = "Change one's own draft concern"
    CONCERN_ADD = "Add to a concern that has been submitted"
    CONCERN_DECIDE = "Decide a submitted concern"
    CONCERN_CORRECT = "Correct a decision on a concern within 5 working days"
    HANDOFF_VIEW = "Read a hand-off"
    HANDOFF_ANSWER = "Accept or decline what one's agency was asked to do, review it and end it"
    HANDOFF_REASSIGN = "Ask another agency to do what nobody accepted"

    # A case
    CASE_VIEW = "See a child's case"
    CASE_CHANGE = "Change the record of a child's case"
    CASE_CLOSE = "Close a case"
    CASE_REOPEN = "Re-open a closed case"
    CASE_RESTRICT = "Restrict a case to named people, or lift it"
    CASE_SHARE = "Give another agency or person access to a case, or stop it"
    CASE_ACCESS_VIEW = "See who has access to a case"
    CASE_REVIEW = "Record the lead professional's review of a child in category 1"
    ASSESSMENT_RECORD = "Record a risk assessment"
    CATEGORY_CONFIRM = "Confirm a child's risk category"
    CHRONOLOGY_ADD = "Add an event to the chronology"
    DOCUMENT_VIEW = "Open a document of a case one may see"
    DOCUMENT_ADD = "Add a document to a case"
    DOCUMENT_REMOVE = "Remove a document from a case"
    ADDRESS_VIEW = "See a confidential address of a case one may see"
    ADDRESS_RECORD = "Record a confidential address, and when it is no longer current"
    HEALTH_VIEW = "Read the health detail of a case one may see"
    HEALTH_RECORD = "Add to the health detail of a case"
    MINUTES_RESTRICTED_VIEW = "Read the restricted part of a child's meetings and their minutes"
    CASE_INTELLIGENCE_VIEW = "Read the graded intelligence (handling P) that is linked to a case one may see"
    COURT_VIEW = "Read the police investigation, court and witness care of a case one may see"
    COURT_RECORD = "Record the police investigation, court and witness care of a case"
    SUBJECT_ACCESS_PREPARE = "Prepare, read and disclose what a child, or somebody for them, asks to see"
    SUBJECT_ACCESS_RELEASE = "Say for the police that what they told may be disclosed"

    # A meeting and its plan
    MEETING_SCHEDULE = "Schedule a MASE for a child"
    OBJECTIVE_REPORT = "Report on a part of the strategy's action plan that one owns"
    MEETING_VIEW = (
        "See a meeting of a case one may see, or a CMOG or strategic CMOG one sits on or was invited to"
    )
    MEETING_CONTRIBUTE = "Write one's own agency's part of a meeting"
    MEETING_TAKE_PART = "Take the papers of a meeting one takes part in, and answer its minutes"
    MEETING_NOTE = (
        "Write what a meeting says, brings and agrees: its chair, or the minute taker asked to it by name"
    )
    MEETING_CHAIR = "Run a meeting: its stages, agenda, ending and minutes"
    MINUTES_VIEW = "Read and download a meeting's minutes"
    ACTION_VIEW = "See a plan action"
    ACTION_UPDATE = "Report on an action one's agency owns"

    # A CMOG
    CMOG_ITEM_VIEW = (
        "See an item of a CMOG that is about a child, person, place or action one may see, or about none"
    )
    CMOG_WRITE = "Write down what a CMOG says and agrees about an item one may see"
    # A professional disagreement
    DISAGREEMENT_VIEW = "See a professional disagreement about a case one may see"
    DISAGREEMENT_RAISE = "Raise a professional disagreement with another agency"
    DISAGREEMENT_ANSWER = (
        "Answer a disagreement of one's own agency, and have heads of service called at once"
    )
    DISAGREEMENT_SETTLE = "Take a disagreement one's agency raised further, and record how it was resolved"
    DISAGREEMENT_WITHDRAW = "Withdraw a disagreement that one's own agency raised"

    # Intelligence
    SUBMISSION_VIEW = "Read a raw intelligence submission"
    SUBMISSION_EDIT = "Change one's own draft submission"
    SUBMISSION_WORK = "Receive, grade, link and answer a submission"
    INTELLIGENCE_REPORT_VIEW = "Read a graded, sanitised intelligence report"
    SENTENCE_ANSWER = "Read the sentences that the police shared with one's agency, and answer with visits"
    DISRUPTION_VIEW = "See an order against a subject of concern one may see"
    DISRUPTION_RECORD = "Say what became of an order that one's agency applies for"
