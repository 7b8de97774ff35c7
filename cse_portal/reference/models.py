"""Reference data. Every row holds from a day until a day; nothing is edited away, a new version takes over.

A record keeps the code it was written with, and reads its words from the version that held on its day.
"""

import datetime as dt
import math
from functools import cached_property
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from cse_portal.keys import Keyed
from cse_portal.reference.choices import (
    AppliesTo,
    Circumstance,
    CountedFrom,
    Ending,
    RecordKind,
    Tier,
    Unit,
)
from cse_portal.reference.scoring import Floor, Profile, Weight
from cse_portal.reference.working_days import (
    add_months,
    add_working_days,
    day_received,
    local_day,
)


class DatedQuerySet(models.QuerySet[Any]):
    """Rows that hold from a day until the day before another."""

    def on(self, day: dt.date) -> "DatedQuerySet":
        """What held on this day."""
        return self.filter(valid_from__lte=day).filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day))


def one_at_a_time(name: str, *columns: Any) -> ExclusionConstraint:
    """On any one day at most one version of the same thing holds."""
    span = Func(
        F("valid_from"), F("valid_to"), RangeBoundary(), function="daterange", output_field=DateRangeField()
    )
    return ExclusionConstraint(
        name=name,
        expressions=[
            *((column, RangeOperators.EQUAL) for column in columns),
            (span, RangeOperators.OVERLAPS),
        ],
    )


class Dated(Keyed):
    """Holds from `valid_from`; `valid_to` is the first day it no longer does."""

    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="%(class)s_ends_after_start",
            )
        ]

    def held_on(self, day: dt.date) -> bool:
        """Whether this version was the one in force on that day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


class CodeList(models.Model):
    """A list of codes the partners agreed on, or that a government return prescribes."""

    code = models.SlugField(primary_key=True, max_length=60)
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Code(Dated):
    """One entry of a list, as it read from a day until a day; `maps_to` gives other bodies' codes for it."""

    list = models.ForeignKey(CodeList, on_delete=models.PROTECT, related_name="codes")
    code = models.CharField(max_length=40)
    label = models.CharField(max_length=250)
    order = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveSmallIntegerField(default=1)
    maps_to = models.JSONField(default=dict)
    extra = models.JSONField(default=dict)

    class Meta(Dated.Meta):
        ordering = ["list_id", "order", "code"]
        constraints = [*Dated.Meta.constraints, one_at_a_time("code_one_version_at_a_time", "list", "code")]

    def __str__(self) -> str:
        return self.label


class IndicatorSet(Dated):
    """A version of the screening tool. The region re-issues it; each assessment keeps the version it used."""

    code = models.SlugField(max_length=60)
    title = models.CharField(max_length=150)
    version = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=200)

    class Meta(Dated.Meta):
        ordering = ["code", "version"]
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=["code", "version"], name="indicatorset_version_once"),
            one_at_a_time("indicatorset_one_version_at_a_time", "code"),
        ]

    def __str__(self) -> str:
        return f"{self.title}, version {self.version}"


class Indicator(Keyed):
    """One thing to look for. A tick says what happened to the child, never what the child did wrong.

    `label` is short, for a list; `wording` is the published tool's own. Without a `group` it is rare, and folded.
    """

    set = models.ForeignKey(IndicatorSet, on_delete=models.PROTECT, related_name="indicators")
    tier = models.CharField(max_length=1, choices=Tier)
    code = models.CharField(max_length=10)
    label = models.CharField(max_length=60)
    group = models.CharField(max_length=40, blank=True)
    wording = models.CharField(max_length=250)
    guidance = models.TextField(blank=True)
    order = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["set", "code"], name="indicator_once_per_set")]

    def __str__(self) -> str:
        return self.wording


class ScoringProfile(Dated):
    """A version of the sum from indicators to an indicative category, floors included, as data."""

    code = models.SlugField(max_length=60)
    title = models.CharField(max_length=150)
    version = models.PositiveSmallIntegerField()
    weights = models.JSONField()
    thresholds = models.JSONField()
    floors = models.JSONField(default=list)
    source = models.CharField(max_length=200)

    class Meta(Dated.Meta):
        ordering = ["code", "version"]
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=["code", "version"], name="scoringprofile_version_once"),
            one_at_a_time("scoringprofile_one_version_at_a_time", "code"),
        ]

    def __str__(self) -> str:
        return f"{self.title}, version {self.version}"

    @cached_property
    def rules(self) -> Profile:
        """The profile as `scoring.indicative` takes it."""
        return Profile(
            weights={Tier(tier): Weight(**weight) for tier, weight in self.weights.items()},
            thresholds={int(category): least for category, least in self.thresholds.items()},
            floors=tuple(_floor(data) for data in self.floors),
        )


