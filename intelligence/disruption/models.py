"""Orders: what an agency does so that a subject of concern can harm children less."""

import datetime as dt

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.formats import date_format

from cases.record.choices import Section
from cases.record.models.case import Case
from cse_portal.access.permissions import Permission
from cse_portal.access.roles import ROLES
from cse_portal.access.rows import among, excluded_records
from cse_portal.access.user_context import user_context
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.constraints import Watched
from cse_portal.keys import Keyed
from cse_portal.row_security import Frozen, SeenWith
from intelligence.disruption.choices import BEGUN, OVER, WAITING, DisruptionNotice, Effect, Stage
from intelligence.subjects.models import IN_THE_UNIT, Subject, works_in_intelligence_unit


def live_on(day: dt.date) -> Q:
    """Asked for, and by this day neither ended nor refused, discharged or dropped."""
    return ~Q(stage__in=OVER) & (Q(ends_on=None) | Q(ends_on__gt=day))


def in_force_on(day: dt.date) -> Q:
    """Live, and its start has come."""
    return live_on(day) & Q(stage__in=BEGUN, starts_on__lte=day)


class DisruptionQuerySet(models.QuerySet["Disruption"]):
    """Orders, as far as they may be seen, and by where they stand on a day."""

    def visible_to(self, user: User | AnonymousUser) -> "DisruptionQuerySet":
        """With the subject it is against. DISRUPTION_VIEW is defined as being in here."""
        who = user_context(user)
        if who is None or Permission.DISRUPTION_VIEW not in ROLES[who.role].permissions:
            return self.none()
        return self.filter(among("subject", Subject.objects.visible_to(user).values("pk")))

    def live(self) -> "DisruptionQuerySet":
        """Those that are live today."""
        return self.filter(live_on(timezone.localdate()))


class Disruption(Keyed):
    """One tactic of the toolkit against one subject: who applies for it, how far it is, from when and until when.

    Seen by who sees the subject. `source_id` is the row that asked for it: an item of a CMOG. `due_on` is the day of
    what comes next: to apply, the hearing, to serve. `reminded` is the last reminder of that day that the agency had;
    `end_told` the end of which people were warned. `ends_on` is the first day on which it is no longer in force: from
    then on it has ended, on every page, without anybody recording it.
    """

    tactic = models.CharField(max_length=10)
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="disruption")
    ward = models.CharField(max_length=20, blank=True)
    text = models.TextField(max_length=2000)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.REQUESTED)
    asked_at = models.DateTimeField(default=timezone.now)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    source_id = models.UUIDField(null=True)
    due_on = models.DateField()
    reminded = models.CharField(max_length=30, choices=DisruptionNotice, blank=True)
    conditions = models.TextField(max_length=4000, blank=True)
    served_on = models.DateField(null=True)
    served_by = models.CharField(max_length=200, blank=True)
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    review_on = models.DateField(null=True)
    end_told = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    effect = models.PositiveSmallIntegerField(null=True, choices=Effect)
    version = models.PositiveIntegerField(default=1)

    objects = DisruptionQuerySet.as_manager()

    class Meta:
        ordering = ["ends_on", "asked_at"]
        verbose_name_plural = "disruption"
        constraints = [
            Watched(),
            SeenWith("subject", write="see"),
            models.CheckConstraint(
                condition=~Q(tactic__startswith="P"), name="disruption_against_a_subject_not_a_child"
            ),
            models.CheckConstraint(condition=~Q(stage=Stage.EXPIRED), name="disruption_ends_by_itself"),
            models.CheckConstraint(
                condition=~Q(stage__in=BEGUN) | Q(starts_on__isnull=False),
                name="disruption_begun_has_a_start",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gt=F("starts_on")),
                name="disruption_ends_after_its_start",
            ),
            models.CheckConstraint(
                condition=Q(stage__in=OVER, ended_on__isnull=False)
                | ~Q(stage__in=OVER) & Q(ended_on__isnull=True),
                name="disruption_over_since_a_day",
            ),
            models.CheckConstraint(
                condition=Q(effect=None) | Q(effect__in=Effect.values), name="disruption_effect_0_to_4"
            ),
        ]

    @property
    def standing(self) -> Stage:
        """Where it stands today. Its dates say whether it is in force or has ended."""
        today = timezone.localdate()
        if self.stage in OVER:
            return Stage(self.stage)
        if self.ends_on is not None and self.ends_on <= today:
            return Stage.EXPIRED
        begun = self.stage in BEGUN and self.starts_on is not None and self.starts_on <= today
        return Stage.IN_FORCE if begun else Stage(self.stage)

    @property
    def is_open(self) -> bool:
        """Live: more may become of it."""
        return self.standing not in (*OVER, Stage.EXPIRED)

    @property
    def waits(self) -> bool:
        """Neither in force nor dropped: the next thing is to be done by `due_on`."""
        return self.stage in WAITING

    @property
    def over_since(self) -> dt.date | None:
        """The day from which it is over, where it is."""
        return None if self.is_open else self.ended_on or self.ends_on


