"""A report from the community, kept as it was written, and what the CSE team made of it."""

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone

from cases.community.choices import Reporter, ReportOutcome
from cases.concerns.models import Concern
from cse_portal.access.permissions import Permission
from cse_portal.access.roles import ROLES
from cse_portal.access.rows import among
from cse_portal.access.user_context import user_context
from cse_portal.accounts.models import User
from cse_portal.audit.constraints import Watched
from cse_portal.keys import Keyed
from cse_portal.row_security import Frozen, SeenBy

LONGEST = 10_000  # characters in one box


class CommunityReportQuerySet(models.QuerySet["CommunityReport"]):
    """Reports from the community, as far as they may be seen."""

    def visible_to(self, user: User | AnonymousUser) -> "CommunityReportQuerySet":
        """Triage sees them all. One that became a concern is seen with that concern."""
        who = user_context(user)
        if who is None or Permission.CONCERN_TRIAGE not in ROLES[who.role].permissions:
            return self.none()
        concerns = Concern.objects.visible_to(user)
        return self.filter(Q(concern__isnull=True) | among("concern", concerns.values("pk")))

    def waiting(self) -> "CommunityReportQuerySet":
        """Nobody has said yet what becomes of it."""
        return self.filter(outcome="")


REPORT = """(SELECT gate.opens('CONCERN_TRIAGE')) AND ({row}.concern_id IS NULL
    OR COALESCE((SELECT true FROM cases_concern n WHERE n.id = {row}.concern_id LIMIT 1), false))"""
WORDS = ("worry", "place", "about", "contact", "reason")
WHAT_BECAME_OF_IT = ("outcome", "reason", "decided_by_id", "decided_at", "concern_id", "joins_id")


class CommunityReport(Keyed):
    """What somebody without an account told the CSE team (strategy 13.3, 15.5).

    `gate.receive_report` alone adds one, for nobody who acts then may read the table. Its words never change. Neither
    the sender's address nor their browser is kept.
    """

    disclosed = False  # its words are in the concern that it became; who told us is a third person's
    reference = models.CharField(max_length=20, unique=True)
    from_whom = models.CharField(max_length=10, choices=Reporter)
    worry = models.TextField(max_length=LONGEST)
    place = models.TextField(max_length=LONGEST, blank=True)
    about = models.TextField(max_length=LONGEST, blank=True)
    contact = models.CharField(max_length=300, blank=True)
    received_at = models.DateTimeField(default=timezone.now)
    told_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, choices=ReportOutcome, blank=True)
    reason = models.CharField(max_length=1000, blank=True)
    decided_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    concern = models.ForeignKey(
        Concern, null=True, on_delete=models.PROTECT, related_name="community_reports"
    )
    joins = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="joined_by")

    objects = CommunityReportQuerySet.as_manager()

    class Meta:
        ordering = ["-received_at"]
        indexes = [models.Index(fields=["outcome", "-received_at"])]
        constraints = [
            Watched(case="concern_id:cases_concern.case_id", subject="concern_id", hidden=WORDS),
            SeenBy(REPORT, added="false", removed="false"),
            Frozen(when="NOT gate.is_system()", but=WHAT_BECAME_OF_IT),
            models.CheckConstraint(
                condition=Q(outcome="", decided_by__isnull=True, decided_at__isnull=True)
                | ~Q(outcome="") & Q(decided_by__isnull=False, decided_at__isnull=False),
                name="community_report_decided_by_someone",
            ),
            models.CheckConstraint(
                condition=~Q(outcome=ReportOutcome.CONCERN) | Q(concern__isnull=False),
                name="community_report_made_a_concern",
            ),
            models.CheckConstraint(
                condition=~Q(outcome=ReportOutcome.NOT_FOR_US) | ~Q(reason=""),
                name="community_report_set_aside_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.reference
