"""Audits of case files (strategy 23.1): a sample drawn by lot, the audit of each file, and the actions it asks for."""

import datetime as dt

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from cases.record.choices import RiskCategory
from cases.record.models.case import CaseRecord
from cse_portal.access.records import described
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.constraints import Watched
from cse_portal.keys import Keyed
from cse_portal.reference.selectors import label
from cse_portal.row_security import Frozen, SeenWith
from cse_portal.ui.presenters import is_overdue

QUESTIONS, GRADES = "audit-question", "audit-grade"


class AuditSample(Keyed):
    """Case files drawn by lot. From `seed` the lot can be drawn again: of the open cases that its drawer could share.

    `population` is how many those were. It names no child.
    """

    title = models.CharField(max_length=120)
    category = models.PositiveSmallIntegerField(choices=RiskCategory, null=True)
    agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="+")
    seed = models.CharField(max_length=40)
    population = models.PositiveIntegerField()
    due_on = models.DateField()
    drawn_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-drawn_at"]
        constraints = [Watched(), Frozen()]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Its page, with every audit of it."""
        return reverse("reporting:audit-sample", args=[self.pk])


class CaseAudit(CaseRecord):
    """The audit of one case file: each question with its grade and what was found, and a grade of the whole.

    `lead_agency` led the case when the sample was drawn. What is completed is never changed.
    """

    sample = models.ForeignKey(AuditSample, on_delete=models.PROTECT, related_name="audits")
    auditor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    lead_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    answers = models.JSONField(default=dict)
    grade = models.CharField("grade of the whole", max_length=20, blank=True)
    findings = models.TextField(max_length=4000, blank=True)
    completed_at = models.DateTimeField(null=True)

    class Meta:
        default_related_name = "audits"
        ordering = ["-recorded_at"]
        constraints = [
            Watched(),
            SeenWith(write="see"),
            Frozen(when="OLD.completed_at IS NOT NULL"),
            models.UniqueConstraint(fields=["sample", "case"], name="case_audited_once_a_sample"),
            models.CheckConstraint(
                condition=Q(completed_at=None, grade="") | Q(completed_at__isnull=False) & ~Q(grade=""),
                name="case_audit_completed_with_grade",
            ),
        ]

    def get_absolute_url(self) -> str:
        """Its page: the tool, then what was found."""
        return reverse("reporting:case-audit", args=[self.pk])

    @property
    def grade_words(self) -> str:
        """Good; nothing until it is completed."""
        return label(GRADES, self.grade) if self.grade else ""

    @property
    def answer_rows(self) -> list[tuple[str, str, str]]:
        """Each question that was answered, with its grade and what was found."""
        return [
            (label(QUESTIONS, code), label(GRADES, each["grade"]), each["found"])
            for code, each in self.answers.items()
        ]

    @property
    def is_late(self) -> bool:
        """Not completed, and past the sample's day."""
        return self.completed_at is None and is_overdue(self.sample.due_on)

    def as_disclosed(self) -> list[tuple[str, str]]:
        """With every answer of the tool."""
        told = [
            (question, ". ".join(filter(None, (grade, found)))) for question, grade, found in self.answer_rows
        ]
        return [*described(self), *told]


class AuditAction(Keyed):
    """What an audit asks somebody to do, and by when."""

    audit = models.ForeignKey(CaseAudit, on_delete=models.PROTECT, related_name="actions")
    text = models.TextField(max_length=1000)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    done_on = models.DateField(null=True)
    outcome = models.TextField("what came of it", max_length=1000, blank=True)

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            Watched(),
            SeenWith("audit", write="see"),
            models.CheckConstraint(
                condition=Q(done_on=None, outcome="") | Q(done_on__isnull=False) & ~Q(outcome=""),
                name="audit_action_done_with_outcome",
            ),
        ]

    @property
    def last_day(self) -> dt.date | None:
        """The day it is due, as long as it is not done."""
        return None if self.done_on else self.due_on
