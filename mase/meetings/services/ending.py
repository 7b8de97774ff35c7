"""Starting a meeting, ending it, so that what was decided takes effect, and taking back its start: booked again."""

import datetime as dt
from contextlib import AbstractContextManager, nullcontext, suppress

from django.db import transaction
from django.utils import timezone

from cases.assessments import services as categories
from cases.assessments.models import DecisionSource
from cases.casework import services as episodes
from cases.record.choices import HarmStatus, RiskCategory
from cases.record.models.case import Case
from cse_portal import acting
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.choices import AgencyKind
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotAllowedNow, NotPermitted
from cse_portal.jobs.models import Notification
from cse_portal.jobs.services import notify, notify_all
from cse_portal.ui.presenters import counted, display_date, display_datetime, joined
from mase.clocks import services as clocks
from mase.cmog.services import cmog
from mase.meetings.choices import MeetingState
from mase.meetings.errors import INCOMPLETE, WHY_NO_QUORUM, MeetingRefused
from mase.meetings.models.meeting import Invitation, Meeting, MeetingSession
from mase.meetings.models.sections import Interruption
from mase.meetings.selectors.checks import missing, review_limit
from mase.meetings.selectors.meetings import agencies_to_invite, held_pause, people_to_tell
from mase.meetings.selectors.record import MeetingRecord, open_record
from mase.meetings.selectors.sessions import free_slots
from mase.meetings.selectors.thresholds import is_present, name_of
from mase.meetings.services import sessions, sight
from mase.meetings.services.invitations import tell_invited
from mase.meetings.services.locking import hold_ahead, hold_case, hold_running
from mase.meetings.services.meeting_reading import tell_chronology
from mase.meetings.services.scheduling import call_off, check_late, follow_new_day
from mase.minutes import services as minutes
from mase.plans.services import actions
from mase.plans.services.carrying import carry_unfinished
from mase.plans.services.safety_map import carry_over
from mase.transition.services import set_on_agenda


@transaction.atomic
def start(*, meeting: Meeting, by: User) -> Meeting:
    """The chair opens the meeting; a review begins with the danger statements of the last one, a CMOG with the agenda
    as it is this minute.
    """
    gate.require(by, Permission.MEETING_CHAIR, meeting)
    held = hold_ahead(meeting)
    if held.case_id is None:
        cmog.set_out(held, by)
    held.state, held.started_at, held.version = MeetingState.IN_PROGRESS, timezone.now(), held.version + 1
    held.save(update_fields=["state", "started_at", "version"])
    if held.case_id is not None:
        clocks.run_out(held, by)
        _drop_reason_if_in_time(held)
        carry_over(held, by)
        set_on_agenda(held)
    record(Action.MEETING_STARTED, by=by, obj=held, case=held.case)
    return held


def _drop_reason_if_in_time(meeting: Meeting) -> None:
    """A reason given for a later day says nothing about a meeting that is held in time after all."""
    if not meeting.late_reason:
        return
    meeting.refresh_from_db(fields=["due_on"])  # the pause that has just ended moved it
    if timezone.localdate(meeting.started_at) <= meeting.due_on:
        meeting.late_reason = ""
        meeting.save(update_fields=["late_reason"])


@transaction.atomic
def end(
    *,
    meeting: Meeting,
    by: User,
    no_quorum_reason: str = "",
) -> Meeting:
    """Close the meeting: the category is confirmed, actions are issued, the next review is set, minutes are made.

    Refused where something is missing (see `missing`), and without a reason where it is not quorate.
    """
    if meeting.case_id is None:
        return _end_of_many(meeting, by)
    # The sessions in which the review may be booked come before the case, as where any child is booked.
    for_review = _sessions_for_review(meeting, by)
    # Nobody confirms another category, or restricts the case, between the checks here and what they were made for.
    hold_case(meeting.case_id)
    gate.require(by, Permission.MEETING_CHAIR, meeting)
    held = hold_running(meeting)
    written = open_record(by, held)
    if missing(written):
        raise MeetingRefused(INCOMPLETE)
    if written.missing_quorum and not no_quorum_reason:
        raise MeetingRefused(WHY_NO_QUORUM)
    held.state, held.ended_at, held.ended_by = MeetingState.ENDED, timezone.now(), by
    held.no_quorum_reason = no_quorum_reason if written.missing_quorum else ""
    _choose_session(held, for_review, written, by)
    held.category_at_entry, held.family_in_room = held.case.category, False
    held.version += 1
    held.save()
    _take_effect(held, written, by)
    detail = {
        "review_on": str(held.review_on),
        "actions": len(written.actions),
        "quorate": not written.missing_quorum,
        "unmeasured": len(written.unmeasured),
    }
    record(Action.MEETING_ENDED, by=by, obj=held, case=held.case, detail=detail)
    return held


