"""The restricted part of a meeting, beside the agenda items that are: what each agency keeps for professionals, and the
copies of the minutes, made for each audience.
"""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from cases.choices import Section
from cse_portal.accounts.models import Agency
from cse_portal.audit.constraints import Watched
from cse_portal.keys import new_key
from cse_portal.row_security import Frozen, SeenWith
from mase.choices import Audience
from mase.models.edited import Edited
from mase.models.meeting import MaseMeeting
from mase.models.minutes import MinutesVersion


class RestrictedInformation(Edited):
    """What one agency knows of people of concern, of other children, of those who told: kept apart from the rest.

    Read by those to whom the restricted part was given, and by the agency that wrote it.
    """

    section = Section.MINUTES
    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    meeting = models.ForeignKey(MaseMeeting, on_delete=models.CASCADE, related_name="restricted_information")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(max_length=20_000, blank=True)
    first_given_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["agency__name"]
        verbose_name_plural = "restricted information"
        constraints = [
            Watched(),
            SeenWith(
                "meeting",
                sections=[(Section.MINUTES, "{row}.agency_id <> (SELECT gate.agency_id())")],
                write="see",
            ),
            models.UniqueConstraint(
                fields=["meeting", "agency"], name="restricted_information_once_per_agency"
            ),
        ]


class MinutesCopy(models.Model):
    """One version as it was composed for one audience, under an opaque name, with its fingerprint.

    Each reader's own PDF is drawn from it when they take it, and carries their name; served only through the gate.
    """

    disclosed = False
    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    version = models.ForeignKey(MinutesVersion, on_delete=models.PROTECT, related_name="copies")
    audience = models.CharField(max_length=13, choices=Audience)
    file = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "copies of minutes"
        constraints = [
            Watched(),
            SeenWith("version", sections=[(Section.MINUTES, "{row}.audience = 'full'")], write="see"),
            Frozen(),
            models.UniqueConstraint(fields=["version", "audience"], name="minutes_copy_once_per_audience"),
            models.CheckConstraint(condition=~Q(file="") & ~Q(sha256=""), name="minutes_copy_has_its_file"),
        ]
