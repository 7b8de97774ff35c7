"""The regional return of a quarter: its figures, their definitions, and its checks."""

import re
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q, TextChoices
from django.urls import reverse
from django.utils import timezone

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.constraints import Watched
from cse_portal.keys import Keyed
from cse_portal.reference.quarters import Quarter
from cse_portal.row_security import Frozen
from reporting.measures.models import MeasureKind
from reporting.measures.selectors.figures import Figure
from reporting.measures.selectors.registry import Measure

RECIPIENTS = "return-recipient"  # the list of those who receive a return
RESTATED = "-v1-"  # in an address, before the number of the restatement


class ReturnState(TextChoices):
    """A return on its way out of the partnership."""

    DRAFT = "draft", "Draft"
    CHECKED = "checked", "Checked"
    SIGNED = "signed", "Signed off"


class Severity(TextChoices):
    """What a failed validation means."""

    ERROR = "error", "Must be put right"
    WARNING = "warning", "Look at it and say why"


class ReturnQuerySet(models.QuerySet["RegionalReturn"]):
    """Returns, as far as they may be seen."""

    def visible_to(self, user: User | AnonymousUser) -> "ReturnQuerySet":
        """Analysts: all. Who signs off: from when it is checked. Everyone else who reads returns: signed off."""
        if gate.can(user, Permission.RETURN_PREPARE):
            return self
        if gate.can(user, Permission.RETURN_SIGN):
            return self.exclude(state=ReturnState.DRAFT)
        if gate.can(user, Permission.RETURN_VIEW):
            return self.signed()
        return self.none()

    def signed(self) -> "ReturnQuerySet":
        """Frozen ones."""
        return self.filter(state=ReturnState.SIGNED)

    def current(self) -> "ReturnQuerySet":
        """One a quarter: the last restatement that is signed off, and until there is one the first version."""
        counted = self.filter(Q(restates=None) | Q(state=ReturnState.SIGNED))
        return counted.exclude(restated_by__state=ReturnState.SIGNED)

    def at(self, slug: str) -> "ReturnQuerySet":
        """The version of a quarter that an address names: "2026-27-Q2", or "2026-27-Q2-v1-1" for its version 1.1."""
        quarter, _, restatement = slug.partition(RESTATED)
        if not restatement:
            return self.filter(quarter=quarter, restatement=0)
        named = int(restatement) if re.fullmatch("[1-9][0-9]?", restatement) else 0
        return self.filter(quarter=quarter, restatement=named, restates__isnull=False)

    def waiting_for_analyst(self) -> "ReturnQuerySet":
        """Drafts whose figures are complete, and signed-off returns that nobody has sent or restated."""
        complete = Q(state=ReturnState.DRAFT, revision__gt=0, revision=F("requested_revision"))
        return self.filter(complete | Q(state=ReturnState.SIGNED, sent=None, restated_by=None))


