"""What staff declare about themselves and those close to them, and the cases in which the portal found it again."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from cases.choices import ConflictBasis, ConflictOutcome, Relation
from cases.models.case import Case
from cases.models.concern import Concern
from cases.querysets import ConcernConflictQuerySet
from cse_portal.accounts.models import Agency
from cse_portal.audit.constraints import Watched
from cse_portal.keys import new_key
from cse_portal.row_security import SeenBy

DECIDED_BY_SOMEONE = Q(outcome="", decided_by__isnull=True) | ~Q(outcome="") & Q(decided_by__isnull=False)


class Declaration(models.Model):
    """Somebody a member of staff is, lives with, is related to or is close to. Only they themselves see it."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="declarations")
    relation = models.CharField(max_length=20, choices=Relation)
    given_name = models.CharField(max_length=100, blank=True)
    family_name = models.CharField(max_length=100, blank=True)
    date_of_birth = models.DateField(null=True, blank=True)
    address = models.CharField(max_length=200, blank=True)
    postcode = models.CharField(max_length=8, blank=True)
    declared_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["user"]), models.Index(fields=["postcode"])]
        constraints = [
            Watched(subject="user_id"),
            SeenBy("{row}.user_id = (SELECT gate.user_id())"),
            models.CheckConstraint(condition=~Q(family_name=""), name="declaration_names_somebody"),
        ]


class Conflict(models.Model):
    """What the portal found of somebody who works here, on what grounds, and what the privacy officer made of it."""

    basis = models.CharField(max_length=20, choices=ConflictBasis)
    found_at = models.DateTimeField(default=timezone.now)
    outcome = models.CharField(max_length=20, choices=ConflictOutcome, blank=True)
    note = models.CharField(max_length=500, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    @property
    def about_id(self) -> uuid.UUID | None:
        """The key of what it shuts them out of; none where that is a case, which every event of it names."""
        return None


class ConflictFinding(Conflict):
    """A case that fits a declaration. It shuts the person out until the privacy officer has decided."""

    disclosed = False
    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="conflicts")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            Watched(),
            SeenBy("(SELECT gate.opens('EXCLUSION_DECIDE'))"),
            models.UniqueConstraint(fields=["case", "user", "basis"], name="conflict_found_once"),
            models.CheckConstraint(
                condition=DECIDED_BY_SOMEONE,
                name="conflict_decided_by_someone",
            ),
            models.CheckConstraint(condition=~Q(decided_by=models.F("user")), name="conflict_second_person"),
        ]


class ConcernConflict(Conflict):
    """A person or agency who may be too close to a concern. It shuts them out of it unless it is dismissed.

    Found as the concern is sent, before anybody reads it. The author keeps what they wrote, and decides nothing of it.
    The reference is the concern's, for a privacy officer who does not see the concern.
    """

    disclosed = False
    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    concern = models.ForeignKey(Concern, on_delete=models.PROTECT, related_name="conflicts")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(max_length=20)
    objects = ConcernConflictQuerySet.as_manager()

    class Meta:
        constraints = [
            Watched(),
            SeenBy("(SELECT gate.opens('EXCLUSION_DECIDE'))"),
            models.UniqueConstraint(
                fields=["concern", "user", "agency", "basis"],
                name="concernconflict_found_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=True) ^ Q(agency__isnull=True),
                name="concernconflict_one_person_or_agency",
            ),
            models.CheckConstraint(
                condition=DECIDED_BY_SOMEONE,
                name="concernconflict_decided_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=True) | ~Q(decided_by=models.F("user")),
                name="concernconflict_second_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user or self.agency} and {self.reference}"

    @property
    def about_id(self) -> uuid.UUID:
        """The concern's."""
        return self.concern_id
