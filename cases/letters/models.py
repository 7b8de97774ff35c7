"""Letters to a child or a relative, and the board's own wording for them."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from cases.family.models import NetworkMember
from cases.letters.choices import ENGLISH, LetterKind, Reader, SentHow
from cases.record.models.case import CaseRecord
from cse_portal.access.records import described
from cse_portal.accounts.models import User
from cse_portal.audit.constraints import Watched
from cse_portal.keys import Keyed
from cse_portal.row_security import Frozen, SeenBy

READS_CASES = "(SELECT gate.opens('CASE_VIEW'))"
CHANGES_WORDING = "(SELECT gate.opens('LETTER_WORDING_CHANGE'))"


class LetterWording(Keyed):
    """How the board words one kind of letter, for one kind of reader, in one language. The newest counts.

    It holds gaps in braces (`GAPS`). A line that begins with "# " is a heading, one with "- " an item of a list.
    """

    kind = models.CharField(max_length=12, choices=LetterKind)
    reader = models.CharField(max_length=8, choices=Reader)
    language = models.CharField(max_length=60, default=ENGLISH)
    heading = models.CharField(max_length=150)
    body = models.TextField(max_length=6000)
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-written_at"]
        constraints = [Watched(), SeenBy(READS_CASES, written=CHANGES_WORDING), Frozen()]


class Letter(CaseRecord):
    """A letter to the child (no `recipient`) or to somebody of the family. Once it is sent it does not change."""

    kind = models.CharField(max_length=12, choices=LetterKind)
    recipient = models.ForeignKey(NetworkMember, null=True, on_delete=models.PROTECT, related_name="letters")
    language = models.CharField(max_length=60, default=ENGLISH)
    heading = models.CharField(max_length=150)
    body = models.TextField(max_length=6000)
    version = models.PositiveIntegerField(default=1)
    sent_on = models.DateField(null=True)
    sent_how = models.CharField(max_length=12, choices=SentHow, blank=True)
    sent_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        default_related_name = "letters"
        ordering = ["-recorded_at"]
        constraints = [
            *CaseRecord.Meta.constraints,
            Frozen(when="OLD.sent_on IS NOT NULL"),
            models.CheckConstraint(
                condition=Q(sent_on__isnull=True, sent_how="", sent_by__isnull=True)
                | Q(sent_on__isnull=False, sent_by__isnull=False) & ~Q(sent_how=""),
                name="letter_sent_somehow_by_someone",
            ),
        ]

    @property
    def reader(self) -> Reader:
        """For whom it is worded."""
        return Reader.PARENT if self.recipient_id else Reader.CHILD

    def as_disclosed(self) -> list[tuple[str, str]]:
        """Without its counter."""
        return described(self, without=("version",))
