"""A request to see a record: who asks, what it is about, and the register."""

import re
from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.text import capfirst

from cases.record.models.case import Case
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.rows import excluded_records
from cse_portal.access.user_context import user_context
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.constraints import Watched
from cse_portal.keys import Keyed
from cse_portal.row_security import Frozen, SeenBy, SeenWith
from reporting.subject_access.choices import (
    Delivery,
    Ground,
    IdentityProof,
    Inclusion,
    Requester,
    SubjectAccessState,
)


class SubjectAccessQuerySet(models.QuerySet["SubjectAccessRequest"]):
    """Requests to see a record, as far as they may be seen."""

    def visible_to(self, user: User | AnonymousUser) -> "SubjectAccessQuerySet":
        """Those of cases one may see, for people who prepare, read or release them."""
        if not gate.can(user, Permission.SUBJECT_ACCESS_LIST):
            return self.none()
        cases: Any = self.model._meta.get_field("case").related_model
        return self.filter(case__in=cases.objects.visible_to(user))

    def open(self) -> "SubjectAccessQuerySet":
        """Neither disclosed nor closed."""
        return self.exclude(state__in=(SubjectAccessState.DISCLOSED, SubjectAccessState.CLOSED))


class DisclosureItemQuerySet(models.QuerySet["DisclosureItem"]):
    """What requests are about, as far as it may be seen."""

    def visible_to(self, user: User | AnonymousUser) -> "DisclosureItemQuerySet":
        """With the request. Its text is read by people who may read the record that it was taken from."""
        requests: Any = self.model._meta.get_field("request").related_model
        return self.filter(request__in=requests.objects.visible_to(user))


class DisclosureQuerySet(models.QuerySet["Disclosure"]):
    """The register of what was disclosed, as far as it may be seen."""

    def visible_to(self, user: User | AnonymousUser) -> "DisclosureQuerySet":
        """With the request. The register's keeper sees all, but not of cases from which they are excluded."""
        who = user_context(user)
        if who is not None and gate.can(user, Permission.DISCLOSURE_REGISTER):
            return self.exclude(case__in=excluded_records(who))
        requests: Any = self.model._meta.get_field("request").related_model
        return self.filter(request__in=requests.objects.visible_to(user))


_PERSON = User
WITHHELD = "[withheld]"

# Of the cases one sees, for people who prepare, read or release; the register for the person who keeps it.
REQUEST = """((SELECT gate.opens('SUBJECT_ACCESS_PREPARE')) OR (SELECT gate.opens('SUBJECT_ACCESS_RELEASE')))
    AND COALESCE((SELECT true FROM cases_case c WHERE c.id = {row}.case_id LIMIT 1), false)"""
REGISTER = f"""(SELECT gate.opens('DISCLOSURE_REGISTER'))
    AND {{row}}.case_id <> ALL ((SELECT gate.excluded())::uuid[]) OR {REQUEST}"""


def without_words(text: str, hidden: Iterable[str]) -> str:
    """The text with each of these words taken out, in small or large letters."""
    for words in hidden:
        whole = rf"(?<!\w){re.escape(words)}(?!\w)"
        text = re.sub(whole, WITHHELD, text, flags=re.IGNORECASE)
    return text


