"""Significant events of a child's case, from every floor, in one list."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from cases.choices import EntryKind, Section
from cases.models.case import Case
from cases.querysets import ChronologyQuerySet
from cse_portal.accounts.models import Agency
from cse_portal.audit.constraints import Watched
from cse_portal.keys import new_key
from cse_portal.row_security import SeenWith


class ChronologyEntry(models.Model):
    """When something happened, when it was recorded, by which agency, and what it was.

    Entries are added, their words never changed; a correction is another entry. `source_id` names the row it tells of.
    A `restricted` one tells of what has been kept to professionals since: read by those who have the restricted part.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="chronology")
    kind = models.CharField(max_length=12, choices=EntryKind)
    happened_on = models.DateField()
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(max_length=9000)
    source_id = models.UUIDField(null=True)
    restricted = models.BooleanField(default=False)

    objects = ChronologyQuerySet.as_manager()

    class Meta:
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
