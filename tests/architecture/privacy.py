"""Which texts are about a child or another person: every free text of the models, but for those listed here."""

from typing import Any

from django.apps import apps
from django.db import models

LONG_ENOUGH = 60
SHORT = ("nhs_number", "postcode")
OURS = ("cse_portal.", "cases.", "intelligence.", "mase.", "reporting.")
# Rows that leave the gate's reach: read by operators, by queues, or outside the partnership.
NOT_ABOUT_A_CHILD = ("audit.", "jobs.", "reporting.", "accounts.", "people.")
# Texts about staff, about how the work goes, and of the machine.
ORDINARY = {
    "accounts.User": "full_name job_title password",
    "audit.AuditEvent": "object_type",
    "audit.Change": "of_table values_hash",
    "audit.Finding": "key note why",
    "audit.Reason": "words",
    "audit.Seal": "previous root signature",
    "cases.BreakGlass": "verdict_note",
    "cases.CaseGroupObjectPermission": "reason",
    "cases.CaseUserObjectPermission": "reason",
    "cases.CaseReview": "seen_by",
    "cases.Concern": "clock_rule",
    "cases.Document": "content_type removed_reason sha256 stored_as",
    "cases.Exclusion": "decided_note reason",
    "cases.PeopleExport": "decision_reason reason sha256 stored_as",
    "cases.ReturnHomeInterview": "interviewer",
    "cases.RiskAssessment": "indicator_set scoring_profile",
    "cases.Service": "contact name offers provider",
    "drafts.Draft": "key page",
    "intelligence.IntelligenceReportReader": "reason",
    "intelligence.IntelligenceSubmission": "best_contact",
    "jobs.Job": "error_code key kind locked_by message",
    "jobs.Notification": "text url",
    "jobs.OutboxMessage": "error_code",
    "mase.AgendaItem": "guidance title",
    "mase.Interruption": "there",
    "mase.ChildVoice": "heard_by parent_heard_by",
    "mase.SentWords": "sha256",
    "mase.DisagreementEntry": "due_rule",
    "mase.Invitation": "answer_reason deputy_name name who_came",
    "mase.Meeting": "cancelled_reason due_rule link no_quorum_reason place",
    "mase.Minutes": "sha256",
    "mase.MinutesAddendum": "follows sha256",
    "mase.MinutesCopy": "sha256",
    "mase.StrategicObjective": "measure text",
    "mase.StrategicUpdate": "evidence",
    "people.Invitation": "email full_name job_title",
    "reporting.BoardDecision": "asked because became decision detail owner worry",
    "reporting.BoardPack": "reason",
    "reporting.AuthorityReturn": "file_name sha256",
    "reporting.AuditSample": "title",
    "reporting.Disclosure": "sha256 stored_as",
    "reporting.DisclosureItem": "part source",
    "reporting.Disposal": "approved_why reason rule stopped_why",
    "reporting.LegalHold": "authority lifted_why reason",
    "reporting.PackFile": "file_name sha256",
    "reporting.PackVersion": "reason",
    "reporting.PreventionActivity": "feedback led_by materials place",
    "reporting.ProblemProfile": "rocu sources summary",
    "reporting.ProfilePart": "sanitised text",
    "reporting.RegionalReturn": "check_note code_version restated_because",
    "reporting.ReturnExplanation": "column row text",
    "reporting.ReturnFigure": "column column_label fact row row_label",
    "reporting.ReturnMeasure": "definition name note source",
    "reporting.SentReturn": "receipt_reference sent_to sha256 stored_as",
    "reporting.StaffMember": "name email",
    "reporting.TrainingList": "file_name",
    "reporting.SubjectAccessRequest": "closing_reason extension_reason",
    "reporting.ValidationResult": "message title",
    "sign_in.ApiToken": "digest",
}


def our_models() -> list[type[models.Model]]:
    """The product's models, but for reference data."""
    return [
        model
        for model in apps.get_models()
        if model.__module__.startswith(OURS) and model._meta.app_label != "reference"
    ]


def personal_texts(model: type[models.Model]) -> list["models.Field[Any, Any]"]:
    """The fields in which somebody may write about a child, their family or another person."""
    ordinary = ORDINARY.get(model._meta.label, "").split()
    return [field for field in model._meta.fields if takes_words(field) and field.name not in ordinary]


def takes_words(field: "models.Field[Any, Any]") -> bool:
    """Whether somebody writes into it freely, or an NHS number or postcode."""
    if field.name in SHORT:
        return True
    if field.choices or field.unique or field.name == "encrypted":
        return False
    return isinstance(field, models.TextField) or (
        isinstance(field, models.CharField) and (field.max_length or 0) >= LONG_ENOUGH
    )
