"""Risk assessments and the confirmed category that they lead to: indicative, professional, confirmed."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q, TextChoices
from django.utils import timezone

from cases.concerns.choices import Confidence, IndicatorTiming
from cases.concerns.models import answers_in_words
from cases.record.choices import HarmStatus, RiskCategory
from cases.record.models.case import Case
from cse_portal.access.records import described
from cse_portal.accounts.models import Agency
from cse_portal.audit.constraints import Watched
from cse_portal.keys import Keyed
from cse_portal.row_security import SeenWith


class DecisionSource(TextChoices):
    """Where a category was confirmed."""

    TRIAGE = "triage", "Triage"
    ASSESSMENT = "assessment", "Risk assessment confirmed by the CSE team"
    MEETING = "meeting", "MASE"
    CLOSURE = "closure", "Case closed"


class RiskAssessment(Keyed):
    """What one practitioner found: answers, the arithmetic they give, and the judgement set beside it.

    The arithmetic is kept as it was shown, with the versions of the indicator set and scoring profile that made it.
    A professional category that differs from the indicative one needs a reason.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="assessments")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    author_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    assessed_at = models.DateTimeField(default=timezone.now)
    indicator_set = models.CharField(max_length=60)
    scoring_profile = models.CharField(max_length=60)
    indicative_total = models.PositiveSmallIntegerField()
    indicative_category = models.PositiveSmallIntegerField(choices=RiskCategory)
    arithmetic = models.JSONField(default=list)
    professional_category = models.PositiveSmallIntegerField(choices=RiskCategory)
    harm_status = models.CharField(max_length=2, choices=HarmStatus)
    narrative = models.TextField(max_length=20_000)
    protective_factors = models.TextField("what keeps the child safe", max_length=8000, blank=True)
    difference_reason = models.TextField(max_length=4000, blank=True)
    submission_key = models.UUIDField(null=True, unique=True)

    class Meta:
        ordering = ["-assessed_at"]
        constraints = [
            Watched(),
            SeenWith(),
            models.CheckConstraint(
                condition=Q(professional_category=F("indicative_category")) | ~Q(difference_reason=""),
                name="assessment_difference_has_reason",
            ),
        ]

    def as_disclosed(self) -> list[tuple[str, str]]:
        """With each indicator that was answered."""
        return [*described(self), *answers_in_words(self.answers.all())]


class AssessmentAnswer(Keyed):
    """One sign that was ticked in an assessment."""

    disclosed = False
    assessment = models.ForeignKey(RiskAssessment, on_delete=models.CASCADE, related_name="answers")
    code = models.CharField(max_length=10)
    timing = models.CharField(max_length=10, choices=IndicatorTiming)
    evidence = models.TextField(max_length=4000, blank=True)
    provenance = models.CharField(max_length=30, blank=True)
    confidence = models.CharField(max_length=10, choices=Confidence, blank=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            Watched(),
            SeenWith("assessment"),
            models.UniqueConstraint(fields=["assessment", "code"], name="assessment_answer_once"),
        ]


class CategoryDecision(Keyed):
    """The confirmed category and harm status from a moment on. Append-only: the newest row is the current one."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="category_decisions")
    category = models.PositiveSmallIntegerField(choices=RiskCategory)
    previous_category = models.PositiveSmallIntegerField(choices=RiskCategory)
    harm_status = models.CharField(max_length=2, choices=HarmStatus)
    source = models.CharField(max_length=12, choices=DecisionSource)
    source_id = models.UUIDField(null=True)
    rationale = models.TextField(max_length=8000)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-decided_at"]
        indexes = [models.Index(fields=["case", "-decided_at"])]
        constraints = [
            Watched(),
            SeenWith(),
            models.CheckConstraint(condition=~Q(rationale=""), name="category_decision_says_why"),
        ]
