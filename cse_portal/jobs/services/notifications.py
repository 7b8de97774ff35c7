"""Telling people that something waits for them."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from cse_portal.accounts.models import User
from cse_portal.errors import NotVisible
from cse_portal.jobs.choices import Topic
from cse_portal.jobs.models import Notification
from cse_portal.jobs.services import outbox


@transaction.atomic
def notify(*, user: User, text: str, url: str) -> Notification:
    """Leave a sentence without personal data and the page it leads to; the e-mail says neither."""
    return notify_all([Notification(user=user, text=text, url=url)])[0]


@transaction.atomic
def notify_all(notifications: Iterable[Notification]) -> list[Notification]:
    """As `notify`, for many people at once; they are given unsaved."""
    left = Notification.objects.bulk_create(notifications)
    outbox.promise_all(Topic.MAIL, {each.user_id for each in left})
    return left


@transaction.atomic
def mark_read(*, notification_id: object, by: User) -> Notification:
    """Note that the person has opened their notification; someone else's does not exist for them."""
    notification = Notification.objects.of(by).select_for_update().filter(pk=notification_id).first()
    if notification is None:
        raise NotVisible
    if notification.read_at is None:
        notification.read_at = timezone.now()
        notification.save(update_fields=["read_at"])
    return notification


@transaction.atomic
def mark_all_read(*, by: User) -> int:
    """Note that the person has seen everything in their list."""
    return Notification.objects.of(by).unread().update(read_at=timezone.now())
