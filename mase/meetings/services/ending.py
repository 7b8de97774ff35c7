"""Starting a meeting and ending it: what was decided takes effect, all of it or nothing."""

from contextlib import AbstractContextManager, nullcontext, suppress

from django.db import transaction
from django.utils import timezone

from cases.assessments import services as categories
from cases.assessments.models import DecisionSource
from cases.casework import services as episodes
from cases.chronology.models import EntryKind
from cases.chronology.services import add_entry
from cases.record.choices import HarmStatus, RiskCategory
from cases.record.models.case import Case
from cse_portal import acting
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotAllowedNow, NotPermitted
from cse_portal.ui.presenters import counted, display_date, joined
from mase.clocks import services as clocks
from mase.cmog.services import cmog
from mase.meetings.choices import MeetingState
from mase.meetings.errors import (
    MeetingIncomplete,
    QuorumReasonMissing,
)
from mase.meetings.models.meeting import Meeting
from mase.meetings.models.session import MeetingSession
from mase.meetings.selectors.checks import missing
from mase.meetings.selectors.record import MeetingRecord, open_record
from mase.meetings.services import sessions, sight
from mase.meetings.services.locking import hold_ahead, hold_case, hold_running
from mase.minutes import services as minutes
from mase.plans.models.plan import Decision
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

    MeetingIncomplete where something is missing (see `missing`); QuorumReasonMissing where it is not quorate.
    """
    if meeting.case_id is None:
        return _end_of_many(meeting, by)
    # The session in which the review is booked comes before the case, as where any child is booked.
    if meeting.review_session_id:
        MeetingSession.objects.select_for_update(of=("self",), no_key=True).get(pk=meeting.review_session_id)
    # Nobody confirms another category, or restricts the case, between the checks here and what they were made for.
    hold_case(meeting.case_id)
    gate.require(by, Permission.MEETING_CHAIR, meeting)
    held = hold_running(meeting)
    written = open_record(by, held)
    if missing(written):
        raise MeetingIncomplete
    if written.missing_quorum and not no_quorum_reason:
        raise QuorumReasonMissing
    held.state, held.ended_at, held.ended_by = MeetingState.ENDED, timezone.now(), by
    held.no_quorum_reason = no_quorum_reason if written.missing_quorum else ""
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
        raise MeetingIncomplete
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
    add_entry(
        case=meeting.case, kind=EntryKind.MEETING, happened_on=timezone.localdate(),
        text=_in_words(meeting, written, decision), source_id=meeting.pk, by=by,
    )  # fmt: skip
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


def _book_review(meeting: Meeting, by: User) -> None:
    """Into the session that was chosen; where it has no room any more the child waits for a slot, as others do."""
    if meeting.review_session is None:
        return
    with suppress(NotAllowedNow, NotPermitted), transaction.atomic():
        sessions.book(session=meeting.review_session, case=Case.objects.get(pk=meeting.case.pk), by=by)


def _in_words(meeting: Meeting, written: MeetingRecord, decision: Decision) -> str:
    there = joined(sorted({each.agency.short_name for each in written.present if each.agency})) or "nobody"
    return (
        f"{meeting.get_kind_display()} held. Present: {there}. {counted(len(written.actions), 'action')} agreed. "
        f"Next review by {display_date(meeting.review_on)}."
    )
