"""Minutes from draft to agreed: wording, actions, versions sent and their copies, who reads them, objections."""

import datetime as dt
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from cases.record.choices import Section
from cse_portal.access.permissions import Permission
from cse_portal.access.roles import ROLES
from cse_portal.access.rows import among
from cse_portal.access.user_context import UserContext, user_context
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.constraints import Watched
from cse_portal.keys import Keyed
from cse_portal.row_security import Frozen, SeenWith
from mase.meetings.choices import Audience, MinutesState
from mase.meetings.models.agenda import AgendaItem
from mase.meetings.models.meeting import Invitation, Meeting
from mase.plans.models.plan import PlanAction


class MinutesQuerySet(models.QuerySet[Any]):
    """Minutes, as far as they may be read."""

    def visible_to(self, user: User | AnonymousUser) -> "MinutesQuerySet":
        """Of the meetings this person may see, those that list them as a recipient; all for who runs meetings, and of
        meetings about no one child.
        """
        meetings: Any = self.model._meta.get_field("meeting").related_model
        seen = self.filter(among("meeting", meetings._default_manager.visible_to(user).values("pk")))
        who = user_context(user)
        if who is None or Permission.MEETING_CHAIR in ROLES[who.role].permissions:
            return seen
        return seen.filter(Q(meeting__case=None) | Q(pk__in=seen.listing(who).values("pk")))

    def listing(self, who: UserContext) -> "MinutesQuerySet":
        """Those that go to this person, by name or with everybody at their agency."""
        recipients: Any = self.model._meta.get_field("recipients").related_model
        theirs = Q(person=who.user) | Q(person__isnull=True)
        rows = recipients._default_manager.filter(theirs, agency=who.agency, minutes=OuterRef("pk"))
        return self.filter(Exists(rows))


class Minutes(Keyed):
    """The minutes of a meeting: a draft when it ends, then sent out, then agreed, and from there on frozen.

    `due_on` is the last day to send them out, `circulated_at` the day they first were. `sha256` is taken of everything
    that was sent out last, and of the objections to a child's minutes with their answers.
    """

    disclosed = False
    meeting = models.OneToOneField(Meeting, on_delete=models.PROTECT, related_name="minutes")
    due_on = models.DateField()
    circulated_at = models.DateTimeField(null=True)
    agreed_at = models.DateTimeField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)

    objects = MinutesQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "minutes"
        constraints = [
            Watched(),
            SeenWith("meeting", write="see"),
            Frozen(when="OLD.agreed_at IS NOT NULL"),
            models.CheckConstraint(
                condition=Q(agreed_at__isnull=True, sha256="")
                | Q(agreed_at__isnull=False, circulated_at__isnull=False) & ~Q(sha256=""),
                name="minutes_agreed_with_fingerprint",
            ),
        ]

    @property
    def state(self) -> MinutesState:
        """Where they are: drafted, sent out or agreed."""
        if self.agreed_at:
            return MinutesState.AGREED
        return MinutesState.CIRCULATED if self.circulated_at else MinutesState.DRAFT

    @property
    def is_late(self) -> bool:
        """Sent out after their day, or not yet on a later one."""
        out_on = timezone.localdate(self.circulated_at) if self.circulated_at else timezone.localdate()
        return out_on > self.due_on