class RegionalReturn(Keyed):
    """One per quarter: worked out by a job, checked by an analyst, signed off by somebody else, then frozen.

    `requested_revision` is the set of figures asked for, `revision` the complete set everyone reads; they differ
    while the job runs. Once signed, the database itself refuses a change to this row and to its figures. An error
    that is found later is put right by a return of its own: version 1.1 restates 1.0, and both stay.
    """

    quarter = models.CharField(max_length=10)
    restatement = models.PositiveSmallIntegerField(
        default=0
    )  # which one of the quarter; the first return is none
    restates = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="restated_by")
    restated_because = models.TextField(max_length=500, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField()
    state = models.CharField(max_length=10, choices=ReturnState, default=ReturnState.DRAFT)
    requested_revision = models.PositiveSmallIntegerField(default=0)
    revision = models.PositiveSmallIntegerField(default=0)
    code_version = models.CharField(max_length=60, blank=True)
    prepared_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    computed_at = models.DateTimeField(null=True)
    gaps_asked_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    gaps_asked_at = models.DateTimeField(null=True)
    check_note = models.TextField(max_length=4000, blank=True)
    checked_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    checked_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects = ReturnQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "-restatement"]
        constraints = [
            Watched(),
            Frozen(when="OLD.state = 'signed'"),
            models.UniqueConstraint(fields=["quarter", "restatement"], name="return_version_once"),
            models.CheckConstraint(
                condition=Q(restatement=0, restates__isnull=True, restated_because="")
                | Q(restatement__gt=0, restates__isnull=False) & ~Q(restated_because=""),
                name="return_restated_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(gaps_asked_at__isnull=True, gaps_asked_by__isnull=True)
                | Q(gaps_asked_at__isnull=False, gaps_asked_by__isnull=False),
                name="return_gaps_asked_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(state=ReturnState.DRAFT, checked_at__isnull=True, checked_by__isnull=True)
                | ~Q(state=ReturnState.DRAFT) & Q(checked_at__isnull=False, checked_by__isnull=False),
                name="return_checked_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(state=ReturnState.SIGNED, signed_at__isnull=False, signed_by__isnull=False)
                | ~Q(state=ReturnState.SIGNED) & Q(signed_at__isnull=True, signed_by__isnull=True),
                name="return_signed_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(signed_by__isnull=True)
                | ~Q(signed_by=F("checked_by"))
                & (Q(prepared_by__isnull=True) | ~Q(signed_by=F("prepared_by"))),
                name="return_signed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(revision__lte=F("requested_revision")), name="return_revision_was_requested"
            ),
        ]

    def get_absolute_url(self) -> str:
        """The return's own page."""
        return reverse("reporting:return", args=[self.slug])

    @property
    def slug(self) -> str:
        """The return in an address and on paper: its quarter, and its version when it is a restatement."""
        return f"{self.quarter}{RESTATED}{self.restatement}" if self.restatement else self.quarter

    @property
    def version_number(self) -> str:
        """1.0 for the first return of a quarter; 1.1 for its first restatement."""
        return f"1.{self.restatement}"

    @property
    def period(self) -> Quarter:
        """The quarter this return is about."""
        return Quarter.parse(self.quarter)

    @property
    def label(self) -> str:
        """The quarter as people write it, and the version when it is a restatement."""
        return (
            f"{self.period.label}, version {self.version_number}" if self.restatement else self.period.label
        )

    @property
    def correction(self) -> "RegionalReturn | None":
        """The return that restates this one, as far as it has come."""
        return getattr(self, "restated_by", None)

    @property
    def sending(self) -> "SentReturn | None":
        """To whom it was sent, once it was."""
        return getattr(self, "sent", None)

    def is_made_by(self, user: User) -> bool:
        """Whether this person worked it out or froze it, so that somebody else has to sign it off."""
        return user.pk in (self.prepared_by_id, self.checked_by_id)

    @property
    def is_signed(self) -> bool:
        """Whether its figures are frozen."""
        return self.state == ReturnState.SIGNED

    @property
    def is_computing(self) -> bool:
        """Whether a set of figures has been asked for that is not complete."""
        return self.revision < self.requested_revision


class SentReturn(Keyed):
    """A signed-off return as it left the partnership: to whom, when, which file; and what the region answered.

    The file is kept as it was sent. `sha256` proves that it is still that file.
    """

    regional_return = models.OneToOneField(RegionalReturn, on_delete=models.PROTECT, related_name="sent")
    sent_to = models.CharField(max_length=150)
    sent_on = models.DateField()
    sent_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    file_format = models.CharField(max_length=4)
    stored_as = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    receipt_reference = models.CharField(max_length=60, blank=True)
    received_on = models.DateField(null=True)
    receipt_recorded_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-sent_on"]
        constraints = [
            Watched(),
            Frozen(but=("receipt_reference", "received_on", "receipt_recorded_by_id")),
            models.UniqueConstraint(
                fields=["receipt_reference"], condition=~Q(receipt_reference=""), name="receipt_of_one_return"
            ),
            models.CheckConstraint(
                condition=Q(received_on__isnull=True, receipt_reference="", receipt_recorded_by__isnull=True)
                | Q(received_on__gte=F("sent_on"), receipt_recorded_by__isnull=False)
                & ~Q(receipt_reference=""),
                name="receipt_after_it_was_sent",
            ),
        ]


