"""What is said at a meeting: by each agency, and by the child."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from cases.record.choices import Section
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.constraints import Watched
from cse_portal.keys import Keyed
from cse_portal.row_security import Frozen, SeenWith
from mase.meetings.choices import SUGGESTED, ContributionKind
from mase.meetings.models.meeting import Edited, Meeting

SUGGESTION = uuid.UUID("0c7d3b2e-5a6f-4f0f-9a53-1f3c5b6e2017")
# Read by those to whom the restricted part was given, and by the agency that wrote it.
APART = "{row}.kind = 'apart' AND {row}.agency_id <> (SELECT gate.agency_id())"


class Contribution(Edited):
    """One box of what an agency brings to a meeting: what is new, what worries, what works, what it suggests on one P.

    Everybody who sees the meeting reads it once it is sent. It is for professionals, unless its writer ticks that the
    family may read it. The box `apart` is of the restricted part: people of concern, other children, who told.
    Its agency adds to it until the meeting ends; `given_at` is when it first said something.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="contributions")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=ContributionKind)
    text = models.TextField(max_length=20_000, blank=True)
    family_may_read = models.BooleanField(default=False)
    given_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["agency__name", "given_at", "id"]
        constraints = [
            Watched(),
            SeenWith("meeting", sections=[(Section.MINUTES, APART)], write="see"),
            models.UniqueConstraint(fields=["meeting", "agency", "kind"], name="contribution_once_a_box"),
            models.CheckConstraint(
                condition=~Q(kind=ContributionKind.APART) | Q(family_may_read=False),
                name="contribution_apart_is_not_for_family",
            ),
        ]

    @property
    def is_apart(self) -> bool:
        """Of the restricted part."""
        return self.kind == ContributionKind.APART

    @property
    def section(self) -> Section | None:
        """The section that it belongs to in a bundle for the child."""
        return Section.MINUTES if self.is_apart else None

    @property
    def suggestions(self) -> list[tuple[uuid.UUID, str]]:
        """The actions it suggests, one a line, each with the key it has once it is in the plan."""
        if self.kind not in SUGGESTED:
            return []
        lines = dict.fromkeys(each.strip(" -•\t") for each in self.text.splitlines())
        return [(uuid.uuid5(SUGGESTION, f"{self.pk}:{line}"), line) for line in lines if line]


class ChildVoice(Edited):
    """The child's own words, who heard them, when, how, and whether alone; or why they were not heard.

    `what_changed` is what the meeting did because of them; a parent's or carer's view has the same beside it, or why
    nobody asked for it.
    """

    meeting = models.OneToOneField(Meeting, on_delete=models.CASCADE, related_name="voice")
    obtained = models.BooleanField(null=True)
    words = models.TextField(max_length=20_000, blank=True)
    heard_by = models.CharField(max_length=200, blank=True)
    heard_on = models.DateField(null=True)
    tool = models.CharField(max_length=40, blank=True)
    seen_alone = models.BooleanField(null=True)
    what_changed = models.TextField(max_length=4000, blank=True)
    not_obtained = models.CharField(max_length=40, blank=True)
    not_obtained_detail = models.TextField(max_length=4000, blank=True)
    parent_view = models.TextField(max_length=8000, blank=True)
    parent_not_sought = models.CharField(max_length=500, blank=True)
    parent_heard_by = models.CharField(max_length=200, blank=True)
    parent_heard_on = models.DateField(null=True)
    parent_how = models.CharField(max_length=40, blank=True)
    parent_alone = models.BooleanField(null=True)
    parent_changed = models.TextField(max_length=4000, blank=True)

    class Meta:
        constraints = [
            Watched(),
            SeenWith("meeting", write="see"),
            models.CheckConstraint(
                condition=Q(obtained__isnull=True)
                | Q(obtained=True) & ~Q(words="")
                | Q(obtained=False) & ~Q(not_obtained=""),
                name="voice_words_or_reason",
            ),
        ]

    @property
    def is_partly_recorded(self) -> bool:
        """Their words stand there, but not who heard them, when, how, or whether the child was alone."""
        told = self.heard_by and self.heard_on and self.tool and self.seen_alone is not None
        return bool(self.obtained) and not told

    @property
    def parent_is_recorded(self) -> bool:
        """A parent's or carer's view, with who heard it, when and how: else nobody knows whose it is."""
        return bool(self.parent_view and self.parent_heard_by and self.parent_heard_on and self.parent_how)

    @property
    def parent_is_partly_recorded(self) -> bool:
        """Their view stands there, but not who heard it, when or how."""
        return bool(self.parent_view) and not self.parent_is_recorded


class Interruption(Keyed):
    """What befell a meeting besides its work, and why: its minutes tell of it.

    Somebody else took its chair (`before`, `to`), before it was held or midway. Or, begun at `started_at`, it was not
    held after all or was broken off: `there` has in words who was marked as there, for attendance is that of the day on
    which it is held.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="interruptions")
    reason = models.CharField(max_length=500)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    before = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    to = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(null=True)
    there = models.TextField(max_length=4000, blank=True)

    class Meta:
        ordering = ["at"]
        constraints = [
            Watched(),
            SeenWith("meeting", write="see"),
            Frozen(),
            models.CheckConstraint(
                condition=~Q(reason="")
                & (
                    Q(before__isnull=False, to__isnull=False, started_at=None, there="")
                    | Q(before=None, to=None, started_at__isnull=False)
                ),
                name="interruption_of_chair_or_meeting_says_why",
            ),
        ]
