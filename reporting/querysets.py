"""Filters over returns and board reports. `visible_to` says who may know of one."""

from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AnonymousUser
from django.db import models

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from reporting.choices import ReturnState

if TYPE_CHECKING:
    from reporting.models import BoardReport, RegionalReturn  # noqa: F401  (named in strings below)


class ReturnQuerySet(models.QuerySet["RegionalReturn"]):
    """Returns, as far as they may be seen."""

    def visible_to(self, user: User | AnonymousUser) -> "ReturnQuerySet":
        """Analysts: all. Who signs off: from when it is checked. Everyone else who reads returns: signed off."""
        if gate.can(user, Permission.RETURN_PREPARE):
            return self
        if gate.can(user, Permission.RETURN_SIGN):
            return self.exclude(state=ReturnState.DRAFT)
        if gate.can(user, Permission.RETURN_VIEW):
            return self.signed()
        return self.none()

    def signed(self) -> "ReturnQuerySet":
        """Frozen ones."""
        return self.filter(state=ReturnState.SIGNED)

    def to_check(self) -> "ReturnQuerySet":
        """Drafts whose figures are complete."""
        complete = models.Q(revision__gt=0, revision=models.F("requested_revision"))
        return self.filter(complete, state=ReturnState.DRAFT)

    def awaiting_signature(self) -> "ReturnQuerySet":
        """Checked and not signed off."""
        return self.filter(state=ReturnState.CHECKED)

    def with_people(self) -> "ReturnQuerySet":
        """Who prepared, checked and signed."""
        return self.select_related("prepared_by", "checked_by", "signed_by")


class BoardReportQuerySet(models.QuerySet["BoardReport"]):
    """Board reports, as far as they may be read."""

    def visible_to(self, user: User | AnonymousUser) -> "BoardReportQuerySet":
        """Whoever reads board reports reads all that have been made."""
        return self.ready() if gate.can(user, Permission.BOARD_REPORT_VIEW) else self.none()

    def ready(self) -> "BoardReportQuerySet":
        """Those whose PDF exists."""
        return self.filter(rendered_at__isnull=False)


class LegalHoldQuerySet(models.QuerySet[Any]):
    """Legal holds, by whether they hold."""

    def in_force(self) -> "LegalHoldQuerySet":
        """Those that nobody has lifted."""
        return self.filter(lifted_at__isnull=True)
