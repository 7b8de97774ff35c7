"""What was brought for a meeting that was cancelled comes along to the one that is booked instead.

Nobody writes again what they have sent. Who books may not read all of it, so the caller acts for the system.
"""

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any

from django.db.models import Max, Model

from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from mase.models import AgendaItem, ChildVoice, Invitation, LeftOut, MaseMeeting
from mase.selectors.cancelled import cancelled_before

REPORT = (
    "text", "worries", "working_well", "suggested", "family_may_read", "first_given_at", "submitted_at",
    "submitted_by_id", "saved_at", "saved_by_id",
)  # fmt: skip
KEPT_APART = ("text", "first_given_at", "saved_at", "saved_by_id")
DECIDED = ("person_id", "agency_id", "reason", "at", "by_id")
ITEM = ("title", "guidance", "restricted")
VOICE = tuple(
    each.attname for each in ChildVoice._meta.concrete_fields if each.name not in ("id", "meeting", "version")
)


def take_over_reports(meeting: MaseMeeting) -> None:
    """Reports that agencies had sent, and what they kept apart, to those of them that are asked again.

    A draft stays where its agency wrote it. Nothing that was written for this meeting is replaced.
    """
    old = cancelled_before(meeting.case)
    if old is None:
        return
    sent = {each.agency_id: each for each in old.information.filter(submitted_at__isnull=False)}
    for row in meeting.information.filter(agency__in=sent, saved_at=None, submitted_at=None):
        _copy(sent[row.agency_id], row, REPORT)
    apart = {each.agency_id: each for each in old.restricted_information.exclude(text="")}
    for kept in meeting.restricted_information.filter(agency__in=apart, saved_at=None):
        _copy(apart[kept.agency_id], kept, KEPT_APART)


def take_over_voice_and_items(meeting: MaseMeeting) -> None:
    """What the child and a parent said, and the items that were added to the agenda by hand."""
    old = cancelled_before(meeting.case)
    if old is None:
        return
    _copy(old.voice, meeting.voice, VOICE)
    there = set(meeting.agenda.values_list("code", flat=True))
    order = meeting.agenda.aggregate(last=Max("order"))["last"] or 0
    added = [each for each in old.agenda.order_by("order") if each.code not in there]
    AgendaItem.objects.bulk_create(
        AgendaItem(meeting=meeting, order=number, code=each.code, **_values(each, ITEM))
        for number, each in enumerate(added, order + 1)
    )


def take_over_left_out(meeting: MaseMeeting) -> None:
    """Who was left out of what was said at one that was broken off is left out of this one too, by the same decision.

    What comes along may have been said there. The chair puts them back on the list as in any meeting.
    """
    old = cancelled_before(meeting.case)
    if old is None:
        return
    for row in old.left_out.standing_now().of_what_was_said():
        again = LeftOut.objects.create(meeting=meeting, **_values(row, DECIDED))
        detail = {
            "meeting": str(meeting.pk),
            "person": str(row.person_id) if row.person_id else None,
            "agency": str(row.agency_id),
            "taken_over_from": str(old.pk),
        }
        # By nobody: whoever books decides nothing of it, and may be the one who was left out.
        record(
            Action.MINUTES_LEFT_OUT, by=None, obj=again, case=meeting.case, reason=row.reason, detail=detail
        )


def take_over_seats(meeting: MaseMeeting, seats: Iterable[Invitation]) -> None:
    """Whom the chair spared, as they came to the other when their agency was left out, is spared here by name."""
    for seat in seats:
        if seat.person and (since := spared_since(meeting, seat.agency_id, seat.person)):
            seat.invited_at = since
            Invitation.objects.filter(pk=seat.pk).update(invited_at=since)


def spared_since(meeting: MaseMeeting, agency: uuid.UUID | None, person: User) -> dt.datetime | None:
    """Since when somebody comes for an agency that is left out of this meeting as it was of the one cancelled before.

    By name or as a deputy, and before the chair decided it. None where that spares them nothing: then a seat is as old
    as it is, and so is what is due from it.
    """
    rows = meeting.left_out.standing_now().filter(person=None, agency=agency, at__lt=meeting.booked_at)
    decided = rows.order_by("-at").values_list("at", flat=True).first()
    if decided is None or (old := cancelled_before(meeting.case)) is None:
        return None
    seats = old.invitations.filter(agency=agency)
    came = [
        *seats.filter(person=person).values_list("invited_at", flat=True),
        *seats.filter(deputy=person).values_list("deputy_since", flat=True),
    ]
    return min((each for each in came if each and each <= decided), default=None)


def _copy(old: Model, row: Model, names: tuple[str, ...]) -> None:
    for name, value in _values(old, names).items():
        setattr(row, name, value)
    row.save()


def _values(row: Model, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}
