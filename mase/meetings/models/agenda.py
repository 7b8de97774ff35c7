"""The agenda of a meeting: what each item is about and why it is there, and what was said and decided of it."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from cases.record.choices import Section
from cases.record.models.case import Case
from cse_portal.access.records import described
from cse_portal.accounts.models import User
from cse_portal.audit.constraints import Watched
from cse_portal.row_security import SeenWith
from intelligence.subjects.models import Subject
from mase.meetings.choices import ItemKind, MeetingKind
from mase.meetings.models.meeting import Edited, Meeting
from mase.meetings.models.querysets import AgendaItemQuerySet


def _if_any(table: str, column: str) -> str:
    """Where the item names one, it must be seen."""
    seen = f"SELECT true FROM {table} n WHERE n.id = {{row}}.{column} LIMIT 1"
    return f"({{row}}.{column} IS NULL OR COALESCE(({seen}), false))"


SUBJECT_SEEN = " AND ".join((
    _if_any("cases_case", "case_id"),
    _if_any("mase_planaction", "action_id"),
    _if_any("intelligence_subject", "subject_id"),
))  # fmt: skip


_OF_SUBJECTS = [ItemKind.PERSON, ItemKind.PLACE]
_OF_NOBODY = [ItemKind.THEME, ItemKind.OBJECTIVE]


class AgendaItem(Edited):
    """One item of a meeting's agenda, and the notes taken under it.

    At a MASE it is a point of the standing agenda, about the meeting's case; a restricted one is for professionals.
    At a CMOG it is a slot: a child, a subject of concern, an action, or a theme or topic that names nobody;
    all of it is for professionals. Seen by those who see the meeting and what the item is about; for everyone else it
    is not there, nor counted. `why` has the reasons the records give, as codes and facts; `added_because` the words of
    the person who added it by hand. That intelligence names it is told where it is `confirmed` by reports that the
    reader may read: the selectors find it. An action stands with its child's case, or with what the item is about under
    which it was agreed: a subject, or the theme's or topic's code and title. `order` says how urgent it is. Of a
    strategic CMOG an item is an objective, by its code, a topic or a theme: it names nobody. `for_strategic` is the
    sentence that a CMOG reports upward. `wording` is what the minutes say where the chair words it otherwise than in
    the `notes`, which stay as they were taken; until `worded_at` there is none.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="agenda")
    kind = models.CharField(max_length=10, choices=ItemKind, default=ItemKind.OWN)
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="+")
    action = models.ForeignKey("mase.PlanAction", null=True, on_delete=models.PROTECT, related_name="+")
    subject = models.ForeignKey(Subject, null=True, on_delete=models.PROTECT, related_name="agenda_items")
    code = models.SlugField(max_length=40, blank=True)
    title = models.CharField(max_length=150, blank=True)
    guidance = models.TextField(blank=True)
    restricted = models.BooleanField(default=False)
    order = models.PositiveSmallIntegerField()
    why = models.JSONField(default=list)
    added_at = models.DateTimeField(default=timezone.now)
    added_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    added_because = models.CharField(max_length=500, blank=True)
    notes = models.TextField(max_length=20_000, blank=True)
    wording = models.TextField(max_length=20_000, blank=True)
    worded_at = models.DateTimeField(null=True)
    worded_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    decision = models.TextField(max_length=8000, blank=True)
    for_strategic = models.CharField("report to Strategic CMOG", max_length=150, blank=True)
    deferred_at = models.DateTimeField(null=True)
    deferred_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    deferred_reason = models.CharField(max_length=500, blank=True)
    carried_from = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="carried_to"
    )

    confirmed = False  # for one reader, not stored

    objects = AgendaItemQuerySet.as_manager()

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            Watched(subject="subject_id"),
            SeenWith(
                "meeting",
                sections=[(Section.MINUTES, "{row}.restricted AND {row}.kind = 'own'")],
                also=SUBJECT_SEEN,
                write="see",
            ),
            models.CheckConstraint(
                condition=Q(kind=ItemKind.OWN, action=None, subject=None) & ~Q(code="")
                | Q(kind=ItemKind.CHILD, case__isnull=False, action=None, subject=None)
                | Q(kind=ItemKind.ACTION, action__isnull=False) & (Q(case=None) | Q(subject=None))
                | Q(kind__in=_OF_SUBJECTS, case=None, action=None, subject__isnull=False)
                | Q(kind__in=_OF_NOBODY, case=None, action=None, subject=None) & ~Q(code="")
                | Q(kind=ItemKind.TOPIC, case=None, action=None, subject=None) & ~Q(code="") & ~Q(title=""),
                name="agendaitem_about_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(added_by__isnull=True, added_because="")
                | Q(added_by__isnull=False) & ~Q(added_because=""),
                name="agendaitem_added_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(deferred_at__isnull=True, deferred_by__isnull=True, deferred_reason="")
                | Q(deferred_at__isnull=False, deferred_by__isnull=False) & ~Q(deferred_reason=""),
                name="agendaitem_deferred_with_reason",
            ),
            models.UniqueConstraint(
                fields=["meeting", "kind", "case", "action", "subject", "code"],
                nulls_distinct=False,
                name="agendaitem_once_per_meeting",
            ),
        ]

    @property
    def is_target(self) -> bool:
        """Whether disruption is agreed here: of a subject, and not of an action that is about one."""
        return self.kind in _OF_SUBJECTS

    @property
    def takes_actions(self) -> bool:
        """Whether actions are agreed here: of an action about no child they are under the item it hangs on, and what a
        strategic CMOG agrees is part of the strategy's plan.
        """
        of_no_child = self.action_id is not None and self.case_id is None
        return self.meeting.kind == MeetingKind.CMOG and not of_no_child

    @property
    def is_written(self) -> bool:
        """Whether anybody has put words or a deferral on it."""
        return self.saved_at is not None or self.deferred_at is not None

    @property
    def words(self) -> str:
        """What the minutes say of it."""
        return self.wording if self.worded_at else self.notes

    @property
    def is_reworded(self) -> bool:
        """Whether the words are others than those noted at the meeting."""
        return self.words != self.notes

    def get_absolute_url(self) -> str:
        """Where it stands on the page of its meeting."""
        own = self.kind == ItemKind.OWN
        page = reverse("mase:meeting" if own else "mase:cmog", args=[self.meeting_id])
        return f"{page}?item={self.code if own else self.pk}"

    def as_disclosed(self) -> list[tuple[str, str]]:
        """The notes, without the standing advice."""
        return described(self, without=("guidance",)) if self.words else []
