"""Files on a child's case: letters, assessments and pictures that agencies bring."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q, TextChoices
from django.utils import timezone

from cases.record.models.case import Case
from cse_portal import files
from cse_portal.access.rows import among
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.constraints import Watched
from cse_portal.files import scanner
from cse_portal.keys import Keyed
from cse_portal.row_security import SeenWith


class DocumentKind(TextChoices):
    """What an agency brings to a case."""

    ASSESSMENT = "assessment", "Assessment or report"
    LETTER = "letter", "Letter or e-mail"
    MINUTES = "minutes", "Minutes of another meeting"
    PHOTOGRAPH = "photograph", "Photograph or screenshot"
    OTHER = "other", "Something else"


class DocumentState(TextChoices):
    """Whether a document may be opened."""

    WAITING = "waiting", "Being checked for viruses"
    CLEAN = "clean", "Checked"
    REFUSED = "refused", "Refused: a virus was found"


class DocumentQuerySet(models.QuerySet["Document"]):
    """Documents, as far as they may be seen."""

    def visible_to(self, user: User | AnonymousUser) -> "DocumentQuerySet":
        """The documents of the cases this person may know of. DOCUMENT_VIEW is defined as being in here."""
        model: Any = self.model._meta.get_field("case").related_model
        return self.filter(among("case", model._default_manager.visible_to(user).values("pk")))

    def unscanned(self) -> "DocumentQuerySet":
        """Still on a case and never seen by a virus scanner, the longest waiting first."""
        kept = ~Q(state=DocumentState.REFUSED)
        return self.filter(kept, scanned_at__isnull=True, removed_at__isnull=True).order_by("uploaded_at")


class Document(Keyed):
    """One file, as it was looked into and kept; it lies under a name that says nothing, and `sha256` proves it.

    A document is never changed. Removing it hides the file from everybody and keeps the row, with who and why.
    Without a virus scanner `scanned_at` stays empty and what is in the file has been looked into all the same.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="documents")
    title = models.CharField(max_length=150)
    kind = models.CharField(max_length=12, choices=DocumentKind)
    handling = models.CharField(max_length=300, blank=True)
    name = models.CharField(max_length=150)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    stored_as = models.CharField(max_length=100, blank=True)
    state = models.CharField(max_length=8, choices=DocumentState)
    scanned_at = models.DateTimeField(null=True)
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)
    removed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True)
    removed_reason = models.CharField(max_length=500, blank=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["-uploaded_at", "pk"]
        indexes = [
            models.Index(fields=["case", "-uploaded_at"]),
            models.Index(
                fields=["uploaded_at"], name="document_unscanned", condition=Q(scanned_at__isnull=True)
            ),
        ]
        constraints = [
            Watched(),
            SeenWith(),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, removed_by__isnull=True, removed_reason="")
                | Q(removed_at__isnull=False, removed_by__isnull=False) & ~Q(removed_reason=""),
                name="document_removed_by_someone_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(state=DocumentState.REFUSED, stored_as="")
                | ~Q(state=DocumentState.REFUSED) & ~Q(stored_as=""),
                name="document_refused_is_not_kept",
            ),
        ]

    @property
    def file_words(self) -> str:
        """PDF, 2.1 MB."""
        return files.described(self.name, self.size)

    @property
    def is_removed(self) -> bool:
        """Whether somebody has taken it off the case."""
        return self.removed_at is not None

    @property
    def can_be_opened(self) -> bool:
        """Found clean, by a virus scanner where there is one, and still on the case."""
        return self.state == DocumentState.CLEAN and not self.is_removed and not self.waits_for_scanner

    @property
    def waits_for_scanner(self) -> bool:
        """Whether it has not been scanned yet; what came before there was a scanner waits from the day there is one."""
        if self.state == DocumentState.REFUSED or self.scanned_at is not None:
            return False
        return self.state == DocumentState.WAITING or scanner.is_configured()
