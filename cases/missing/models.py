"""Times when a child was missing, or away without authorisation, and the return home interviews."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q, TextChoices
from django.utils import timezone

from cases.concerns.models import Concern
from cases.record.models.case import CaseRecord
from cse_portal.accounts.models import Agency
from cse_portal.audit.constraints import Watched
from cse_portal.keys import Keyed
from cse_portal.row_security import Frozen, SeenBy, SeenWith

MISSING, ABSENT = "M", "ABSENT"  # of the list missing-type; a child who is absent is at no apparent risk


class InterviewStep(TextChoices):
    """What became of a return home interview."""

    OFFERED = "offered", "Offered"
    BOOKED = "booked", "Booked"
    HELD = "held", "Held"
    DECLINED = "declined", "Declined"
    SHARED = "shared", "Shared with the police"


class InterviewState(TextChoices):
    """Where a return home interview stands, derived from its steps and the clock."""

    TO_OFFER = "to_offer", "To be offered"
    TO_HOLD = "to_hold", "Offered, to be held"
    BOOKED = "booked", "Booked"
    LATE = "late", "Late"
    HELD = "held", "Held in time"
    HELD_LATE = "held_late", "Held late"
    DECLINED = "declined", "Declined"


class ReviewReason(TextChoices):
    """Why a missing episode asks for a review of the category (regional triggers; police threshold for the first)."""

    REPEATED = "repeated", "Missing three times or more in 90 days"
    LONG = "long", "Missing for more than 24 hours"
    OVERNIGHT = "overnight", "Away overnight, and under 16"
    CATEGORY = "category", "Missing at category 2 or 3"


_STILL = Q(returned_at__isnull=True, return_recorded_at__isnull=True, return_recorded_by__isnull=True)
_BACK = Q(returned_at__isnull=False, return_recorded_at__isnull=False, return_recorded_by__isnull=False)


class MissingEpisode(CaseRecord):
    """One time that a child was missing or away from placement without authorisation; open until the child is back.

    `kind`, `missing_from` and `harm_while_away` are reference data. Who reported it may be another agency than who
    wrote it down. What is known is changed while it becomes known; the risk grade has a row for each change.
    """

    kind = models.CharField(max_length=20)
    missing_since = models.DateTimeField()
    missing_from = models.CharField(max_length=20)
    reporting_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    police_reference = models.CharField(max_length=40, blank=True)
    last_seen_where = models.CharField(max_length=200, blank=True)
    last_seen_by = models.CharField(max_length=150, blank=True)
    last_seen_wearing = models.CharField(max_length=200, blank=True)
    with_whom = models.CharField("may be with", max_length=300, blank=True)
    notes = models.TextField(max_length=4000, blank=True)
    version = models.PositiveIntegerField(default=1)
    returned_at = models.DateTimeField(null=True)
    found_where = models.CharField(max_length=200, blank=True)
    found_by = models.CharField(max_length=150, blank=True)
    harm_while_away = models.CharField(max_length=20, blank=True)
    return_notes = models.TextField(max_length=4000, blank=True)
    return_recorded_at = models.DateTimeField(null=True)
    return_recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        default_related_name = "missing_episodes"
        ordering = ["-missing_since"]
        indexes = [models.Index(fields=["case", "-missing_since"]), models.Index(fields=["missing_since"])]
        constraints = [
            *CaseRecord.Meta.constraints,
            models.CheckConstraint(
                condition=_BACK & Q(returned_at__gt=F("missing_since"))
                | _STILL & Q(found_where="", found_by="", harm_while_away="", return_notes=""),
                name="missing_episode_ends_after_it_began",
            ),
            models.UniqueConstraint(
                fields=["case"], condition=Q(returned_at__isnull=True), name="missing_episode_one_open"
            ),
        ]

    @property
    def is_open(self) -> bool:
        """Whether the child is missing still."""
        return self.returned_at is None

    @property
    def risk_grade(self) -> str:
        """The code of the newest risk grade, or nothing while the police have given none."""
        return next((each.grade for each in self.risk_grades.all()), "")


class MissingRiskGrade(Keyed):
    """The risk grade that the police gave, from a moment on. Added, never changed; the newest one holds."""

    episode = models.ForeignKey(MissingEpisode, on_delete=models.PROTECT, related_name="risk_grades")
    grade = models.CharField(max_length=20)
    graded_at = models.DateTimeField()
    reason = models.TextField(max_length=1000, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-graded_at", "-recorded_at"]
        constraints = [Watched(), SeenWith("episode"), Frozen()]


class PoliceReport(Keyed):
    """What a police force's own system sent about one missing episode: each message whole, under its own time.

    It is placed on the child's case as an episode, or sent to triage as a concern. Nobody reads it: who may see the
    episode or the concern reads that.
    """

    disclosed = False
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(max_length=40)
    messages = models.JSONField(default=list)
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    episode = models.ForeignKey(MissingEpisode, null=True, on_delete=models.CASCADE, related_name="+")
    concern = models.ForeignKey(Concern, null=True, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            Watched(
                case="episode_id:cases_missingepisode.case_id", subject="concern_id", hidden=("messages",)
            ),
            SeenBy("false"),
            models.UniqueConstraint(fields=["agency", "reference"], name="police_report_once"),
        ]


class MissingPrompt(Keyed):
    """A reason to review the category that was told to the lead professional and the CSE Team Manager, once."""

    episode = models.ForeignKey(MissingEpisode, on_delete=models.PROTECT, related_name="prompts")
    reason = models.CharField(max_length=10, choices=ReviewReason)
    told_at = models.DateTimeField(default=timezone.now)

    disclosed = False

    class Meta:
        constraints = [
            Watched(),
            SeenWith("episode"),
            Frozen(),
            models.UniqueConstraint(fields=["episode", "reason"], name="missing_prompt_told_once"),
        ]


class ReturnHomeInterview(Keyed):
    """A step of the interview that statutory guidance (DfE 2014) wants after each return.

    Added, never changed. One that is booked says by whom, where, and in `at` for when; the newest booking holds.
    One that was held says for which agency, by whom, and whether that person is independent; and
    what the child said about why they went, where they were and with whom. It is shared with the police once.
    """

    episode = models.ForeignKey(MissingEpisode, on_delete=models.PROTECT, related_name="interviews")
    step = models.CharField(max_length=10, choices=InterviewStep)
    at = models.DateTimeField()
    provider = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    interviewer = models.CharField(max_length=150, blank=True)
    is_independent = models.BooleanField(null=True)
    declined_reason = models.CharField(max_length=20, blank=True)
    held_where = models.CharField(max_length=200, blank=True)
    others_present = models.CharField("who else was there", max_length=300, blank=True)
    push_factors = ArrayField(models.CharField(max_length=20), default=list)
    pull_factors = ArrayField(models.CharField(max_length=20), default=list)
    where_they_went = models.CharField(max_length=500, blank=True)
    with_whom = models.CharField(max_length=300, blank=True)
    transport = models.CharField(max_length=200, blank=True)
    contact_since = models.CharField(max_length=300, blank=True)
    phones = models.CharField("phones and accounts", max_length=300, blank=True)
    gifts = models.CharField("what they were given", max_length=300, blank=True)
    harm = models.CharField("harm that they told of", max_length=20, blank=True)
    would_help = models.TextField("what would help", max_length=1000, blank=True)
    text = models.TextField(max_length=8000, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["at", "recorded_at"]
        constraints = [
            Watched(),
            SeenWith("episode"),
            Frozen(),
            models.CheckConstraint(
                condition=Q(step=InterviewStep.HELD, is_independent__isnull=False) & ~Q(interviewer="")
                | Q(step=InterviewStep.BOOKED, is_independent__isnull=True) & ~Q(interviewer="")
                | ~Q(step__in=[InterviewStep.HELD, InterviewStep.BOOKED])
                & Q(is_independent__isnull=True, interviewer=""),
                name="interview_held_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(step=InterviewStep.DECLINED) & ~Q(declined_reason="")
                | ~Q(step=InterviewStep.DECLINED) & Q(declined_reason=""),
                name="interview_declined_with_reason",
            ),
            models.UniqueConstraint(
                fields=["episode", "step"],
                condition=Q(step__in=[InterviewStep.HELD, InterviewStep.SHARED]),
                name="interview_held_and_shared_once",
            ),
        ]


class MissingCall(Keyed):
    """A call to make while a child is missing. Without a time it is due now: that person is not told yet."""

    episode = models.ForeignKey(MissingEpisode, on_delete=models.PROTECT, related_name="calls")
    with_whom = models.CharField(max_length=150)
    call_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=300, blank=True)
    done_at = models.DateTimeField(null=True)
    answered = models.BooleanField(null=True)
    result = models.CharField("what came of it", max_length=300, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = [F("call_at").asc(nulls_first=True), "recorded_at"]
        constraints = [
            Watched(),
            SeenWith("episode"),
            models.CheckConstraint(
                condition=Q(done_at=None, answered=None, done_by=None)
                | Q(done_at__isnull=False, answered__isnull=False, done_by__isnull=False),
                name="missing_call_done_by_someone",
            ),
        ]


class MissingSighting(Keyed):
    """Somebody saw a child who is missing. Added, never changed."""

    episode = models.ForeignKey(MissingEpisode, on_delete=models.PROTECT, related_name="sightings")
    seen_at = models.DateTimeField()
    where = models.CharField(max_length=200)
    seen_by = models.CharField(max_length=150, blank=True)
    note = models.CharField("what they saw", max_length=500, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-seen_at"]
        constraints = [Watched(), SeenWith("episode"), Frozen()]