class SubjectAccessRequest(Keyed):
    """Who asks to see a child's record, how they were identified, and by when they are answered.

    Due one calendar month after it was received. A complex request has three, if the requester is told why within the
    first (UK GDPR article 12(3)). The answer is the record as it was at `assembled_at`, without the words `withheld`.
    """

    disclosed = False
    reference = models.CharField(max_length=20, unique=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="subject_access_requests")
    state = models.CharField(max_length=10, choices=SubjectAccessState, default=SubjectAccessState.PREPARING)
    asked_by = models.CharField(max_length=10, choices=Requester)
    requester_name = models.CharField(max_length=150)
    authority = models.CharField(max_length=500, blank=True)
    child_view = models.TextField(max_length=2000, blank=True)
    received_on = models.DateField()
    due_on = models.DateField()
    identity_proof = models.CharField(max_length=15, choices=IdentityProof, blank=True)
    identity_note = models.CharField(max_length=500, blank=True)
    identity_checked_on = models.DateField(null=True)
    identity_checked_by = models.ForeignKey(_PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    extension_reason = models.CharField(max_length=500, blank=True)
    extension_told_on = models.DateField(null=True)
    assembled_at = models.DateTimeField(null=True)
    withheld = ArrayField(models.CharField(max_length=200), default=list)
    prepared_by = models.ForeignKey(_PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    reader = models.ForeignKey(_PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    read_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closing_reason = models.CharField(max_length=500, blank=True)

    objects = SubjectAccessQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["state", "due_on"])]
        constraints = [
            SeenBy(REQUEST),
            Watched(),
            models.UniqueConstraint(
                fields=["case", "asked_by"],
                condition=~Q(state__in=[SubjectAccessState.DISCLOSED, SubjectAccessState.CLOSED]),
                name="subject_access_one_open",
            ),
            models.CheckConstraint(
                condition=Q(identity_proof="", identity_checked_on=None, identity_checked_by=None)
                | ~Q(identity_proof="")
                & Q(identity_checked_on__isnull=False, identity_checked_by__isnull=False),
                name="subject_access_identity_checked_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(extension_reason="", extension_told_on=None)
                | ~Q(extension_reason="") & Q(extension_told_on__isnull=False),
                name="subject_access_extended_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(state=SubjectAccessState.CLOSED, closed_at__isnull=False) & ~Q(closing_reason="")
                | ~Q(state=SubjectAccessState.CLOSED) & Q(closed_at=None, closing_reason=""),
                name="subject_access_closed_with_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[SubjectAccessState.READY, SubjectAccessState.DISCLOSED])
                | Q(read_at__isnull=False, prepared_by__isnull=False) & ~Q(reader=F("prepared_by")),
                name="subject_access_read_by_another",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_open(self) -> bool:
        """Whether it has still to be answered."""
        return self.state not in (SubjectAccessState.DISCLOSED, SubjectAccessState.CLOSED)

    @property
    def is_being_prepared(self) -> bool:
        """Whether its items may be changed."""
        return self.state == SubjectAccessState.PREPARING and self.assembled_at is not None


class DisclosureItem(Keyed):
    """One record as it will be printed, in or left out with a ground.

    `original` is what the record said when the request was assembled, without where a hidden home is; `text` has the
    withheld words taken out of it.
    `part` is the kind of record under which it is printed. What the police told stays out until they release it.
    """

    disclosed = False
    request = models.ForeignKey(SubjectAccessRequest, on_delete=models.PROTECT, related_name="items")
    order = models.PositiveSmallIntegerField()
    part = models.CharField(max_length=60)
    source = models.CharField(max_length=60)
    source_id = models.UUIDField()
    happened_on = models.DateField(null=True)
    agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="+")
    original = models.TextField()
    decision = models.CharField(max_length=3, choices=Inclusion, default=Inclusion.IN)
    ground = models.CharField(max_length=15, choices=Ground, blank=True)
    decided_by = models.ForeignKey(_PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    police = models.BooleanField(default=False)
    released_at = models.DateTimeField(null=True)

    objects = DisclosureItemQuerySet.as_manager()

    class Meta:
        ordering = ["order"]
        constraints = [
            SeenWith("request", write="see"),
            Watched(),
            models.UniqueConstraint(fields=["request", "order"], name="disclosure_item_order"),
            models.CheckConstraint(
                condition=Q(decision=Inclusion.IN, ground="") | Q(decision=Inclusion.OUT) & ~Q(ground=""),
                name="disclosure_item_out_with_ground",
            ),
            models.CheckConstraint(
                condition=Q(police=False) | Q(released_at__isnull=False) | Q(decision=Inclusion.OUT),
                name="disclosure_item_police_first",
            ),
        ]

    @property
    def title(self) -> str:
        """What kind of record it is."""
        return str(capfirst(apps.get_model(self.source)._meta.verbose_name))

    @property
    def text(self) -> str:
        """What the copy says."""
        return without_words(self.original, self.request.withheld)

    @property
    def waits_for_police(self) -> bool:
        """Whether the police told it and have not released it."""
        return self.police and self.released_at is None


class Disclosure(Keyed):
    """The register: what left, to whom and how, what was left out, and who answers for it. It holds no word of it."""

    disclosed = False
    request = models.OneToOneField(SubjectAccessRequest, on_delete=models.PROTECT, related_name="disclosure")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="disclosures")
    case_reference = models.CharField(max_length=20)
    request_reference = models.CharField(max_length=20)
    asked_by = models.CharField(max_length=10, choices=Requester)
    delivery = models.CharField(max_length=10, choices=Delivery)
    received_on = models.DateField()
    due_on = models.DateField()
    disclosed_at = models.DateTimeField(default=timezone.now)
    prepared_by = models.ForeignKey(_PERSON, on_delete=models.PROTECT, related_name="+")
    read_by = models.ForeignKey(_PERSON, on_delete=models.PROTECT, related_name="+")
    disclosed_by = models.ForeignKey(_PERSON, on_delete=models.PROTECT, related_name="+")
    items = models.PositiveSmallIntegerField()
    left_out = models.JSONField(default=dict)
    made_at = models.DateTimeField(null=True)
    pages = models.PositiveSmallIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    stored_as = models.CharField(max_length=100, blank=True)

    objects = DisclosureQuerySet.as_manager()

    class Meta:
        ordering = ["-disclosed_at", "pk"]
        constraints = [
            SeenBy(REGISTER, written=REQUEST),
            Watched(),
            Frozen(when="OLD.made_at IS NOT NULL"),
            models.CheckConstraint(condition=~Q(read_by=F("prepared_by")), name="disclosure_two_people"),
            models.CheckConstraint(
                condition=Q(made_at=None, sha256="", stored_as="")
                | Q(made_at__isnull=False) & ~Q(sha256="") & ~Q(stored_as=""),
                name="disclosure_file_with_its_proof",
            ),
        ]

    @property
    def in_time(self) -> bool:
        """Whether it left by its day."""
        return timezone.localdate(self.disclosed_at) <= self.due_on

    @property
    def is_ready(self) -> bool:
        """Whether the file can be downloaded."""
        return self.made_at is not None
