"""People, places and vehicles of concern, kept by the police intelligence unit."""

import uuid
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, TextChoices
from django.utils import timezone

from cases.record.choices import Section
from cse_portal.access.permissions import Permission
from cse_portal.access.roles import ROLES
from cse_portal.access.rows import among, excluded_records
from cse_portal.access.user_context import UserContext, user_context
from cse_portal.accounts.models import User
from cse_portal.audit.constraints import Watched
from cse_portal.keys import Keyed
from cse_portal.row_security import SeenBy

# Standings of a person of concern that somebody other than this partnership decided on.
SUBSTANTIATED = ("CHARGED", "CONVICTED")


class Handling(TextChoices):
    """The handling code of the 3x5x2 system."""

    P = "P", "P: lawful sharing permitted"
    C = "C", "C: lawful sharing permitted with conditions"


class LinkKind(TextChoices):
    """What a report may be linked to."""

    CHILD = "child", "Child"
    PERSON = "person", "Person of concern"
    PLACE = "place", "Place of concern"
    VEHICLE = "vehicle", "Vehicle of concern"


class NominalQuerySet(models.QuerySet[Any]):
    """People and places of concern, as far as they may be seen."""

    def visible_to(self, user: User | AnonymousUser) -> "NominalQuerySet":
        """The unit's; and those named by a report that this person may read.

        Nothing that a report links beside a case they are excluded from: it would lead them to the child.
        """
        who = user_context(user)
        if who is None or Permission.INTELLIGENCE_REPORT_VIEW not in ROLES[who.role].permissions:
            return self.none()
        rows = self
        if not works_in_intelligence_unit(who):
            reports = _related(self._links().model, "report").visible_to(user)  # type: ignore[attr-defined]
            current = self._links().filter(report__withdrawn_at=None)
            rows = self.filter(Exists(current.filter(among("report", reports.values("pk")))))
        if shut := excluded_records(who):
            reports = _related(self._links().model, "report")
            rows = rows.exclude(
                Exists(self._links().filter(report__submission__in=linked_with(shut, reports)))
            )
        return rows

    def _links(self) -> models.QuerySet[Any]:
        """The links to one of these rows, in a question about it."""
        link: Any = self.model._meta.get_field("links")
        rows: models.QuerySet[Any] = link.related_model._default_manager.filter(
            **{link.field.name: OuterRef("pk")}
        )
        return rows


def works_in_intelligence_unit(who: UserContext) -> bool:
    """Whether this person works in the police intelligence unit."""
    return Permission.INTELLIGENCE_GRADE in ROLES[who.role].permissions


def linked_with(shut: frozenset[uuid.UUID], reports: models.QuerySet[Any]) -> models.QuerySet[Any, Any]:
    """The submissions of which a report is linked with one of these cases: those that somebody is excluded from."""
    return reports.filter(links__case__in=shut).values("submission")


def _holding(links: models.QuerySet[Any], user: User) -> models.QuerySet[Any, Any]:
    """The keys of the cases of which this person holds the intelligence: sight of a case does not carry it."""
    case: Any = links.model._meta.get_field("case").related_model
    shown: models.QuerySet[Any, Any] = case._default_manager.showing(Section.INTELLIGENCE, user).values("pk")
    return shown


def _related(model: type[models.Model], name: str) -> models.QuerySet[Any]:
    other: Any = model._meta.get_field(name).related_model
    return other._default_manager.all()


class Known(Keyed):
    """What every such record carries."""

    reference = models.CharField(max_length=20, unique=True)
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    objects = NominalQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["-added_at"]


IN_THE_UNIT = "(SELECT gate.opens('INTELLIGENCE_GRADE'))"
NOT_EXCLUDED = "{row}.id <> ALL ((SELECT gate.excluded_intelligence())::uuid[])"


def nominal(kind: str) -> str:
    """The unit's; and what is linked by a report that one reads. Nothing that leads to a child one is excluded from."""
    linked = f"""SELECT true FROM intelligence_link l JOIN intelligence_intelligencereport r ON r.id = l.report_id
        WHERE l.{kind}_id = {{row}}.id AND r.withdrawn_at IS NULL LIMIT 1"""
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
