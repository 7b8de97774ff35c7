"""The board's pack of a quarter: its words, what it asks, and each version as it was published."""

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q, TextChoices
from django.urls import reverse
from django.utils import timezone

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.constraints import Watched
from cse_portal.keys import Keyed
from cse_portal.reference.quarters import Quarter
from cse_portal.row_security import Frozen


class PackState(TextChoices):
    """How far a pack has come. A published one that is corrected is a draft again; what was published stays."""

    DRAFT = "draft", "Draft"
    READING = "reading", "With the second reader"
    PUBLISHED = "published", "Published"


class Outcome(TextChoices):
    """What a board decided about what it was asked."""

    AGREED = "agreed", "Agreed"
    CHANGED = "changed", "Agreed with a change"
    REFUSED = "refused", "Not agreed"


class BoardPackQuerySet(models.QuerySet["BoardPack"]):
    """Packs, as far as they may be seen."""

    def visible_to(self, user: User | AnonymousUser) -> "BoardPackQuerySet":
        """The analyst: all. Who reads packs: from when the second reader has it, and what was published."""
        if gate.can(user, Permission.BOARD_REPORT_PUBLISH):
            return self
        if gate.can(user, Permission.BOARD_REPORT_VIEW):
            return self.filter(~Q(state=PackState.DRAFT) | Q(Exists(_with_files(OuterRef("pk")))))
        return self.none()

    def published(self) -> "BoardPackQuerySet":
        """Those of which a version can be read."""
        return self.filter(Exists(_with_files(OuterRef("pk"))))


class BoardPack(Keyed):
    """What the board reads of a quarter. `words` are the analyst's and the chair's, by page and field.

    A second person reads it before it is published. The figures are those of the quarter's return.
    """

    quarter = models.CharField(max_length=10, unique=True)
    starts_on = models.DateField()
    state = models.CharField(max_length=10, choices=PackState, default=PackState.DRAFT)
    words = models.JSONField(default=dict)
    region = models.JSONField(default=dict)  # the others' averages by headline, as they were when it was sent
    reason = models.CharField(max_length=500, blank=True)  # why it came back, or is corrected
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)

    objects = BoardPackQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on"]
        constraints = [Watched()]

    def get_absolute_url(self) -> str:
        """The pack as a page."""
        return reverse("reporting:board-pack", args=[self.quarter])

    @property
    def period(self) -> Quarter:
        """The quarter it is about."""
        return Quarter.parse(self.quarter)

    @property
    def label(self) -> str:
        """The quarter as people write it."""
        return self.period.label


class BoardDecision(Keyed):
    """A worry, what the board is asked to decide about it, what it decided, and what became of that."""

    pack = models.ForeignKey(BoardPack, on_delete=models.PROTECT, related_name="decisions")
    number = models.PositiveSmallIntegerField()
    worry = models.CharField(max_length=70)
    because = models.CharField(max_length=90, blank=True)
    asked = models.CharField(max_length=70)
    detail = models.CharField(max_length=90, blank=True)
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True)
    decision = models.CharField(max_length=300, blank=True)
    owner = models.CharField(max_length=60)
    due_on = models.DateField(null=True)
    decided_on = models.DateField(null=True)
    decided_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    is_done = models.BooleanField(default=False)
    became = models.CharField(max_length=160, blank=True)
    became_at = models.DateTimeField(null=True)
    became_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pack__starts_on", "number"]
        constraints = [
            Watched(),
            models.UniqueConstraint(fields=["pack", "number"], name="decision_once_a_number"),
            models.CheckConstraint(
                condition=Q(outcome="", decided_on=None, decided_by=None)
                | ~Q(outcome="") & Q(decided_on__isnull=False, decided_by__isnull=False),
                name="decision_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(became="", became_at=None, became_by=None, is_done=False)
                | ~Q(became="") & ~Q(outcome="") & Q(became_at__isnull=False, became_by__isnull=False),
                name="decision_decided_before_it_became",
            ),
        ]


class PackVersion(Keyed):
    """A pack as it was published: its words, what it asked, and every figure. It never changes."""

    pack = models.ForeignKey(BoardPack, on_delete=models.PROTECT, related_name="versions")
    number = models.CharField(max_length=5)
    words = models.JSONField()
    facts = models.JSONField()
    reason = models.CharField(max_length=500, blank=True)
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    read_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-published_at"]
        constraints = [
            Watched(),
            Frozen(),
            models.UniqueConstraint(fields=["pack", "number"], name="packversion_once_a_number"),
            models.CheckConstraint(
                condition=~Q(read_by=models.F("written_by")), name="packversion_read_by_another"
            ),
        ]


class PackFile(Keyed):
    """The PDF of a version for one board. `sha256` proves that it is still the one that was published."""

    version = models.ForeignKey(PackVersion, on_delete=models.PROTECT, related_name="files")
    audience = models.CharField(max_length=40)  # of the list board-audience
    file_name = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    pages = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            Watched(),
            Frozen(),
            models.UniqueConstraint(fields=["version", "audience"], name="packfile_once_a_board"),
        ]


def _with_files(pack: OuterRef) -> models.QuerySet[PackFile]:
    return PackFile.objects.filter(version__pack=pack)
