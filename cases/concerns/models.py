"""A concern: what a practitioner saw or heard, kept as written from the moment it is submitted."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case as Choose
from django.db.models import Q, When
from django.utils import timezone

from cases.concerns.choices import (
    ConcernOutcome,
    ConcernState,
    ConcernStep,
    Confidence,
    IndicatorTiming,
    Known,
    MentionKind,
    MentionPart,
    Urgency,
)
from cases.record.choices import HarmStatus
from cases.record.models.case import Case
from cases.record.models.querysets import _not_restricted, _on_a_case, _rows_of
from cse_portal.access.permissions import Permission
from cse_portal.access.records import described
from cse_portal.access.roles import ROLES
from cse_portal.access.rows import among, excluded_records
from cse_portal.access.user_context import user_context
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.constraints import Watched
from cse_portal.keys import Keyed
from cse_portal.reference import selectors as reference
from cse_portal.row_security import SeenBy, SeenWith

# What a hand-off says of itself, whose flat is above: the agency has it; no longer has it; sent it back.
HELPS, TAKEN_AWAY, STEPPED_UP = ("asked", "accepted"), ("declined", "passed_on"), "stepped_up"


class ConcernQuerySet(models.QuerySet["Concern"]):
    """Concerns, as far as they may be seen."""

    def visible_to(self, user: User | AnonymousUser, of: "Case | None" = None) -> "ConcernQuerySet":
        """A draft: its author, while they work for the agency they wrote it for. Sent: that agency, the agency to which
        it was handed over, and triage.

        A concern that became part of a restricted case is seen by its author and by those who may see that case.
        Nobody sees one that they are excluded from, its author neither. Of one case, where it is given.
        """
        who = user_context(user)
        if who is None or Permission.CONCERN_VIEW not in ROLES[who.role].permissions:
            return self.none()
        mine = Q(author=who.user, author_agency=who.agency)
        seen_by_others = _on_a_case(self, user, of)
        if Permission.CONCERN_AGENCY in ROLES[who.role].permissions:
            handed = _rows_of(self, "hand_offs").filter(agency=who.agency).exclude(state__in=TAKEN_AWAY)
            ours = Q(author_agency=who.agency) | among("pk", handed.values("concern"))
            seen_by_others |= ours & _not_restricted(self)
        seen = mine | (~Q(state=ConcernState.DRAFT) & seen_by_others)
        if Permission.CONCERN_TRIAGE in ROLES[who.role].permissions:
            seen |= Q(state=ConcernState.SUBMITTED) | Q(state=ConcernState.DECIDED, case__isnull=True)
        rows = self if of is None else self.filter(case=of)
        shut = excluded_records(who)
        return rows.filter(seen).exclude(pk__in=shut).exclude(case__in=shut)

    def waiting(self) -> "ConcernQuerySet":
        """Submitted and not decided."""
        return self.filter(state=ConcernState.SUBMITTED)

    def by_urgency(self) -> "ConcernQuerySet":
        """Immediate danger first, what nobody handles before the rest; then by indicated category, urgency and age."""
        unread = ConcernAddendum.objects.filter(
            concern=models.OuterRef("pk"), read_at__isnull=True, changes_danger=True
        )
        now = Q(urgency=Urgency.IMMEDIATE) | Q(asks_danger=True)
        ranks = [When(now, handled_by__isnull=True, then=0), When(now, then=1)]
        danger = Choose(*ranks, default=2, output_field=models.SmallIntegerField())
        urgent = Choose(
            When(urgency=Urgency.ROUTINE, then=1), default=0, output_field=models.SmallIntegerField()
        )
        rows = self.annotate(asks_danger=models.Exists(unread)).alias(danger=danger, urgent=urgent)
        return rows.order_by("danger", "-indicated", "urgent", "submitted_at", "pk")


def answers_in_words(answers: Iterable[Any]) -> list[tuple[str, str]]:
    """Each indicator's wording, with when it was seen and the evidence."""
    wordings = {each.code: each.wording for each in reference.indicators()}
    return [
        (
            wordings.get(each.code, each.code),
            ". ".join(filter(None, [each.get_timing_display(), each.evidence])),
        )
        for each in answers
    ]


