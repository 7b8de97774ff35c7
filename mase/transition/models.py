"""What is recorded on the way to adult services."""

from django.db import models
from django.db.models import Q, TextChoices

from cases.record.models.case import CaseRecord
from cse_portal.access.records import described
from cse_portal.audit.constraints import Watched
from cse_portal.reference import selectors as reference
from cse_portal.row_security import Frozen, SeenWith


class TransitionStep(TextChoices):
    """The steps before a child turns 18, in their order; each has a clock rule of its name."""

    FLAG = "FLAG", "Flagged"
    DISCUSSION = "DISCUSSION", "Discussion"
    REFERRAL = "REFERRAL", "Referral"
    JOINT_MEETING = "JOINT_MEETING", "Joint meeting"
    HANDOVER = "HANDOVER", "Handover"


class TransitionPart(TextChoices):
    """What is recorded on the way to adult services."""

    DISCUSSION = "discussion", "Discussion with the young person"
    REFERRAL = "referral", "Adult safeguarding referral"
    OUTCOME = "outcome", "Outcome of the referral"
    WORKER = "worker", "Named adult worker"
    CONSENT = "consent", "Consent"
    SUPPORT = "support", "Support that goes on"
    MEASURES = "measures", "Special measures still needed"
    JOINT_MEETING = "joint-meeting", "Joint meeting"
    HANDOVER = "handover", "Handover"


CODES = {TransitionPart.CONSENT: "transition-consent", TransitionPart.OUTCOME: "transition-outcome"}


class TransitionEntry(CaseRecord):
    """One part of the way into adulthood, as somebody recorded it. Exploitation does not stop at 18.

    Never changed: a later entry of the same part takes its place, and both stand with who and when.
    """

    part = models.CharField(max_length=20, choices=TransitionPart)
    code = models.CharField(max_length=20, blank=True)
    happened_on = models.DateField(null=True)
    text = models.TextField(max_length=4000)

    class Meta:
        default_related_name = "transition_entries"
        ordering = ["recorded_at", "id"]
        verbose_name_plural = "transition entries"
        indexes = [models.Index(fields=["case", "part"])]
        constraints = [
            Watched(),
            SeenWith(write="see"),
            Frozen(),
            models.CheckConstraint(condition=~Q(text=""), name="transition_entry_says_something"),
        ]

    @property
    def answer(self) -> str:
        """Its code in words, where it has one."""
        chosen = CODES.get(TransitionPart(self.part)) if self.code else None
        return reference.label(chosen, self.code, self.recorded_at.date()) if chosen else ""

    def as_disclosed(self) -> list[tuple[str, str]]:
        """With its code in words."""
        return [*described(self), *([("Answer", self.answer)] if self.answer else [])]
