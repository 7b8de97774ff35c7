"""Background work as rows: what was asked for, how far it is, what is still to be sent, who was told."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from cse_portal.accounts.models import User
from cse_portal.audit.constraints import Watched
from cse_portal.jobs.choices import MAY_BE_SILENT, JobState, NoticeKind, NoticeWay, Topic
from cse_portal.jobs.querysets import JobQuerySet, NotificationQuerySet, OutboxQuerySet
from cse_portal.keys import Keyed
from cse_portal.row_security import SeenBy

_FINISHED = [JobState.DONE, JobState.FAILED]


class Job(Keyed):
    """One piece of work that happens once: the quarter's return, a meeting's minutes.

    `kind` and `key` name it, so asking twice is asking once. A worker holds it under a lease (`locked_by`
    until `locked_until`); each finished step is written with its result, so a killed worker loses nothing and
    doubles nothing. `payload` holds ids and codes only.
    """

    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=JobState, default=JobState.QUEUED)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    message = models.CharField(max_length=250, blank=True)
    payload = models.JSONField(default=dict)
    checkpoint = models.JSONField(default=dict)
    attempts = models.PositiveSmallIntegerField(default=0)
    error_code = models.CharField(max_length=60, blank=True)
    requested_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    locked_by = models.CharField(max_length=120, blank=True)
    locked_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        indexes = [
            models.Index(
                fields=["locked_until"], name="job_unfinished", condition=~Q(state__in=["done", "failed"])
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="job_happens_once"),
            models.CheckConstraint(
                condition=Q(state__in=_FINISHED, finished_at__isnull=False)
                | (~Q(state__in=_FINISHED) & Q(finished_at__isnull=True)),
                name="job_finished_has_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(state=JobState.RUNNING) | (~Q(locked_by="") & Q(locked_until__isnull=False)),
                name="job_running_has_a_lease",
            ),
        ]

    @property
    def is_finished(self) -> bool:
        """Done or failed: nothing more will happen."""
        return self.state in _FINISHED


class OutboxMessage(Keyed):
    """A promise written in the transaction of its reason and kept after it, however long Redis is away.

    Holds what it is about by id, so that there is nowhere to put a personal value.
    """

    topic = models.CharField(max_length=10, choices=Topic)
    about = models.UUIDField()
    created_at = models.DateTimeField(default=timezone.now)
    try_after = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    error_code = models.CharField(max_length=60, blank=True)
    delivered_at = models.DateTimeField(null=True)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        ordering = ["created_at"]
        indexes = [
            models.Index(fields=["try_after"], name="outbox_due", condition=Q(delivered_at__isnull=True))
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["topic", "about"],
                condition=Q(delivered_at__isnull=True),
                name="outbox_one_pending_each",
            )
        ]


# One's own, while the case and the child or concern that it is about are not shut to them.
NOTIFICATION = """{row}.user_id = (SELECT gate.user_id())
    AND ({row}.about_id IS NULL OR {row}.about_id <> ALL ((SELECT gate.excluded())::uuid[]))
    AND ({row}.case_id IS NULL OR {row}.case_id <> ALL ((SELECT gate.excluded())::uuid[])
         AND CASE WHEN (SELECT gate.opens('CASE_VIEW')) THEN gate.sees_case({row}.case_id)
                  ELSE {row}.created_at <@ (SELECT gate.posts_here()) END)"""


class Notification(Keyed):
    """Something waits for a person: a sentence without personal data, and the page to go to.

    `case_id` is the child's case that it is about, if it is about one: who may not know of the case any more reads it
    no longer. `about_id` is the concern, submission, report, disruption or possible conflict that it tells of, each
    read by a rule of its own: the line goes with the sight of that as well.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="notifications")
    kind = models.CharField(max_length=20, choices=NoticeKind, default=NoticeKind.CASE_WORK)
    text = models.CharField(max_length=200)
    url = models.CharField(max_length=200)
    case_id = models.UUIDField(null=True)
    about_id = models.UUIDField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["user", "-created_at"])]
        constraints = [
            SeenBy(NOTIFICATION, added="(SELECT gate.user_id()) IS NOT NULL"),
            models.CheckConstraint(condition=Q(url__startswith="/"), name="notification_url_is_our_own"),
        ]


class NoticeChoice(Keyed):
    """How a person wants to be told of one kind of thing; without one they get everything.

    What a statutory clock runs on can be told less, and never not at all.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=NoticeKind)
    way = models.CharField(max_length=10, choices=NoticeWay)
    chosen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            Watched(subject="user_id"),
            SeenBy("{row}.user_id = (SELECT gate.user_id())"),
            models.UniqueConstraint(fields=["user", "kind"], name="notice_one_way_for_a_kind"),
            models.CheckConstraint(
                condition=~Q(way=NoticeWay.PORTAL) | Q(kind__in=MAY_BE_SILENT),
                name="notice_never_off_a_clock",
            ),
        ]


class DailyMail(Keyed):
    """One day's mail to one person: how much of each kind was new until a moment. It is sent once a day, or not."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    counted_until = models.DateTimeField()
    counts = models.JSONField()

    class Meta:
        constraints = [
            SeenBy("{row}.user_id = (SELECT gate.user_id())"),
            models.UniqueConstraint(fields=["user", "day"], name="dailymail_one_a_day"),
        ]
        indexes = [models.Index(fields=["user", "-counted_until"])]
