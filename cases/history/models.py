"""School, home and legal status of a child, from a day until a day."""

from django.db import models
from django.db.models import F, Q, TextChoices

from cases.record.models.case import CaseRecord
from cse_portal.access.records import described
from cse_portal.accounts.models import Agency
from cse_portal.reference.selectors import label


class PeriodKind(TextChoices):
    """What a period of a child's life is about."""

    SCHOOL = "school", "School"
    HOME = "home", "Home"
    LEGAL = "legal", "Legal status"


class LifePeriod(CaseRecord):
    """Where the child lived or learned, or their legal status, from a day until a day.

    `code` is of the reference list of its kind (`PERIOD_LISTS`). One of each kind is current: it has no last day.
    Attendance is a percentage of sessions.
    """

    kind = models.CharField(max_length=10, choices=PeriodKind)
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=150, blank=True)
    school = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="+")
    began_on = models.DateField()
    ended_on = models.DateField(null=True)
    reason = models.CharField(max_length=300, blank=True)
    attendance = models.PositiveSmallIntegerField(null=True)
    exclusions = models.PositiveSmallIntegerField(null=True)
    special_needs = models.CharField(max_length=2, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        default_related_name = "life_periods"
        ordering = ["kind", "-began_on"]
        constraints = [
            *CaseRecord.Meta.constraints,
            models.UniqueConstraint(
                fields=["case", "kind"], condition=Q(ended_on__isnull=True), name="life_period_one_current"
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("began_on")),
                name="life_period_ends_after_it_began",
            ),
            models.CheckConstraint(
                condition=Q(attendance__isnull=True) | Q(attendance__lte=100),
                name="life_period_attendance_of_100",
            ),
        ]

    def as_disclosed(self) -> list[tuple[str, str]]:
        """In words, its code by the list of its kind."""
        said = described(self, without=("code", "version"))
        of_kind = PERIOD_LISTS.get(self.kind)
        return [("What", label(of_kind, self.code) if of_kind else self.code), *said]


# The reference list of each kind's codes.
PERIOD_LISTS: dict[str, str] = {
    PeriodKind.SCHOOL: "school-situation",
    PeriodKind.HOME: "placement",
    PeriodKind.LEGAL: "legal-status",
}