def _end_of_many(meeting: Meeting, by: User) -> Meeting:
    """Of a meeting about no one child: its actions are issued, decisions are in each child's chronology."""
    gate.require(by, Permission.MEETING_CHAIR, meeting)
    held = hold_running(meeting)
    held.state, held.ended_at, held.ended_by = MeetingState.ENDED, timezone.now(), by
    held.version += 1
    held.save(update_fields=["state", "ended_at", "ended_by", "version"])
    cmog.take_effect(held, by)
    record(Action.MEETING_ENDED, by=by, obj=held)
    return held


def _reading_every_action(meeting: Meeting, by: User) -> AbstractContextManager[None]:
    """No action is left behind because it is for professionals only and the chair may not read it."""
    reads = gate.can(by, Permission.MINUTES_RESTRICTED_VIEW, meeting.case)
    return nullcontext() if reads else acting.for_the_system()


def _take_effect(meeting: Meeting, written: MeetingRecord, by: User) -> None:
    decision = written.decision
    if decision is None:
        raise MeetingRefused(INCOMPLETE)
    categories.confirm(
        case=meeting.case, category=RiskCategory(decision.category), harm_status=HarmStatus(decision.harm_status),
        rationale=decision.rationale, source=DecisionSource.MEETING, source_id=meeting.pk, by=by,
    )  # fmt: skip
    if meeting.review_on is not None:
        Case.objects.filter(pk=meeting.case.pk).update(next_review_on=meeting.review_on)
    if named := decision.exploitation_models:
        Case.objects.filter(pk=meeting.case.pk).update(
            exploitation_models=named, models_review_on=episodes.models_review_due(named)
        )
    there = joined(sorted({each.agency.short_name for each in written.present if each.agency})) or "nobody"
    words = f"{meeting.get_kind_display()} held. Present: {there}. {counted(len(written.actions), 'action')} agreed."
    tell_chronology(meeting, f"{words} Next review by {display_date(meeting.review_on)}.", by)
    if points := written.step_down_points:
        answers = [episodes.Check(each.code, each.met, each.why) for each in points]
        episodes.keep_checklist(case=meeting.case, checklist=answers)
    with _reading_every_action(meeting, by):
        carry_unfinished(meeting=meeting, by=by)
        actions.issue(meeting=meeting, by=by)
        sight.renew_access(meeting, until=sight.seen_until(meeting), by=by)
        sight.keep(case=meeting.case, by=by)
    minutes.draft(meeting=meeting, by=by)
    _book_review(meeting, by)


def _sessions_for_review(meeting: Meeting, by: User) -> list[MeetingSession]:
    """The one that was chosen, and the others of its chair, soonest first; held until the review is booked."""
    if meeting.review_session is None:
        return []
    rows = MeetingSession.objects.visible_to(by).ahead().filter(chair=meeting.review_session.chair_id)
    held = rows.select_for_update(of=("self",), no_key=True)
    return sorted(held, key=lambda each: each.pk != meeting.review_session_id)


