"""The draft that the chair words, agreeing it, from when on it is frozen, and corrections after that."""

import uuid
from contextlib import suppress

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from cse_portal import acting
from cse_portal.access import gate, grants
from cse_portal.access.models import GrantSource
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotAllowedNow, NotPermitted
from cse_portal.reference.selectors import clock_rule
from mase.meetings.choices import MeetingState
from mase.meetings.errors import ChangedMeanwhile, MeetingRefused
from mase.meetings.models.agenda import AgendaItem
from mase.meetings.models.meeting import Meeting
from mase.meetings.services.locking import already_made, hold_minutes, hold_unagreed
from mase.meetings.services.sections import save_edited
from mase.minutes.errors import NOT_SENT_OUT, NOT_SETTLED, WORDING_MISSING
from mase.minutes.models import Minutes, MinutesAction, MinutesAddendum, MinutesRecipient
from mase.minutes.selectors import minutes as selectors
from mase.minutes.selectors.circulation import default_recipients
from mase.minutes.selectors.content import addendum_fingerprint, agreed_fingerprint, to_keep
from mase.minutes.services.objecting import AGREED, leave_word, on_record, readers_now, require_item
from mase.plans.selectors.actions import owed_of


@transaction.atomic
def draft(*, meeting: Meeting, by: User) -> Minutes:
    """Begin the minutes of a meeting that has ended, and the list of who gets them. Asking again changes nothing.

    What they say of each action is kept as it stands now: nobody could object to what comes of it after they went out.
    """
    gate.require(by, Permission.MEETING_CHAIR, meeting)
    if meeting.state != MeetingState.ENDED:
        raise MeetingRefused(NOT_SENT_OUT)
    due_on = clock_rule("MINUTES_OUT").due(meeting.ended_at or timezone.now())
    minutes, is_new = Minutes.objects.select_for_update().get_or_create(
        meeting=meeting, defaults={"due_on": due_on}
    )
    if is_new:
        if meeting.case_id is not None:
            with acting.for_the_system():  # what is restricted too, which the chair may not be shown
                MinutesAction.objects.bulk_create(to_keep(minutes))
            MinutesRecipient.objects.bulk_create(default_recipients(minutes, by))
        record(Action.MINUTES_DRAFTED, by=by, obj=minutes, case=meeting.case)
    return minutes


@transaction.atomic
def save_wording(*, item: AgendaItem, text: str, version: int, by: User) -> AgendaItem:
    """The chair words an item otherwise than it was noted; the minutes mark it. Until they are agreed.

    What the chair of a CMOG may not see goes out as it was noted, unless somebody objected to it and was right: then
    those word it who see it (see `items_to_word`).
    """
    meeting = item.meeting
    minutes = hold_unagreed(meeting)
    if item.pk not in {each.pk for each in selectors.items_worded_by(by, minutes)}:
        raise NotPermitted
    if item.notes and not text.strip():
        raise MeetingRefused(WORDING_MISSING)
    if item.worded_at is None and text == item.notes:
        return item
    changes = {"wording": text}
    return save_edited(item, changes, version=version, meeting=meeting, by=by, stamp="worded")


@transaction.atomic
def agree(*, meeting: Meeting) -> Minutes:
    """The minutes are agreed as they were last sent out, when nobody can object any more: by themselves."""
    minutes = hold_unagreed(meeting)
    version = selectors.latest_version(minutes)
    if version is None:
        raise MeetingRefused(NOT_SENT_OUT)
    if any(selectors.progress_since(minutes, version)) or not version.may_be_agreed:
        raise MeetingRefused(NOT_SETTLED)
    with acting.for_the_system():  # the fingerprint is of the whole, no matter who agrees it
        minutes.sha256 = agreed_fingerprint(version)
    minutes.agreed_at = timezone.now()
    minutes.save(update_fields=["agreed_at", "sha256"])
    detail = {"meeting": str(meeting.pk), "sha256": minutes.sha256, "version": version.number}
    record(Action.MINUTES_AGREED, by=None, obj=minutes, case=meeting.case, detail=detail)
    if meeting.case_id is not None:
        _end_sight(meeting)
    leave_word(meeting, [who.user for who in readers_now(meeting, None)], AGREED)
    return minutes


@transaction.atomic
def agree_by_themselves() -> int:
    """Every morning: what nobody can object to any more is agreed; returns how many. A second run finds none."""
    agreed = 0
    for meeting in selectors.with_objections_over():
        with suppress(NotAllowedNow):
            agree(meeting=meeting)
            agreed += 1
    return agreed


def _end_sight(meeting: Meeting) -> None:
    """Sight through this meeting ends, but for owners of unfinished actions; guests of the next keep that one's.

    Of an action that nobody is named on, everybody who was asked for its agency is an owner.
    """
    owed = owed_of(meeting.case_id)
    people = {each.owner_id for each in owed if each.owner_id}
    agencies = {each.agency_id for each in owed}
    unnamed = {each.agency_id for each in owed if each.owner_id is None}
    given = meeting.invitations.filter(Q(gave_access=True) | Q(deputy__isnull=False), agency__isnull=False)
    for seat in given.select_related("agency", "person", "deputy"):
        if seat.agency_id in (unnamed if seat.person_id else agencies):
            continue
        if not people.isdisjoint({seat.person_id, seat.deputy_id}):
            continue
        for holder in (seat.deputy, seat.person or seat.agency):
            if holder is not None:
                grants.withdraw(
                    meeting.case, frm=holder, by=None, reason="The minutes of the meeting were agreed",
                    source=GrantSource.MEETING, source_id=meeting.pk,
                )  # fmt: skip


@transaction.atomic
def add_addendum(
    *,
    meeting: Meeting,
    key: uuid.UUID,
    text: str,
    by: User,
    restricted: bool = False,
    item: AgendaItem | None = None,
) -> MinutesAddendum:
    """The chair corrects agreed minutes: dated, by name, after them. Who may still read them is told."""
    gate.require(by, Permission.MEETING_CHAIR, meeting)
    require_item(meeting, item, by)
    if restricted:
        gate.require(by, Permission.MINUTES_RESTRICTED_VIEW, meeting.case)
    minutes = hold_minutes(meeting)
    if minutes.agreed_at is None:
        raise ChangedMeanwhile
    if found := already_made(MinutesAddendum, key, minutes_id=minutes.pk):
        return found
    with acting.for_the_system():  # the one before may be about what its writer may not see
        last = minutes.addenda.order_by("-number").first()
    addendum = MinutesAddendum(
        pk=key, minutes=minutes, number=last.number + 1 if last else 1, text=text, restricted=restricted, by=by,
        item=item, at=timezone.now(), follows=last.sha256 if last else minutes.sha256,
    )  # fmt: skip
    addendum.sha256 = addendum_fingerprint(addendum)
    addendum.save(force_insert=True)
    detail = {"meeting": str(meeting.pk), "number": addendum.number, "sha256": addendum.sha256}
    on_record(Action.MINUTES_ADDED_TO, addendum, meeting, by, detail)
    told = [
        who.user
        for who in readers_now(meeting, by)
        if (not restricted or selectors.sees_restricted(who.user, meeting))
        and (item is None or meeting.case_id or gate.can(who.user, Permission.CMOG_ITEM_VIEW, item))
    ]
    leave_word(meeting, told, "A correction was added to the minutes of a meeting you were asked to.")
    return addendum
