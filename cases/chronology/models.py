"""Significant events of a child's case."""

from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q, TextChoices

from cases.record.choices import Section
from cases.record.models.case import CaseRecord
from cases.record.models.querysets import _on_a_case
from cse_portal.accounts.models import User
from cse_portal.audit.constraints import Watched
from cse_portal.row_security import SeenWith

if TYPE_CHECKING:
    from cases.record.models.case import Case


class EntryKind(TextChoices):
    """What a chronology entry tells of; every floor adds its own through one service."""

    CONCERN = "concern", "Concern"
    CASE = "case", "Case opened, closed or re-opened"
    ASSESSMENT = "assessment", "Risk assessment"
    REVIEW = "review", "Review by the lead professional"
    CATEGORY = "category", "Category"
    MEETING = "meeting", "Meeting"
    ACTION = "action", "Plan action"
    INTELLIGENCE = "intelligence", "Intelligence report"
    EVENT = "event", "Event in the child's life"
    CONTACT = "contact", "Contact with the child or family"
    DOCUMENT = "document", "Document"
    DISAGREEMENT = "disagreement", "Professional disagreement"
    MISSING = "missing", "Missing, and return home interviews"
    VOICE = "voice", "The child's own words"
    HAND_OFF = "hand_off", "Handed to an agency"
    STRATEGY = "strategy", "Strategy discussion"
    COURT = "court", "Police investigation and court"


# What counts as significant from the start; people who work on the case change that with the star.
SIGNIFICANT = (
    EntryKind.CONCERN, EntryKind.MISSING, EntryKind.CATEGORY, EntryKind.INTELLIGENCE, EntryKind.VOICE,
    EntryKind.STRATEGY,
)  # fmt: skip
# Each is read with its part of the case; without it nobody learns that there is any.
OF_A_SECTION = {EntryKind.INTELLIGENCE: Section.INTELLIGENCE, EntryKind.COURT: Section.COURT}
# What tells of the work and not of the child: small and folded, and in no court's copy.
ABOUT_WORK = (EntryKind.CASE, EntryKind.ACTION, EntryKind.DOCUMENT, EntryKind.HAND_OFF)


class ChronologyQuerySet(models.QuerySet["ChronologyEntry"]):
    """What happened, as far as it may be seen."""

    def visible_to(self, user: User | AnonymousUser, of: "Case | None" = None) -> "ChronologyQuerySet":
        """Of the cases this person may know of. That intelligence came, court, and what is restricted, with that part.

        Of one case, where it is given.
        """
        minutes = _on_a_case(self, user, of, Section.MINUTES)
        rows = self if of is None else self.filter(case=of)
        seen = rows.filter(_on_a_case(self, user, of))
        for kind, section in OF_A_SECTION.items():
            seen = seen.filter(~Q(kind=kind) | _on_a_case(self, user, of, section))
        return seen.filter(Q(restricted=False) | minutes)


class ChronologyEntry(CaseRecord):
    """When something happened, when it was recorded, by which agency, and what it was.

    Entries are added, their words never changed; a correction is another entry. The star, `significant`, may.
    `source_id` names the row it tells of.
    A `restricted` one tells of what has been kept to professionals since: read by those who have the restricted part.
    """

    kind = models.CharField(max_length=12, choices=EntryKind)
    happened_on = models.DateField()
    text = models.TextField(max_length=9000)
    source_id = models.UUIDField(null=True)
    restricted = models.BooleanField(default=False)
    significant = models.BooleanField(default=False)

    objects = ChronologyQuerySet.as_manager()  # type: ignore[assignment,misc]

    class Meta:
        default_related_name = "chronology"
        ordering = ["-happened_on", "-recorded_at"]
        indexes = [
            models.Index(fields=["case", "-happened_on", "-recorded_at"]),
            models.Index(
                fields=["case", "-happened_on"], condition=Q(significant=True), name="chronology_significant"
            ),
        ]
        verbose_name_plural = "chronology entries"
        constraints = [
            Watched(),
            SeenWith(
                sections=[
                    *((section, f"{{row}}.kind = '{kind}'") for kind, section in OF_A_SECTION.items()),
                    (Section.MINUTES, "{row}.restricted"),
                ],
                write="see",
            ),
        ]
