"""The monthly CMOG: who sits on it, what is on its agenda and why, and what it says of each item."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from cases.record.models.case import Case
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.constraints import Watched
from cse_portal.keys import Keyed
from cse_portal.row_security import SeenBy, SeenWith
from intelligence.subjects.models import LocationOfConcern, PersonOfConcern
from mase.cmog.choices import CmogKind
from mase.cmog.models.querysets import CmogItemQuerySet, CmogQuerySet
from mase.meetings.choices import AttendanceCode, MeetingState
from mase.meetings.models.bases import CANCELLED_WITH_REASON, ENDED_BY_SOMEONE, AnyMeeting, Edited

_CANCELLED = Q(state=MeetingState.CANCELLED)
_AT_MOST_ONE = Q(person=None, place=None) | Q(case=None, place=None) | Q(case=None, person=None)

CMOG = (
    "(SELECT gate.opens('CMOG_VIEW')) AND ((SELECT gate.opens('CMOG_LIST')) OR gate.asked_to_cmog({row}.id))"
)
CMOG_WRITTEN = (
    "(SELECT gate.opens('CMOG_RUN'))"
    " OR (SELECT gate.opens('CMOG_WRITE')) AND (SELECT gate.opens('CMOG_LIST'))"
)


def _if_any(table: str, column: str) -> str:
    """Where the item names one, it must be seen."""
    seen = f"SELECT true FROM {table} n WHERE n.id = {{row}}.{column} LIMIT 1"
    return f"({{row}}.{column} IS NULL OR COALESCE(({seen}), false))"


# Of each item, who sees the CMOG and what the item is about.
CMOG_ITEM = " AND ".join((
    "(SELECT gate.opens('CMOG_VIEW'))",
    _if_any("mase_cmogmeeting", "meeting_id"),
    _if_any("cases_case", "case_id"),
    _if_any("mase_planaction", "action_id"),
    _if_any("intelligence_personofconcern", "person_id"),
    _if_any("intelligence_locationofconcern", "place_id"),
))  # fmt: skip
CMOG_ITEM_WRITTEN = f"{CMOG_ITEM} AND (SELECT gate.opens('CMOG_WRITE'))"


class CmogMeeting(AnyMeeting):
    """The CSE and Missing Operational Group of one month (strategy 21): directs medium and long term actions.

    It is about many children, people and places at once, so what somebody sees of it is their own: see CmogItem.
    """

    month = models.DateField()
    place = models.CharField(max_length=200)
    compiled_at = models.DateTimeField(null=True)

    objects = CmogQuerySet.as_manager()

    class Meta:
        ordering = ["-month", "-booked_at"]
        constraints = [
            Watched(),
            SeenBy(CMOG, written=CMOG_WRITTEN),
            models.CheckConstraint(condition=ENDED_BY_SOMEONE, name="cmog_ended_by_someone"),
            models.CheckConstraint(condition=Q(month__day=1), name="cmog_of_a_month"),
            models.CheckConstraint(condition=CANCELLED_WITH_REASON, name="cmog_cancelled_with_reason"),
            models.UniqueConstraint(fields=["month"], condition=~_CANCELLED, name="cmog_one_a_month"),
        ]


class CmogInvitation(Keyed):
    """Somebody asked to one CMOG, for the agency they worked for, and whether that agency was there.

    Without a person it is the seat of an agency that sits on every CMOG; it shows nobody anything.
    """

    meeting = models.ForeignKey(CmogMeeting, on_delete=models.CASCADE, related_name="invitations")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=1, choices=AttendanceCode, blank=True)
    who_came = models.CharField(max_length=150, blank=True)
    invited_at = models.DateTimeField(default=timezone.now)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["agency__name", "person__full_name"]
        constraints = [
            Watched(),
            SeenWith("meeting", write="see"),
            models.UniqueConstraint(fields=["meeting", "agency", "person"], name="cmog_invitation_once"),
            models.UniqueConstraint(
                fields=["meeting", "agency"], condition=Q(person=None), name="cmog_seat_once_an_agency"
            ),
        ]


class CmogItem(Edited):
    """One slot of a CMOG: a child, a person or place of concern, an action, or a theme or topic that names nobody.

    Seen by those who see the meeting and what the item is about; for everyone else it is not there, nor counted.
    `why` has the reasons the records give, as codes and facts; `added_because` the words of the person who added it by
    hand. Of those that reports give a reader is told what is `confirmed` by reports they may read: the selectors find
    it. An action stands with its child's case, or with what the item is about under which it was agreed: person,
    place, or the theme's or topic's code and title. `order` counts within one heading of the agenda.
    """

    restricted = True  # a meeting of professionals
    meeting = models.ForeignKey(CmogMeeting, on_delete=models.PROTECT, related_name="items")
    kind = models.CharField(max_length=10, choices=CmogKind)
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="+")
    action = models.ForeignKey("mase.PlanAction", null=True, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(PersonOfConcern, null=True, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(LocationOfConcern, null=True, on_delete=models.PROTECT, related_name="+")
    code = models.SlugField(max_length=40, blank=True)
    title = models.CharField(max_length=150, blank=True)
    order = models.PositiveSmallIntegerField()
    why = models.JSONField(default=list)
    added_at = models.DateTimeField(default=timezone.now)
    added_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    added_because = models.CharField(max_length=500, blank=True)
    notes = models.TextField(max_length=20_000, blank=True)
    decision = models.TextField(max_length=8000, blank=True)
    deferred_at = models.DateTimeField(null=True)
    deferred_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    deferred_reason = models.CharField(max_length=500, blank=True)
    carried_from = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="carried_to"
    )

    confirmed: frozenset[str] = frozenset()  # for one reader, not stored

    objects = CmogItemQuerySet.as_manager()

    class Meta:
        verbose_name = "CMOG item"
        ordering = ["order", "id"]
        constraints = [
            Watched(subject="person_id|place_id"),
            SeenBy(CMOG_ITEM, written=CMOG_ITEM_WRITTEN),
            models.CheckConstraint(
                condition=Q(kind=CmogKind.CHILD, case__isnull=False, action=None, person=None, place=None)
                | Q(kind=CmogKind.ACTION, action__isnull=False) & _AT_MOST_ONE
                | Q(kind=CmogKind.PERSON, case=None, action=None, person__isnull=False, place=None)
                | Q(kind=CmogKind.PLACE, case=None, action=None, person=None, place__isnull=False)
                | Q(kind=CmogKind.THEME, case=None, action=None, person=None, place=None) & ~Q(code="")
                | Q(kind=CmogKind.TOPIC, case=None, action=None, person=None, place=None)
                & ~Q(code="")
                & ~Q(title=""),
                name="cmog_item_about_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(added_by__isnull=True, added_because="")
                | Q(added_by__isnull=False) & ~Q(added_because=""),
                name="cmog_item_added_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(deferred_at__isnull=True, deferred_by__isnull=True, deferred_reason="")
                | Q(deferred_at__isnull=False, deferred_by__isnull=False) & ~Q(deferred_reason=""),
                name="cmog_item_deferred_with_reason",
            ),
            models.UniqueConstraint(
                fields=["meeting", "kind", "case", "action", "person", "place", "code"],
                nulls_distinct=False,
                name="cmog_item_once",
            ),
        ]

    @property
    def about_id(self) -> uuid.UUID | None:
        """The key of the person or place it is about; none of a child's case."""
        return self.person_id or self.place_id

    @property
    def is_target(self) -> bool:
        """Whether disruption is agreed here: of a person or place, and not of an action that is about one."""
        return self.kind in (CmogKind.PERSON, CmogKind.PLACE)

    @property
    def takes_actions(self) -> bool:
        """Whether actions are agreed here: of an action that is about no child they are under the item it hangs on."""
        return self.action_id is None or self.case_id is not None

    @property
    def is_written(self) -> bool:
        """Whether anybody has put words or a deferral on it."""
        return self.version > 1 or self.deferred_at is not None
