"""What becomes of every table when a record is disposed of: its rows go, or they stay and why.

The migration makes PostgreSQL's one function from this list, the dry run and the disposal count by that function, and
a test holds the list to the models: a new table fails it until somebody has said what becomes of it.

Each rule is SQL over the row `t`. `v_<table>` are the keys already found in a table named above it, `v_every` all of
them, `v_names` these and the references; `v_kind` and `v_which` are the record's. Rows are deleted from the last table
to the first.
"""

from dataclasses import dataclass

from intelligence.choices import SUBSTANTIATED


@dataclass(frozen=True)
class Goes:
    """Rows of a table that go with a record. `moves`: clocks or other records change it meanwhile, so that nobody
    signs its count.
    """

    table: str
    label: str
    rule: str
    key: str = "uuid"
    file: str = ""
    moves: bool = False


def of(table: str, column: str) -> str:
    """The row hangs on one found in that table."""
    return f"t.{column} = ANY (v_{table})"


OF_CASE = of("cases_case", "case_id")
OF_CONCERN = of("cases_concern", "concern_id")
OF_MEETING = of("mase_masemeeting", "meeting_id")
OF_MINUTES = of("mase_minutes", "minutes_id")
OF_DANGER = of("mase_dangerstatement", "danger_id")
OF_DISAGREEMENT = of("mase_disagreement", "disagreement_id")
OF_REQUEST = of("reporting_subjectaccessrequest", "request_id")
OF_SUBMISSION = of("intelligence_intelligencesubmission", "submission_id")
OF_REPORT = of("intelligence_intelligencereport", "report_id")
# Intelligence tells of this child, and of no other child.
ABOUT = """EXISTS (
    SELECT FROM public.intelligence_intelligencereport r JOIN public.intelligence_link l ON l.report_id = r.id
    WHERE {this} AND l.case_id {which})"""
NO_OTHER = "IS NOT NULL AND l.case_id <> ALL (v_cases_case)"
ONLY_THIS_CHILD = (
    f"{ABOUT.format(this='{this}', which='= ANY (v_cases_case)')}"
    f" AND NOT {ABOUT.format(this='{this}', which=NO_OTHER)}"
)
PERSON = f"v_kind = 'person' AND t.id = v_which AND t.standing NOT IN ({', '.join(map(repr, SUBSTANTIATED))})"
UNLINKED = f"""v_kind = 'submission' AND t.id = v_which AND t.state <> 'draft'
    AND NOT {ABOUT.format(this="r.submission_id = t.id", which="IS NOT NULL")}"""
NAMED_NOWHERE_ELSE = """
    EXISTS (SELECT FROM public.intelligence_link l WHERE l.id = ANY (v_intelligence_link) AND l.{0}_id = t.id)
    AND NOT EXISTS (SELECT FROM public.intelligence_link l
                    WHERE l.id <> ALL (v_intelligence_link) AND l.{0}_id = t.id)"""

NAMED_BY_KEY = "t.source = '{0}' AND t.source_id = ANY (v_{1})"