# Its author, while they work for the agency they wrote it for; once sent their agency, the one it was handed to, who
# sees its case, and triage.
CONCERN = """(SELECT gate.opens('CONCERN_VIEW'))
    AND {row}.id <> ALL ((SELECT gate.excluded())::uuid[])
    AND ({row}.case_id IS NULL OR {row}.case_id <> ALL ((SELECT gate.excluded())::uuid[]))
    AND ({row}.author_id = (SELECT gate.user_id()) AND {row}.author_agency_id = (SELECT gate.agency_id())
         OR {row}.state <> 'draft' AND (
             (SELECT gate.opens('CONCERN_AGENCY')) AND NOT gate.is_restricted({row}.case_id)
                 AND ({row}.author_agency_id = (SELECT gate.agency_id())
                      OR {row}.id = ANY ((SELECT gate.handed_over())::uuid[]))
             OR COALESCE((SELECT true FROM cases_case c WHERE c.id = {row}.case_id LIMIT 1), false))
         OR (SELECT gate.opens('CONCERN_TRIAGE'))
             AND ({row}.state = 'submitted' OR {row}.state = 'decided' AND {row}.case_id IS NULL))"""
OWN_DRAFT = "{row}.author_id = (SELECT gate.user_id()) AND {row}.author_agency_id = (SELECT gate.agency_id())"


