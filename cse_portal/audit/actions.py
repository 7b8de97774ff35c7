"""Every act the audit knows, a past participle each. An action's name is never taken from a request."""

from django.db.models import TextChoices


class Action(TextChoices):
    """What happened. The part before the dot is the floor it happened on."""

    # Sign-in and access
    SIGNED_IN = "access.signed_in", "Signed in"
    SIGNED_OUT = "access.signed_out", "Signed out"
    SIGN_IN_FAILED = "access.sign_in_failed", "Sign-in failed"
    FACTOR_ADDED = "access.factor_added", "Added a second factor"
    FACTOR_REMOVED = "access.factor_removed", "Removed a second factor"
    FACTOR_PROVED = "access.factor_proved", "Showed a second factor"
    FACTOR_FAILED = "access.factor_failed", "Second factor failed"
    RECOVERY_CODES_MADE = "access.recovery_codes_made", "Made new recovery codes"
    PROVED_AGAIN = "access.proved_again", "Proved who they are again"
    PASSWORD_CHANGED = "access.password_changed", "Changed their password"
    PASSWORD_RESET = "access.password_reset", "A password was reset by mail"
    ACCOUNT_CONNECTED = "access.account_connected", "Connected a work account"
    ACCOUNT_DISCONNECTED = "access.account_disconnected", "Disconnected a work account"
    WORK_ACCOUNT_REFUSED = "access.work_account_refused", "A work account was refused"
    TOKEN_ISSUED = "access.token_issued", "Issued a token to another system"
    TOKEN_ENDED = "access.token_ended", "Ended a token"
    TOKEN_USED = "access.token_used", "Another system used its token"
    TOKEN_REFUSED = "access.token_refused", "A token was refused"
    SYSTEM_ADDED = "access.system_added", "Added another system"
    SESSION_EXPIRED = "access.session_expired", "A session ran out"
    SESSION_ENDED = "access.session_ended", "Ended a session"
    SESSIONS_ENDED = "access.sessions_ended", "Ended all other sessions"
    AGENCY_ADDED = "access.agency_added", "Added an agency"
    PERSON_INVITED = "access.person_invited", "Invited a person"
    INVITATION_WITHDRAWN = "access.invitation_withdrawn", "Withdrew an invitation"
    INVITATION_ACCEPTED = "access.invitation_accepted", "Accepted an invitation"
    PEOPLE_LISTED = "access.people_listed", "Listed the people of an agency"
    PERSON_CONFIRMED = "access.person_confirmed", "Confirmed that a person still takes part"
    PERSON_SUSPENDED = "access.person_suspended", "Suspended a person"
    PERSON_REACTIVATED = "access.person_reactivated", "Let a suspended person in again"
    MEMBERSHIP_ENDED = "access.membership_ended", "Ended a person's membership"
    PERSON_LET_GO = "access.person_let_go", "Took away what a leaver held"
    DENIED = "access.denied", "Was refused"
    LIMIT_REACHED = "access.limit_reached", "Was stopped at a limit"
    FACTOR_MISSING = "access.factor_missing", "Asked for a page before showing their second factor"
    FORM_FORGED = "access.form_forged", "Was refused a form that came from no open page of the portal"
    CHILDREN_CEILING = "access.children_ceiling", "Reached the day's limit of children through the API"
    ACCESS_GRANTED = "access.granted", "Gave access"
    ACCESS_WITHDRAWN = "access.withdrawn", "Withdrew access"
    EXCLUSION_SET = "access.exclusion_set", "Excluded a person or agency"
    CONFLICT_DECLARED = "access.conflict_declared", "Declared whom they are close to"
    CONFLICT_WITHDRAWN = "access.conflict_withdrawn", "Withdrew a declaration"
    EXCLUSION_PROPOSED = "access.exclusion_proposed", "Found a possible conflict of interest"
    EXCLUSION_DISMISSED = "access.exclusion_dismissed", "Dismissed a possible conflict of interest"
    EXCLUSION_LIFTED = "access.exclusion_lifted", "Lifted an exclusion"
    ACCESS_EXPLAINED = "access.explained", "Asked why somebody can see a case"
    GLASS_BROKEN = "access.glass_broken", "Opened a case in an emergency"
    GLASS_NOT_BROKEN = "access.glass_not_broken", "Found no case to open in an emergency"
    EMERGENCY_REVIEWED = "access.emergency_reviewed", "Judged an emergency opening"
    EMERGENCIES_VIEWED = "access.emergencies_viewed", "Viewed emergency openings"

    # The audit itself
    AUDIT_READ = "audit.read", "Read the audit"
    AUDIT_REVIEWED = "audit.reviewed", "Decided on a finding of the audit"
    AUDIT_CHECKED = "audit.checked", "Checked the audit against its seals"
    AUDIT_LOOKED_OVER = "audit.looked_over", "Looked over a day of the audit"
    VALUES_ERASED = "audit.values_erased", "Erased what changed rows had held"

    # Jobs
    JOB_STARTED = "jobs.started", "Started a background job"
    NOTICES_SHOWN = "jobs.notices_shown", "Was shown children in their notifications"
    NOTICES_CHOSEN = "jobs.notices_chosen", "Chose which mails to get"

    # Cases
    CONCERN_DRAFTED = "cases.concern_drafted", "Started a concern"
    CONCERN_DRAFT_SAVED = "cases.concern_draft_saved", "Saved a draft concern"
    CONCERN_DRAFT_DELETED = "cases.concern_draft_deleted", "Deleted a draft concern"
    CONCERN_SUBMITTED = "cases.concern_submitted", "Submitted a concern"
    CONCERN_VIEWED = "cases.concern_viewed", "Viewed a concern"
    CONCERNS_LISTED = "cases.concerns_listed", "Listed concerns"
    CONCERN_ADDENDUM_ADDED = "cases.concern_addendum_added", "Added to a concern"
    CONCERN_TAKEN = "cases.concern_taken", "Took a concern to decide it"
    CONCERN_LET_GO = "cases.concern_let_go", "Let go of a concern"
    ADDENDUM_READ = "cases.addendum_read", "Said whether a child is in danger after new information"
    DECISION_CORRECTED = "cases.decision_corrected", "Corrected a decision on a concern"
    STRATEGY_RECORDED = "cases.strategy_recorded", "Recorded a strategy discussion"
    CONCERN_STEPPED_UP = "cases.concern_stepped_up", "Sent a concern back to triage"
    HANDED_OVER = "cases.handed_over", "Asked an agency to help a child"
    HANDOFF_ACCEPTED = "cases.handoff_accepted", "Accepted a hand-off"
    HANDOFF_DECLINED = "cases.handoff_declined", "Declined a hand-off"
    HANDOFF_REVIEWED = "cases.handoff_reviewed", "Reviewed a hand-off"
    HANDOFF_PASSED_ON = "cases.handoff_passed_on", "Handed it to another agency"
    HANDOFF_ENDED = "cases.handoff_ended", "Ended a hand-off"
    HANDOFF_VIEWED = "cases.handoff_viewed", "Viewed a hand-off"
    HANDOFFS_LISTED = "cases.handoffs_listed", "Listed hand-offs"
    CONCERN_DECIDED = "cases.concern_decided", "Decided a concern"
    CHILDREN_MATCHED = "cases.children_matched", "Compared a concern with known children"
    CONCERNS_SEARCHED = "cases.concerns_searched", "Searched concerns"
    CONCERNS_LINKED = "cases.concerns_linked", "Linked two concerns about the same child"
    CONCERNS_UNLINKED = "cases.concerns_unlinked", "Undid the link of two concerns"
    CHILDREN_MERGED = "cases.children_merged", "Recorded that two records are of one child"
    CHILDREN_PARTED = "cases.children_parted", "Undid that two records are of one child"
    CONCERN_ADDED_TO_CASE = "cases.concern_added", "Added a decided concern to a case"
    CASE_OPENED = "cases.opened", "Opened a case"
    SECOND_CASE_OPENED = "cases.second_opened", "Opened a second case of a child"
    CASE_VIEWED = "cases.viewed", "Viewed a case"
    CASES_LISTED = "cases.listed", "Listed cases"
    CASES_SEARCHED = "cases.searched", "Searched cases"
    PICTURE_WRITTEN = "cases.picture_written", "Wrote the current picture of a child"
    CASE_REVIEWED = "cases.reviewed", "Recorded the review of a case"
    CASE_CHANGED = "cases.changed", "Changed a case"
    CASE_RESTRICTED = "cases.restricted", "Restricted a case"
    CASE_UNRESTRICTED = "cases.unrestricted", "Lifted a restriction"
    CASE_CLOSED = "cases.closed", "Closed a case"
    CASE_REOPENED = "cases.reopened", "Re-opened a case"
    LEAD_ASSIGNED = "cases.lead_assigned", "Assigned a lead professional"
    ASSESSMENT_RECORDED = "cases.assessment_recorded", "Recorded a risk assessment"
    VOICE_RECORDED = "cases.voice_recorded", "Recorded what a child said"
    VOICE_ANSWERED = "cases.voice_answered", "Recorded what changed because of what a child said"
    CATEGORY_CONFIRMED = "cases.category_confirmed", "Confirmed a category"
    CHRONOLOGY_ENTRY_ADDED = "cases.chronology_entry_added", "Added to the chronology"
    CHRONOLOGY_STARRED = (
        "cases.chronology_starred",
        "Changed whether an entry of the chronology is significant",
    )
    CHRONOLOGY_PRINTED = "cases.chronology_printed", "Opened the chronology to print it"
    DOCUMENT_ADDED = "cases.document_added", "Added a document"
    DOCUMENT_CHECKED = "cases.document_checked", "Checked a document for viruses"
    DOCUMENT_REFUSED = "cases.document_refused", "Refused a document in which a virus was found"
    FILE_REFUSED = "cases.file_refused", "Was refused a file"
    DOCUMENT_DOWNLOADED = "cases.document_downloaded", "Downloaded a document"
    DOCUMENT_REMOVED = "cases.document_removed", "Removed a document"
    EXPORT_ASKED = "cases.export_asked", "Asked for a copy of records"
    EXPORT_AGREED = "cases.export_agreed", "Agreed to a copy of records"
    EXPORT_REFUSED = "cases.export_refused", "Refused a copy of records"
    PEOPLE_EXPORTED = "cases.people_exported", "Made a copy of records"
    EXPORT_DOWNLOADED = "cases.export_downloaded", "Downloaded a copy of records"
    EXPORT_WITHDRAWN = "cases.export_withdrawn", "Withdrew a copy of records because access had changed"
    EXPORT_DELETED = "cases.export_deleted", "Deleted the file of a copy of records"
    COPY_VIEWED = "cases.copy_viewed", "Looked up whose a copy of records is"
    PAGE_VIEWED = "cases.page_viewed", "Opened a page about copies of records"
    ACCESS_VIEWED = "cases.access_viewed", "Viewed who has access"
    SECTION_GIVEN = "cases.section_given", "Let somebody see a part that is kept apart"
    ADDRESS_RECORDED = "cases.address_recorded", "Recorded a confidential address"
    ADDRESS_ENDED = "cases.address_ended", "Ended a confidential address"
    ADDRESS_SHOWN = "cases.address_shown", "Was shown a confidential address"
    FAMILY_RECORDED = "cases.family_recorded", "Added somebody to a child’s family or network"
    LETTER_WRITTEN = "cases.letter_written", "Wrote a letter to a child or a relative"
    LETTER_CHANGED = "cases.letter_changed", "Changed a letter that was not sent yet"
    LETTER_SENT = "cases.letter_sent", "Recorded that a letter was sent"
    LETTER_WORDING_WRITTEN = "cases.letter_wording_written", "Changed the wording of letters"
    PERIOD_RECORDED = "cases.period_recorded", "Added a school, home or legal status of a child"
    PERIOD_CHANGED = "cases.period_changed", "Changed a school, home or legal status of a child"
    FAMILY_CHANGED = "cases.family_changed", "Changed what is recorded of a child’s family"
    MISSING_LISTED = "cases.missing_listed", "Listed missing children and interviews due"
    MISSING_REPORTED = "cases.missing_reported", "Recorded that a child is missing"
    MISSING_FEED = "cases.missing_feed", "Sent a message of the police's system about a missing child"
    REVIEW_PROMPTED = "cases.review_prompted", "Asked for a review of the category after a missing episode"
    MISSING_CHANGED = "cases.missing_changed", "Changed what is known of a missing child"
    MISSING_GRADED = "cases.missing_graded", "Recorded a police risk grade"
    MISSING_CALLED = "cases.missing_called", "Recorded a call about a missing child"
    MISSING_SEEN = "cases.missing_seen", "Recorded that a missing child was seen"
    TRIGGER_PLAN_SAVED = "cases.trigger_plan_saved", "Saved a trigger plan"
    TRIGGER_PLAN_PRINTED = "cases.trigger_plan_printed", "Printed a trigger plan"
    MISSING_RETURNED = "cases.missing_returned", "Recorded that a missing child is back"
    INTERVIEW_RECORDED = "cases.interview_recorded", "Recorded what became of a return home interview"
    IDENTITY_RECORDED = "cases.identity_recorded", "Recorded what a child says of their gender and sexuality"
    CONTACT_RECORDED = "cases.contact_recorded", "Added a phone or account of a child"
    CONTACT_CHANGED = "cases.contact_changed", "Changed a phone or account of a child"
    HEALTH_RECORDED = "cases.health_recorded", "Added health detail"
    HEALTH_VIEWED = "cases.health_viewed", "Read health detail"
    SUBJECT_ACCESS_RECEIVED = "cases.subject_access_received", "Recorded that somebody asks to see a record"
    SUBJECT_ACCESS_CHANGED = "cases.subject_access_changed", "Took a request to see a record further"
    SUBJECT_ACCESS_VIEWED = "cases.subject_access_viewed", "Viewed a request to see a record"
    REDACTION_DECIDED = "cases.redaction_decided", "Decided what is left out of a disclosure"
    POLICE_RELEASED = "cases.police_released", "Released police information for a disclosure"
    DISCLOSED = "cases.disclosed", "Disclosed a record to whom it is about"
    DISCLOSURE_MADE = "cases.disclosure_made", "Made the file of a disclosure"
    DISCLOSURE_DOWNLOADED = "cases.disclosure_downloaded", "Downloaded the file of a disclosure"
    REGISTER_VIEWED = "cases.register_viewed", "Viewed the register of disclosures"

    # Intelligence
    SUBMISSION_DRAFTED = "intelligence.submission_drafted", "Started an intelligence submission"
    SUBMISSION_DRAFT_SAVED = "intelligence.draft_saved", "Saved a draft intelligence submission"
    SUBMISSION_DRAFT_DELETED = "intelligence.draft_deleted", "Deleted a draft intelligence submission"
    SUBMISSION_SUBMITTED = "intelligence.submission_submitted", "Submitted intelligence"
    SUBMISSION_VIEWED = "intelligence.submission_viewed", "Viewed an intelligence submission"
    SUBMISSIONS_LISTED = "intelligence.submissions_listed", "Listed intelligence submissions"
    SUBMISSION_RECEIVED = "intelligence.submission_received", "Received an intelligence submission"
    SUBMISSION_RETURNED = "intelligence.submission_returned", "Returned a submission for detail"
    SUBMISSION_DETAIL_ADDED = "intelligence.detail_added", "Added detail to an intelligence submission"
    SUBMISSION_GRADED = "intelligence.submission_graded", "Graded an intelligence submission"
    FEEDBACK_GIVEN = "intelligence.feedback_given", "Gave feedback on intelligence"
    REPORT_ISSUED = "intelligence.report_issued", "Issued an intelligence report"
    REPORT_READER_NAMED = "intelligence.report_reader_named", "Named a reader of an intelligence report"
    NOMINAL_ADDED = "intelligence.nominal_added", "Added a person, place or vehicle of concern"
    STANDING_CHANGED = "intelligence.standing_changed", "Changed the standing of a person of concern"
    REPORT_VIEWED = "intelligence.report_viewed", "Viewed an intelligence report"
    REPORTS_LISTED = "intelligence.reports_listed", "Listed intelligence reports"
    NOMINAL_LINKED = "intelligence.linked", "Linked intelligence to a child, person, place or vehicle"
    DISRUPTION_AGREED = "intelligence.disruption_agreed", "Agreed on a disruption"
    DISRUPTION_CHANGED = "intelligence.disruption_changed", "Said what became of a disruption"
    DISRUPTION_REMINDED = "intelligence.disruption_reminded", "Reminded agencies of agreed disruption"
    DISRUPTION_VIEWED = "intelligence.disruption_viewed", "Viewed disruption"

    # MASE
    MEETING_SCHEDULED = "mase.meeting_scheduled", "Scheduled a meeting"
    MEETING_INVITED = "mase.meeting_invited", "Invited to a meeting"
    MEETING_VIEWED = "mase.meeting_viewed", "Viewed a meeting"
    MEETINGS_LISTED = "mase.meetings_listed", "Listed meetings"
    CLOCK_PAUSED = "mase.clock_paused", "Paused a clock of a meeting"
    CLOCK_RESUMED = "mase.clock_resumed", "Let a clock of a meeting run again"
    LATENESS_EXPLAINED = "mase.lateness_explained", "Said why a step of a meeting was late"
    INVITATION_ANSWERED = "mase.invitation_answered", "Answered an invitation to a meeting"
    REPORT_SENT = "mase.report_sent", "Sent what an agency brings to a meeting"
    REPORT_CHASED = "mase.report_chased", "Reminded an agency of its report"
    MEETING_STARTED = "mase.meeting_started", "Started a meeting"
    MEETING_BROKEN_OFF = "mase.meeting_broken_off", "Took back the start of a meeting"
    MEETING_CHANGED = "mase.meeting_changed", "Changed a meeting's record"
    MEETING_DECIDED = "mase.meeting_decided", "Recorded a meeting's decision"
    MEETING_ENDED = "mase.meeting_ended", "Ended a meeting"
    MEETING_CANCELLED = "mase.meeting_cancelled", "Cancelled a meeting"
    MINUTES_DRAFTED = "mase.minutes_drafted", "Began the minutes of a meeting"
    MINUTES_CIRCULATED = "mase.minutes_circulated", "Sent out minutes"
    MINUTES_RECIPIENTS = "mase.minutes_recipients", "Changed who gets the minutes of a meeting"
    MINUTES_RENDERED = "mase.minutes_rendered", "Produced minutes"
    MINUTES_ACKNOWLEDGED = "mase.minutes_acknowledged", "Said that they had read minutes"
    MINUTES_OBJECTED = "mase.minutes_objected", "Objected to minutes"
    MINUTES_ANSWERED = "mase.minutes_answered", "Answered an objection to minutes"
    MINUTES_AGREED = "mase.minutes_agreed", "Agreed minutes"
    MINUTES_ADDED_TO = "mase.minutes_added_to", "Added a correction to agreed minutes"
    PACK_DOWNLOADED = "mase.pack_downloaded", "Took the papers of a meeting"
    MINUTES_DOWNLOADED = "mase.minutes_downloaded", "Downloaded minutes"
    ACTION_SET = "mase.action_set", "Set an action"
    ACTION_CHANGED = "mase.action_changed", "Changed an action"
    ACTION_COMPLETED = "mase.action_completed", "Completed an action"
    ACTION_VERIFIED = "mase.action_verified", "Confirmed a finished action"
    ACTION_READERS_CHANGED = "mase.action_readers_changed", "Changed who reads an action"
    ACTION_SENT_BACK = "mase.action_sent_back", "Sent a finished action back"
    ACTIONS_REMINDED = "mase.actions_reminded", "Reminded people of plan actions"
    ACTIONS_HANDED_OVER = "mase.actions_handed_over", "Handed a person's plan actions to others"
    ACTION_VIEWED = "mase.action_viewed", "Viewed an action that is about no child"
    ACTIONS_LISTED = "mase.actions_listed", "Listed actions"
    CMOG_INVITED = "mase.cmog_invited", "Invited to a CMOG"
    STRATEGIC_CHANGED = "mase.strategic_changed", "Changed the strategy's action plan"
    STRATEGIC_REPORTED = "mase.strategic_reported", "Reported on an objective of the strategy"
    STRATEGIC_VIEWED = "mase.strategic_viewed", "Viewed the strategy's action plan"
    STRATEGIC_DOWNLOADED = "mase.strategic_downloaded", "Downloaded the strategy's report to the board"
    DISAGREEMENT_RAISED = "mase.disagreement_raised", "Raised a professional disagreement"
    DISAGREEMENT_ANSWERED = "mase.disagreement_answered", "Answered a professional disagreement"
    DISAGREEMENT_ESCALATED = "mase.disagreement_escalated", "Took a professional disagreement further"
    DISAGREEMENT_ENDED = "mase.disagreement_ended", "Resolved or withdrew a professional disagreement"
    TRANSITION_RECORDED = "mase.transition_recorded", "Recorded a step towards adult services"
    CLOCK_TOLD = "mase.clock_told", "Told that a step of a meeting is due or late"
    TRANSITION_PROMPTED = "mase.transition_prompted", "Reminded that a child turns 18"
    STAGE_PERSON_NAMED = (
        "mase.stage_person_named",
        "Named who answers for an agency at a stage of a disagreement",
    )
    STAGE_CALL_VIEWED = (
        "mase.stage_call_viewed",
        "Read, without the child, of a disagreement they were called to",
    )
    DISAGREEMENTS_LISTED = "mase.disagreements_listed", "Listed professional disagreements"

    # Reporting
    HOME_SHOWN = "reporting.home_shown", "Was shown children on their home page"
    RETURN_STARTED = "reporting.return_started", "Started a regional return"
    RETURN_COMPUTED = "reporting.return_computed", "Computed a regional return"
    RETURN_CHECKED = "reporting.return_checked", "Checked a regional return"
    RETURN_SENT_BACK = "reporting.return_sent_back", "Sent a regional return back"
    RETURN_SIGNED = "reporting.return_signed", "Signed off a regional return"
    RETURN_VIEWED = "reporting.return_viewed", "Viewed a regional return"
    RETURN_EXPORTED = "reporting.return_exported", "Exported a regional return"
    BOARD_REPORT_PUBLISHED = "reporting.board_report_published", "Published a board report"
    BOARD_REPORT_DOWNLOADED = "reporting.board_report_downloaded", "Downloaded a board report"

    # Retention
    RETENTION_VIEWED = "retention.viewed", "Viewed how long records are kept"
    HOLD_SET = "retention.hold_set", "Set a legal hold"
    HOLD_LIFTED = "retention.hold_lifted", "Lifted a legal hold"
    DISPOSAL_PROPOSED = "retention.disposal_proposed", "Proposed to dispose of a record"
    DISPOSAL_APPROVED = "retention.disposal_approved", "Approved the disposal of a record"
    DISPOSAL_STOPPED = "retention.disposal_stopped", "Stopped the disposal of a record"
    FILES_SWEPT = "retention.files_swept", "Deleted files that no record holds"
    RECORD_DISPOSED = "retention.record_disposed", "Disposed of a record"


# After these, everybody may see and do what they could before, and what the gate has answered in a request stands.
# What a meeting lets people see is granted, and recorded as that; an invitation to a CMOG does so by itself.
LEAVES_SIGHT_ALONE = frozenset(
    action
    for action in Action
    if action.value.startswith(("mase.", "audit.", "retention."))
    and action
    not in (
        Action.CMOG_INVITED,
        Action.ACTION_READERS_CHANGED,
        Action.MINUTES_RECIPIENTS,
    )
    or action.value.endswith(
        (
            "viewed",
            "listed",
            "searched",
            "matched",
            "shown",
            "downloaded",
            "exported",
            "printed",
            "used",
            "explained",
        )
    )
)
