"""A service for children, and a referral of one child to it.

The names and hints of fields are those of their forms.
"""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q, TextChoices
from django.urls import reverse
from django.utils import timezone

from cases.record.models.case import CaseRecord
from cse_portal.access.records import described
from cse_portal.audit.constraints import Watched
from cse_portal.keys import Keyed
from cse_portal.reference import selectors as reference
from cse_portal.row_security import SeenBy
from cse_portal.ui.presenters import display_date, joined


class Answer(TextChoices):
    """What the service said to a referral."""

    ACCEPTED = "accepted", "Accepted"
    WAITING = "waiting", "On the waiting list"
    DECLINED = "declined", "Declined"


class Engagement(TextChoices):
    """How the child and the service got on. A child is never blamed: a service may not suit them."""

    ENGAGED = "engaged", "Took part"
    PARTLY = "partly", "Took part in some of it"
    NOT_SUITED = "not_suited", "It did not suit the child"


class Scale(TextChoices):
    """Which scale was used before and after, each from 0 to 10."""

    SAFETY = "safety", "Safety, as at a MASE: 10 is safe enough to close"
    OWN = "own", "The service’s own scale"


class Standing(TextChoices):
    """How far a referral is, as its dates and answers say."""

    NO_SERVICE = "none", "No service for this need"
    ASKED = "asked", "Waiting for an answer"
    WAITING = "waiting", "Waiting for a first appointment"
    DECLINED = "declined", "Declined by the service"
    BEGUN = "begun", "Under way"
    ENDED = "ended", "Ended"


OLDEST, TOP = 25, 10
COLOURS = {
    Standing.NO_SERVICE: "red", Standing.ASKED: "yellow", Standing.WAITING: "yellow", Standing.DECLINED: "red",
    Standing.BEGUN: "blue", Standing.ENDED: "grey",
}  # fmt: skip


class Service(Keyed):
    """What a provider offers children and families. `needs` are codes of the list support-need. It names no child."""

    name = models.CharField("name of the service", max_length=100)
    provider = models.CharField("who provides it?", max_length=150)
    offers = models.TextField("what does it offer?", max_length=1000)
    needs = ArrayField(models.CharField(max_length=20), verbose_name="which needs does it meet?")
    age_from = models.PositiveSmallIntegerField("from which age?", validators=[MaxValueValidator(OLDEST)])
    age_to = models.PositiveSmallIntegerField("to which age?", validators=[MaxValueValidator(OLDEST)])
    capacity = models.PositiveSmallIntegerField(
        "how many children at a time?", null=True, blank=True, help_text="Leave empty if there is no limit"
    )
    funded_until = models.DateField(
        "funded until", null=True, blank=True, help_text="Afterwards nobody is referred to it"
    )
    contact = models.CharField("how is it reached?", max_length=200, blank=True)
    version = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["name", "provider"]
        constraints = [
            Watched(),
            SeenBy("(SELECT gate.opens('SERVICE_LIST'))", written="(SELECT gate.opens('SERVICE_CHANGE'))"),
            models.UniqueConstraint(fields=["name", "provider"], name="service_once"),
            models.CheckConstraint(condition=Q(age_from__lte=F("age_to")), name="service_ages_in_order"),
            models.CheckConstraint(condition=Q(needs__len__gte=1), name="service_meets_a_need"),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.provider}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("cases:service", args=[self.pk])

    @property
    def words(self) -> str:
        """What it is and whom it is for."""
        return f"{self}. {self.offers} Ages {self.age_from} to {self.age_to}: {self.need_words}."

    @property
    def is_funded(self) -> bool:
        """Whether children are referred to it today."""
        return self.funded_until is None or self.funded_until >= timezone.localdate()

    @property
    def need_words(self) -> str:
        """The needs it meets, in words."""
        return joined(reference.label("support-need", each).lower() for each in self.needs)


