"""Copies of people's records that leave the portal: who asked, who agreed, what was in them."""

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q, TextChoices
from django.utils import timezone

from cse_portal.access.permissions import Permission
from cse_portal.access.roles import ROLES
from cse_portal.access.user_context import user_context
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.constraints import Watched
from cse_portal.keys import Keyed
from cse_portal.row_security import SeenBy


class ExportState(TextChoices):
    """Where a copy of people's records stands."""

    WAITING = "waiting", "Waiting for a second person"
    MAKING = "making", "Being made"
    READY = "ready", "Ready"
    REFUSED = "refused", "Refused"
    WITHDRAWN = "withdrawn", "Withdrawn: access has changed"
    ENDED = "ended", "Deleted after a day"


class PeopleExportQuerySet(models.QuerySet["PeopleExport"]):
    """Copies of people's records, as far as they may be seen."""

    def visible_to(self, user: User | AnonymousUser) -> "PeopleExportQuerySet":
        """One's own, those one decided about, those that wait for somebody; all of them for who traces a copy."""
        who = user_context(user)
        if who is None:
            return self.none()
        opened = ROLES[who.role].permissions
        if Permission.COPY_FIND in opened:
            return self.all()
        if Permission.PEOPLE_EXPORT not in opened:
            return self.none()
        return self.filter(Q(requested_by=who.user) | Q(decided_by=who.user) | Q(state=ExportState.WAITING))


# Their own, those they decided about, those that wait for somebody; all of them for who traces a copy.
COPY = """(SELECT gate.opens('COPY_FIND')) OR (SELECT gate.opens('PEOPLE_EXPORT')) AND (
    {row}.requested_by_id = (SELECT gate.user_id()) OR {row}.decided_by_id = (SELECT gate.user_id())
    OR {row}.state = 'waiting')"""


class PeopleExport(Keyed):
    """One file of cases for one person. `copy` is in the file, and leads back to here.

    Asked for with a reason and a lawful basis; above the daily allowance another person decides. `asked_cases` are
    those of the list when it was asked for, `cases` those that the same person still saw when the file was made. The
    file is deleted a day later; the row stays.
    """

    copy = models.CharField(max_length=12, unique=True)
    state = models.CharField(max_length=10, choices=ExportState)
    file_format = models.CharField(max_length=4)
    columns = ArrayField(models.CharField(max_length=30))
    reason = models.CharField(max_length=500)
    lawful_basis = models.CharField(max_length=20)
    asked_cases = ArrayField(models.UUIDField())
    cases = ArrayField(models.UUIDField(), default=list)
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.CharField(max_length=500, blank=True)
    made_at = models.DateTimeField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    stored_as = models.CharField(max_length=100, blank=True)
    ended_at = models.DateTimeField(null=True)

    objects = PeopleExportQuerySet.as_manager()

    class Meta:
        ordering = ["-requested_at", "pk"]
        indexes = [models.Index(fields=["requested_by", "-requested_at"])]
        constraints = [
            Watched(subject="requested_by_id"),
            SeenBy(COPY),
            models.CheckConstraint(condition=~Q(reason="") & ~Q(lawful_basis=""), name="export_says_why"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True, decided_at__isnull=True)
                | Q(decided_by__isnull=False, decided_at__isnull=False)
                & ~Q(decided_by=models.F("requested_by")),
                name="export_decided_by_somebody_else",
            ),
            models.CheckConstraint(
                condition=~Q(state=ExportState.READY)
                | ~Q(stored_as="") & ~Q(sha256="") & Q(made_at__isnull=False),
                name="export_ready_with_its_proof",
            ),
        ]

    @property
    def records(self) -> int:
        """How many children's records: in the file once it is made, asked for until then."""
        return len(self.cases if self.made_at else self.asked_cases)
