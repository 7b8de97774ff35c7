"""Subjects of concern: whom and what intelligence names, kept by the police intelligence unit."""

import datetime as dt
import uuid
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q, TextChoices
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
from cse_portal.ui.presenters import age_on

ADULT = 18
# Of each adult it is said, or said why it is not known (strategy 12.2).
MUST_SAY = ("ethnicity_seen", "ethnicity_own", "nationality")
# Standings of a person of concern that somebody other than this partnership decided on.
SUBSTANTIATED = ("CHARGED", "CONVICTED")


class Handling(TextChoices):
    """The handling code of the 3x5x2 system."""

    P = "P", "P: lawful sharing permitted"
    C = "C", "C: lawful sharing permitted with conditions"


class SubjectKind(TextChoices):
    """What intelligence may name. A context is a peer group, a park or an online space."""

    PERSON = "person", "Person"
    PLACE = "place", "Place"
    VEHICLE = "vehicle", "Vehicle"
    PHONE = "phone", "Phone"
    ACCOUNT = "account", "Account"
    CONTEXT = "context", "Context"

    @property
    def prefix(self) -> str:
        """How the references of this kind begin."""
        return {
            SubjectKind.PERSON: "POC", SubjectKind.PLACE: "LOC", SubjectKind.VEHICLE: "VOC",
            SubjectKind.PHONE: "PHO", SubjectKind.ACCOUNT: "ACC", SubjectKind.CONTEXT: "CTX",
        }[self]  # fmt: skip

    @property
    def standings(self) -> str:
        """The reference list of the standings of this kind."""
        return "concern-status" if self == SubjectKind.PERSON else "location-status"

    @property
    def first_standing(self) -> str:
        """Where one of this kind stands when it is first named."""
        return "ALLEGED" if self == SubjectKind.PERSON else "NEW"


class SubjectQuerySet(models.QuerySet["Subject"]):
    """Subjects of concern, as far as they may be seen."""

    def visible_to(self, user: User | AnonymousUser) -> "SubjectQuerySet":
        """The unit's; and those named by a report that this person may read.

        Nothing that a report links beside a case they are excluded from: it would lead them to the child.
        """
        who = user_context(user)
        if who is None or Permission.INTELLIGENCE_REPORT_VIEW not in ROLES[who.role].permissions:
            return self.none()
        link: Any = self.model._meta.get_field("links").related_model
        links = link._default_manager.filter(subject=OuterRef("pk"))
        reports = _related(link, "report")
        rows = self
        if not works_in_intelligence_unit(who):
            current = links.filter(report__withdrawn_at=None)
            seen = reports.visible_to(user).values("pk")  # type: ignore[attr-defined]
            rows = self.filter(Exists(current.filter(among("report", seen))))
        if shut := excluded_records(who):
            rows = rows.exclude(Exists(links.filter(report__submission__in=linked_with(shut, reports))))
        return rows

    def kept(self) -> "SubjectQuerySet":
        """Without those that turned out to be another."""
        return self.filter(merged_into=None)

    def of_kind(self, *kinds: SubjectKind) -> "SubjectQuerySet":
        """Subjects of these kinds."""
        return self.filter(kind__in=kinds)


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


IN_THE_UNIT = "(SELECT gate.opens('INTELLIGENCE_GRADE'))"
NOT_EXCLUDED = "{row}.id <> ALL ((SELECT gate.excluded_intelligence())::uuid[])"
# The unit's; and what is linked by a report that one reads. Nothing that leads to a child one is excluded from.
SUBJECT = f"""{NOT_EXCLUDED} AND ({IN_THE_UNIT} OR COALESCE((
    SELECT true FROM intelligence_link l JOIN intelligence_intelligencereport r ON r.id = l.report_id
    WHERE l.subject_id = {{row}}.id AND r.withdrawn_at IS NULL LIMIT 1), false))"""


class Subject(Keyed):
    """A person, place, vehicle, phone, account or context that intelligence names.

    `name` is what it is called. `identifier` is the registration, the number, the handle or the postcode, as far as
    it is known. What is searched or counted has a column; what else its kind asks for is in `details`. A person's
    standing is explicit and dated, and never worded as guilt. One that turned out to be another leads on to that one.
    """

    kind = models.CharField(max_length=10, choices=SubjectKind)
    reference = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=200)
    other_names = models.CharField(max_length=200, blank=True)
    identifier = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=300, blank=True)
    ward = models.CharField(max_length=20, blank=True)
    description = models.TextField(max_length=4000, blank=True)
    date_of_birth = models.DateField(null=True, blank=True)
    details = models.JSONField(default=dict, blank=True)
    photo = models.CharField(max_length=100, blank=True)  # the name that its file lies under
    photo_sha256 = models.CharField(max_length=64, blank=True)
    standing = models.CharField(max_length=30)
    standing_since = models.DateField(default=timezone.localdate)
    standing_source = models.CharField(max_length=500, blank=True)
    review_on = models.DateField(null=True, blank=True)
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="merged")
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    objects = SubjectQuerySet.as_manager()

    class Meta:
        verbose_name = "subject of concern"
        verbose_name_plural = "subjects of concern"
        ordering = ["-added_at"]
        indexes = [models.Index(fields=["kind", "name"])]
        constraints = [
            Watched(),
            SeenBy(SUBJECT, written=IN_THE_UNIT),
            models.CheckConstraint(condition=~Q(name=""), name="subject_has_a_name"),
            models.CheckConstraint(condition=Q(kind__in=SubjectKind.values), name="subject_of_a_kind"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_person(self) -> bool:
        """Whether it is a person: whose standing is dated, and who may be a child."""
        return self.kind == SubjectKind.PERSON

    @property
    def age(self) -> int | None:
        """In whole years, by the birth date; else about, from the age that was recorded and the years since then."""
        if self.date_of_birth is not None or not self.details.get("age"):
            return age_on(self.date_of_birth)
        recorded_on = dt.date.fromisoformat(self.details["age_on"])
        return int(self.details["age"]) + (age_on(recorded_on) or 0)

    @property
    def is_child(self) -> bool:
        """Whether this person is under 18, as far as is known: then a child first."""
        return self.is_person and self.age is not None and self.age < ADULT

    @property
    def lacks_who(self) -> bool:
        """Whether ethnicity or nationality of an adult is still without a value or a reason."""
        said = self.details.get("who", {})
        return self.is_person and not self.is_child and not all(said.get(each) for each in MUST_SAY)
