"""Two records that are about one child, as the CSE team judged."""

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from cases.record.models.case import Case
from cse_portal.access.rows import among
from cse_portal.accounts.models import User
from cse_portal.audit.constraints import Watched
from cse_portal.keys import Keyed
from cse_portal.row_security import SeenWith

OTHER_SEEN = "COALESCE((SELECT true FROM cases_case o WHERE o.id = {row}.merged_id LIMIT 1), false)"


class ChildMergeQuerySet(models.QuerySet["ChildMerge"]):
    """Merges, as far as they may be seen."""

    def visible_to(self, user: User | AnonymousUser) -> "ChildMergeQuerySet":
        """Those of which this person sees both records: nobody learns here that there is another one."""
        seen = Case.objects.visible_to(user).values("pk")
        return self.filter(among("kept", seen) & among("merged", seen))

    def holding(self) -> "ChildMergeQuerySet":
        """Those that nobody has undone."""
        return self.filter(undone_at__isnull=True)


class ChildMerge(Keyed):
    """Two records are about one child: work goes on in `kept`. Undone on record, never removed.

    No row moves and no grant changes. While it holds, an exclusion from one record shuts both (`gate.kept_together`).
    `ended_work`: it closed the merged record, whose next date was `next_review_on`; undoing it opens that again.
    """

    kept = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="merges")
    merged = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="merged_into")
    why = models.TextField(max_length=4000)
    merged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    merged_at = models.DateTimeField(default=timezone.now)
    ended_work = models.BooleanField(default=False)
    next_review_on = models.DateField(null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    undone_at = models.DateTimeField(null=True)
    undone_why = models.TextField(max_length=4000, blank=True)

    objects = ChildMergeQuerySet.as_manager()

    class Meta:
        ordering = ["-merged_at"]
        constraints = [
            Watched(case="kept_id"),
            SeenWith("kept", also=OTHER_SEEN),
            models.CheckConstraint(
                condition=~Q(why="") & ~Q(kept=F("merged")), name="child_merge_of_two_with_reason"
            ),
            models.CheckConstraint(
                condition=Q(undone_by__isnull=True, undone_at__isnull=True, undone_why="")
                | Q(undone_by__isnull=False, undone_at__isnull=False) & ~Q(undone_why=""),
                name="child_merge_undone_by_someone_with_reason",
            ),
            models.UniqueConstraint(
                fields=["merged"], condition=Q(undone_at__isnull=True), name="child_merge_once"
            ),
        ]

    def as_disclosed(self) -> list[tuple[str, str]]:
        """That there is another record, and not which: who prepares the copy may not see it."""
        said = "Another record of the same child was put together with this one."
        undone = [("Undone because", self.undone_why)] if self.undone_why else []
        return [("Records", said), ("Why", self.why), *undone]
