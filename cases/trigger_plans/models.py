"""Trigger plans: what police and carers need in the first minutes after a child is missing."""

from django.db import models

from cases.documents.models import Document
from cases.record.models.case import CaseRecord
from cse_portal.row_security import Frozen


class TriggerPlan(CaseRecord):
    """One version of what police and carers need in the first minutes after a child is missing (Philomena Protocol).

    Each version is kept as it was agreed; the newest one holds. Lists are kept as they are typed, one entry a line.
    `expected_grade` is reference data.
    """

    number = models.PositiveIntegerField()
    expected_grade = models.CharField(max_length=20)
    grade_reason = models.CharField("why that grade", max_length=150, blank=True)
    photo = models.ForeignKey(Document, null=True, on_delete=models.PROTECT, related_name="+")
    looks = models.CharField(max_length=200, blank=True)
    often_wears = models.CharField(max_length=150, blank=True)
    speaks = models.CharField("languages and how to speak with them", max_length=150, blank=True)
    do_first = models.TextField(max_length=1000)
    calls = models.TextField("people to call", max_length=1000, blank=True)
    people = models.TextField("people they may be with", max_length=1000, blank=True)
    places = models.TextField(max_length=1500, blank=True)
    pattern = models.CharField("usual pattern", max_length=200, blank=True)
    medical = models.TextField(max_length=1000, blank=True)
    calms = models.TextField("what works", max_length=1000, blank=True)
    makes_worse = models.TextField("what makes it worse", max_length=1000, blank=True)
    when_found = models.TextField(max_length=1000, blank=True)
    agreed_with = models.CharField(max_length=200, blank=True)
    kept_by = models.CharField("who keeps a copy", max_length=150)
    review_on = models.DateField()

    class Meta:
        default_related_name = "trigger_plans"
        ordering = ["-number"]
        constraints = [
            *CaseRecord.Meta.constraints,
            Frozen(),
            models.UniqueConstraint(fields=["case", "number"], name="trigger_plan_version_once"),
        ]

    @property
    def version(self) -> int:
        """Its number, over which the next one is saved."""
        return self.number