class SupportReferral(CaseRecord):
    """A need of a child, and the service that was asked to meet it; without a service none meets it.

    `need` and `outcome` are codes of the lists support-need and support-outcome. How far it is follows from its days.
    """

    need = models.CharField("what does the child need?", max_length=20)
    service = models.ForeignKey(Service, null=True, on_delete=models.PROTECT, related_name="referrals")
    asked_on = models.DateField("asked on")
    why = models.TextField("what is it to change for the child?", max_length=2000, blank=True)
    answer = models.CharField("what did the service say?", max_length=10, choices=Answer, blank=True)
    answered_on = models.DateField("answered on", null=True, blank=True)
    answer_reason = models.CharField(
        "why, and how long is the wait?", max_length=500, blank=True,
        help_text="If it declined, or there is a waiting list",
    )  # fmt: skip
    first_on = models.DateField("first appointment on", null=True, blank=True)
    engagement = models.CharField("how did it go?", max_length=10, choices=Engagement, blank=True)
    scale = models.CharField("which scale?", max_length=10, choices=Scale, blank=True)
    scale_before = models.PositiveSmallIntegerField(
        "before, 0 to 10", null=True, blank=True, validators=[MaxValueValidator(TOP)]
    )
    scale_after = models.PositiveSmallIntegerField(
        "after, 0 to 10", null=True, blank=True, validators=[MaxValueValidator(TOP)]
    )
    ended_on = models.DateField("ended on", null=True, blank=True)
    outcome = models.CharField("how did it end?", max_length=20, blank=True)
    child_said = models.TextField("what did the child say about it?", max_length=2000, blank=True)
    parent_said = models.TextField("what did a parent or carer say?", max_length=2000, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        default_related_name = "support_referrals"
        ordering = ["-asked_on", "-recorded_at"]
        indexes = [models.Index(fields=["service", "-asked_on"])]
        constraints = [
            *CaseRecord.Meta.constraints,
            models.CheckConstraint(
                condition=Q(service__isnull=False) | Q(answer="", first_on=None, ended_on=None),
                name="support_needs_a_service_to_begin",
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_on=None) | ~Q(answer="") & Q(answered_on__isnull=False),
                name="support_answered_on_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(answer__in=[Answer.WAITING, Answer.DECLINED]) | ~Q(answer_reason=""),
                name="support_not_begun_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", ended_on=None) | ~Q(outcome="") & Q(ended_on__isnull=False),
                name="support_ended_with_outcome",
            ),
            models.CheckConstraint(
                condition=(Q(scale_before=None) | Q(scale_before__lte=TOP))
                & (Q(scale_after=None) | Q(scale_after__lte=TOP))
                & (~Q(scale="") | Q(scale_before=None, scale_after=None)),
                name="support_scale_to_ten",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.need_label}: {self.service.name if self.service else Standing.NO_SERVICE.label}"

    @property
    def need_label(self) -> str:
        """The need in words."""
        return reference.label("support-need", self.need)

    @property
    def outcome_label(self) -> str:
        """How it ended, in words."""
        return reference.label("support-outcome", self.outcome) if self.outcome else ""

    def as_disclosed(self) -> list[tuple[str, str]]:
        """With the service that was asked."""
        return [("Service", str(self.service or Standing.NO_SERVICE.label)), *described(self)]

    @property
    def standing(self) -> Standing:
        """How far it is."""
        if self.service_id is None:
            return Standing.NO_SERVICE
        if self.ended_on:
            return Standing.ENDED
        if self.first_on:
            return Standing.BEGUN
        if not self.answer:
            return Standing.ASKED
        return Standing.DECLINED if self.answer == Answer.DECLINED else Standing.WAITING

    @property
    def colour(self) -> str:
        """The colour of its tag."""
        return COLOURS[self.standing]

    @property
    def waiting_days(self) -> int | None:
        """Calendar days from the day of asking to the first appointment, or until today while the case is open."""
        until = self.first_on
        if until is None and self.case.is_open and self.standing in (Standing.ASKED, Standing.WAITING):
            until = timezone.localdate()
        return (until - self.asked_on).days if until else None

    @property
    def words(self) -> str:
        """What the chronology tells of it."""
        told = [f"{self}. {self.standing.label}."]
        if self.standing in (Standing.WAITING, Standing.DECLINED):
            told.append(self.answer_reason)
        if self.first_on:
            told.append(f"First appointment on {display_date(self.first_on)}.")
        if self.ended_on:
            told.append(f"{self.outcome_label}.")
        return " ".join(filter(None, told))
