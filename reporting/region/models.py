"""Another authority's return, as it was uploaded. A later one counts in its place, and both stay."""

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils import timezone

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.constraints import Watched
from cse_portal.keys import Keyed
from cse_portal.row_security import Frozen, SeenBy

AUTHORITIES = "local-authority"


class AuthorityReturnQuerySet(models.QuerySet["AuthorityReturn"]):
    """Uploaded returns, as far as they may be seen."""

    def visible_to(self, user: User | AnonymousUser) -> "AuthorityReturnQuerySet":
        """The analyst's alone."""
        return self if gate.can(user, Permission.RETURN_PREPARE) else self.none()


class AuthorityReturn(Keyed):
    """What one authority returned for one quarter: its numbers as that authority told them.

    `figures` has for each number its measure, table, row, column, unit, value, and whether it was withheld.
    """

    authority = models.CharField(max_length=9)  # an ONS code of the list local-authority
    quarter = models.CharField(max_length=10)
    figures = models.JSONField()
    file_name = models.CharField(max_length=150)
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)

    objects = AuthorityReturnQuerySet.as_manager()

    class Meta:
        ordering = ["-uploaded_at"]
        constraints = [
            Watched(hidden=("figures",)),
            SeenBy("(SELECT gate.opens('RETURN_PREPARE'))"),
            Frozen(when="true"),
        ]
        indexes = [models.Index(fields=["quarter", "authority"], name="authority_return_of_quarter")]
