"""Work accounts: how an agency's own sign-in names a person."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from cse_portal.accounts.models import Agency
from cse_portal.audit.constraints import Watched
from cse_portal.keys import new_key


class ConnectedAccount(models.Model):
    """An account with an agency's identity provider that opens this person's account here.

    Bound by issuer, tenant and subject. The provider's word on names and addresses is neither asked for nor kept:
    an address can be given to somebody else, or written by whoever runs another tenant.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="connected_account"
    )
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    issuer = models.CharField(max_length=300)
    tenant = models.CharField(max_length=200)
    subject = models.CharField(max_length=255)
    connected_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            Watched(subject="user_id"),
            models.UniqueConstraint(
                fields=["issuer", "tenant", "subject"], name="connected_account_opens_one_account"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agency.short_name} account"
