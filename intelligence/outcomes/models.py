"""Outcomes: what came of an investigation of harm to one child, for one person of concern."""

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils import timezone

from cases.court.models import Coded, Investigation
from cases.record.choices import Section
from cases.record.models.case import Case
from cse_portal.access.rows import among, excluded_records
from cse_portal.access.user_context import user_context
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.constraints import Watched
from cse_portal.keys import Keyed
from cse_portal.reference import selectors as reference
from cse_portal.row_security import SeenWith
from cse_portal.ui.presenters import display_date
from intelligence.subjects.models import Subject


class OutcomeQuerySet(models.QuerySet["CourtOutcome"]):
    """Outcomes, as far as they may be seen."""

    def visible_to(self, user: User | AnonymousUser) -> "OutcomeQuerySet":
        """With the person of concern; not what is about a child whom the reader is excluded from."""
        who = user_context(user)
        if who is None:
            return self.none()
        rows = self.filter(among("subject", Subject.objects.visible_to(user).values("pk")))
        return rows.exclude(case__in=shut) if (shut := excluded_records(who)) else rows

    def holding(self) -> "OutcomeQuerySet":
        """Without those that were recorded by mistake."""
        codes = reference.codes("court-outcome")
        return self.exclude(result__in=[each.code for each in codes if each.extra.get("hidden")])


class CourtOutcome(Coded, Keyed):
    """What came of one investigation for one person of concern, in words that name no child.

    Seen by who sees the person. Who may read the child's court sees of which investigation it is. `result` is of the
    list court-outcome.
    """

    section = Section.COURT
    codes, coded = "court-outcome", "result"
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="outcomes")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    investigation = models.ForeignKey(Investigation, on_delete=models.PROTECT, related_name="+")
    result = models.CharField("what is the outcome for this child?", max_length=20)
    decided_on = models.DateField("on which day?")
    text = models.TextField(
        "sentence or terms", max_length=500, blank=True,
        help_text="Anyone who sees this person reads it. Name no child.",
    )  # fmt: skip
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=0)

    objects = OutcomeQuerySet.as_manager()

    class Meta:
        ordering = ["-decided_on", "-recorded_at"]
        verbose_name = "outcome in court"
        verbose_name_plural = "outcomes in court"
        constraints = [
            Watched(),
            SeenWith("subject", also="{row}.case_id <> ALL ((SELECT gate.excluded())::uuid[])", write="see"),
            models.UniqueConstraint(fields=["investigation", "subject"], name="court_outcome_once"),
        ]

    @property
    def words(self) -> str:
        """The result, its day, and the sentence or terms."""
        return f"{self.label}, {display_date(self.decided_on)}. {self.text}".strip()

    def as_disclosed(self) -> list[tuple[str, str]]:
        """What came of it, and not for whom."""
        return [("An outcome in court", self.words)]