def _choose_session(
    held: Meeting, for_review: list[MeetingSession], written: MeetingRecord, by: User
) -> None:
    """The session that was chosen may be full by now: then the next of its chair in time, and who ends it is told."""
    if not for_review or written.decision is None:
        return
    latest, free = review_limit(written.decision.category), free_slots(by, for_review)
    days = {each: timezone.localdate(each.starts_at) for each in for_review}
    today = timezone.localdate()
    in_time = (each for each in for_review if free[each.pk] and today < days[each] <= latest)
    found = next(in_time, None)
    if found is not None and found.pk != held.review_session_id:
        held.review_session, held.review_on = found, days[found]
        words = (
            f"The session chosen for a review is full. The review is on {display_date(days[found])} instead."
        )
        notify(user=by, text=words, url=found.get_absolute_url(), case_id=held.case_id)


def _book_review(meeting: Meeting, by: User) -> None:
    """Into its session; where none has room the child waits for a slot, as others do, and the CSE team is told."""
    if meeting.review_session is None:
        return
    with suppress(NotAllowedNow, NotPermitted), transaction.atomic():
        sessions.book(session=meeting.review_session, case=Case.objects.get(pk=meeting.case.pk), by=by)
        return
    teams = agencies_to_invite().filter(kind=AgencyKind.CSE_TEAM)
    people = [person for team in teams for person in people_to_tell(team)]
    words = f"No session has a free slot for a review due by {display_date(meeting.review_on)}. Book it."
    notify_all(
        Notification(user=each, text=words, url="/meetings/to-book/", case_id=meeting.case_id)
        for each in people
        if gate.can(each, Permission.MEETING_SCHEDULE, meeting.case)
    )


@transaction.atomic
def adjourn(
    *, meeting: Meeting, reason: str, to: dt.datetime | None, by: User, late_reason: str = ""
) -> Meeting:
    """A meeting that was started is booked for `to`, its old time or a new one; without one it is cancelled.

    What was written stays, for it is the same meeting. Who was there is kept in words beside the reason: attendance is
    that of the day on which it is held, and so are its clocks. Answers to its invitations hold for the time they were
    given for. The reason is in the meeting's record alone.

    Raises MeetingNotEditable once it has ended: what it decided has been sent out by then.
    """
    hold_case(meeting.case_id)
    gate.require(by, Permission.MEETING_CHAIR, meeting)
    gate.require(by, Permission.MEETING_SCHEDULE, meeting.case)
    held = hold_running(meeting)
    began = held.started_at or timezone.now()
    seats = held.invitations.select_related("agency", "person")
    there = joined(_name(each) for each in seats if is_present(each))
    Interruption.objects.create(meeting=held, started_at=began, reason=reason, there=there, by=by)
    held.invitations.update(came_as="", who_came="")
    held.state, held.started_at, held.family_in_room = MeetingState.SCHEDULED, None, False
    held.version += 1
    held.save(update_fields=["state", "started_at", "family_in_room", "version"])
    booked = f" It is booked for {display_datetime(to)}." if to else ""
    began_on = f"{held.get_kind_display()} that began on {display_datetime(began)}"
    tell_chronology(held, f"{began_on} was not held after all, or was broken off.{booked}", by)
    detail = {"began": began.isoformat(), "to": to.isoformat() if to else ""}
    record(Action.MEETING_BROKEN_OFF, by=by, obj=held, case=held.case, reason=reason, detail=detail)
    if to is None:
        return call_off(held, reason, by, had_begun=True)
    moved, held.scheduled_for = held.scheduled_for != to, to
    held.late_reason = late_reason or held.late_reason
    if moved:
        held.session = None
    check_late(held, held_pause(held.case, held))
    held.save(update_fields=["scheduled_for", "late_reason", "session"])
    if held.category_at_entry < held.case.category:
        clocks.follow_category(held.case, by)
    if moved:
        follow_new_day(held, by)
    words = "A meeting you are invited to was not held after all, or was broken off. It is on"
    asks = " Say whether you can come." if moved else ""
    tell_invited(held, f"{words} {display_datetime(to)}.{asks}", by=by, calendar=moved)
    return held


def _name(seat: Invitation) -> str:
    """Of the family the role alone; of an agency the person who came, where that is another than was asked."""
    came, asked = seat.who_came, seat.person.full_name if seat.person else ""
    if seat.agency is None or came in ("", asked):
        return name_of(seat)
    return f"{came} ({seat.agency.short_name})"
