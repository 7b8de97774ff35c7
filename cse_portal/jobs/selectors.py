"""What a person may read about background work: their own jobs and notifications."""

import datetime as dt
import uuid
from collections.abc import Iterable

from django.db.models import Q, QuerySet

from cse_portal import acting
from cse_portal.accounts.models import User
from cse_portal.audit.recorder import membership_of
from cse_portal.errors import NotVisible
from cse_portal.jobs import registry
from cse_portal.jobs.choices import NoticeKind, NoticeWay
from cse_portal.jobs.models import Job, NoticeChoice, Notification
from cse_portal.jobs.querysets import NotificationQuerySet

LISTED = 100
COUNTED_TO = 25  # who has more goes through the list, and reads the number no more


def find_job(kind: str, key: str) -> Job | None:
    """The one job of this kind and key, if anybody asked for it."""
    return Job.objects.filter(kind=kind, key=key).first()


def may_watch(user: User, job: Job) -> bool:
    """An active member who asked for it, or whom the kind's own rule lets watch."""
    if not user.is_active or membership_of(user) is None:
        return False
    if registry.asked_for_it(user, job):
        return True
    return registry.known(job.kind) and registry.find(job.kind).may_watch(user, job)


def watched_job(user: User, pk: uuid.UUID) -> Job:
    """A job this person may watch; NotVisible for any other, existing or not."""
    job = Job.objects.filter(pk=pk).first()
    if job is None or not may_watch(user, job):
        raise NotVisible
    return job


def notifications(user: User) -> QuerySet[Notification]:
    """The person's latest notifications, newest first; none for anyone who works for no agency any more."""
    return readable(user)[:LISTED]


def children_named(user: User, shown: Iterable[Notification]) -> dict[uuid.UUID, str]:
    """The names of the children that these lines are about, by their cases, as far as this person sees the cases."""
    return registry.names_of(user, {each.case_id for each in shown if each.case_id})


def unread_count(user: User) -> int:
    """How many notifications anyone who acts has not opened, up to one more than `COUNTED_TO`; none for anybody else,
    nor without a membership.

    PostgreSQL's own rule of these rows counts: it is at the head of every page, and the portal's rules, asked beside it
    as for the list, took two thirds of the time of a page. It may count a line about a report that was closed since.
    """
    actor = acting.current()
    if actor is None or actor.key != str(user.pk) or membership_of(user) is None:
        return 0
    return Notification.objects.of(user).unread()[: COUNTED_TO + 1].count()


def notice_ways(user: User) -> dict[NoticeKind, NoticeWay]:
    """How the person wants to be told of each kind: everything, unless they chose otherwise."""
    chosen = dict(NoticeChoice.objects.filter(user=user).values_list("kind", "way"))
    return {kind: NoticeWay(chosen.get(kind, NoticeWay.BOTH)) for kind in NoticeKind}


def was_told(user: User, *, text: str, since: dt.datetime) -> bool:
    """Whether this sentence was left for this person since then, opened or not."""
    return Notification.objects.filter(user=user, text=text, created_at__gte=since).exists()


def readable(user: User) -> NotificationQuerySet:
    """The person's own, but for those about a case, concern or report that they may not know of any more."""
    rows = _of_cases_seen(user)
    told = {about for about in rows.values_list("about_id", flat=True) if about}
    return rows.filter(Q(about_id=None) | Q(about_id__in=registry.seen_by(user, told)))


def _of_cases_seen(user: User) -> NotificationQuerySet:
    """Before what a line is about besides a case is looked at."""
    rows = Notification.objects.of(user)
    return rows.filter(registry.may_be_read_by(user)) if membership_of(user) else rows.none()
