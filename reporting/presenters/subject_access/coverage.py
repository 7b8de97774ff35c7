"""Every kind of row the portal keeps about a child: it is in a bundle, or this says why not.

A test holds this to the models: a new one fails until somebody has put it here.
"""

IN_THE_BUNDLE = frozenset(
    {
        "cases.Child", "cases.ChildAlias", "cases.Case", "cases.Episode", "cases.CategoryDecision",
        "cases.Concern", "cases.ConcernIndicator", "cases.ConcernMention", "cases.ConcernAddendum",
        "cases.ConcernDecision", "cases.RiskAssessment", "cases.AssessmentAnswer", "cases.ChronologyEntry",
        "cases.HealthNote", "cases.HealthSummary", "cases.Document", "cases.BreakGlass",
        "cases.CaseUserObjectPermission", "cases.CaseGroupObjectPermission", "mase.MaseMeeting", "mase.Invitation",
        "mase.Attendance", "mase.AgendaItem", "mase.AgencyInformation", "mase.RestrictedInformation",
        "mase.ChildVoice", "mase.DangerStatement", "mase.SafetyGoal", "mase.ScaleScore", "mase.MapEntry",
        "mase.Decision", "mase.Dissent", "mase.Assent", "mase.StepDownPoint", "mase.PlanAction", "mase.ActionUpdate",
        "mase.MinutesWording", "mase.MinutesObjection", "mase.MinutesAddendum", "mase.ClockPause", "mase.LateReason",
        "mase.ChairPassed", "mase.BrokenOff",
        "mase.Disagreement", "mase.DisagreementStage", "mase.DisagreementAnswer",
        "mase.TransitionEntry",
        "intelligence.IntelligenceReport",
        "cases.MissingEpisode", "cases.ReturnHomeInterview", "mase.CmogItem", "mase.CmogWording",
        "mase.CmogSentWords", "mase.CmogMinutesObjection", "mase.CmogMinutesAddendum",
    }
)  # fmt: skip

_ABOUT_STAFF = "About members of staff and whom they are close to, not about the child."
_REQUEST = "How this request is answered; the requester is told in the letter itself."
_RAW = (
    "A raw submission to the police: it names its source, and belongs to its author and the police, who answer for it "
    "themselves (DPA 2018 Schedule 2 paragraph 2). It is never read for a bundle."
)
_NOMINAL = (
    "The police's record of somebody else, of a place or a vehicle; the police answer for it themselves."
)
_SEALED = "An address kept confidential is never printed: it must not reach a parent who reads the bundle."
NOT_IN_THE_BUNDLE = {
    "cases.ConfidentialAddress": _SEALED,
    "cases.SealedAddress": _SEALED,
    "cases.Exclusion": _ABOUT_STAFF,
    "cases.Declaration": _ABOUT_STAFF,
    "cases.PeopleExport": "A list of many children, for an agency that is named under who this was shared with.",
    "cases.SubjectAccessRequest": _REQUEST,
    "cases.SubjectAccessItem": _REQUEST,
    "cases.SubjectAccessPassage": _REQUEST,
    "cases.Redaction": _REQUEST,
    "cases.OtherName": _REQUEST,
    "cases.Disclosure": _REQUEST,
    "mase.InvitationAnswer": "Which of those asked meant to come; who came stands under the meeting's attendance.",
    "mase.CalendarEntry": "In which member of staff's calendar a meeting stands, without a word about the child.",
    "mase.ReportReminder": "When an agency was reminded of its report; what it told is in the bundle.",
    "mase.Minutes": "A file drawn from the same rows as the meeting's own item, its restricted part not split off.",
    "mase.MinutesCopy": "The same for each audience.",
    "mase.ClockNotice": "When staff were told that a step was due; when it was done stands with the meeting.",
    "mase.TransitionPrompt": "When the portal reminded a worker of a step; the step itself is in the bundle.",
    "mase.Reveal": "How the meeting was shown to its room; it tells nothing about the child.",
    "mase.ActionNotice": "When staff were reminded of an action; what became of it stands with the action itself.",
    "mase.MinutesVersion": "When that file was sent out; its words are those of the meeting's own item.",
    "mase.MinutesReader": "Who of the staff has read the minutes; not about the child.",
    "mase.LeftOut": "Which members of staff do not get the minutes, and why; not about the child.",
    "mase.MinutesAction": "How an action stood as its meeting ended; the action and all that was reported on it is in "
    "the bundle.",
    "mase.AgreedRecord": "The meeting's own rows once more, as they were agreed.",
    "mase.CmogMeeting": "A month's meeting about many children; the item about this one says its day.",
    "mase.CmogInvitation": "Who of the staff was asked to such a meeting; not about the child.",
    "mase.CmogTextAside": "What somebody typed and did not save; what came of it stands in the item.",
    "mase.CmogMinutes": "When such a meeting's minutes were sent out; what they say of the child stands in the item.",
    "mase.CmogMinutesVersion": "On which day they were sent out; what they say of the child is in the bundle.",
    "mase.CmogMinutesReader": "Who of the staff has read them; not about the child.",
    "mase.CmogPrint": "A fingerprint, from which no word can be read.",
    "mase.CmogCalendarEntry": "In which member of staff's calendar such a meeting stands.",
    "mase.CmogNotice": "That a CMOG or its minutes were due; it names nobody.",
    "mase.StagePerson": "Which member of staff an agency names for the stages of disagreements; not about the child.",
    "mase.StageCall": "Which member of staff was called to settle a disagreement; the disagreement is in the bundle.",
    "mase.StrategicObjective": "What the partnership set out to do; it names no child.",
    "mase.StrategicUpdate": "How that stood; it names no child.",
    "mase.TextSetAside": "What somebody typed and did not save; what came of it stands in the meeting's record.",
    "intelligence.IntelligenceSubmission": _RAW,
    "intelligence.SubmissionSource": _RAW,
    "intelligence.SubmissionSubject": _RAW,
    "intelligence.SubmissionVehicle": _RAW,
    "intelligence.SubmissionPlace": _RAW,
    "intelligence.SubmissionContact": _RAW,
    "intelligence.IntelligenceLine": _RAW,
    "intelligence.DetailRequest": _RAW,
    "intelligence.IntelligenceFeedback": _RAW,
    "intelligence.ReportLine": "Not copied: an item stands for the report; the police give out its words themselves.",
    "intelligence.IntelligenceReportReader": "Who of the staff reads a police report; not about the child.",
    "intelligence.Link": "Between a report and what it tells of; the report's own item stands for it.",
    "intelligence.PersonOfConcern": _NOMINAL,
    "intelligence.LocationOfConcern": _NOMINAL,
    "intelligence.VehicleOfConcern": _NOMINAL,
    "intelligence.Disruption": _NOMINAL,
    "intelligence.DisruptionUpdate": _NOMINAL,
}

# Texts of rows in the bundle that are not printed from there, each with the reason.
FIELDS_NOT_PRINTED = {
    "mase.BrokenOff.there": "Which members of staff were there; who came to the meeting stands under its attendance.",
    "intelligence.IntelligenceReport.instructions": "To the police's own readers; nothing of a report is copied.",
    "mase.AgendaItem.put_off_because": "Why an item waited for the next meeting: about the agenda, not the child.",
    "mase.AgendaItem.put_off_before": "The same, as the next meeting shows it.",
    "mase.AgendaItem.guidance": "The standing agenda's own advice, the same at every meeting.",
}
