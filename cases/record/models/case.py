"""The child's record in the portal, the periods of work on it, and what every record on a case has."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.utils import timezone

from cases.record.choices import CaseStatus, EpisodeKind, HarmStatus, RiskCategory, Section
from cases.record.models.child import Child
from cases.record.models.querysets import CaseQuerySet, CaseRecordQuerySet
from cse_portal.accounts.models import Agency
from cse_portal.audit.constraints import Watched
from cse_portal.keys import Keyed
from cse_portal.row_security import UNEXPIRED, Frozen, Projected, SeenBy, SeenWith

# What lists of cases are narrowed and ordered by, and whether agencies see the case.
LISTED = "status, category, last_activity_at, next_review_on, missing_since, lead_agency_id, is_restricted"
OPENS_CASES = "(SELECT gate.opens('CONCERN_TRIAGE'))"
# The row rule of the whole portal, as `CaseQuerySet.visible_to` says it in Python.
CASE = f"""(SELECT gate.opens('CASE_VIEW')) AND {{row}}.id <> ALL ((SELECT gate.excluded())::uuid[]) AND (
    COALESCE((SELECT true FROM cases_caseuserobjectpermission g
        WHERE g.content_object_id = {{row}}.id AND g.user_id = (SELECT gate.user_id())
          AND g.permission_id = (SELECT gate.permission('view_case')) AND {UNEXPIRED}
          AND g.granted_at <@ (SELECT gate.posts_here()) LIMIT 1), false)
    OR NOT {{row}}.is_restricted AND COALESCE((SELECT true FROM cases_casegroupobjectpermission g
        WHERE g.content_object_id = {{row}}.id AND g.group_id = (SELECT gate.group_id())
          AND g.permission_id = (SELECT gate.permission('view_case')) AND {UNEXPIRED} LIMIT 1), false))"""


class Case(Keyed):
    """One per child, for as long as the partnership knows the child.

    `status`, `category`, `harm_status`, `next_review_on` and `missing_since` repeat the newest row (Episode,
    CategoryDecision, a meeting's end, MissingEpisode) for lists; services write both in one transaction. Of a child who
    is absent, at no apparent risk, `missing_since` is empty.
    """

    reference = models.CharField(max_length=20, unique=True)
    child = models.OneToOneField(Child, on_delete=models.PROTECT, related_name="case")
    lead_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    lead_professional = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="cases_led"
    )
    # Since when this agency and this professional lead. No grant says so: each is renewed as the case is restricted or
    # opened again.
    status = models.CharField(max_length=10, choices=CaseStatus, default=CaseStatus.OPEN)
    category = models.PositiveSmallIntegerField(choices=RiskCategory, default=RiskCategory.NONE)
    harm_status = models.CharField(max_length=2, choices=HarmStatus, default=HarmStatus.H0)
    exploitation_models = models.JSONField(default=list)
    models_review_on = models.DateField(null=True)  # while they are not yet known
    next_review_on = models.DateField(null=True)
    is_restricted = models.BooleanField(default=False)
    restricted_reason = models.CharField(max_length=40, blank=True)
    opened_at = models.DateTimeField(default=timezone.now)
    last_activity_at = models.DateTimeField(default=timezone.now)
    missing_since = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects = CaseQuerySet.as_manager()

    class Meta:
        # Each part kept apart has a grant of its own, which sight of the case does not carry.
        permissions = [(section.value, section.label) for section in Section]
        indexes = [
            models.Index(fields=["-last_activity_at"]),
            models.Index(fields=["status", "category"]),
            models.Index(fields=["lead_agency", "status"]),
            models.Index(fields=["lead_professional", "status"]),
            models.Index(fields=["next_review_on"]),
            GinIndex(OpClass("reference", name="gin_trgm_ops"), name="case_reference_trgm"),
        ]
        constraints = [
            Watched(case="id"),
            SeenBy(CASE, added=OPENS_CASES),
            Projected("id", when=f"UPDATE OF {LISTED}"),
            models.CheckConstraint(
                condition=Q(is_restricted=False, restricted_reason="")
                | Q(is_restricted=True) & ~Q(restricted_reason=""),
                name="case_restricted_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_open(self) -> bool:
        """Whether work on the case goes on; a closed case is read-only."""
        return self.status == CaseStatus.OPEN


class Episode(Keyed):
    """One period of work: opened by someone for a reason, perhaps closed by someone for a reason."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="episodes")
    kind = models.CharField(max_length=10, choices=EpisodeKind)
    opened_at = models.DateTimeField(default=timezone.now)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    opening_reason = models.TextField(max_length=8000)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    closing_code = models.CharField(max_length=4, blank=True)
    closing_reason = models.TextField(max_length=4000, blank=True)
    checklist = models.JSONField(default=list)

    class Meta:
        ordering = ["-opened_at"]
        constraints = [
            Watched(),
            SeenWith(),
            models.UniqueConstraint(
                fields=["case"], condition=Q(closed_at__isnull=True), name="episode_one_open"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True, closing_code="")
                | Q(closed_at__isnull=False, closed_by__isnull=False)
                & ~Q(closing_code="")
                & ~Q(closing_reason=""),
                name="episode_closed_by_someone_with_reason",
            ),
        ]


class CaseRecord(Keyed):
    """Recorded on a case by somebody, for their agency. It is seen with the case, audited, and disposed of with it.

    Where `section` names a part of the case, the record is read by people to whom that part was given; its `SeenWith`
    says so to PostgreSQL. `default_related_name` is the name of the records on their case.
    """

    section: ClassVar[Section | None] = None
    case = models.ForeignKey(Case, on_delete=models.PROTECT)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)

    objects = CaseRecordQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints: ClassVar[list[models.BaseConstraint]] = [Watched(), SeenWith()]


class CurrentPicture(CaseRecord):
    """How things are with the child now, in at most 60 words of the lead. Added, never changed: the newest holds."""

    text = models.TextField(max_length=600)

    class Meta:
        default_related_name = "pictures"
        ordering = ["-recorded_at"]
        indexes = [models.Index(fields=["case", "-recorded_at"])]
        constraints = [
            *CaseRecord.Meta.constraints,
            Frozen(),
            models.CheckConstraint(condition=~Q(text=""), name="current_picture_has_words"),
        ]