class ReturnMeasure(Keyed):
    """One measure in one return, with its definition as it read when the figures were worked out."""

    regional_return = models.ForeignKey(RegionalReturn, on_delete=models.CASCADE, related_name="measures")
    revision = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=6)
    version = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=150)
    definition = models.TextField(max_length=2000)
    note = models.TextField(max_length=2000, blank=True)
    source = models.CharField(max_length=150)
    kind = models.CharField(max_length=8, choices=MeasureKind)
    order = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["order"]
        constraints = [
            Frozen(when="gate.return_is_signed(OLD.regional_return_id)"),
            models.UniqueConstraint(
                fields=["regional_return", "revision", "code"], name="measure_once_per_revision"
            ),
        ]

    @classmethod
    def of(cls, about: Measure, **where: Any) -> "ReturnMeasure":
        """A measure with its words as they read today; not stored."""
        return cls(
            code=about.code, version=about.version, name=about.name, definition=about.definition, note=about.note,
            source=about.source, kind=about.kind, **where,
        )  # fmt: skip


class FiguresOfTheQuarter(models.Manager["ReturnFigure"]):
    """Those of the quarter alone; the twelve months that stand beside a table are asked for by name."""

    def get_queryset(self) -> "models.QuerySet[ReturnFigure]":
        """Without a period in words."""
        return super().get_queryset().filter(period="")


class ReturnFigure(Keyed):
    """One number. `fact` names what it counts, so that the same number in two tables is known to be the same.

    `is_suppressed` says that it is not told outside the partnership: it is small, or it would give such a number away.
    `period` is in words, where the number is of the twelve months that are told beside a table of few.
    """

    measure = models.ForeignKey(ReturnMeasure, on_delete=models.CASCADE, related_name="figures")
    dimension = models.CharField(max_length=20)  # a Dimension
    row = models.CharField(max_length=60)
    row_label = models.CharField(max_length=150)
    column = models.CharField(max_length=60)
    column_label = models.CharField(max_length=100)
    order = models.PositiveIntegerField()
    value = models.DecimalField(max_digits=12, decimal_places=1, null=True)
    unit = models.CharField(max_length=30)
    fact = models.CharField(max_length=150)
    basis = ArrayField(models.CharField(max_length=150), default=list)
    is_suppressed = models.BooleanField(default=False)
    period = models.CharField(max_length=40, blank=True)

    objects = FiguresOfTheQuarter()
    of_any_period = models.Manager()

    class Meta:
        ordering = ["order"]
        constraints = [
            Frozen(when="gate.return_is_signed(OLD.measure_id)"),
            models.UniqueConstraint(
                fields=["measure", "dimension", "row", "column", "period"], name="figure_once_per_cell"
            ),
        ]

    @classmethod
    def of(cls, measure: ReturnMeasure, figure: Figure, order: int, period: str = "") -> "ReturnFigure":
        """A number of this measure; not stored."""
        return cls(
            measure=measure, dimension=figure.dimension, row=figure.row.code, row_label=figure.row.label,
            column=figure.column.code, column_label=figure.column.label, order=order, value=figure.value,
            unit=figure.unit, fact=figure.fact, basis=list(figure.basis), period=period,
        )  # fmt: skip


class ValidationResult(Keyed):
    """One rule the figures were held against, passed or not, with the reason in words."""

    regional_return = models.ForeignKey(RegionalReturn, on_delete=models.CASCADE, related_name="validations")
    revision = models.PositiveSmallIntegerField()
    rule = models.CharField(max_length=10)
    title = models.CharField(max_length=200)
    severity = models.CharField(max_length=8, choices=Severity)
    passed = models.BooleanField()
    message = models.CharField(max_length=500)
    order = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["order"]
        constraints = [
            Frozen(when="gate.return_is_signed(OLD.regional_return_id)"),
            models.UniqueConstraint(
                fields=["regional_return", "revision", "rule"], name="rule_once_per_revision"
            ),
        ]


class ReturnExplanation(Keyed):
    """Why a headline is so different from last quarter's, in the analyst's words, for who signs off."""

    regional_return = models.ForeignKey(RegionalReturn, on_delete=models.CASCADE, related_name="explanations")
    measure = models.CharField(max_length=6)
    dimension = models.CharField(max_length=20)
    row = models.CharField(max_length=60)
    column = models.CharField(max_length=60)
    text = models.CharField(max_length=300)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["measure"]
        constraints = [
            Watched(),
            Frozen(when="gate.return_is_signed(OLD.regional_return_id)"),
            models.UniqueConstraint(
                fields=["regional_return", "measure", "dimension", "row", "column"], name="explanation_once"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="explanation_says_why"),
        ]
