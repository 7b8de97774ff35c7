"""People, places and vehicles that come up again and again. The police intelligence unit keeps them."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from cse_portal.audit.constraints import Watched
from cse_portal.keys import new_key
from cse_portal.row_security import SeenBy
from intelligence.querysets import NominalQuerySet


class Known(models.Model):
    """What every such record carries."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    reference = models.CharField(max_length=20, unique=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    objects = NominalQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["-added_at"]


IN_THE_UNIT = "(SELECT gate.opens('INTELLIGENCE_GRADE'))"
NOT_EXCLUDED = "{row}.id <> ALL ((SELECT gate.excluded_intelligence())::uuid[])"


def nominal(kind: str) -> str:
    """The unit's; and what is linked by a report that one reads. Nothing that leads to a child one is excluded from."""
    linked = f"SELECT true FROM intelligence_link l WHERE l.{kind}_id = {{row}}.id LIMIT 1"
    return f"{NOT_EXCLUDED} AND ({IN_THE_UNIT} OR COALESCE(({linked}), false))"


class PersonOfConcern(Known):
    """A person whom intelligence names. The standing is explicit and dated, and never worded as guilt."""

    given_name = models.CharField(max_length=100, blank=True)
    family_name = models.CharField(max_length=100, blank=True)
    other_names = models.CharField(max_length=200, blank=True)
    date_of_birth = models.DateField(null=True, blank=True)
    description = models.TextField(max_length=4000, blank=True)
    standing = models.CharField(max_length=30)
    standing_since = models.DateField(default=timezone.localdate)

    class Meta(Known.Meta):
        verbose_name_plural = "people of concern"
        indexes = [models.Index(fields=["family_name", "given_name"])]
        constraints = [
            Watched(),
            SeenBy(nominal("person"), written=IN_THE_UNIT),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def name(self) -> str:
        """The name, or what the person is called."""
        return f"{self.given_name} {self.family_name}".strip() or self.other_names or "Name not known"


class LocationOfConcern(Known):
    """A place that intelligence names."""

    name = models.CharField(max_length=200)
    address = models.CharField(max_length=300, blank=True)
    postcode = models.CharField(max_length=10, blank=True)
    description = models.TextField(max_length=4000, blank=True)

    class Meta(Known.Meta):
        verbose_name_plural = "locations of concern"
        constraints = [
            Watched(),
            SeenBy(nominal("place"), written=IN_THE_UNIT),
        ]

    def __str__(self) -> str:
        return self.reference


class VehicleOfConcern(Known):
    """A vehicle that intelligence names; the registration may be partly known."""

    registration = models.CharField(max_length=15)
    make_and_model = models.CharField(max_length=100, blank=True)
    colour = models.CharField(max_length=40, blank=True)
    description = models.TextField(max_length=4000, blank=True)

    class Meta(Known.Meta):
        verbose_name_plural = "vehicles of concern"
        constraints = [
            Watched(),
            SeenBy(nominal("vehicle"), written=IN_THE_UNIT),
        ]

    def __str__(self) -> str:
        return self.reference
