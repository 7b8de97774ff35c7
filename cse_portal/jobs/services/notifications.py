"""Telling people that something waits for them, as they chose to be told."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils import timezone

from cse_portal import acting
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotAllowedNow, NotVisible
from cse_portal.jobs.choices import AT_ONCE, NoticeKind, NoticeWay, Topic, kind_of, ways_of
from cse_portal.jobs.models import NoticeChoice, Notification
from cse_portal.jobs.selectors import readable
from cse_portal.jobs.services import outbox


class NeverSilent(NotAllowedNow):
    """A clock runs on this kind of thing."""

    message = "You can be told less of this, but not nothing: a statutory clock runs on it."


@transaction.atomic
def notify(
    *,
    user: User,
    text: str,
    url: str,
    kind: NoticeKind = NoticeKind.CASE_WORK,
    case_id: uuid.UUID | None = None,
    about_id: uuid.UUID | None = None,
    urgent: bool = False,
) -> Notification:
    """Leave a sentence without personal data and the page it leads to; the e-mail says neither.

    One about a child's case says which, so that it goes from the list with their knowledge of the case; and one about
    a concern, submission or report says which of those.
    """
    line = Notification(user=user, text=text, url=url, kind=kind, case_id=case_id, about_id=about_id)
    return notify_all([line], urgent=urgent)[0]


@transaction.atomic
def notify_all(notifications: Iterable[Notification], *, urgent: bool = False) -> list[Notification]:
    """As `notify`, for many people at once; they are given unsaved.

    One that names no other kind is about what its page is about. The person who chose to hear less gets no mail at
    once, but for what is urgent: an emergency opening, a child who may not be safe, the audit or an account tampered
    with. The page where they choose says so.
    """
    told = list(notifications)
    for each in told:
        each.kind = kind_of(each.url) if each.kind == NoticeKind.CASE_WORK else each.kind
    left = Notification.objects.bulk_create(told)
    outbox.promise_all(Topic.MAIL, {each.user_id for each in left} - (set() if urgent else _who_waits(left)))
    return left


@transaction.atomic
def record_shown(*, shown: Iterable[Notification], by: User) -> None:
    """Somebody's notifications told of these cases, concerns and reports; of none there is nothing to note."""
    if told := [each for each in shown if each.case_id or each.about_id]:
        cases, about = [each.case_id for each in told], [each.about_id for each in told]
        record(Action.NOTICES_SHOWN, by=by, cases=cases, about=about)


def _who_waits(left: Iterable[Notification]) -> set[uuid.UUID]:
    """Those who wait for the daily mail, or want none, for each of these; how others choose is nobody's to read."""
    kinds: dict[uuid.UUID, set[str]] = defaultdict(set)
    for each in left:
        kinds[each.user_id].add(each.kind)
    with acting.for_the_system():  # how others choose to be told is theirs alone
        quiet = NoticeChoice.objects.filter(user__in=kinds).exclude(way__in=AT_ONCE)
        for user, kind in quiet.values_list("user", "kind"):
            kinds[user].discard(kind)
    return {user for user, loud in kinds.items() if not loud}


@transaction.atomic
def mark_read(*, notification_id: object, by: User) -> Notification:
    """Note that the person has opened their notification; someone else's does not exist for them."""
    notification = readable(by).select_for_update().filter(pk=notification_id).first()
    if notification is None:
        raise NotVisible
    if notification.read_at is None:
        notification.read_at = timezone.now()
        notification.save(update_fields=["read_at"])
    return notification


@transaction.atomic
def mark_these_read(*, keys: Iterable[uuid.UUID], by: User) -> int:
    """Note that the person has seen these of their own; of anybody else's nothing changes."""
    return readable(by).unread().filter(pk__in=keys).update(read_at=timezone.now())


@transaction.atomic
def choose_notices(*, ways: Mapping[NoticeKind, NoticeWay], by: User) -> None:
    """Keep how this person wants to be told of each kind; on record, since a mail not sent is asked about later."""
    if any(way not in ways_of(kind) for kind, way in ways.items()):
        raise NeverSilent
    for kind, way in ways.items():
        NoticeChoice.objects.update_or_create(
            user=by, kind=kind, defaults={"way": way, "chosen_at": timezone.now()}
        )
    record(Action.NOTICES_CHOSEN, by=by, detail={kind.value: way.value for kind, way in ways.items()})