GOES = (
    # The child and the case
    Goes("cases_case", "Case", "v_kind = 'case' AND t.id = v_which"),
    Goes(
        "cases_child",
        "Child",
        "t.id IN (SELECT c.child_id FROM public.cases_case c WHERE c.id = ANY (v_cases_case))",
    ),
    Goes("cases_childalias", "Other names", of("cases_child", "child_id")),
    Goes("cases_episode", "Periods of work", OF_CASE),
    Goes(
        "cases_caseuserobjectpermission",
        "Access given to people",
        of("cases_case", "content_object_id"),
        key="bigint",
        moves=True,
    ),
    Goes(
        "cases_casegroupobjectpermission",
        "Access given to agencies",
        of("cases_case", "content_object_id"),
        key="bigint",
        moves=True,
    ),
    Goes("cases_breakglass", "Emergency openings", OF_CASE),
    Goes("cases_riskassessment", "Risk assessments", OF_CASE),
    Goes("cases_assessmentanswer", "Answers in assessments", of("cases_riskassessment", "assessment_id")),
    Goes("cases_categorydecision", "Confirmed categories", OF_CASE),
    Goes("cases_chronologyentry", "Chronology", OF_CASE),
    Goes("cases_document", "Documents", OF_CASE, file="stored_as"),
    Goes("cases_missingepisode", "Missing episodes", OF_CASE),
    Goes("cases_returnhomeinterview", "Return home interviews", of("cases_missingepisode", "episode_id")),
    # What is kept apart in it
    Goes("cases_confidentialaddress", "Confidential addresses", OF_CASE),
    Goes("cases_sealedaddress", "What they say, sealed", of("cases_confidentialaddress", "address_id")),
    Goes("cases_healthnote", "Health detail", OF_CASE),
    Goes("cases_healthsummary", "Health in short", OF_CASE),
    # The record as it was shown to whom it is about
    Goes("reporting_subjectaccessrequest", "Requests to see the record", OF_CASE),
    Goes("reporting_disclosureitem", "What a request is about", OF_REQUEST),
    Goes("reporting_disclosure", "What was disclosed", OF_CASE, file="stored_as"),
    # Concerns
    Goes(
        "cases_concern",
        "Concerns",
        f"{OF_CASE} OR v_kind = 'concern' AND t.id = v_which AND t.case_id IS NULL AND t.state = 'decided'",
    ),
    Goes("cases_exclusion", "Exclusions", f"{of('cases_child', 'child_id')} OR {OF_CONCERN}"),
    Goes("cases_concernindicator", "Indicators in concerns", OF_CONCERN),
    Goes("cases_concernmention", "People and places in concerns", OF_CONCERN),
    Goes("cases_concernaddendum", "Additions to concerns", OF_CONCERN),
    Goes("cases_concerndecision", "Decisions on concerns", OF_CONCERN),
    # Meetings
    Goes("mase_masemeeting", "Meetings", OF_CASE),
    Goes("mase_invitation", "Invitations", OF_MEETING),
    Goes("mase_invitationanswer", "Answers to invitations", of("mase_invitation", "invitation_id")),
    Goes("mase_calendarentry", "Meetings sent for calendars", OF_MEETING),
    Goes("mase_clockpause", "Pauses of clocks", OF_CASE),
    Goes("mase_latereason", "Reasons for being late", OF_CASE),
    Goes("mase_reportreminder", "Reminders of reports", OF_MEETING),
    Goes("mase_attendance", "Attendance", of("mase_invitation", "invitation_id")),
    Goes("mase_agendaitem", "Agenda items and notes", OF_MEETING),
    Goes("mase_minutes", "Minutes", OF_MEETING),
    Goes("mase_minutesversion", "Versions of minutes", OF_MINUTES),
    Goes("mase_minutescopy", "Copies of minutes", of("mase_minutesversion", "version_id"), file="file"),
    Goes("mase_minutesreader", "Readers of minutes", of("mase_minutesversion", "version_id")),
    Goes("mase_minutesrecipient", "Recipients of minutes", OF_MINUTES),
    Goes("mase_minuteswording", "Wordings of minutes", OF_MINUTES),
    Goes("mase_minutesobjection", "Objections to minutes", OF_MINUTES),
    Goes("mase_agreedrecord", "What was agreed in minutes", OF_MINUTES),
    Goes("mase_minutesaddendum", "Addenda to minutes", OF_MINUTES),
    Goes("mase_dangerstatement", "Danger statements", OF_MEETING),
    Goes("mase_safetygoal", "Safety goals", OF_DANGER),
    Goes("mase_scalescore", "Scales", OF_DANGER),
    Goes("mase_mapentry", "Map entries", OF_MEETING),
    Goes("mase_decision", "Meeting decisions", OF_MEETING),
    Goes("mase_dissent", "Dissents", OF_MEETING),
    Goes("mase_assent", "Agreements", OF_MEETING),
    Goes("mase_stepdownpoint", "Points of step-down checklists", OF_MEETING),
    Goes("mase_chairpassed", "Changes of the chair", OF_MEETING),
    Goes("mase_brokenoff", "Meetings broken off", OF_MEETING),
    Goes("mase_disagreement", "Disagreements", OF_CASE),
    Goes("mase_disagreementstage", "Stages of disagreements", OF_DISAGREEMENT),
    Goes("mase_stagecall", "Calls to settle disagreements", OF_DISAGREEMENT),
    Goes("mase_disagreementanswer", "Answers in disagreements", OF_DISAGREEMENT),
    Goes("mase_transitionentry", "Steps towards adult services", OF_CASE),
    Goes("mase_transitionprompt", "Reminders that the child turns 18", OF_CASE),
    Goes("mase_clocknotice", "What was told of a meeting's clocks", OF_CASE),
    Goes("mase_agencyinformation", "Agency information", OF_MEETING),
    Goes("mase_restrictedinformation", "Information for professionals", OF_MEETING),
    Goes("mase_childvoice", "The child’s voice", OF_MEETING),
    # Intelligence
    Goes(
        "intelligence_intelligencesubmission",
        "Intelligence submissions",
        f"{ONLY_THIS_CHILD.format(this='r.submission_id = t.id')} OR {UNLINKED}",
    ),
    Goes("intelligence_submissionsource", "Sources", OF_SUBMISSION),
    Goes("intelligence_submissionsubject", "People in submissions", OF_SUBMISSION),
    Goes("intelligence_submissionvehicle", "Vehicles in submissions", OF_SUBMISSION),
    Goes("intelligence_submissionplace", "Places in submissions", OF_SUBMISSION),
    Goes("intelligence_submissioncontact", "Contact details in submissions", OF_SUBMISSION),
    Goes("intelligence_intelligenceline", "Lines of intelligence", OF_SUBMISSION),
    Goes("intelligence_detailrequest", "Questions to authors", OF_SUBMISSION),
    Goes("intelligence_intelligencefeedback", "Feedback to authors", OF_SUBMISSION),
    Goes(
        "intelligence_intelligencereport",
        "Intelligence reports",
        f"{OF_SUBMISSION} OR {ONLY_THIS_CHILD.format(this='r.id = t.id')}",
    ),
    Goes("intelligence_reportline", "Lines of reports", OF_REPORT),
    Goes("intelligence_intelligencereportreader", "Named readers", OF_REPORT),
    Goes(
        "intelligence_link",
        "Links of intelligence",
        f"{OF_REPORT} OR {OF_CASE} OR v_kind = 'person' AND t.person_id = v_which",
    ),
    Goes(
        "intelligence_personofconcern",
        "People of concern that nothing else names",
        f"{NAMED_NOWHERE_ELSE.format('person')} OR {PERSON}",
    ),
    Goes(
        "intelligence_locationofconcern",
        "Locations of concern that nothing else names",
        NAMED_NOWHERE_ELSE.format("place"),
    ),
    Goes(
        "intelligence_vehicleofconcern",
        "Vehicles of concern that nothing else names",
        NAMED_NOWHERE_ELSE.format("vehicle"),
    ),
    Goes(
        "intelligence_disruption",
        "Disruption of them",
        f"{of('intelligence_personofconcern', 'person_id')} OR {of('intelligence_locationofconcern', 'place_id')}",
    ),
    Goes(
        "intelligence_disruptionupdate",
        "What became of disruption",
        of("intelligence_disruption", "disruption_id"),
    ),
    # Others’ names in bundles, and in bundles of others the name of whoever goes; others may be asked for meanwhile
    Goes(
        "cases_othername",
        "Names of others in bundles",
        f"{OF_REQUEST} OR {NAMED_BY_KEY.format('cases.Child', 'cases_child')}"
        f" OR {NAMED_BY_KEY.format('intelligence.PersonOfConcern', 'intelligence_personofconcern')}",
        moves=True,
    ),
    # What CMOGs said of it
    Goes(
        "mase_cmogitem",
        "Items of CMOGs",
        f"{OF_CASE} OR {of('intelligence_personofconcern', 'person_id')}"
        f" OR {of('intelligence_locationofconcern', 'place_id')}",
    ),
    Goes("mase_cmogwording", "Wordings of CMOG minutes", of("mase_cmogitem", "item_id")),
    Goes("mase_cmogsentwords", "What sent CMOG minutes say", of("mase_cmogitem", "item_id")),
    Goes("mase_cmogminutesobjection", "Objections to CMOG minutes", of("mase_cmogitem", "item_id")),
    Goes("mase_cmogminutesaddendum", "Addenda to CMOG minutes", of("mase_cmogitem", "item_id")),
    # The child's, and those agreed about no child under an item that goes; under a theme or topic they stay with it
    Goes("mase_planaction", "Plan actions", f"{OF_CASE} OR {of('mase_cmogitem', 'cmog_item_id')}"),
    Goes("mase_actionupdate", "Progress on actions", of("mase_planaction", "action_id")),
    Goes("mase_minutesaction", "What minutes say of actions", of("mase_planaction", "action_id")),
    Goes("mase_actionnotice", "Reminders of actions", of("mase_planaction", "action_id")),
    # Retention's own words about the record, and about what goes along with it
    Goes("reporting_legalhold", "Lifted holds", "t.record_id = ANY (v_every)"),
    Goes("reporting_keptlonger", "Decisions to keep longer", "t.record_id = ANY (v_every)"),
    # What leads to it: this, and what stands below it, is left away where it is only asked whether something is held
    Goes(
        "jobs_job",
        "Background work",
        "EXISTS (SELECT FROM jsonb_each_text(t.payload) p WHERE p.value = ANY (v_every::text[]))",
        moves=True,
    ),
    Goes(
        "jobs_notification",
        "Notifications",
        f"{OF_CASE} OR regexp_split_to_array(t.url || ' ' || t.text, '[^A-Za-z0-9-]+') && v_names",
        moves=True,
    ),
    Goes(
        "jobs_outboxmessage",
        "Messages",
        "t.about = ANY (v_jobs_job) OR t.about = ANY (v_jobs_notification) OR t.about = ANY (v_mase_calendarentry)",
        moves=True,
    ),
    # Each act on record may have one, also that somebody looked up the record on the day it goes
    Goes(
        "audit_reason",
        "Reasons of acts on record, in people’s own words",
        f"{OF_CASE} OR t.object_id = ANY (v_every)",
        moves=True,
    ),
)

