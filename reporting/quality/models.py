"""How well the work is done: audits of case files (strategy 23.1) and supervision of who does it (strategy 18.2).

An audit is of a sample drawn by lot, and asks for actions. A supervision is a day and its entries.
"""

import datetime as dt

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from cases.record.choices import RiskCategory
from cases.record.models.case import Case, CaseRecord
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.records import described
from cse_portal.access.rows import granted_in_agency
from cse_portal.access.user_context import UserContext, user_context
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.constraints import Watched
from cse_portal.keys import Keyed
from cse_portal.reference.selectors import label
from cse_portal.row_security import Frozen, SeenBy, SeenWith
from cse_portal.ui.presenters import is_overdue

QUESTIONS, GRADES = "audit-question", "audit-grade"
SUPERVISION, ASKED = "SUPERVISION", "supervision-question"  # the clock, and what is asked
# Colleagues learn the day, so that a supervisor is told no more of whom another supervises by now.
DAY_SEEN = """(SELECT gate.user_id()) IN ({row}.supervisor_id, {row}.supervised_id)
    OR (SELECT gate.opens('CASE_AUDIT_DRAW'))
    OR (SELECT gate.opens('CASE_AUDIT')) AND {row}.agency_id = (SELECT gate.agency_id())"""
WORDS_SEEN = """EXISTS (SELECT 1 FROM reporting_supervision s WHERE s.id = {row}.supervision_id
    AND ((SELECT gate.user_id()) IN (s.supervisor_id, s.supervised_id)
        OR (SELECT gate.opens('CASE_AUDIT_DRAW')) AND s.agency_id = (SELECT gate.agency_id())))"""


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


def _met(who: UserContext) -> Q:
    """That somebody is one of the two, and worked for today's agency when it was recorded."""
    return (Q(supervisor=who.user) | Q(supervised=who.user)) & granted_in_agency(who, "recorded_at")


class SupervisionQuerySet(models.QuerySet["Supervision"]):
    """Supervisions, as far as their days and their words may be seen."""

    def visible_to(self, user: User | AnonymousUser) -> "SupervisionQuerySet":
        """Those whose day this person may know: their own, their colleagues', and all for who oversees the work."""
        who = user_context(user)
        if who is None or not gate.can(user, Permission.CASE_AUDIT):
            return self.none()
        if gate.can(user, Permission.CASE_AUDIT_DRAW):
            return self.all()
        return self.filter(_met(who) | Q(agency=who.agency))

    def read_by(self, user: User | AnonymousUser) -> "SupervisionQuerySet":
        """Those whose words this person may read: the two who met, and who manages the people of that agency."""
        who, rows = user_context(user), self.visible_to(user)
        if who is None:
            return rows
        manages = gate.can(user, Permission.CASE_AUDIT_DRAW)
        return rows.filter(_met(who) | Q(agency=who.agency) if manages else _met(who))

    def newest(self) -> "SupervisionQuerySet":
        """The last of each person, as it was corrected."""
        rows = self.filter(correction=None).order_by("supervised", "-held_on", "-recorded_at")
        return rows.distinct("supervised")


class Supervision(Keyed):
    """Somebody who works with children was supervised on a day, and is due again by `next_on` (strategy 18.2).

    `agency` is that of the supervised person. A supervision is never changed: another `corrects` it, and both stay.
    """

    supervisor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    supervised = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    held_on = models.DateField()
    next_on = models.DateField()
    corrects = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="correction")
    recorded_at = models.DateTimeField(default=timezone.now)

    objects = SupervisionQuerySet.as_manager()

    class Meta:
        ordering = ["-held_on", "-recorded_at"]
        indexes = [models.Index(fields=["supervised", "-held_on"])]
        constraints = [
            Watched(),
            SeenBy(DAY_SEEN, written="{row}.supervisor_id = (SELECT gate.user_id())"),
            Frozen(),
            models.CheckConstraint(
                condition=Q(next_on__gte=F("held_on")) & ~Q(supervisor=F("supervised")),
                name="supervision_of_another",
            ),
        ]

    def get_absolute_url(self) -> str:
        """What was said and agreed."""
        return reverse("reporting:supervision-record", args=[self.pk])


class SupervisionEntry(Keyed):
    """What was said in a supervision: to a `question`, of a child's `case`, or agreed to be done by `due_on`.

    What was said of a child is seen with the case, and goes with it.
    """

    supervision = models.ForeignKey(Supervision, on_delete=models.PROTECT, related_name="entries")
    question = models.CharField(max_length=20, blank=True)
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(null=True)
    text = models.TextField("said in a supervision", max_length=2000)

    class Meta:
        ordering = ["id"]
        constraints = [
            Watched(hidden=("text",)),
            SeenWith("case", also=WORDS_SEEN, write="see"),
            Frozen(),
            models.CheckConstraint(
                condition=~Q(question="") & Q(case=None, due_on=None)
                | Q(question="", due_on=None, case__isnull=False)
                | Q(question="", case=None, due_on__isnull=False),
                name="supervision_entry_of_one_kind",
            ),
        ]

    @property
    def question_words(self) -> str:
        """As it was asked on that day."""
        return label(ASKED, self.question, self.supervision.held_on)
