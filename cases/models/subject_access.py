"""A child, or somebody for them, asks to see what the portal holds: the request, the answer, what is left out of it."""

from collections.abc import Sequence

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from cases.choices import (
    Competence,
    Ground,
    IdentityProof,
    ItemKind,
    NameChoice,
    ReaderVerdict,
    Requester,
    Section,
    SubjectAccessState,
)
from cases.models.case import Case
from cases.querysets import (
    BundleItemQuerySet,
    BundleNameQuerySet,
    BundleTextQuerySet,
    DisclosureQuerySet,
    SubjectAccessQuerySet,
)
from cse_portal.accounts.models import Agency
from cse_portal.audit.constraints import Watched
from cse_portal.keys import new_key
from cse_portal.row_security import SeenBy, SeenWith

_PERSON = settings.AUTH_USER_MODEL


class SubjectAccessRequest(models.Model):
    """Who asks, whether they are who they say, what the child thinks of it, and by when they are answered.

    Due a calendar month after it was received; three when it is complex and the requester was told why within the
    first month (UK GDPR article 12(3)). What is answered is the record as it stood at `assembled_at`.
    `worked_on_by` are the keys of all who changed what leaves, said that an item is ready or sent it, also where
    nothing of that stands any more: none of them is its second reader. PostgreSQL takes nobody off it.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    reference = models.CharField(max_length=20, unique=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="subject_access_requests")
    state = models.CharField(max_length=10, choices=SubjectAccessState, default=SubjectAccessState.PREPARING)
    asked_by = models.CharField(max_length=10, choices=Requester)
    requester_name = models.CharField(max_length=150)
    authority = models.CharField(max_length=500, blank=True)
    competence = models.CharField(max_length=15, choices=Competence)
    competence_note = models.TextField(max_length=2000)
    child_view = models.TextField(max_length=2000, blank=True)
    received_on = models.DateField()
    due_on = models.DateField()
    recorded_by = models.ForeignKey(_PERSON, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)
    identity_proof = models.CharField(max_length=15, choices=IdentityProof, blank=True)
    identity_note = models.CharField(max_length=500, blank=True)
    identity_checked_on = models.DateField(null=True)
    identity_checked_by = models.ForeignKey(_PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    extension_reason = models.CharField(max_length=500, blank=True)
    extension_told_on = models.DateField(null=True)
    extended_by = models.ForeignKey(_PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    assembled_at = models.DateTimeField(null=True)
    worked_on_by = ArrayField(models.UUIDField(), default=list)
    prepared_by = models.ForeignKey(_PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(null=True)
    reader = models.ForeignKey(_PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    read_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(_PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    closing_reason = models.CharField(max_length=500, blank=True)

    objects = SubjectAccessQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["state", "due_on"])]
        constraints = [
            Watched(),
            SeenWith(write="see"),
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
                condition=Q(extension_reason="", extension_told_on=None, extended_by=None)
                | ~Q(extension_reason="") & Q(extension_told_on__isnull=False, extended_by__isnull=False),
                name="subject_access_extended_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(state=SubjectAccessState.CLOSED, closed_at__isnull=False, closed_by__isnull=False)
                & ~Q(closing_reason="")
                | ~Q(state=SubjectAccessState.CLOSED) & Q(closed_at=None, closed_by=None, closing_reason=""),
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
        """Whether what it holds may be changed."""
        return self.state == SubjectAccessState.PREPARING and self.assembled_at is not None


class SubjectAccessItem(models.Model):
    """One part of the record as it stood when the bundle was assembled: where it is from, of which day, by whom.

    `sections` are the parts of the case that some of its texts are of: what one may not read there is said to be apart.
    `source_id` is the key of what it is from, or of the meeting whose record that is of: whoever was left out of that
    is not shown it, and makes somebody else answer for the bundle.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    request = models.ForeignKey(SubjectAccessRequest, on_delete=models.PROTECT, related_name="items")
    order = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=15, choices=ItemKind)
    title = models.CharField(max_length=200)
    source = models.CharField(max_length=60)
    source_id = models.UUIDField(null=True)
    sections = ArrayField(models.CharField(max_length=30, choices=Section), default=list)
    happened_on = models.DateField(null=True)
    agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="+")
    prepared_by = models.ForeignKey(_PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField(null=True)
    verdict = models.CharField(max_length=10, choices=ReaderVerdict, blank=True)
    verdict_note = models.TextField(max_length=2000, blank=True)
    verdict_by = models.ForeignKey(_PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    verdict_at = models.DateTimeField(null=True)

    objects = BundleItemQuerySet.as_manager()

    class Meta:
        ordering = ["order"]
        constraints = [
            Watched(),
            SeenWith("request", write="see"),
            models.UniqueConstraint(fields=["request", "order"], name="subject_access_item_order"),
            models.CheckConstraint(
                condition=Q(verdict="", verdict_by=None, verdict_at=None)
                | ~Q(verdict="")
                & Q(verdict_by__isnull=False, verdict_at__isnull=False)
                & (~Q(verdict=ReaderVerdict.RETURNED) | ~Q(verdict_note="")),
                name="subject_access_verdict_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"Item {self.order}"


class SubjectAccessPassage(models.Model):
    """One text of an item, frozen with its hash, and the ground on which the whole of it is left out, if it is.

    `proposed` is the ground the portal began with. What needs the police's release stays out until they gave it.
    `section` is the part of the case it is of: kept apart there, it is kept apart here.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    item = models.ForeignKey(SubjectAccessItem, on_delete=models.PROTECT, related_name="passages")
    order = models.PositiveSmallIntegerField()
    label = models.CharField(max_length=200)
    source = models.CharField(max_length=60)
    source_id = models.UUIDField(null=True)
    section = models.CharField(max_length=30, choices=Section, blank=True)
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    proposed = models.CharField(max_length=15, choices=Ground, blank=True)
    held = models.CharField(max_length=15, choices=Ground, blank=True)
    held_note = models.CharField(max_length=500, blank=True)
    decided_by = models.ForeignKey(_PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    needs_release = models.BooleanField(default=False)
    released_by = models.ForeignKey(_PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    released_at = models.DateTimeField(null=True)

    # Only as the text leaves, and never kept: other children's whole names that nobody has decided about.
    undecided: Sequence[str] = ()

    objects = BundleTextQuerySet.as_manager()

    class Meta:
        ordering = ["order"]
        constraints = [
            Watched(),
            SeenWith("item", write="see"),
            models.UniqueConstraint(fields=["item", "order"], name="subject_access_passage_order"),
            models.CheckConstraint(
                condition=Q(needs_release=False) | Q(released_at__isnull=False) | ~Q(held=""),
                name="subject_access_police_release_first",
            ),
            models.CheckConstraint(
                condition=Q(released_at=None, released_by=None)
                | Q(released_at__isnull=False, released_by__isnull=False),
                name="subject_access_released_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"Passage {self.order}"

    @property
    def waits_for_police(self) -> bool:
        """Whether the police told it and have not released it."""
        return self.needs_release and self.released_at is None


class Redaction(models.Model):
    """Words of a passage that are left out, by their places in its frozen text; no two of one passage overlap."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    passage = models.ForeignKey(SubjectAccessPassage, on_delete=models.PROTECT, related_name="redactions")
    starts_at = models.PositiveIntegerField()
    ends_at = models.PositiveIntegerField()
    grounds = ArrayField(models.CharField(max_length=15, choices=Ground))
    marked_by = models.ForeignKey(_PERSON, on_delete=models.PROTECT, related_name="+")
    marked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            Watched(),
            SeenWith("passage", write="see"),
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="redaction_has_words"),
            models.UniqueConstraint(fields=["passage", "starts_at"], name="redaction_once"),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at}-{self.ends_at}"


class OtherName(models.Model):
    """Somebody else's name known on the case, that stands in the bundle: a person decides what becomes of it.

    It is for whoever may see from where it is known: another child's, for who sees that child's case. The key is no
    foreign key: once that child's record is gone, nobody is told that there was one.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    request = models.ForeignKey(SubjectAccessRequest, on_delete=models.PROTECT, related_name="names")
    name = models.CharField(max_length=200)
    known_from = models.CharField(max_length=100)
    source = models.CharField(max_length=60, blank=True)
    source_id = models.UUIDField(null=True)
    section = models.CharField(max_length=30, choices=Section, blank=True)
    choice = models.CharField(max_length=10, choices=NameChoice, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    decided_by = models.ForeignKey(_PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)

    objects = BundleNameQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            Watched(subject="id"),
            SeenWith("request", write="see"),
            models.UniqueConstraint(fields=["request", "name"], name="other_name_once"),
            models.CheckConstraint(
                condition=~Q(choice=NameChoice.STAYS) | ~Q(reason=""), name="other_name_stays_with_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"Name from {self.known_from}"


class Disclosure(models.Model):
    """The register: what left, to what kind of requester, what was left out and on which ground, who answers for it.

    By reference alone, no word of the record: the privacy officer reads it. `copy` stands on every page of the file.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    request = models.OneToOneField(SubjectAccessRequest, on_delete=models.PROTECT, related_name="disclosure")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="disclosures")
    copy = models.CharField(max_length=12, unique=True)
    request_reference = models.CharField(max_length=20)
    asked_by = models.CharField(max_length=10, choices=Requester)
    received_on = models.DateField()
    due_on = models.DateField()
    disclosed_at = models.DateTimeField(default=timezone.now)
    prepared_by = models.ForeignKey(_PERSON, on_delete=models.PROTECT, related_name="+")
    read_by = models.ForeignKey(_PERSON, on_delete=models.PROTECT, related_name="+")
    disclosed_by = models.ForeignKey(_PERSON, on_delete=models.PROTECT, related_name="+")
    items = models.JSONField(default=list)
    withheld = models.JSONField(default=dict)
    made_at = models.DateTimeField(null=True)
    pages = models.PositiveSmallIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    stored_as = models.CharField(max_length=100, blank=True)

    objects = DisclosureQuerySet.as_manager()

    class Meta:
        ordering = ["-disclosed_at", "pk"]
        constraints = [
            Watched(),
            SeenBy("(SELECT gate.opens('DISCLOSURE_REGISTER')) OR gate.sees_case({row}.case_id)"),
            models.CheckConstraint(condition=~Q(read_by=F("prepared_by")), name="disclosure_two_people"),
            models.CheckConstraint(
                condition=Q(made_at=None, sha256="", stored_as="")
                | Q(made_at__isnull=False) & ~Q(sha256="") & ~Q(stored_as=""),
                name="disclosure_file_with_its_proof",
            ),
        ]

    def __str__(self) -> str:
        return self.copy

    @property
    def is_ready(self) -> bool:
        """Whether the file can be taken."""
        return self.made_at is not None