class Concern(Keyed):
    """One worry about one child, from one author. A draft until submitted, then only added to.

    Every fact about the child may be unknown: blank text or `unknown` naming the field. `unfinished` keeps a draft's
    steps as they were typed when the author left them before they could be read.
    """

    reference = models.CharField(max_length=20, unique=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="concerns")
    author_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=ConcernState, default=ConcernState.DRAFT)
    steps_done = ArrayField(models.CharField(max_length=20), default=list)
    unfinished = models.JSONField(default=dict)
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="concerns")
    # The decision that holds; an earlier one stays among `decisions` when the concern was stepped up.
    decision = models.OneToOneField("ConcernDecision", null=True, on_delete=models.SET_NULL, related_name="+")

    # Immediate danger
    immediate_danger = models.BooleanField(null=True)
    immediate_danger_action = models.TextField(max_length=4000, blank=True)
    emergency_called_at = models.DateTimeField(null=True)
    urgency = models.CharField(max_length=10, choices=Urgency, default=Urgency.ROUTINE)
    indicated = models.PositiveSmallIntegerField(
        default=0
    )  # the category that its signs indicated when it was sent
    # Who in triage works on it while it waits.
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    handled_at = models.DateTimeField(null=True)

    # The child, as far as known
    given_name = models.CharField(max_length=100, blank=True)
    family_name = models.CharField(max_length=100, blank=True)
    known_as = models.CharField(max_length=150, blank=True)
    date_of_birth = models.DateField(null=True, blank=True)
    approximate_age = models.PositiveSmallIntegerField(null=True, blank=True)
    sex = models.CharField(max_length=2, blank=True)
    ethnicity = models.CharField(max_length=4, blank=True)
    disabilities = ArrayField(models.CharField(max_length=4), default=list, blank=True)
    nhs_number = models.CharField(max_length=10, blank=True)
    upn = models.CharField(max_length=13, blank=True)
    address = models.CharField(max_length=300, blank=True)
    postcode = models.CharField(max_length=8, blank=True)
    school = models.CharField(max_length=150, blank=True)
    lives_with = models.CharField(max_length=200, blank=True)
    legal_status = models.CharField(max_length=20, blank=True)
    unknown = ArrayField(models.CharField(max_length=30), default=list, blank=True)

    # The worry
    worry = models.TextField(max_length=20_000, blank=True)
    harm_status = models.CharField(max_length=2, choices=HarmStatus, blank=True)
    harm_evidence = models.TextField(max_length=8000, blank=True)
    disclosure = models.CharField(max_length=10, choices=Known, blank=True)
    grooming_concern = models.CharField(max_length=10, choices=Known, blank=True)
    network_concern = models.CharField(max_length=10, choices=Known, blank=True)

    # Who knows, and why it may be shared
    child_told = models.CharField(max_length=30, blank=True)
    child_view = models.TextField(max_length=4000, blank=True)
    parent_told = models.CharField(max_length=30, blank=True)
    parent_view = models.TextField(max_length=4000, blank=True)
    not_told_reason = models.TextField(max_length=2000, blank=True)
    agreement = models.CharField(max_length=30, blank=True)
    lawful_basis = models.CharField(max_length=40, blank=True)
    others_who_know = models.TextField(max_length=2000, blank=True)

    created_at = models.DateTimeField(default=timezone.now)
    submitted_at = models.DateTimeField(null=True)
    decide_by = models.DateField(null=True)
    clock_rule = models.CharField(max_length=60, blank=True)
    submission_key = models.UUIDField(null=True, unique=True)
    version = models.PositiveIntegerField(default=1)

    objects = ConcernQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["state", "decide_by"]),
            models.Index(fields=["author", "-created_at"]),
            models.Index(fields=["author_agency", "state"]),
            models.Index(fields=["submitted_at"]),
        ]
        constraints = [
            Watched(subject="id"),
            SeenBy(CONCERN, added=OWN_DRAFT),
            models.CheckConstraint(
                condition=Q(state=ConcernState.DRAFT, submitted_at__isnull=True)
                | ~Q(state=ConcernState.DRAFT) & Q(submitted_at__isnull=False, decide_by__isnull=False),
                name="concern_submitted_with_clock",
            ),
            models.CheckConstraint(
                condition=Q(handled_by__isnull=True, handled_at__isnull=True)
                | Q(handled_by__isnull=False, handled_at__isnull=False),
                name="concern_handled_since",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def child_name(self) -> str:
        """The child's name as the author gave it, or that it is not known."""
        return f"{self.given_name} {self.family_name}".strip() or self.known_as or "Name not known"

    @property
    def is_draft(self) -> bool:
        """Whether only its author sees it, and may still change it."""
        return self.state == ConcernState.DRAFT

    @property
    def is_in_danger(self) -> bool:
        """Whether the child is in danger now, as far as triage or else the author has said."""
        return self.urgency == Urgency.IMMEDIATE

    @property
    def is_waiting(self) -> bool:
        """Whether triage has still to decide it."""
        return self.state == ConcernState.SUBMITTED

    @property
    def stepped_up(self) -> Any:
        """The hand-off by which it waits for triage again, if it does."""
        ended = [each for each in self.hand_offs.all() if each.outcome == STEPPED_UP]
        return ended[-1] if ended and self.is_waiting else None

    @property
    def steps_left(self) -> list[str]:
        """The steps that must still be answered before it can be submitted, in their order. Signs need no answer."""
        return [
            step for step in ConcernStep.values
            if step in self.unfinished or step not in self.steps_done and step != ConcernStep.SIGNS
        ]  # fmt: skip

    @property
    def needed(self) -> dict[str, list[bool]]:
        """The six answers that its pages ask for, by page: whether each is there."""
        named, aged = self.given_name or self.family_name or self.known_as, self.approximate_age is not None
        return {
            ConcernStep.WORRY: [self.immediate_danger is not None, bool(self.worry)],
            ConcernStep.CHILD: [bool(named), bool(self.date_of_birth) or aged],
            ConcernStep.SIGNS: [],
            ConcernStep.OTHERS: [bool(self.child_told), bool(self.parent_told)],
        }

    @property
    def emergency_called(self) -> bool:
        """Whether its author says that the emergency services were called."""
        return self.emergency_called_at is not None

    @emergency_called.setter
    def emergency_called(self, called: bool) -> None:
        self.emergency_called_at = (self.emergency_called_at or timezone.now()) if called else None

    def as_disclosed(self) -> list[tuple[str, str]]:
        """With each indicator that was answered."""
        return [*described(self, without=("state", "decide_by")), *answers_in_words(self.indicators.all())]


class ConcernIndicator(Keyed):
    """One screening indicator answered in a concern, with what was seen and how it is known."""

    disclosed = False
    concern = models.ForeignKey(Concern, on_delete=models.CASCADE, related_name="indicators")
    code = models.CharField(max_length=10)
    timing = models.CharField(max_length=10, choices=IndicatorTiming)
    evidence = models.TextField(max_length=4000, blank=True)
    provenance = models.CharField(max_length=30, blank=True)
    confidence = models.CharField(max_length=10, choices=Confidence, blank=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            Watched(),
            SeenWith("concern", write="see"),
            models.UniqueConstraint(fields=["concern", "code"], name="concern_indicator_once"),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.get_timing_display()}"


class ConcernMention(Keyed):
    """A person, place, vehicle, phone or account that the concern mentions; of a person, the part they play."""

    concern = models.ForeignKey(Concern, on_delete=models.CASCADE, related_name="mentions")
    kind = models.CharField(max_length=10, choices=MentionKind)
    part = models.CharField(max_length=20, choices=MentionPart, blank=True)
    name = models.CharField(max_length=200)
    details = models.TextField(max_length=2000, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order"]
        constraints = [
            Watched(),
            SeenWith("concern", write="see"),
            models.CheckConstraint(
                condition=Q(part="") | Q(kind=MentionKind.PERSON), name="concernmention_part_of_a_person"
            ),
        ]


class ConcernAddendum(Keyed):
    """Something learned after a concern was submitted, and whether it changes the danger. The original stays.

    While the concern waits, triage reads it and says whether the child is in danger now: who, when and what.
    """

    concern = models.ForeignKey(Concern, on_delete=models.PROTECT, related_name="addenda")
    text = models.TextField(max_length=20_000)
    changes_danger = models.BooleanField(default=False)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)
    danger_now = models.BooleanField(null=True)
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["added_at"]
        verbose_name_plural = "concern addenda"
        constraints = [
            Watched(),
            SeenWith("concern", write="see"),
            models.CheckConstraint(
                condition=Q(danger_now__isnull=True, read_by__isnull=True, read_at__isnull=True)
                | Q(danger_now__isnull=False, read_by__isnull=False, read_at__isnull=False),
                name="concern_addendum_read_with_answer",
            ),
        ]


class ConcernDecision(Keyed):
    """Triage's decision: what, who, when, why, and what the author is told. A no is as full as a yes.

    A concern that was stepped up, or decided wrongly, is decided again; every decision is kept.
    """

    concern = models.ForeignKey(Concern, on_delete=models.PROTECT, related_name="decisions")
    outcome = models.CharField(max_length=20, choices=ConcernOutcome)
    rationale = models.TextField(max_length=8000)
    feedback = models.TextField(max_length=4000)
    responsible_agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(default=timezone.now)
    in_time = models.BooleanField()
    read_by_author_at = models.DateTimeField(null=True)
    corrected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    corrected_at = models.DateTimeField(null=True)
    correction_reason = models.TextField(max_length=4000, blank=True)

    class Meta:
        constraints = [
            Watched(),
            SeenWith("concern", write="see"),
            models.CheckConstraint(
                condition=Q(corrected_by__isnull=True, corrected_at__isnull=True, correction_reason="")
                | Q(corrected_by__isnull=False, corrected_at__isnull=False) & ~Q(correction_reason=""),
                name="concern_decision_corrected_with_reason",
            ),
            models.CheckConstraint(
                condition=~Q(rationale="") & ~Q(feedback=""), name="concern_decision_says_why"
            ),
        ]