class DisruptionUpdate(Keyed):
    """What became of an order: never changed, so its history is complete. Without a stage it rates the effect."""

    disruption = models.ForeignKey(Disruption, on_delete=models.PROTECT, related_name="updates")
    stage = models.CharField(max_length=10, choices=Stage, blank=True)
    effect = models.PositiveSmallIntegerField(null=True, choices=Effect)
    text = models.TextField(max_length=4000)
    on = models.DateField(default=timezone.localdate)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            Watched(),
            SeenWith("disruption", write="see"),
            Frozen(),
            models.CheckConstraint(condition=~Q(text=""), name="disruption_update_says_what"),
        ]


class Breach(Keyed):
    """A condition of an order was broken: when, what happened, and later what happens next."""

    disruption = models.ForeignKey(Disruption, on_delete=models.PROTECT, related_name="breaches")
    happened_at = models.DateTimeField()
    text = models.TextField(max_length=4000)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    next_text = models.TextField(max_length=4000, blank=True)
    next_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    next_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-happened_at", "-id"]
        verbose_name_plural = "breaches"
        constraints = [
            Watched(),
            SeenWith("disruption", write="see"),
            Frozen(name="%(app_label)s_%(class)s_said", when="OLD.next_text <> ''"),
            models.CheckConstraint(condition=~Q(text=""), name="breach_says_what"),
            models.CheckConstraint(
                condition=Q(next_text="", next_by=None, next_at=None)
                | ~Q(next_text="") & Q(next_by__isnull=False, next_at__isnull=False),
                name="breach_next_is_complete",
            ),
        ]


class ProtectedChildQuerySet(models.QuerySet["ProtectedChild"]):
    """Children whom orders protect, as far as somebody may know of them."""

    def visible_to(self, user: User | AnonymousUser) -> "ProtectedChildQuerySet":
        """On an order they see: the police unit, and who holds the intelligence of the child's case."""
        who = user_context(user)
        if who is None:
            return self.none()
        rows = self.filter(among("disruption", Disruption.objects.visible_to(user).values("pk")))
        if not works_in_intelligence_unit(who):
            rows = rows.filter(among("case", Case.objects.showing(Section.INTELLIGENCE, user).values("pk")))
        return rows.exclude(case__in=shut) if (shut := excluded_records(who)) else rows


PROTECTED = f"""{{row}}.case_id <> ALL ((SELECT gate.excluded())::uuid[])
    AND ({IN_THE_UNIT} OR gate.holds({{row}}.case_id, 'view_intelligence'))"""


class ProtectedChild(Keyed):
    """An order protects this child; the child is told, or somebody says why not. Nothing here names the subject."""

    section = Section.INTELLIGENCE
    disruption = models.ForeignKey(Disruption, on_delete=models.PROTECT, related_name="children")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)
    told_on = models.DateField(null=True)
    not_told_because = models.CharField(max_length=500, blank=True)
    told_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    objects = ProtectedChildQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "child an order protects", "children whom orders protect"
        ordering = ["added_at", "id"]
        constraints = [
            Watched(),
            SeenWith("disruption", also=PROTECTED, write="see"),
            models.UniqueConstraint(fields=["disruption", "case"], name="protectedchild_once"),
            models.CheckConstraint(
                condition=Q(told_by=None, told_on=None, not_told_because="")
                | Q(told_by__isnull=False) & (Q(told_on=None) ^ Q(not_told_because="")),
                name="protectedchild_told_or_why_not",
            ),
        ]

    def as_disclosed(self) -> list[tuple[str, str]]:
        """That there is an order, and when the child was told; not against whom."""
        recorded = date_format(timezone.localtime(self.added_at), "j F Y")
        told = f" You were told on {date_format(self.told_on, 'j F Y')}." if self.told_on else ""
        return [("An order protects you", f"Recorded on {recorded}.{told}")]
