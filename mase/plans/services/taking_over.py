"""What was brought for a meeting that was cancelled comes along to the one that is booked instead.

Nobody writes again what they have sent. Who books may not read all of it, so the system looks.
"""

from typing import Any

from django.db.models import Max, Model

from cse_portal import acting
from mase.meetings.models.meeting import AgendaItem, MaseMeeting
from mase.meetings.models.sections import ChildVoice
from mase.meetings.selectors.meetings import cancelled_before

REPORT = (
    "text", "worries", "working_well", "suggested", "family_may_read", "first_given_at", "submitted_at",
    "submitted_by_id", "saved_at", "saved_by_id",
)  # fmt: skip
KEPT_APART = ("text", "first_given_at", "saved_at", "saved_by_id")
ITEM = ("title", "guidance", "restricted")
VOICE = tuple(
    each.attname for each in ChildVoice._meta.concrete_fields if each.name not in ("id", "meeting", "version")
)


def take_over(meeting: MaseMeeting, *, is_new: bool = False) -> None:
    """What was sent for the meeting that was cancelled; for one just booked what is on its agenda, too."""
    old = cancelled_before(meeting.case)
    if old is None:
        return
    with acting.for_the_system():
        if is_new:
            _take_over_voice_and_items(old, meeting)
        _take_over_reports(old, meeting)


def _take_over_reports(old: MaseMeeting, meeting: MaseMeeting) -> None:
    """Reports that agencies had sent, and what they kept apart, to those of them that are asked again.

    A draft stays where its agency wrote it. Nothing that was written for this meeting is replaced.
    """
    sent = {each.agency_id: each for each in old.information.filter(submitted_at__isnull=False)}
    for row in meeting.information.filter(agency__in=sent, saved_at=None, submitted_at=None):
        _copy(sent[row.agency_id], row, REPORT)
    apart = {each.agency_id: each for each in old.restricted_information.exclude(text="")}
    for kept in meeting.restricted_information.filter(agency__in=apart, saved_at=None):
        _copy(apart[kept.agency_id], kept, KEPT_APART)


def _take_over_voice_and_items(old: MaseMeeting, meeting: MaseMeeting) -> None:
    """What the child and a parent said, and the items that were added to the agenda by hand."""
    _copy(old.voice, meeting.voice, VOICE)
    there = set(meeting.agenda.values_list("code", flat=True))
    added = [each for each in old.agenda.order_by("order") if each.code not in there]
    AgendaItem.objects.bulk_create(
        AgendaItem(meeting=meeting, order=number, code=each.code, **_values(each, ITEM))
        for number, each in enumerate(added, _last_place(meeting) + 1)
    )


def _last_place(meeting: MaseMeeting) -> int:
    return meeting.agenda.aggregate(last=Max("order"))["last"] or 0


def _copy(old: Model, row: Model, names: tuple[str, ...]) -> None:
    for name, value in _values(old, names).items():
        setattr(row, name, value)
    row.save()


def _values(row: Model, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}
