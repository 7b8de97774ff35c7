"""A hand-off: work that an agency is asked to do for a child, and every change of it."""

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone

from cases.concerns.models import Concern
from cases.handoffs.choices import HandOffOutcome, HandOffState, HandOffStep
from cases.record.models.case import Case
from cases.record.models.querysets import _not_restricted
from cse_portal.access.permissions import Permission
from cse_portal.access.roles import ROLES
from cse_portal.access.rows import among, excluded_records
from cse_portal.access.user_context import user_context
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.constraints import Watched
from cse_portal.keys import Keyed
from cse_portal.row_security import Frozen, SeenBy, SeenWith


class HandOffQuerySet(models.QuerySet["HandOff"]):
    """Hand-offs, as far as they may be seen."""

    def visible_to(self, user: User | AnonymousUser) -> "HandOffQuerySet":
        """Those of the concerns and cases that this person sees, and those to their own agency.

        Not of a restricted case, which no agency sees, nor of a child that they are excluded from.
        """
        who = user_context(user)
        if who is None or Permission.HANDOFF_VIEW not in ROLES[who.role].permissions:
            return self.none()
        concerns, cases = Concern.objects.visible_to(user), Case.objects.visible_to(user)
        seen = among("concern", concerns.values("pk")) | among("case", cases.values("pk"))
        seen |= Q(agency=who.agency) & _not_restricted(self)
        shut = excluded_records(who)
        return self.filter(seen).exclude(concern__in=shut).exclude(case__in=shut)


# Who sees its concern or its case, and the agency that was asked; but not whom the child's record is shut to.
NOT_EXCLUDED = """({row}.concern_id IS NULL OR {row}.concern_id <> ALL ((SELECT gate.excluded())::uuid[]))
    AND ({row}.case_id IS NULL OR {row}.case_id <> ALL ((SELECT gate.excluded())::uuid[]))"""
OF_CONCERN = "COALESCE((SELECT true FROM cases_concern n WHERE n.id = {row}.concern_id LIMIT 1), false)"
OF_CASE = "COALESCE((SELECT true FROM cases_case c WHERE c.id = {row}.case_id LIMIT 1), false)"
ASKED_OF_US = """{row}.agency_id = (SELECT gate.agency_id())
    AND NOT gate.is_restricted({row}.case_id)"""
OPENS = "(SELECT gate.opens('HANDOFF_VIEW'))"
HAND_OFF = f"{OPENS} AND {NOT_EXCLUDED} AND ({OF_CONCERN} OR {OF_CASE} OR {ASKED_OF_US})"
WRITES = f"""{OPENS} AND {NOT_EXCLUDED}
    AND ({OF_CONCERN} OR {ASKED_OF_US} OR {{row}}.case_id IS NOT NULL AND gate.contributes({{row}}.case_id))"""


class HandOff(Keyed):
    """What one agency is asked to do about a concern, or for the child of a case, and what came of it.

    A concern's case is written here too, once it has one. Of a case, the agency reads the child's name and not the
    record, so the name is kept here.
    """

    concern = models.ForeignKey(Concern, null=True, on_delete=models.CASCADE, related_name="hand_offs")
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="hand_offs")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    given_name = models.CharField(max_length=100, blank=True)
    family_name = models.CharField(max_length=100, blank=True)
    date_of_birth = models.DateField(null=True)
    asked = models.TextField(max_length=4000)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    accept_by = models.DateField()
    clock_rule = models.CharField(max_length=60)
    state = models.CharField(max_length=10, choices=HandOffState, default=HandOffState.ASKED)
    plan = models.CharField(max_length=500, blank=True)
    review_on = models.DateField(null=True)
    outcome = models.CharField(max_length=15, choices=HandOffOutcome, blank=True)
    told_not_accepted_at = models.DateTimeField(null=True)
    told_of_review_on = models.DateField(null=True)

    objects = HandOffQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at"]
        indexes = [
            models.Index(fields=["agency", "state"]),
            models.Index(fields=["state", "accept_by"]),
            models.Index(fields=["state", "review_on"]),
        ]
        constraints = [
            Watched(case="case_id", subject="concern_id"),
            SeenBy(HAND_OFF, written=WRITES),
            models.CheckConstraint(
                condition=Q(concern__isnull=False) | Q(case__isnull=False), name="hand_off_of_concern_or_case"
            ),
            models.CheckConstraint(
                condition=~Q(state=HandOffState.ACCEPTED) | Q(review_on__isnull=False) & ~Q(plan=""),
                name="hand_off_accepted_with_plan",
            ),
            models.CheckConstraint(
                condition=Q(state=HandOffState.ENDED) & ~Q(outcome="")
                | ~Q(state=HandOffState.ENDED) & Q(outcome=""),
                name="hand_off_ended_with_outcome",
            ),
        ]

    @property
    def child_name(self) -> str:
        """The child's name, from the concern or as the case had it."""
        return f"{self.given_name} {self.family_name}".strip() or (
            self.concern.child_name if self.concern else "Name not known"
        )

    @property
    def words(self) -> str:
        """Where it is; of what has ended, what came of it."""
        return str(self.get_outcome_display() or self.get_state_display())

    @property
    def is_asked(self) -> bool:
        """Whether the agency has still to answer."""
        return self.state == HandOffState.ASKED

    @property
    def is_accepted(self) -> bool:
        """Whether the agency works with the child now."""
        return self.state == HandOffState.ACCEPTED

    @property
    def is_late(self) -> bool:
        """Whether nobody accepted it in time."""
        return self.is_asked and self.accept_by < timezone.localdate()


class HandOffChange(Keyed):
    """One change of a hand-off: who made it, for which agency, when, and in which words. Added, never changed."""

    hand_off = models.ForeignKey(HandOff, on_delete=models.CASCADE, related_name="changes")
    step = models.CharField(max_length=10, choices=HandOffStep)
    text = models.TextField(max_length=4000, blank=True)
    review_on = models.DateField(null=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at"]
        constraints = [
            Watched(case="hand_off_id:cases_handoff.case_id", subject="hand_off_id:cases_handoff.concern_id"),
            SeenWith("hand_off", write="see"),
            Frozen(),
            models.CheckConstraint(
                condition=~Q(step=HandOffStep.DECLINED) | ~Q(text=""), name="hand_off_declined_with_reason"
            ),
        ]
