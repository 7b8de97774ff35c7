"""Two concerns that somebody linked, because they are about the same child."""

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from cases.concerns.models import Concern
from cse_portal.accounts.models import User
from cse_portal.audit.constraints import Watched
from cse_portal.keys import Keyed
from cse_portal.row_security import SeenWith

BOTH_SEEN = "COALESCE((SELECT true FROM cases_concern s WHERE s.id = {row}.second_id LIMIT 1), false)"


class ConcernLinkQuerySet(models.QuerySet["ConcernLink"]):
    """Links, as far as they may be seen."""

    def visible_to(self, user: User | AnonymousUser) -> "ConcernLinkQuerySet":
        """Those of which this person may see both concerns."""
        seen = Concern.objects.visible_to(user).values("pk")
        return self.filter(first__in=seen, second__in=seen)

    def holding(self) -> "ConcernLinkQuerySet":
        """Those that nobody has undone."""
        return self.filter(unlinked_at__isnull=True)


class ConcernLink(Keyed):
    """Two concerns about the same child, as somebody of the CSE team judged. Undone on record, never removed.

    `first` is the concern with the lower key, so that a pair is linked once.
    """

    disclosed = False
    first = models.ForeignKey(Concern, on_delete=models.PROTECT, related_name="links_to")
    second = models.ForeignKey(Concern, on_delete=models.PROTECT, related_name="links_from")
    linked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    linked_at = models.DateTimeField(default=timezone.now)
    unlinked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    unlinked_at = models.DateTimeField(null=True)

    objects = ConcernLinkQuerySet.as_manager()

    class Meta:
        ordering = ["-linked_at"]
        constraints = [
            Watched(),
            SeenWith("first", also=BOTH_SEEN, write="see"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="concern_link_in_order"),
            models.CheckConstraint(
                condition=Q(unlinked_at__isnull=True, unlinked_by__isnull=True)
                | Q(unlinked_at__isnull=False, unlinked_by__isnull=False),
                name="concern_link_undone_by_someone",
            ),
            models.UniqueConstraint(
                fields=["first", "second"], condition=Q(unlinked_at__isnull=True), name="concern_link_once"
            ),
        ]
