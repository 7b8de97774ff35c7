"""Addresses kept confidential: that there is one stands by itself, and what it says is sealed."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from cases.choices import AddressKind, ConfidentialReason, Section
from cases.models.case import Case
from cases.querysets import SealedAddressQuerySet
from cse_portal.accounts.models import Agency
from cse_portal.audit.constraints import Watched
from cse_portal.encryption import decrypt
from cse_portal.keys import new_key
from cse_portal.row_security import SeenWith


class ConfidentialAddress(models.Model):
    """There is a confidential address: whose, and who says so. Whoever sees the case sees this, and no more.

    Appended, never changed: a new address of the same kind ends the one before.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="confidential_addresses")
    kind = models.CharField(max_length=12, choices=AddressKind)
    marked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    marked_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-marked_at"]
        verbose_name_plural = "confidential addresses"
        constraints = [
            Watched(),
            SeenWith(),
            models.UniqueConstraint(
                fields=["case", "kind"],
                condition=Q(ended_at__isnull=True),
                name="address_one_current_of_a_kind",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="address_ended_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def is_current(self) -> bool:
        """Whether it still holds."""
        return self.ended_at is None


class SealedAddress(models.Model):
    """The address itself and why it is kept confidential, for those alone to whom this part of the case was given.

    Encrypted before it reaches the database, so that neither the row nor the audit of its changes says where it is.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    address = models.OneToOneField(ConfidentialAddress, on_delete=models.PROTECT, related_name="sealed")
    reason = models.CharField(max_length=10, choices=ConfidentialReason)
    encrypted = models.TextField(max_length=4000)

    objects = SealedAddressQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "sealed addresses"
        constraints = [
            Watched(),
            SeenWith("address", sections=[(Section.ADDRESS, "")]),
            models.CheckConstraint(
                condition=Q(encrypted__startswith="gAAAA"), name="sealed_address_is_encrypted"
            ),
        ]

    def __str__(self) -> str:
        return "Sealed address"

    def in_clear(self) -> str:
        """What it says. Asked by the service that puts the look on record, and by the system's match of conflicts."""
        return decrypt(self.encrypted)
