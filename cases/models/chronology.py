"""Significant events of a child's case, from every floor, in one list."""

from django.db import models

from cases.choices import EntryKind, Section
from cases.models.case import CaseRecord
from cases.querysets import ChronologyQuerySet
from cse_portal.audit.constraints import Watched
from cse_portal.row_security import SeenWith


class ChronologyEntry(CaseRecord):
    """When something happened, when it was recorded, by which agency, and what it was.

    Entries are added, their words never changed; a correction is another entry. `source_id` names the row it tells of.
    A `restricted` one tells of what has been kept to professionals since: read by those who have the restricted part.
    """

    kind = models.CharField(max_length=12, choices=EntryKind)
    happened_on = models.DateField()
    text = models.TextField(max_length=9000)
    source_id = models.UUIDField(null=True)
    restricted = models.BooleanField(default=False)

    objects = ChronologyQuerySet.as_manager()  # type: ignore[assignment,misc]

    class Meta:
        default_related_name = "chronology"
        ordering = ["-happened_on", "-recorded_at"]
        indexes = [models.Index(fields=["case", "-happened_on", "-recorded_at"])]
        verbose_name_plural = "chronology entries"
        constraints = [
            Watched(),
            SeenWith(
                sections=[
                    (Section.INTELLIGENCE, "{row}.kind = 'intelligence'"),
                    (Section.MINUTES, "{row}.restricted"),
                ],
                write="see",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.happened_on:%Y-%m-%d}"
