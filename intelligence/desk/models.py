"""Graded, sanitised intelligence: another object than its submission, with its own readers."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.formats import date_format

from cases.record.choices import Section
from cases.record.models.case import Case
from cse_portal.access.permissions import Permission
from cse_portal.access.roles import ROLES
from cse_portal.access.rows import among, excluded_records, granted_in_agency
from cse_portal.access.user_context import user_context
from cse_portal.accounts.models import User
from cse_portal.audit.constraints import Watched
from cse_portal.keys import Keyed
from cse_portal.row_security import SeenBy, SeenWith
from intelligence.subjects.models import (
    IN_THE_UNIT,
    NOT_EXCLUDED,
    Handling,
    Subject,
    _holding,
    _related,
    linked_with,
    works_in_intelligence_unit,
)
from intelligence.submissions.models import IntelligenceLine, IntelligenceSubmission


class ReportQuerySet(models.QuerySet["IntelligenceReport"]):
    """Graded reports, as far as they may be seen."""

    def visible_to(self, user: User | AnonymousUser) -> "ReportQuerySet":
        """P: who holds the intelligence of a case they see that is linked. C: the readers it names. The unit: both.

        Never somebody who is excluded from a case that it, or another report of its submission, is linked with.
        """
        who = user_context(user)
        if who is None or Permission.INTELLIGENCE_REPORT_VIEW not in ROLES[who.role].permissions:
            return self.none()
        links = _related(self.model, "links").filter(report=OuterRef("pk"))
        named = _related(self.model, "readers").filter(report=OuterRef("pk"), user=who.user)
        readers = named.filter(granted_in_agency(who, "named_at"))
        held = links.filter(among("case", _holding(links, who.user)))
        seen = Q(handling=Handling.P) & Exists(held) | Q(handling=Handling.C) & Exists(readers)
        rows = self if works_in_intelligence_unit(who) else self.filter(seen)
        shut = excluded_records(who)
        return (
            rows.exclude(submission__in=linked_with(shut, self.model._default_manager.all()))
            if shut
            else rows
        )

    def about(self, case: "Case", user: User) -> "ReportQuerySet":
        """Linked to this case, as far as this person may know: another case may have shown them the report."""
        links: Any = _related(self.model, "links")
        return self.filter(Exists(links.telling(user).filter(report=OuterRef("pk"), case=case)))

    def for_discussion(self) -> "ReportQuerySet":
        """What a meeting may talk about."""
        return self.filter(handling=Handling.P, meeting_may_discuss=True, withdrawn_at=None)


class LinkQuerySet(models.QuerySet["Link"]):
    """What reports are linked to."""

    def telling(self, user: User) -> "LinkQuerySet":
        """Those that tell a reader of their reports no child about whom they may not know that there is intelligence.

        To the unit, and to whom a C report names, it tells every case. What was withdrawn tells the unit alone.
        """
        who = user_context(user)
        if who is None:
            return self.none()
        if works_in_intelligence_unit(who):
            return self
        known = Q(case__isnull=True) | Q(report__handling=Handling.C) | Q(among("case", _holding(self, user)))
        return self.filter(known, report__withdrawn_at=None)


# P: who holds the intelligence of a linked case that they see. C: the readers it names. The unit: both.
REPORT = f"""(SELECT gate.opens('INTELLIGENCE_REPORT_VIEW')) AND {NOT_EXCLUDED}
    AND ({IN_THE_UNIT} OR gate.reads_report({{row}}.id, {{row}}.handling))"""
REPORT_WRITTEN = f"{IN_THE_UNIT} AND {NOT_EXCLUDED}"
# Which child a report is about is told where the intelligence of that child was given.
LINK = f"""COALESCE((SELECT {{row}}.case_id IS NULL OR {IN_THE_UNIT} OR r.handling = 'C'
                  OR gate.holds({{row}}.case_id, 'view_intelligence')
    FROM intelligence_intelligencereport r WHERE r.id = {{row}}.report_id LIMIT 1), false)"""


HOLDS = """EXISTS (SELECT FROM intelligence_intelligencereport r
    WHERE r.id = {row}.report_id AND r.withdrawn_at IS NULL)"""


class IntelligenceReport(Keyed):
    """What the unit lets go further. P: read by who holds the intelligence of a linked case. C: by named readers.

    It leads back to its submission for the unit alone; nothing of the submission is on it. A second officer agreed to
    what may be shared (P). Once withdrawn, only the unit reads its lines and follows its links.
    """

    reference = models.CharField(max_length=20, unique=True)
    submission = models.ForeignKey(IntelligenceSubmission, on_delete=models.PROTECT, related_name="reports")
    handling = models.CharField(max_length=1, choices=Handling)
    conditions = ArrayField(models.CharField(max_length=4), default=list, blank=True)
    instructions = models.TextField(max_length=2000, blank=True)
    meeting_may_discuss = models.BooleanField(default=False)
    issued_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(default=timezone.now)
    agreed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_reason = models.CharField(max_length=500, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["-issued_at"]
        indexes = [models.Index(fields=["-issued_at"])]
        constraints = [
            Watched(subject="submission_id"),
            SeenBy(REPORT, written=REPORT_WRITTEN),
            models.UniqueConstraint(
                fields=["submission", "handling"],
                condition=Q(withdrawn_at=None),
                name="report_one_per_handling",
            ),
            models.CheckConstraint(
                condition=Q(handling=Handling.C) | Q(agreed_by__isnull=False) & ~Q(agreed_by=F("issued_by")),
                name="report_p_agreed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawn_reason="")
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_reason=""),
                name="report_withdrawn_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(handling=Handling.P) | ~Q(instructions=""), name="report_c_says_how_to_handle"
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class ReportLine(Keyed):
    """One sanitised fact with its grade, written out once so that reading a report never opens a submission."""

    report = models.ForeignKey(IntelligenceReport, on_delete=models.PROTECT, related_name="lines")
    line = models.ForeignKey(IntelligenceLine, on_delete=models.PROTECT, related_name="+")
    order = models.PositiveSmallIntegerField()
    text = models.TextField(max_length=4000)
    grade = models.CharField(max_length=3)

    class Meta:
        ordering = ["order"]
        constraints = [
            Watched(),
            SeenWith("report", also=f"{IN_THE_UNIT} OR {HOLDS}", write="see"),
        ]


class IntelligenceReportReader(Keyed):
    """Somebody named by the unit to read a report whose handling has conditions."""

    report = models.ForeignKey(IntelligenceReport, on_delete=models.PROTECT, related_name="readers")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    named_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    named_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["named_at"]
        constraints = [
            Watched(),
            SeenWith("report", write="see"),
            models.UniqueConstraint(fields=["report", "user"], name="report_reader_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="report_reader_says_why"),
        ]


class Link(Keyed):
    """A report tells of this child's case, or of this subject of concern."""

    section = Section.INTELLIGENCE
    report = models.ForeignKey(IntelligenceReport, on_delete=models.PROTECT, related_name="links")
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="+")
    subject = models.ForeignKey(Subject, null=True, on_delete=models.PROTECT, related_name="links")
    linked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    linked_at = models.DateTimeField(default=timezone.now)

    objects = LinkQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "police information"
        ordering = ["linked_at"]
        constraints = [
            Watched(subject="report_id"),
            SeenBy(LINK, written=IN_THE_UNIT),
            models.CheckConstraint(
                condition=Q(case__isnull=True) ^ Q(subject__isnull=True), name="link_to_one_thing"
            ),
            models.UniqueConstraint(
                fields=["report", "case", "subject"], nulls_distinct=False, name="link_once"
            ),
        ]

    def as_disclosed(self) -> list[tuple[str, str]]:
        """Not a word of the report: the police give it out themselves."""
        day = date_format(timezone.localtime(self.linked_at), "j F Y")
        return [("The police hold information", f"Recorded on {day}. Ask the police for it.")]