class ClockRule(Dated):
    """How long something may take, from when, and who says so.

    Where the day closes, a moment after 17:00 counts as the next day; not where the law counts hours.
    """

    code = models.CharField(max_length=40)
    label = models.CharField(max_length=200)
    amount = models.SmallIntegerField()
    unit = models.CharField(max_length=15, choices=Unit)
    category = models.PositiveSmallIntegerField(null=True, blank=True)
    counted_from = models.CharField(max_length=120)
    day_closes = models.BooleanField(default=True)
    version = models.PositiveSmallIntegerField(default=1)
    source = models.CharField(max_length=200)

    class Meta(Dated.Meta):
        ordering = ["code", "category", "valid_from"]
        constraints = [
            *Dated.Meta.constraints,
            one_at_a_time("clockrule_one_version_at_a_time", "code", Coalesce("category", Value(-1))),
        ]

    def __str__(self) -> str:
        return self.label

    def due(self, start: dt.date | dt.datetime) -> dt.date:
        """The last day on which it is in time; a negative amount counts backwards from the day of `start`."""
        closes = self.day_closes and self.amount >= 0
        if self.unit == Unit.WORKING_DAYS:
            return add_working_days(start if closes else local_day(start), self.amount)
        day = day_received(start) if closes else local_day(start)
        if self.unit == Unit.MONTHS:
            return add_months(day, self.amount)
        hours = self.amount if self.unit == Unit.HOURS else self.amount * 24
        return day + dt.timedelta(days=math.ceil(hours / 24))

    def ends_at(self, start: dt.datetime) -> dt.datetime:
        """The moment at which it is over, where the law counts hours; a night with 25 of them has 25."""
        return start.astimezone(dt.UTC) + dt.timedelta(hours=self.amount)

    @property
    def words(self) -> str:
        """10 working days from the threshold decision; 2 working days before the meeting."""
        way, number = "before" if self.amount < 0 else "from", abs(self.amount)
        unit = self.get_unit_display().removesuffix("s") if number == 1 else self.get_unit_display()
        return f"{number} {unit} {way} {self.counted_from}"


class RetentionRule(Dated):
    """How long a class of record is kept, from when, how it ends, and who says so.

    Of several that apply to a record the one that keeps it longest counts.
    """

    code = models.SlugField(max_length=40)
    record = models.CharField(max_length=12, choices=RecordKind)
    title = models.CharField(max_length=150)
    holds = models.CharField(max_length=300)
    applies_to = models.CharField(max_length=12, choices=AppliesTo, default=AppliesTo.EVERY)
    years = models.PositiveSmallIntegerField(null=True, blank=True)
    days = models.PositiveSmallIntegerField(null=True, blank=True)
    counted_from = models.CharField(max_length=6, choices=CountedFrom, blank=True)
    ending = models.CharField(max_length=12, choices=Ending)
    order = models.PositiveSmallIntegerField()
    version = models.PositiveSmallIntegerField(default=1)
    source = models.CharField(max_length=200)

    class Meta(Dated.Meta):
        ordering = ["order", "valid_from"]
        constraints = [
            *Dated.Meta.constraints,
            one_at_a_time("retentionrule_one_version_at_a_time", "code"),
            models.CheckConstraint(
                condition=Q(ending=Ending.NEVER)
                | ~Q(counted_from="") & (Q(years__isnull=False) ^ Q(days__isnull=False)),
                name="retentionrule_ends_some_day",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def period(self) -> str:
        """How long, from when; empty for what is kept for good."""
        number, unit = (self.years, "year") if self.years else (self.days, "day")
        plural = "" if number == 1 else "s"
        return f"{number} {unit}{plural} from {self.get_counted_from_display()}" if self.counted_from else ""


class AgendaTemplate(Dated):
    """The standing agenda of a kind of meeting."""

    meeting_type = models.CharField(max_length=40)
    title = models.CharField(max_length=150)
    version = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=200)

    class Meta(Dated.Meta):
        ordering = ["meeting_type", "version"]
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=["meeting_type", "version"], name="agendatemplate_version_once"),
            one_at_a_time("agendatemplate_one_version_at_a_time", "meeting_type"),
        ]

    def __str__(self) -> str:
        return f"{self.title}, version {self.version}"


class AgendaTemplateItem(Keyed):
    """One item. A restricted one is for professionals only: absent while the child or a parent is there."""

    template = models.ForeignKey(AgendaTemplate, on_delete=models.PROTECT, related_name="items")
    order = models.PositiveSmallIntegerField()
    code = models.SlugField(max_length=40)
    title = models.CharField(max_length=150)
    guidance = models.TextField(blank=True)
    restricted = models.BooleanField(default=False)

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["template", "code"], name="agendatemplateitem_once")]

    def __str__(self) -> str:
        return self.title


def _floor(data: dict[str, Any]) -> Floor:
    return Floor(
        code=data["code"],
        category=data["category"],
        sentence=data["sentence"],
        source=data["source"],
        any_circumstance=frozenset(Circumstance(value) for value in data.get("any_circumstance", ())),
        tier=Tier(data["tier"]) if data.get("tier") else None,
        current_only=data.get("current_only", False),
        under_age=data.get("under_age"),
        strategy=data.get("strategy", False),
    )


class PackApplied(Keyed):
    """A version of the board's pack, from when it was applied. `sha256` is of all its files."""

    name = models.CharField(max_length=200)
    version = models.CharField(max_length=40)
    sha256 = models.CharField(max_length=64)
    applied_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-applied_at"]
