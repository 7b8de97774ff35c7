"""What every stored field is, for privacy: a register for the data protection officer that a test holds to the models.

A field not named here fails the test: whoever adds one says what it is. Reference data hold nothing about anybody.
"""

from enum import Enum


class Kind(Enum):
    """What a field can tell, gravest first."""

    IDENTITY = "Who a child or young person is, or how to find them"
    CHILD = "What is recorded about a child: health, harm, care, words (special category data)"
    OTHERS = (
        "About other people: family, witnesses, sources, people of concern (may be criminal offence data)"
    )
    STAFF = "Which practitioner or agency did or may do something"
    WORK = "How the work stands: states, days, clocks, references"
    SYSTEM = "Keys, versions, marks of the machine"


I, C, O, S, W, X = Kind  # noqa: E741 - the column heads of a table

REGISTER: dict[str, dict[Kind, str]] = {
    # Ground floor
    "cases.Child": {
        I: "given_name family_name date_of_birth date_of_birth_estimated nhs_number upn address postcode school",
        C: "sex ethnicity disabilities first_language ward legal_status placing_authority lives_with",
        X: "id version created_at",
    },
    "cases.ChildAlias": {I: "name child", W: "recorded_at", X: "id"},
    "cases.Case": {
        I: "child",
        C: "category harm_status exploitation_models restricted_reason missing_since",
        S: "lead_agency lead_professional",
        W: "reference status next_review_on is_restricted opened_at last_activity_at",
        X: "id version",
    },
    "cases.Episode": {
        C: "opening_reason closing_reason checklist",
        S: "opened_by closed_by",
        W: "case kind opened_at closed_at closing_code",
        X: "id",
    },
    "cases.CaseUserObjectPermission": {
        S: "user granted_by",
        W: "permission source source_id reason lawful_basis granted_at expires_at content_object",
        X: "id",
    },
    "cases.CaseGroupObjectPermission": {
        S: "group granted_by",
        W: "permission source source_id reason lawful_basis granted_at expires_at content_object",
        X: "id",
    },
    "cases.Declaration": {
        O: "relation given_name family_name date_of_birth address postcode",
        S: "user",
        W: "declared_at withdrawn_at",
        X: "id",
    },
    "cases.BreakGlass": {
        C: "reason",
        S: "user agency verdict verdict_note reviewed_by",
        W: "case kind opened_at ends_at review_by reviewed_at",
        X: "id",
    },
    "cases.Document": {
        C: "title handling name",
        S: "uploaded_by agency removed_by removed_reason",
        W: "case kind state size content_type uploaded_at removed_at scanned_at",
        X: "id sha256 stored_as",
    },
    "cases.ConfidentialAddress": {
        I: "kind",
        S: "marked_by agency ended_by",
        W: "case marked_at ended_at",
        X: "id",
    },
    "cases.SealedAddress": {I: "address encrypted", C: "reason", X: "id"},
    "cases.HealthNote": {
        C: "topic text happened_on",
        S: "recorded_by agency",
        W: "case recorded_at",
        X: "id",
    },
    "cases.HealthSummary": {C: "text", S: "written_by agency", W: "case written_at", X: "id"},
    "cases.MissingEpisode": {
        C: "kind missing_since missing_from notes returned_at found_where return_notes",
        S: "reporting_agency recorded_by agency return_recorded_by",
        W: "case recorded_at return_recorded_at",
        X: "id",
    },
    "cases.ReturnHomeInterview": {
        C: "step at declined_reason text",
        S: "provider interviewer is_independent recorded_by agency",
        W: "episode recorded_at",
        X: "id",
    },
    "cases.PeopleExport": {
        S: "requested_by agency decided_by decision_reason",
        W: "copy state file_format columns reason lawful_basis asked_cases cases requested_at decided_at made_at"
        " ended_at",
        X: "id sha256 stored_as",
    },
    "cases.Exclusion": {
        O: "basis",
        S: "user agency reason proposed_by decided_by decided_note",
        W: "child concern proposed_at decide_by confirmed_at dismissed_at ended_at",
        X: "id",
    },
    "cases.RiskAssessment": {
        C: "indicative_total indicative_category arithmetic professional_category harm_status narrative"
        " difference_reason",
        S: "author author_agency",
        W: "case assessed_at indicator_set scoring_profile",
        X: "id submission_key",
    },
    "cases.AssessmentAnswer": {C: "code timing evidence provenance confidence", W: "assessment", X: "id"},
    "cases.CategoryDecision": {
        C: "category previous_category harm_status rationale",
        S: "decided_by",
        W: "case source source_id decided_at",
        X: "id",
    },
    "cases.ChronologyEntry": {
        C: "text",
        S: "recorded_by agency",
        W: "case kind happened_on recorded_at source_id restricted",
        X: "id",
    },
    "cases.Concern": {
        I: "given_name family_name known_as date_of_birth approximate_age nhs_number upn address postcode school"
        " unfinished",
        C: "immediate_danger immediate_danger_action sex ethnicity disabilities lives_with legal_status unknown worry"
        " harm_status harm_evidence disclosure grooming_concern network_concern child_told child_view",
        O: "parent_told parent_view not_told_reason others_who_know",
        S: "author author_agency",
        W: "reference state steps_done case emergency_called_at urgency agreement lawful_basis created_at submitted_at"
        " decide_by clock_rule",
        X: "id submission_key version",
    },
    "cases.ConcernIndicator": {C: "code timing evidence provenance confidence", W: "concern", X: "id"},
    "cases.ConcernMention": {O: "name details", W: "concern kind part order", X: "id"},
    "cases.ConcernAddendum": {C: "text", S: "added_by", W: "concern added_at", X: "id"},
    "cases.ConcernDecision": {
        C: "rationale feedback",
        S: "responsible_agency decided_by",
        W: "concern outcome decided_at in_time read_by_author_at",
        X: "id",
    },
    # Intelligence
    "intelligence.PersonOfConcern": {
        O: "given_name family_name other_names date_of_birth description standing standing_since",
        S: "added_by",
        W: "reference added_at",
        X: "id",
    },
    "intelligence.LocationOfConcern": {
        O: "name address postcode description",
        S: "added_by",
        W: "reference added_at",
        X: "id",
    },
    "intelligence.VehicleOfConcern": {
        O: "registration make_and_model colour description",
        S: "added_by",
        W: "reference added_at",
        X: "id",
    },
    "intelligence.IntelligenceSubmission": {
        O: "unfinished others_who_know keep_from",
        S: "author author_agency received_by graded_by best_contact",
        W: "reference state steps_done strands urgency learned_on provenance first_hand meeting_may_discuss"
        " police_may_contact created_at submitted_at received_at answer_by graded_at",
        X: "id version",
    },
    "intelligence.SubmissionSource": {
        O: "name relation contact reliability risk told_it_is_shared",
        W: "submission",
        X: "id",
    },
    "intelligence.SubmissionSubject": {
        O: "given_name family_name other_names role date_of_birth age description",
        W: "submission order",
        X: "id",
    },
    "intelligence.SubmissionVehicle": {
        O: "registration make_and_model colour details",
        W: "submission order",
        X: "id",
    },
    "intelligence.SubmissionPlace": {O: "name address postcode details", W: "submission order", X: "id"},
    "intelligence.SubmissionContact": {O: "value details", W: "submission order kind", X: "id"},
    "intelligence.IntelligenceLine": {
        O: "text happened sanitised",
        W: "submission order source_evaluation assessment handling conditions",
        X: "id",
    },
    "intelligence.DetailRequest": {
        O: "question reply",
        S: "asked_by",
        W: "submission asked_at replied_at",
        X: "id",
    },
    "intelligence.IntelligenceFeedback": {
        O: "text",
        S: "given_by",
        W: "submission code outcome given_at read_by_author_at",
        X: "id",
    },
    "intelligence.IntelligenceReport": {
        O: "instructions",
        S: "issued_by",
        W: "reference submission handling conditions meeting_may_discuss issued_at",
        X: "id",
    },
    "intelligence.ReportLine": {O: "text", W: "report line order grade", X: "id"},
    "intelligence.IntelligenceReportReader": {S: "user reason named_by", W: "report named_at", X: "id"},
    "intelligence.Link": {
        I: "case",
        O: "person place vehicle",
        S: "linked_by",
        W: "report linked_at",
        X: "id",
    },
    # Meetings
    "mase.MaseMeeting": {
        C: "purpose category_at_entry child_invited child_not_invited parent_invited parent_not_invited"
        " family_in_room",
        S: "chair booked_by ended_by cancelled_by",
        W: "case kind state scheduled_for place link due_on due_rule late_reason review_on booked_at started_at"
        " item_now ended_at no_quorum_reason no_measure_reason cancelled_at cancelled_reason",
        X: "id version",
    },
    "mase.Invitation": {
        S: "name agency person deputy invited_by",
        W: "meeting role gave_access invited_at",
        X: "id",
    },
    "mase.InvitationAnswer": {
        S: "reason deputy deputy_name answered_by",
        W: "invitation kind about answered_at",
        X: "id",
    },
    "mase.CalendarEntry": {S: "person", W: "meeting first_sent_at taken_out_at turns", X: "id"},
    "mase.ClockPause": {
        C: "reason",
        S: "paused_by resumed_by",
        W: "case meeting step starts_on ends_on paused_at",
        X: "id",
    },
    "mase.LateReason": {C: "reason", S: "said_by", W: "case meeting step said_at", X: "id"},
    "mase.ReportReminder": {S: "sent_by", W: "meeting agency clock for_day sent_at", X: "id"},
    "mase.Attendance": {S: "who_came recorded_by", W: "invitation code recorded_at", X: "id"},
    "mase.AgendaItem": {
        C: "notes",
        S: "saved_by",
        W: "meeting order code title guidance restricted saved_at",
        X: "id version",
    },
    "mase.Minutes": {
        S: "agreed_by",
        W: "meeting due_on circulated_at agreed_at",
        X: "id sha256",
    },
    "mase.MinutesCopy": {W: "version audience made_at", X: "id file sha256"},
    "mase.MinutesVersion": {
        S: "made_by",
        W: "minutes number is_final made_at objections_until rendered_at",
        X: "id job",
    },
    "mase.MinutesReader": {
        S: "person agency",
        W: "version told_at opened_at downloaded_at acknowledged_at",
        X: "id",
    },
    "mase.MinutesRecipient": {S: "person agency added_by", W: "minutes added_at", X: "id"},
    "mase.MinutesWording": {C: "text", S: "saved_by", W: "minutes item saved_at", X: "id version"},
    "mase.MinutesAction": {C: "said", W: "minutes action order earlier", X: "id"},
    "mase.MinutesObjection": {
        C: "text answer",
        S: "by agency answered_by",
        W: "minutes version item seat restricted at accepted answered_at",
        X: "id",
    },
    "mase.AgreedRecord": {C: "content", W: "minutes", X: "id"},
    "mase.MinutesAddendum": {C: "text", S: "by", W: "minutes number restricted at", X: "id follows sha256"},
    "mase.RestrictedInformation": {
        O: "text",
        S: "agency saved_by",
        W: "meeting first_given_at saved_at",
        X: "id version",
    },
    "mase.DangerStatement": {
        C: "text disputed_by ended_code ended_reason",
        S: "saved_by ended_by",
        W: "meeting order earlier saved_at ended_at",
        X: "id version",
    },
    "mase.SafetyGoal": {C: "text", W: "danger", X: "id"},
    "mase.ScaleScore": {
        C: "value reason one_higher",
        S: "recorded_by",
        W: "danger invitation recorded_at",
        X: "id",
    },
    "mase.MapEntry": {C: "text", S: "added_by", W: "meeting kind restricted added_at", X: "id"},
    "mase.Decision": {
        C: "category harm_status rationale",
        S: "saved_by",
        W: "meeting saved_at changed_at",
        X: "id version",
    },
    "mase.Dissent": {
        C: "reason of_category of_harm",
        S: "agency recorded_by",
        W: "meeting family_may_read recorded_at",
        X: "id",
    },
    "mase.Assent": {S: "agency recorded_by", W: "meeting left_before recorded_at", X: "id"},
    "mase.StepDownPoint": {C: "met why", S: "recorded_by", W: "meeting code restricted recorded_at", X: "id"},
    "mase.ChairPassed": {S: "before to by", W: "meeting reason at", X: "id"},
    "mase.BrokenOff": {C: "reason", S: "there by", W: "meeting started_at at", X: "id"},
    "mase.PlanAction": {
        C: "text measure_of_success outcome effect_on_child",
        S: "agency owner set_by completed_by verified_by",
        W: "case meeting cmog_item p restricted family_may_read priority due_on goal state set_at issued_at done_on "
        "completed_at "
        "verified_at escalation carried_from",
        X: "id version",
    },
    "mase.ActionNotice": {W: "action step due_on told at", X: "id"},
    "mase.Disagreement": {
        C: "about outcome learning",
        S: "agency against raised_by ended_by",
        W: "case meeting issue raised_at stage due_on last_told_at immediate_safety state outcome_code ended_at",
        X: "id",
    },
    "mase.DisagreementStage": {
        C: "reason",
        S: "started_by",
        W: "disagreement number cause due_on due_rule started_at",
        X: "id",
    },
    "mase.StagePerson": {S: "agency person named_by ended_by", W: "stage named_at ended_at", X: "id"},
    "mase.StageCall": {S: "person agency", W: "disagreement stage at", X: "id"},
    "mase.CmogNotice": {W: "meeting told due_on people at", X: "id"},
    "mase.DisagreementAnswer": {C: "text", S: "by agency", W: "disagreement stage at", X: "id"},
    "mase.TransitionEntry": {
        C: "code text",
        S: "recorded_by agency",
        W: "case part happened_on recorded_at",
        X: "id",
    },
    "mase.ClockNotice": {W: "case step told due_on people at", X: "id"},
    "mase.TransitionPrompt": {S: "told", W: "case step due_on sent_at", X: "id"},
    "mase.ActionUpdate": {
        C: "text",
        S: "by agency was_agency",
        W: "action kind at was_state was_due_on was_done_on was_completed_at",
        X: "id",
    },
    "mase.AgencyInformation": {
        C: "text worries working_well suggested",
        S: "agency saved_by submitted_by",
        W: "meeting family_may_read at_table first_given_at saved_at submitted_at",
        X: "id version",
    },
    "mase.ChildVoice": {
        C: "obtained words heard_on tool seen_alone what_changed not_obtained not_obtained_detail",
        O: "parent_view parent_not_sought parent_heard_on parent_how parent_alone parent_changed",
        S: "heard_by parent_heard_by saved_by",
        W: "meeting saved_at",
        X: "id version",
    },
    "intelligence.Disruption": {
        O: "person place text",
        S: "agency agreed_by",
        W: "tactic state agreed_at source_id due_on reminded in_force_from expires_on ended_on",
        X: "id version",
    },
    "intelligence.DisruptionUpdate": {O: "text", S: "by agency", W: "disruption state at", X: "id"},
    "mase.CmogMeeting": {
        S: "chair booked_by ended_by cancelled_by",
        W: "month scheduled_for place state compiled_at booked_at started_at ended_at cancelled_at cancelled_reason",
        X: "id version",
    },
    "mase.CmogInvitation": {S: "agency person who_came invited_by", W: "meeting code invited_at", X: "id"},
    "mase.CmogItem": {
        C: "case action why added_because notes decision deferred_reason",
        O: "person place",
        S: "added_by saved_by deferred_by",
        W: "meeting kind code title order added_at saved_at deferred_at carried_from",
        X: "id version",
    },
    "mase.CmogMinutes": {
        S: "agreed_by",
        W: "meeting due_on circulated_at agreed_at",
        X: "id sha256",
    },
    "mase.CmogMinutesVersion": {
        S: "made_by",
        W: "minutes number is_final made_at objections_until",
        X: "id digests",
    },
    "mase.CmogSentWords": {
        C: "words decision deferred category",
        O: "agreed",
        S: "worded_by",
        W: "version item",
        X: "id sha256",
    },
    "mase.CmogMinutesReader": {
        S: "person agency",
        W: "version told_at opened_at downloaded_at acknowledged_at",
        X: "id",
    },
    "mase.CmogMinutesObjection": {
        C: "text answer",
        S: "by agency answered_by",
        W: "minutes version item at accepted answered_at",
        X: "id",
    },
    "mase.CmogMinutesAddendum": {
        C: "text",
        S: "by",
        W: "minutes number item at",
        X: "id follows sha256",
    },
    "mase.CmogWording": {C: "text", S: "saved_by", W: "minutes item saved_at", X: "id version"},
    "mase.CmogCalendarEntry": {S: "person", W: "meeting first_sent_at", X: "id"},
    "mase.StrategicObjective": {
        S: "agency owner set_by",
        W: "code p order text measure section due_on set_at",
        X: "id version",
    },
    "mase.StrategicUpdate": {S: "by agency", W: "objective kind rag evidence at", X: "id"},
    # Reporting: counts, never a child
    "reporting.SubjectAccessRequest": {
        C: "competence child_view",
        O: "requester_name authority identity_note",
        S: "recorded_by identity_checked_by extended_by prepared_by reader closed_by sent_back_note",
        W: "reference case state asked_by received_on due_on recorded_at identity_proof identity_checked_on"
        " extension_reason extension_told_on assembled_at read_at closed_at closing_reason",
        X: "id",
    },
    "reporting.DisclosureItem": {
        C: "title original text note",
        S: "agency decided_by released_by",
        W: "request order part source source_id happened_on decision ground decided_at police released_at",
        X: "id",
    },
    "reporting.Disclosure": {
        S: "prepared_by read_by disclosed_by",
        W: "request case case_reference request_reference asked_by delivery received_on due_on disclosed_at items"
        " left_out made_at pages",
        X: "id sha256 stored_as",
    },
    "reporting.RegionalReturn": {
        S: "prepared_by checked_by signed_by",
        W: "quarter starts_on ends_on state requested_revision revision created_at computed_at check_note checked_at"
        " signed_at",
        X: "id code_version version",
    },
    "reporting.ReturnMeasure": {
        W: "regional_return revision code name definition note source kind order",
        X: "id version",
    },
    "reporting.ReturnFigure": {
        W: "measure dimension row row_label column column_label order value unit fact basis is_suppressed",
        X: "id",
    },
    "reporting.ValidationResult": {
        W: "regional_return revision rule title severity passed message order",
        X: "id",
    },
    "reporting.BoardReport": {
        S: "published_by",
        W: "regional_return narrative published_at pages rendered_at",
        X: "id file_name sha256",
    },
    "reporting.LegalHold": {
        S: "set_by lifted_by",
        W: "scope record_id reference authority reason review_on set_at lifted_at lifted_why",
        X: "id",
    },
    "reporting.Disposal": {
        S: "proposed_by approved_by stopped_by",
        W: "record record_id reference rule due_on counts proposed_at reason approved_at approved_why goes_at"
        " stopped_at stopped_why done_at done_counts files",
        X: "id",
    },
    # Platform
    "accounts.User": {
        S: "email full_name job_title phone is_active is_system joined_at last_login groups user_permissions",
        X: "id password is_superuser session_stamp",
    },
    "accounts.Agency": {W: "code name short_name kind is_active", X: "id group"},
    "accounts.Membership": {
        S: "user agency role starts_on ends_on last_confirmed_on suspended_at suspended_why reactivated_at let_go_at",
        X: "id",
    },
    "people.Invitation": {
        S: "agency user email full_name job_title role starts_on ends_on invited_by",
        W: "invited_at expires_at accepted_at withdrawn_at",
        X: "id",
    },
    "sign_in.ApiToken": {
        S: "user issued_by ended_by",
        W: "networks issued_at expires_at last_used_at ended_at",
        X: "id prefix digest",
    },
    "audit.AuditEvent": {
        S: "actor agency role",
        W: "at written_at action object_type object_id case_id detail network",
        X: "id request_id session",
    },
    "audit.Reason": {S: "words", W: "case_id object_id", X: "event"},
    "audit.Change": {
        S: "actor_id agency_id role",
        W: "at written_at of_table row_key case_id subject operation columns",
        X: "id request_id values_hash",
    },
    "audit.ChangedValue": {C: "before after", W: "subject", X: "change_id salt"},
    "audit.Unsealed": {W: "written_at", X: "id"},
    "audit.Seal": {W: "sealed_at rows", X: "number root previous key_id signature entries"},
    "audit.Finding": {
        S: "actor why note decided_by",
        W: "rule about_on found_at case_id verdict decided_at",
        X: "id key event_id",
    },
    "jobs.Job": {
        S: "requested_by",
        W: "kind key state done total message created_at started_at finished_at",
        X: "id payload checkpoint attempts error_code locked_by locked_until",
    },
    "jobs.OutboxMessage": {W: "topic created_at delivered_at", X: "id about try_after attempts error_code"},
    "drafts.Draft": {C: "sealed", S: "user", W: "key page updated_at expires_at", X: "id"},
    "jobs.Notification": {S: "user", W: "text url kind case_id about_id created_at read_at", X: "id"},
    "jobs.NoticeChoice": {S: "user", W: "kind way chosen_at", X: "id"},
    "jobs.DailyMail": {S: "user", W: "day counted_until counts", X: "id"},
}

# Rows that leave the gate's reach: read by operators, by queues, or outside the partnership.
NOT_ABOUT_A_CHILD = ("audit.", "jobs.", "reporting.", "accounts.", "people.")
PERSONAL = frozenset({Kind.IDENTITY, Kind.CHILD, Kind.OTHERS})
