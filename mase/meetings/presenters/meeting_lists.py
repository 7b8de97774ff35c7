"""Meetings in lists: rows, what a child's page of meetings says, and what a letter home says of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from cases.letters.selectors import MeetingFacts
from cases.record.models.case import Case
from cse_portal.ui.presenters import display_date, display_datetime
from mase.clocks.models import ClockState
from mase.clocks.selectors.clocks import Clock
from mase.meetings.choices import MeetingState
from mase.meetings.models.meeting import MaseMeeting
from mase.plans.models.plan import PlanAction

STATE_COLOURS = {
    MeetingState.SCHEDULED: "blue", MeetingState.IN_PROGRESS: "yellow", MeetingState.ENDED: "grey",
    MeetingState.CANCELLED: "outline",
}  # fmt: skip


@dataclass(frozen=True)
class MeetingRow:
    """One meeting as a line of a table."""

    url: str
    when: str
    kind: str
    state: str
    colour: str
    chair: str
    place: str
    late: bool
    child: str = ""
    reference: str = ""
    category: int | None = None
    missing: bool = False


@dataclass(frozen=True)
class CaseMeetings:
    """What a child's page of meetings says."""

    ahead: MeetingRow | None
    earlier: list[MeetingRow]
    due_words: str = ""
    overdue: bool = False


def list_rows(meetings: Sequence[MaseMeeting]) -> list[MeetingRow]:
    """Rows that name the child: the meetings come `with_case()`."""
    return [row(each, named=True) for each in meetings]


def case_list(meetings: Sequence[MaseMeeting], held: Clock | None) -> CaseMeetings:
    """The meeting ahead, those before, and by when the next is to be held, where one is."""
    ahead = next((row(each) for each in meetings if each.is_open), None)
    earlier = [row(each) for each in meetings if not each.is_open]
    if held is None:
        return CaseMeetings(ahead, earlier)
    words = f"{display_date(held.due_on)}, {held.rule[:1].lower()}{held.rule[1:]}"
    return CaseMeetings(ahead, earlier, words, held.state == ClockState.LATE)


def row(meeting: MaseMeeting, *, named: bool = False) -> MeetingRow:
    """One meeting in words."""
    case = meeting.case if named else None
    return MeetingRow(
        url=reverse("mase:meeting", args=[meeting.pk]),
        when=display_datetime(meeting.scheduled_for),
        kind=meeting.get_kind_display(),
        state=meeting.get_state_display(),
        colour=STATE_COLOURS[MeetingState(meeting.state)],
        chair=meeting.chair.full_name,
        place=meeting.place or ("Online" if meeting.link else ""),
        late=bool(meeting.late_reason),
        child=case.child.name if case else "",
        reference=case.reference if case else "",
        category=case.category if case else _decided(meeting),
        missing=case is not None and case.missing_since is not None,
    )


def _decided(meeting: MaseMeeting) -> int | None:
    decision = getattr(meeting, "decision", None)
    return decision.category if decision and meeting.state == MeetingState.ENDED else None


def facts_for_letters(case: Case) -> MeetingFacts:
    """When the case's meetings are, and what was agreed that the family may read; anyone who asks works on the case."""
    meetings = MaseMeeting.objects.filter(case=case).select_related("chair")
    ahead = meetings.upcoming().order_by("scheduled_for").first()
    held = meetings.ended().order_by("-ended_at").first()
    owed = PlanAction.objects.issued().unfinished().filter(case=case, restricted=False, family_may_read=True)
    actions = owed.select_related("owner", "agency").order_by("due_on")
    return MeetingFacts(
        next_meeting=_when_and_where(ahead) if ahead else "",
        last_meeting=display_date(held.started_at or held.scheduled_for) if held else "",
        actions=[
            f"{each.owner.full_name if each.owner else each.agency.name}: {each.text}, by {display_date(each.due_on)}"
            for each in actions
        ],
    )


def _when_and_where(meeting: MaseMeeting) -> str:
    place = f" at {meeting.place}" if meeting.place else ""
    return f"{display_datetime(meeting.scheduled_for)}{place}, led by {meeting.chair.full_name}"
