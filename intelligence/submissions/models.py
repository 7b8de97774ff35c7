"""What a practitioner tells the police, as written, and what the unit asks and answers."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q, TextChoices
from django.utils import timezone

from cse_portal import files
from cse_portal.access.permissions import Permission
from cse_portal.access.roles import ROLES
from cse_portal.access.rows import excluded_records
from cse_portal.access.user_context import user_context
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.constraints import Watched
from cse_portal.keys import Keyed
from cse_portal.row_security import SeenBy, SeenWith
from intelligence.subjects.models import Handling, _related, linked_with, works_in_intelligence_unit


class SubmissionState(TextChoices):
    """A submission, from its author's draft to the unit's answer."""

    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Waiting for the intelligence unit"
    RECEIVED = "received", "Received by the intelligence unit"
    RETURNED = "returned", "The unit has asked for more detail"
    REVIEW = "review", "With a second officer of the intelligence unit"
    ANSWERED = "answered", "Answered"


WAITING = (SubmissionState.SUBMITTED, SubmissionState.RECEIVED, SubmissionState.REVIEW)


class SubmissionStep(TextChoices):
    """The pages on which a submission is written, in their order."""

    LEARNED = "learned", "What you learned"
    PEOPLE = "people", "People"
    THINGS = "things", "Vehicles, places and phones"
    SOURCE = "source", "How it is known"
    HANDLING = "handling", "Who may know"


class Told(TextChoices):
    """Whether a person was told; not knowing is kept apart from no."""

    YES = "yes", "Yes"
    NO = "no", "No"
    NOT_KNOWN = "not_known", "Not known"


class HintKind(TextChoices):
    """How much a hint matters."""

    STOP = "stop", "Before you go on"
    IMPROVE = "improve", "To make it more use"


class SubmissionQuerySet(models.QuerySet["IntelligenceSubmission"]):
    """Submissions, as far as they may be seen. What one may see of a case plays no part."""

    def visible_to(self, user: User | AnonymousUser) -> "SubmissionQuerySet":
        """Its author, while they work for the agency they wrote it for; once sent, the police intelligence unit.

        Nobody who is excluded from a case that one of its reports is linked with.
        """
        who = user_context(user)
        if who is None or Permission.SUBMISSION_VIEW not in ROLES[who.role].permissions:
            return self.none()
        seen: Any = Q(author=who.user, author_agency=who.agency)
        if works_in_intelligence_unit(who):
            seen |= ~Q(state=SubmissionState.DRAFT)
        rows, shut = self.filter(seen), excluded_records(who)
        return rows.exclude(pk__in=linked_with(shut, _related(self.model, "reports"))) if shut else rows

    def written_by(self, user: User) -> "SubmissionQuerySet":
        """A person's own."""
        return self.filter(author=user)

    def waiting(self) -> "SubmissionQuerySet":
        """What the unit has still to receive, to grade or to agree."""
        return self.filter(state__in=WAITING)


# Its author, while they work for the agency they wrote it for; once sent, the police intelligence unit.
SUBMISSION = """(SELECT gate.opens('SUBMISSION_VIEW')) AND (
    {row}.author_id = (SELECT gate.user_id()) AND {row}.author_agency_id = (SELECT gate.agency_id())
    OR (SELECT gate.opens('INTELLIGENCE_GRADE')) AND {row}.state <> 'draft'
       AND {row}.id <> ALL ((SELECT gate.excluded_intelligence())::uuid[]))"""


