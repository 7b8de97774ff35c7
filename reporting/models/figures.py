"""The figures of a return: every number with the definition that made it, and what was checked."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from cse_portal.keys import new_key
from cse_portal.row_security import Frozen
from reporting.choices import Dimension, MeasureKind, Severity
from reporting.models.returns import RegionalReturn


class ReturnMeasure(models.Model):
    """One measure in one return, with its definition as it read when the figures were worked out."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
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


class ReturnFigure(models.Model):
    """One number. `fact` names what it counts, so that the same number in two tables is known to be the same.

    `is_suppressed` says that it is not told outside the partnership: it is 1 to 4, or it would give such a number away.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    measure = models.ForeignKey(ReturnMeasure, on_delete=models.CASCADE, related_name="figures")
    dimension = models.CharField(max_length=20, choices=Dimension)
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

    class Meta:
        ordering = ["order"]
        constraints = [
            Frozen(when="gate.return_is_signed(OLD.measure_id)"),
            models.UniqueConstraint(
                fields=["measure", "dimension", "row", "column"], name="figure_once_per_cell"
            ),
        ]


class ValidationResult(models.Model):
    """One rule the figures were held against, passed or not, with the reason in words."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
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