class MinutesVersion(Keyed):
    """Minutes as they were sent out on one day; the last are agreed by themselves, if nobody objects.

    Of a child's meeting it keeps a copy for each audience. Of a CMOG each reader's copy is drawn for them from its
    `words`. `digests` has the fingerprints of its copies, or of what it says of each item. They outlive an item that is
    disposed of with a child's record.
    """

    disclosed = False
    minutes = models.ForeignKey(Minutes, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    objections_until = models.DateField()
    digests = ArrayField(models.CharField(max_length=64), default=list)

    class Meta:
        ordering = ["number"]
        verbose_name_plural = "versions of minutes"
        constraints = [
            Watched(),
            SeenWith("minutes", write="see"),
            Frozen(),
            models.UniqueConstraint(fields=["minutes", "number"], name="minutes_version_once"),
        ]

    @property
    def agrees_on(self) -> dt.date:
        """The day on which it is agreed by itself, if nobody objects until then."""
        return self.objections_until + dt.timedelta(days=1)

    @property
    def may_be_agreed(self) -> bool:
        """Whether nobody can object to it any more."""
        return timezone.localdate() > self.objections_until


class MinutesReader(Keyed):
    """One person and one version of the minutes: told of it, opened its page, took a copy."""

    disclosed = False
    version = models.ForeignKey(MinutesVersion, on_delete=models.PROTECT, related_name="readers")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    told_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    downloaded_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "readers of minutes"
        constraints = [
            Watched(),
            SeenWith("version", write="see"),
            models.UniqueConstraint(fields=["version", "person"], name="minutes_reader_once_per_version"),
        ]


class MinutesRecipient(Keyed):
    """A person, or everybody at an agency, who gets the minutes of a meeting. Nobody else opens them.

    The list begins with who attended and who owns an action; the chair changes it, also after the minutes are out.
    """

    disclosed = False
    minutes = models.ForeignKey(Minutes, on_delete=models.PROTECT, related_name="recipients")
    person = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["added_at", "id"]
        verbose_name_plural = "recipients of minutes"
        constraints = [
            Watched(),
            SeenWith("minutes", write="see"),
            models.UniqueConstraint(
                fields=["minutes", "agency", "person"], nulls_distinct=False, name="minutes_recipient_once"
            ),
        ]


# Of a child's meeting the case, of a CMOG that of the item: whatever it is about.
OF_WHICH_CASE = "item_id:mase_agendaitem.case_id, minutes_id:mase_minutes.meeting_id:mase_meeting.case_id"
OF_WHICH_SUBJECT = "item_id:mase_agendaitem.subject_id"
OF_AN_ITEM_SEEN = (
    "{row}.item_id IS NULL OR {row}.by_id = (SELECT gate.user_id())"
    " OR COALESCE((SELECT true FROM mase_agendaitem i WHERE i.id = {row}.item_id LIMIT 1), false)"
)


class MinutesObjection(Keyed):
    """What one person says against a version, about an item or the whole, and what they are answered. Both stand.

    With a `seat` it is the child's or a parent's, who have no account: `by` wrote it down for them, and may object
    besides. One about the restricted part is read by those alone to whom that part was given; one about an item of a
    CMOG by those who see the item.
    """

    minutes = models.ForeignKey(Minutes, on_delete=models.PROTECT, related_name="objections")
    version = models.ForeignKey(MinutesVersion, on_delete=models.PROTECT, related_name="objections")
    item = models.ForeignKey(AgendaItem, null=True, on_delete=models.CASCADE, related_name="objections")
    seat = models.ForeignKey(Invitation, null=True, on_delete=models.PROTECT, related_name="+")
    restricted = models.BooleanField(default=False)
    text = models.TextField(max_length=4000)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    accepted = models.BooleanField(null=True)
    answer = models.TextField(max_length=4000, blank=True)
    answered_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["at", "id"]
        verbose_name_plural = "objections to minutes"
        constraints = [
            Watched(case=OF_WHICH_CASE, subject=OF_WHICH_SUBJECT),
            SeenWith(
                "minutes",
                sections=[(Section.MINUTES, "{row}.restricted AND {row}.by_id <> (SELECT gate.user_id())")],
                also=OF_AN_ITEM_SEEN,
                write="see",
            ),
            models.UniqueConstraint(
                fields=["version", "by", "item"],
                condition=Q(seat__isnull=True),
                nulls_distinct=False,
                name="minutes_objection_once_per_person",
            ),
            # Family have not read that part.
            models.CheckConstraint(
                condition=Q(seat__isnull=True) | Q(restricted=False),
                name="minutes_objection_of_family_is_open",
            ),
            # An answer is yes or no, by somebody, on a day, with a reason; or there is none yet.
            models.CheckConstraint(
                condition=Q(
                    accepted__isnull=True, answered_by__isnull=True, answered_at__isnull=True, answer=""
                )
                | Q(accepted__isnull=False, answered_by__isnull=False, answered_at__isnull=False)
                & ~Q(answer=""),
                name="minutes_objection_answered_with_reason",
            ),
        ]


class MinutesAddendum(Keyed):
    """A correction of agreed minutes: it stands after them and changes nothing in them.

    `sha256` is taken of it and of the fingerprint before it, so that none can be changed, left out or put between. No
    reader of a CMOG is shown the number: it would count the corrections of items that they may not see.
    """

    minutes = models.ForeignKey(Minutes, on_delete=models.PROTECT, related_name="addenda")
    item = models.ForeignKey(AgendaItem, null=True, on_delete=models.CASCADE, related_name="addenda")
    number = models.PositiveSmallIntegerField()
    restricted = models.BooleanField(default=False)
    text = models.TextField(max_length=8000)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    follows = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["number"]
        verbose_name_plural = "addenda to minutes"
        constraints = [
            Watched(case=OF_WHICH_CASE, subject=OF_WHICH_SUBJECT),
            SeenWith(
                "minutes",
                sections=[(Section.MINUTES, "{row}.restricted")],
                also=OF_AN_ITEM_SEEN,
                write="see",
            ),
            Frozen(),
            models.UniqueConstraint(fields=["minutes", "number"], name="minutes_addendum_once"),
            models.CheckConstraint(condition=~Q(text=""), name="minutes_addendum_says_something"),
        ]


OF_AN_ACTION_SEEN = (
    "COALESCE((SELECT true FROM mase_planaction a WHERE a.id = {row}.action_id LIMIT 1), false)"
)


class MinutesAction(Keyed):
    """What the minutes of a meeting say of one action: as it stood when the meeting ended, whatever becomes of it.

    Of each action the meeting agreed, and of each that an earlier plan left to do or that was finished since the last
    meeting (`earlier`). Every version draws on it, so that what is agreed is what was sent out. Who reads it is who
    reads the action, on the day they ask. `said` has its words, names and day.
    """

    disclosed = False
    minutes = models.ForeignKey(Minutes, on_delete=models.PROTECT, related_name="actions")
    action = models.ForeignKey(PlanAction, on_delete=models.PROTECT, related_name="+")
    order = models.PositiveSmallIntegerField()
    earlier = models.BooleanField(default=False)
    said = models.JSONField()

    class Meta:
        ordering = ["order"]
        verbose_name_plural = "actions in minutes"
        constraints = [
            Watched(),
            SeenWith("minutes", also=OF_AN_ACTION_SEEN, write="see"),
            Frozen(),
            models.UniqueConstraint(fields=["minutes", "action"], name="minutes_action_once_per_meeting"),
        ]


class SentWords(Keyed):
    """What one version says of one item of a CMOG: a copy, with its fingerprint (SHA-256 of the JSON of what it says).

    `agreed` has the actions and the disruption agreed under it as they were that day; both move on by themselves.
    `worded_by` is empty where the words are those noted at the meeting.
    """

    version = models.ForeignKey(MinutesVersion, on_delete=models.PROTECT, related_name="words")
    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="sent")
    words = models.TextField(max_length=20_000, blank=True)
    worded_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    decision = models.TextField(max_length=8000, blank=True)
    deferred = models.CharField(max_length=500, blank=True)
    category = models.PositiveSmallIntegerField(null=True)
    agreed = models.JSONField(default=list)
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["item__order"]
        verbose_name_plural = "words of sent minutes"
        constraints = [
            Watched(),
            SeenWith("item", write="see"),
            Frozen(),
            models.UniqueConstraint(fields=["version", "item"], name="minutes_sent_words_once_per_item"),
        ]


class MinutesCopy(Keyed):
    """One version as it was composed for one audience, with its fingerprint.

    Each reader's own PDF is drawn from it when they take it, and carries their name. What is said later (objections,
    that it is agreed, corrections) is added then.
    """

    disclosed = False
    version = models.ForeignKey(MinutesVersion, on_delete=models.PROTECT, related_name="copies")
    audience = models.CharField(max_length=13, choices=Audience)
    page = models.TextField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name_plural = "copies of minutes"
        constraints = [
            Watched(hidden=("page",)),
            SeenWith("version", sections=[(Section.MINUTES, "{row}.audience = 'full'")], write="see"),
            Frozen(),
            models.UniqueConstraint(fields=["version", "audience"], name="minutes_copy_once_per_audience"),
        ]