class IntelligenceSubmission(Keyed):
    """One submission (the FIB form). Raw: it never appears on a case, in minutes or in a return.

    `unfinished` keeps a draft's pages as they were typed when the author left them before they could be read.
    `received_by` is the officer who has it, `agreed_by` the second who agreed to its P lines, and `work` what the unit
    prepares: the subjects to link, the answer, and how the reports are handled.
    """

    reference = models.CharField(max_length=20, unique=True)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
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
    received_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    # Both clocks run from when it was sent.
    receive_by = models.DateField(null=True)
    answer_by = models.DateField(null=True)
    work = models.JSONField(default=dict)
    agreed_at = models.DateTimeField(null=True)
    agreed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    force_reference = models.CharField(max_length=50, blank=True)
    force_receipt_at = models.DateTimeField(null=True)
    graded_at = models.DateTimeField(null=True)
    graded_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    # Of a draft that was begun from a return home interview. Together they name the source: the audit keeps neither.
    source_interview = models.UUIDField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["state", "submitted_at"]),
            models.Index(fields=["author", "-created_at"]),
            models.Index(fields=["submitted_at"]),
        ]
        constraints = [
            Watched(hidden=("source_interview",)),
            SeenBy(SUBMISSION),
            models.CheckConstraint(
                condition=Q(state=SubmissionState.DRAFT, submitted_at=None, receive_by=None, answer_by=None)
                | ~Q(state=SubmissionState.DRAFT)
                & Q(submitted_at__isnull=False, receive_by__isnull=False, answer_by__isnull=False),
                name="submission_sent_with_clocks",
            ),
            models.CheckConstraint(
                condition=Q(received_at=None, received_by=None)
                | Q(received_at__isnull=False, received_by__isnull=False),
                name="submission_received_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(agreed_at=None, agreed_by=None)
                | Q(agreed_at__isnull=False, agreed_by__isnull=False) & ~Q(agreed_by=F("received_by")),
                name="submission_agreed_by_another",
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
    def marking(self) -> str:
        """How a copy of it must be handled: as its strictest line."""
        codes = {line.handling for line in self.lines.all() if line.handling}
        return f"OFFICIAL-SENSITIVE. Handling {min(codes, default='not graded yet')}."

    @property
    def is_draft(self) -> bool:
        """Whether only its author sees it, and may still change it."""
        return self.state == SubmissionState.DRAFT

    @property
    def takes_files(self) -> bool:
        """Whether its author may add files: while it is a draft, and while the unit waits for more of them."""
        return self.state in (SubmissionState.DRAFT, SubmissionState.RETURNED)

    @property
    def steps_left(self) -> list[str]:
        """The pages that must still be answered before it can be sent, in their order."""
        return [step for step in SubmissionStep.values if step not in self.steps_done]


class SubmissionSource(Keyed):
    """Who the author has it from. Apart from the rest: only the author and the police intelligence unit read it."""

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


class SubmissionRow(Keyed):
    """A row of one page of the form, in the order in which its author wrote them."""

    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        abstract = True
        ordering = ["order"]
        constraints = [Watched(), SeenWith("submission", write="see")]


class SubmissionSubject(SubmissionRow):
    """A person the submission is about, as far as the author knows them."""

    submission = models.ForeignKey(IntelligenceSubmission, on_delete=models.CASCADE, related_name="subjects")
    given_name = models.CharField(max_length=100, blank=True)
    family_name = models.CharField(max_length=100, blank=True)
    other_names = models.CharField(max_length=200, blank=True)
    role = models.CharField(max_length=20, blank=True)
    date_of_birth = models.DateField(null=True, blank=True)
    age = models.CharField(max_length=60, blank=True)
    description = models.TextField(max_length=4000, blank=True)

    @property
    def name(self) -> str:
        """The name as the author gave it, or that it is not known."""
        return f"{self.given_name} {self.family_name}".strip() or self.other_names or "Name not known"


class SubmissionVehicle(SubmissionRow):
    """A vehicle the submission mentions; half a registration is better than none."""

    submission = models.ForeignKey(IntelligenceSubmission, on_delete=models.CASCADE, related_name="vehicles")
    registration = models.CharField(max_length=15, blank=True)
    make_and_model = models.CharField(max_length=100, blank=True)
    colour = models.CharField(max_length=40, blank=True)
    details = models.TextField(max_length=2000, blank=True)


class SubmissionPlace(SubmissionRow):
    """A place the submission mentions."""

    submission = models.ForeignKey(IntelligenceSubmission, on_delete=models.CASCADE, related_name="places")
    name = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=300, blank=True)
    postcode = models.CharField(max_length=10, blank=True)
    details = models.TextField(max_length=2000, blank=True)


class SubmissionContact(SubmissionRow):
    """A phone number, e-mail address, account or device the submission mentions."""

    submission = models.ForeignKey(IntelligenceSubmission, on_delete=models.CASCADE, related_name="contacts")
    kind = models.CharField(max_length=20)
    value = models.CharField(max_length=200)
    details = models.TextField(max_length=2000, blank=True)


class SubmissionFile(SubmissionRow):
    """A picture or document that shows what the author knows, as it was cleaned and kept.

    It lies under a name that says nothing, and its own name is not kept: that may say who had it. The author and the
    police intelligence unit read it, as they read the submission; readers of a report never do.
    """

    submission = models.ForeignKey(IntelligenceSubmission, on_delete=models.CASCADE, related_name="files")
    title = models.CharField(max_length=150)
    extension = models.CharField(max_length=5)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    stored_as = models.CharField(max_length=100)
    scanned_at = models.DateTimeField(null=True)
    added_at = models.DateTimeField(default=timezone.now)

    @property
    def name(self) -> str:
        """What it is called when it is saved."""
        return f"{self.submission.reference}-{self.order}.{self.extension}"

    @property
    def file_words(self) -> str:
        """JPEG, 2.1 MB."""
        return files.described(self.name, self.size)


class IntelligenceLine(SubmissionRow):
    """One fact, so that it can be graded by itself (3x5x2: source 1-3, assessment A-E, handling P or C).

    `text` is the author's and never changes; `sanitised` is the unit's, and nothing else of the line goes further.
    `left_out` says why it stays in the unit; `kept` which phrases stay in `sanitised` though the check found them, and
    why; `legacy` is its grade on the old 5x5x5 system, where it had one.
    """

    submission = models.ForeignKey(IntelligenceSubmission, on_delete=models.CASCADE, related_name="lines")
    text = models.TextField(max_length=2000)
    happened = models.CharField(max_length=100, blank=True)
    source_evaluation = models.CharField(max_length=1, blank=True)
    assessment = models.CharField(max_length=1, blank=True)
    handling = models.CharField(max_length=1, choices=Handling, blank=True)
    conditions = ArrayField(models.CharField(max_length=4), default=list, blank=True)
    sanitised = models.TextField(max_length=4000, blank=True)
    left_out = models.CharField(max_length=500, blank=True)
    kept = models.JSONField(default=dict)
    legacy = models.CharField(max_length=3, blank=True)

    class Meta(SubmissionRow.Meta):
        constraints = [
            *SubmissionRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(
                    source_evaluation__in=["", *"123"],
                    assessment__in=["", *"ABCDE"],
                    handling__in=["", *"PC"],
                ),
                name="line_graded_on_3x5x2",
            ),
            models.CheckConstraint(
                condition=Q(handling="C") | Q(conditions=[]), name="line_conditions_only_with_c"
            ),
        ]

    @property
    def grade(self) -> str:
        """The grade as police write it: 2BP."""
        return f"{self.source_evaluation}{self.assessment}{self.handling}"

    @property
    def is_done(self) -> bool:
        """Whether it is graded and sanitised, or left out."""
        return bool(self.left_out or len(self.grade) == 3 and self.sanitised.strip())


class DetailRequest(Keyed):
    """The unit asks the author for more; the author's reply is new lines on the submission."""

    submission = models.ForeignKey(IntelligenceSubmission, on_delete=models.PROTECT, related_name="requests")
    question = models.TextField(max_length=2000)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    reply = models.TextField(max_length=4000, blank=True)
    replied_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["asked_at"]
        constraints = [
            Watched(),
            SeenWith("submission", write="see"),
            models.UniqueConstraint(
                fields=["submission"], condition=Q(replied_at__isnull=True), name="detailrequest_one_open"
            ),
        ]


class IntelligenceFeedback(Keyed):
    """What the author may know of what became of it: a code F0-F4, what the unit did, and words."""

    submission = models.ForeignKey(IntelligenceSubmission, on_delete=models.PROTECT, related_name="feedback")
    code = models.CharField(max_length=4)
    outcome = models.CharField(max_length=30)
    text = models.TextField(max_length=4000, blank=True)
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField(default=timezone.now)
    read_by_author_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-given_at"]
        verbose_name_plural = "intelligence feedback"
        constraints = [
            Watched(),
            SeenWith("submission", write="see"),
        ]
