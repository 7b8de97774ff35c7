"""Connections between children, subjects of concern, and both; and who looks at children newly connected."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.formats import date_format

from cases.record.choices import Section
from cases.record.models.case import Case
from cases.record.models.querysets import CaseQuerySet
from cse_portal.access.permissions import Permission
from cse_portal.access.roles import ROLES
from cse_portal.access.rows import among
from cse_portal.access.user_context import user_context
from cse_portal.accounts.models import User
from cse_portal.audit.constraints import Watched
from cse_portal.keys import Keyed
from cse_portal.row_security import SeenBy, granted
from intelligence.desk.models import IntelligenceReport
from intelligence.subjects.models import IN_THE_UNIT, Subject, works_in_intelligence_unit


def cases_held(user: User | AnonymousUser) -> CaseQuerySet:
    """The cases of which this person holds the intelligence; to the unit, every case that it sees."""
    who = user_context(user)
    if who is not None and works_in_intelligence_unit(who):
        return Case.objects.visible_to(user)
    return Case.objects.showing(Section.INTELLIGENCE, user)


def reports_in_use(user: User | AnonymousUser) -> models.QuerySet[IntelligenceReport]:
    """The reports this person may read, without those that were withdrawn."""
    return IntelligenceReport.objects.visible_to(user).filter(withdrawn_at=None)


class ConnectionQuerySet(models.QuerySet[Any]):
    """Connections, and the tasks that follow from them, as far as they may be seen."""

    def visible_to(self, user: User | AnonymousUser) -> "ConnectionQuerySet":
        """With every end and the source: nothing hidden is drawn, counted or led through."""
        who = user_context(user)
        if who is None or Permission.INTELLIGENCE_REPORT_VIEW not in ROLES[who.role].permissions:
            return self.none()
        cases, subjects = cases_held(user), Subject.objects.visible_to(user)
        seen = {"case": cases, "other_case": cases, "subject": subjects, "other_subject": subjects}
        names = {field.name for field in self.model._meta.concrete_fields}
        rows = self
        for name, found in {**seen, "report": reports_in_use(user)}.items():
            if name in names:
                rows = rows.filter(Q((f"{name}__isnull", True)) | among(name, found.values("pk")))
        return rows

    def holding(self) -> "ConnectionQuerySet":
        """Without those that turned out not to hold."""
        return self.filter(ended_at=None)


HELD = f"""({{row}}.{{column}} IS NULL OR COALESCE((SELECT {IN_THE_UNIT} OR {granted("p.id", "view_intelligence")}
    FROM cases_case p WHERE p.id = {{row}}.{{column}} LIMIT 1), false))"""
SEEN = """({row}.{column} IS NULL
    OR COALESCE((SELECT {when} FROM {table} p WHERE p.id = {row}.{column} LIMIT 1), false))"""
CHILDREN = " AND ".join(
    ["(SELECT gate.opens('INTELLIGENCE_REPORT_VIEW'))"]
    + [HELD.replace("{column}", name) for name in ("case_id", "other_case_id")]
)
CONNECTION = " AND ".join(
    [CHILDREN]
    + [
        SEEN.replace("{column}", column).replace("{table}", table).replace("{when}", when)
        for column, table, when in (
            ("subject_id", "intelligence_subject", "true"),
            ("other_subject_id", "intelligence_subject", "true"),
            ("report_id", "intelligence_intelligencereport", "p.withdrawn_at IS NULL"),
        )
    ]
)
_OF_TWO = (
    Q(case__isnull=False, other_case__isnull=False, subject=None, other_subject=None)
    | Q(case__isnull=False, other_case=None, subject__isnull=False, other_subject=None)
    | Q(case=None, other_case=None, subject__isnull=False, other_subject__isnull=False)
)
# The child's own record says what is known of a child; a report says what is known of the others.
_SOURCED = Q(case=None, report__isnull=False, source="") | Q(case__isnull=False, report=None) & ~Q(source="")


class Connection(Keyed):
    """Two children, a child and a subject of concern, or two subjects belong together: how, and who says so.

    A connection of a child cites the child's record (`source`), one between subjects a report. So nothing stands
    beside the number of a report that could be what the report was made from.
    """

    section = Section.INTELLIGENCE
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="+")
    other_case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="+")
    # Named, so that two subjects that turn out to be one bring their connections together.
    subject = models.ForeignKey(Subject, null=True, on_delete=models.PROTECT, related_name="connections")
    other_subject = models.ForeignKey(
        Subject, null=True, on_delete=models.PROTECT, related_name="other_connections"
    )
    kind = models.CharField(max_length=20)
    role = models.CharField(max_length=60, blank=True)
    from_on = models.DateField(null=True)
    until_on = models.DateField(null=True)
    report = models.ForeignKey(IntelligenceReport, null=True, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=20, blank=True)
    source_evaluation = models.CharField(max_length=1)
    assessment = models.CharField(max_length=1)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    ended_reason = models.CharField(max_length=500, blank=True)

    objects = ConnectionQuerySet.as_manager()

    class Meta:
        ordering = ["-recorded_at"]
        verbose_name_plural = "connections"
        constraints = [
            Watched(case="case_id", subject="subject_id|other_case_id"),
            SeenBy(CONNECTION, written=f"(SELECT gate.opens('CONNECTION_RECORD')) AND {CONNECTION}"),
            models.CheckConstraint(condition=_OF_TWO, name="connection_of_two"),
            models.CheckConstraint(
                condition=~Q(case=F("other_case")) & ~Q(subject=F("other_subject")),
                name="connection_of_two_different",
            ),
            models.CheckConstraint(condition=_SOURCED, name="connection_says_its_source"),
            models.CheckConstraint(
                condition=Q(from_on=None) | Q(until_on=None) | Q(until_on__gte=F("from_on")),
                name="connection_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None, ended_reason="")
                | Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(ended_reason=""),
                name="connection_ended_with_reason",
            ),
        ]

    @property
    def ends(self) -> list[Case | Subject]:
        """The two, a child first."""
        ends = (self.case, self.other_case, self.subject, self.other_subject)
        return [each for each in ends if each is not None]

    def as_disclosed(self) -> list[tuple[str, str]]:
        """Not whom or what it names: that is somebody else's, or the police's to give out."""
        day = date_format(timezone.localtime(self.recorded_at), "j F Y")
        return [
            ("A connection with somebody or something else", f"Recorded on {day}. Ask the police for it.")
        ]


class ConnectionTask(Keyed):
    """Somebody of the CSE team looks at two children who were newly connected. Once taken, it waits no more."""

    section = Section.INTELLIGENCE
    disclosed = False
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    other_case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    taken_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(default=timezone.now)

    objects = ConnectionQuerySet.as_manager()

    class Meta:
        ordering = ["-taken_at"]
        constraints = [
            Watched(case="case_id", subject="other_case_id"),
            SeenBy(CHILDREN, written=f"(SELECT gate.opens('CONCERN_TRIAGE')) AND {CHILDREN}"),
            models.CheckConstraint(
                condition=Q(case__lt=F("other_case")), name="connection_task_of_two_in_order"
            ),
            models.UniqueConstraint(fields=["case", "other_case"], name="connection_task_once"),
        ]
