"""The agenda of a meeting: where it is now, how long each item has taken, and what was put off."""

from django.db.models import QuerySet
from django.utils import timezone

from mase.models import AgendaItem, MaseMeeting


def item_now(meeting: MaseMeeting, *, restricted: bool) -> AgendaItem | None:
    """The item the meeting is at, for a reader with the restricted part or without."""
    rows = meeting.agenda.filter(opened_at__isnull=False)
    return (rows if restricted else rows.exclude(restricted=True)).first()


def seconds_of(item: AgendaItem) -> int:
    """How long this item has taken up to now."""
    since = (timezone.now() - item.opened_at).total_seconds() if item.opened_at else 0
    return item.seconds_spent + int(since)


def put_off(meeting: MaseMeeting) -> QuerySet[AgendaItem]:
    """What the last meeting about this child put off to the next one."""
    before = (
        MaseMeeting.objects.ended().filter(case=meeting.case_id).exclude(pk=meeting.pk).order_by("-ended_at")
    )
    return AgendaItem.objects.filter(meeting__in=before[:1]).exclude(put_off_because="").order_by("order")