STAYS = {
    "cases_declaration": "What staff declare about themselves; the child’s side of it goes",
    "cases_peopleexport": "Who took which copy, with keys that lead to nothing any more; no copy’s file is left",
    "mase_cmogmeeting": "Which day a CMOG was held; what it said of a child, person or place goes",
    "mase_cmoginvitation": "Staff",
    "mase_cmogminutes": "When the minutes of a CMOG were sent out and agreed; what they said of a child, person or "
    "place goes",
    "mase_cmogminutesversion": "When they were sent out, and by whom",
    "mase_cmogminutesreader": "Who of the staff has read them",
    "mase_cmogprint": "Fingerprints without words, so that the rest of agreed minutes can still be checked",
    "mase_cmogcalendarentry": "In whose calendar of the staff a CMOG stands",
    "mase_cmognotice": "That a CMOG or its minutes were due; it names nobody",
    "mase_stageperson": "Whom agencies name for the stages of disagreements: staff",
    "mase_strategicobjective": "What the partnership set out to do; it names no child",
    "mase_strategicupdate": "How that stood; it names no child",
    "accounts_user": "Staff",
    "accounts_agency": "Partners of the board",
    "accounts_membership": "Staff",
    "people_invitation": "Staff",
    "jobs_noticechoice": "How staff want to be told",
    "drafts_draft": "What staff are typing; it goes by the clock",
    "jobs_dailymail": "Which day’s mail went to whom of the staff; it goes by the clock",
    "sign_in_apitoken": "Partners’ systems",
    "audit_auditevent": "Who did what and when, by keys; the seals stay whole",
    "audit_change": "Which row was changed when and by whom, by keys; the seals stay whole",
    "audit_changedvalue": "What changed rows held; it goes in the same transaction as the record it is about",
    "audit_unsealed": "Keys of what waits for its seal, for a minute",
    "audit_seal": "Proves the audit",
    "audit_finding": "Verdicts on what staff did, by keys",
    "reporting_regionalreturn": "Counts, frozen when they were signed",
    "reporting_returnmeasure": "Counts, frozen when they were signed",
    "reporting_returnfigure": "Counts, frozen when they were signed",
    "reporting_validationresult": "Counts, frozen when they were signed",
    "reporting_boardreport": "Counts and the analyst’s words about them",
    "reporting_disposal": "The certificate: reference, class, rule, counts and the two people",
}

LABELS = {each.table: each.label for each in GOES}
MOVING = tuple(each.table for each in GOES if each.moves)
FILES = "files"
