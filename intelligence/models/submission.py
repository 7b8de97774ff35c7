"""What a practitioner tells the police, as written. It belongs to its author and the police intelligence unit."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from cse_portal.accounts.models import Agency
from cse_portal.audit.constraints import Watched
from cse_portal.keys import new_key
from cse_portal.row_security import SeenBy, SeenWith
from intelligence.choices import SubmissionState, SubmissionStep, Told
from intelligence.querysets import SubmissionQuerySet

# Its author, while they work for the agency they wrote it for; once sent, the police intelligence unit.
SUBMISSION = """(SELECT gate.opens('SUBMISSION_VIEW')) AND (
    {row}.author_id = (SELECT gate.user_id()) AND {row}.author_agency_id = (SELECT gate.agency_id())
    OR (SELECT gate.opens('INTELLIGENCE_GRADE')) AND {row}.state <> 'draft'
       AND {row}.id <> ALL ((SELECT gate.excluded_intelligence())::uuid[]))"""


class IntelligenceSubmission(models.Model):
    """One submission (the FIB form). Raw: it never appears on a case, in minutes or in a return.

    `unfinished` keeps a draft's pages as they were typed when the author left them before they could be read.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    reference = models.CharField(max_length=20, unique=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    author_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=SubmissionState, default=SubmissionState.DRAFT)
    steps_done = ArrayField(models.CharField(max_length=20), default=list)
    unfinished = models.JSONField(default=dict)

    # What it is about, and when
    strands = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    urgency = models.CharField(max_length=10, blank=True)
    learned_on = models.DateField(null=True, blank=True)

    # How it is known; who told is in a table of its own
    provenance = models.CharField(max_length=30, blank=True)
    first_hand = models.BooleanField(null=True)

    # Who may know
    meeting_may_discuss = models.BooleanField(null=True)
    others_who_know = models.TextField(max_length=2000, blank=True)
    keep_from = models.TextField(max_length=2000, blank=True)
    police_may_contact = models.BooleanField(null=True)
    best_contact = models.CharField(max_length=200, blank=True)

    created_at = models.DateTimeField(default=timezone.now)
    submitted_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    answer_by = models.DateField(null=True)
    graded_at = models.DateTimeField(null=True)
    graded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["state", "submitted_at"]),
            models.Index(fields=["author", "-created_at"]),
            models.Index(fields=["submitted_at"]),
        ]
        constraints = [
            Watched(),
            SeenBy(SUBMISSION),
            models.CheckConstraint(
                condition=Q(state=SubmissionState.DRAFT, submitted_at__isnull=True)
                | ~Q(state=SubmissionState.DRAFT) & Q(submitted_at__isnull=False),
                name="submission_sent_with_time",
            ),
            models.CheckConstraint(
                condition=Q(received_at=None, received_by=None, answer_by=None)
                | Q(received_at__isnull=False, received_by__isnull=False, answer_by__isnull=False),
                name="submission_received_with_clock",
            ),
            models.CheckConstraint(
                condition=Q(graded_at__isnull=True, graded_by__isnull=True)
                | Q(graded_at__isnull=False, graded_by__isnull=False),
                name="submission_graded_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_draft(self) -> bool:
        """Whether only its author sees it, and may still change it."""
        return self.state == SubmissionState.DRAFT

    @property
    def steps_left(self) -> list[str]:
        """The pages that must still be answered before it can be sent, in their order."""
        return [step for step in SubmissionStep.values if step not in self.steps_done]


class SubmissionSource(models.Model):
    """Who the author has it from. Apart from the rest: only the author and the police intelligence unit read it."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    submission = models.OneToOneField(IntelligenceSubmission, on_delete=models.CASCADE, related_name="source")
    name = models.CharField(max_length=200, blank=True)
    relation = models.CharField(max_length=200, blank=True)
    contact = models.CharField(max_length=200, blank=True)
    reliability = models.TextField(max_length=2000, blank=True)
    risk = models.TextField(max_length=4000, blank=True)
    told_it_is_shared = models.CharField(max_length=10, choices=Told, blank=True)

    class Meta:
        constraints = [
            Watched(),
            SeenWith("submission", write="see"),
        ]

    def __str__(self) -> str:
        return "Source"


class SubmissionSubject(models.Model):
    """A person the submission is about, as far as the author knows them."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    submission = models.ForeignKey(IntelligenceSubmission, on_delete=models.CASCADE, related_name="subjects")
    order = models.PositiveSmallIntegerField(default=0)
    given_name = models.CharField(max_length=100, blank=True)
    family_name = models.CharField(max_length=100, blank=True)
    other_names = models.CharField(max_length=200, blank=True)
    role = models.CharField(max_length=20, blank=True)
    date_of_birth = models.DateField(null=True, blank=True)
    age = models.CharField(max_length=60, blank=True)
    description = models.TextField(max_length=4000, blank=True)

    class Meta:
        ordering = ["order"]
        constraints = [
            Watched(),
            SeenWith("submission", write="see"),
        ]

    def __str__(self) -> str:
        return f"Person {self.order}"

    @property
    def name(self) -> str:
        """The name as the author gave it, or that it is not known."""
        return f"{self.given_name} {self.family_name}".strip() or self.other_names or "Name not known"


class SubmissionVehicle(models.Model):
    """A vehicle the submission mentions; half a registration is better than none."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    submission = models.ForeignKey(IntelligenceSubmission, on_delete=models.CASCADE, related_name="vehicles")
    order = models.PositiveSmallIntegerField(default=0)
    registration = models.CharField(max_length=15, blank=True)
    make_and_model = models.CharField(max_length=100, blank=True)
    colour = models.CharField(max_length=40, blank=True)
    details = models.TextField(max_length=2000, blank=True)

    class Meta:
        ordering = ["order"]
        constraints = [
            Watched(),
            SeenWith("submission", write="see"),
        ]

    def __str__(self) -> str:
        return f"Vehicle {self.order}"


class SubmissionPlace(models.Model):
    """A place the submission mentions."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    submission = models.ForeignKey(IntelligenceSubmission, on_delete=models.CASCADE, related_name="places")
    order = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=300, blank=True)
    postcode = models.CharField(max_length=10, blank=True)
    details = models.TextField(max_length=2000, blank=True)

    class Meta:
        ordering = ["order"]
        constraints = [
            Watched(),
            SeenWith("submission", write="see"),
        ]

    def __str__(self) -> str:
        return f"Place {self.order}"


class SubmissionContact(models.Model):
    """A phone number, e-mail address, account or device the submission mentions."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    submission = models.ForeignKey(IntelligenceSubmission, on_delete=models.CASCADE, related_name="contacts")
    order = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=20)
    value = models.CharField(max_length=200)
    details = models.TextField(max_length=2000, blank=True)

    class Meta:
        ordering = ["order"]
        constraints = [
            Watched(),
            SeenWith("submission", write="see"),
        ]

    def __str__(self) -> str:
        return f"Contact detail {self.order}"
