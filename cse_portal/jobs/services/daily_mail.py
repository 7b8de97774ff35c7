"""The daily mail: how much is new of each kind, and where to read it. Nothing of what it is about, and no name."""

import datetime as dt
import uuid
from collections import defaultdict

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone

from cse_portal.accounts.models import Membership, User
from cse_portal.audit.recorder import membership_of
from cse_portal.jobs.choices import IN_DAILY_MAIL, NoticeKind, Topic
from cse_portal.jobs.models import DailyMail, NoticeChoice, Notification
from cse_portal.jobs.selectors import readable
from cse_portal.jobs.services.outbox import promise, send_with

SUBJECT = "Your daily mail from the portal"
TEXT = """New in the portal since your last daily mail:

{lines}

Sign in to read it: {notifications}

You choose which mails you get: {choice}
"""
# What a transaction that is still open writes now is counted tomorrow, and not lost.
SETTLED = dt.timedelta(minutes=5)

Counts = dict[str, int]
Told = tuple[uuid.UUID, uuid.UUID | None, uuid.UUID | None]


def send_daily_mails() -> int:
    """Promise each person one mail today, if something of theirs is new; returns to how many."""
    today, until = timezone.localdate(), timezone.now() - SETTLED
    return sum(_promise(user, today, until, counts) for user, counts in _waiting(today, until).items())


def _waiting(today: dt.date, until: dt.datetime) -> dict[uuid.UUID, Counts]:
    """Unread and not yet in a daily mail, of people who work here and have had none today: how many of each kind.

    Of a case, concern or report only what its reader may still know of.
    """
    sent = DailyMail.objects.filter(user=OuterRef("user")).order_by("-counted_until")
    new = (
        Notification.objects.unread()
        .filter(created_at__lte=until, user__is_active=True, user__is_system=False)
        .filter(user__in=Membership.objects.current().values("user"))
        .exclude(user__in=DailyMail.objects.filter(day=today).values("user"))
        .annotate(counted=Subquery(sent.values("counted_until")[:1]))
        .filter(Q(counted=None) | Q(created_at__gt=F("counted")))
    )
    waiting: dict[uuid.UUID, Counts] = defaultdict(dict)
    each_row = new.order_by().values_list("user", "kind", "case_id", "about_id").annotate(Count("pk"))
    hidden = _hidden({(user, case, about) for user, _, case, about, _ in each_row if case or about})
    for user, kind, case, about, number in each_row:
        if (user, case, about) not in hidden:
            waiting[user][kind] = waiting[user].get(kind, 0) + number
    others = NoticeChoice.objects.filter(user__in=waiting).exclude(way__in=IN_DAILY_MAIL)
    for user, kind in others.values_list("user", "kind"):
        waiting[user].pop(kind, None)
    return {user: counts for user, counts in waiting.items() if counts}


def _hidden(told: set[Told]) -> set[Told]:
    """Of these people, with the case and the row that they were told of, those who may not know of it any more."""
    people = User.objects.filter(pk__in={user for user, _, _ in told})
    seen = {
        (person.pk, case, about)
        for person in people
        for case, about in readable(person)
        .exclude(case_id=None, about_id=None)
        .values_list("case_id", "about_id")
    }
    return told - seen


@transaction.atomic
def _promise(user: uuid.UUID, today: dt.date, until: dt.datetime, counts: Counts) -> bool:
    """Keep what the mail says with the promise to send it; asked again the same day, nothing happens."""
    mail, is_new = DailyMail.objects.get_or_create(
        user_id=user, day=today, defaults={"counted_until": until, "counts": counts}
    )
    if is_new:
        promise(Topic.DAILY, mail.pk)
    return is_new


def _send(pk: uuid.UUID) -> None:
    mail = DailyMail.objects.filter(pk=pk).first()
    user = User.objects.filter(pk=mail.user_id, is_active=True, is_system=False).first() if mail else None
    if mail is None or user is None or membership_of(user) is None:
        return
    lines = "\n".join(f"- {kind.label}: {mail.counts[kind]}" for kind in NoticeKind if mail.counts.get(kind))
    text = TEXT.format(
        lines=lines, notifications=_address("jobs:notifications"), choice=_address("sign_in:notices")
    )
    send_mail(SUBJECT, text, None, [user.email])


def _address(name: str) -> str:
    return str(settings.PORTAL_ADDRESS).rstrip("/") + reverse(name)


send_with(Topic.DAILY, _send)
