"""What the board reads."""

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.constraints import Watched
from cse_portal.keys import Keyed
from reporting.returns.models import RegionalReturn


class BoardReportQuerySet(models.QuerySet["BoardReport"]):
    """Board reports, as far as they may be read."""

    def visible_to(self, user: User | AnonymousUser) -> "BoardReportQuerySet":
        """Anyone who reads board reports reads all that have been made."""
        return self.ready() if gate.can(user, Permission.BOARD_REPORT_VIEW) else self.none()

    def ready(self) -> "BoardReportQuerySet":
        """Those whose PDF exists."""
        return self.filter(rendered_at__isnull=False)


class BoardReport(Keyed):
    """The board report of a signed-off quarter: the analyst's words, and a PDF made once and kept.

    The file lies under a name that says nothing; `sha256` proves that it is still the one that was published.
    """

    regional_return = models.OneToOneField(
        RegionalReturn, on_delete=models.PROTECT, related_name="board_report"
    )
    narrative = models.TextField(max_length=8000, blank=True)
    published_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(default=timezone.now)
    file_name = models.CharField(max_length=100, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    pages = models.PositiveSmallIntegerField(default=0)
    rendered_at = models.DateTimeField(null=True)

    objects = BoardReportQuerySet.as_manager()

    class Meta:
        ordering = ["-regional_return__starts_on"]
        constraints = [
            Watched(),
            models.CheckConstraint(
                condition=Q(rendered_at__isnull=True, file_name="", sha256="")
                | Q(rendered_at__isnull=False) & ~Q(file_name="") & ~Q(sha256=""),
                name="report_file_with_its_proof",
            ),
        ]
