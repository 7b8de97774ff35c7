"""Meetings in lists: rows, what a child's page of meetings says, and what a letter home says of them."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from cases.letters.selectors import MeetingFacts
from cases.record.models.case import Case
from cse_portal.accounts.models import User
from cse_portal.ui.presenters import counted, display_date, display_datetime
from mase.clocks.models import ClockState
from mase.clocks.presenters import ClockLine
from mase.clocks.selectors.clocks import Clock
from mase.meetings.choices import AnswerKind, MeetingState
from mase.meetings.models.meeting import Invitation, InvitationAnswer, Meeting
from mase.meetings.selectors.meetings import Powers
from mase.meetings.selectors.presence import Live
from mase.meetings.selectors.thresholds import name_of
from mase.meetings.services.answers import is_own
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
    session: str = ""


@dataclass(frozen=True)
class CaseMeetings:
    """What a child's page of meetings says."""

    ahead: MeetingRow | None
    earlier: list[MeetingRow]
    due_words: str = ""
    overdue: bool = False


def list_rows(meetings: Sequence[Meeting]) -> list[MeetingRow]:
    """Rows that name the child: the meetings come `with_case()`."""
    return [row(each, named=True) for each in meetings]


def case_list(meetings: Sequence[Meeting], held: Clock | None) -> CaseMeetings:
    """The meeting ahead, those before, and by when the next is to be held, where one is."""
    ahead = next((row(each) for each in meetings if each.is_open), None)
    earlier = [row(each) for each in meetings if not each.is_open]
    if held is None:
        return CaseMeetings(ahead, earlier)
    words = f"{display_date(held.due_on)}, {held.rule[:1].lower()}{held.rule[1:]}"
    return CaseMeetings(ahead, earlier, words, held.state == ClockState.LATE)


def row(meeting: Meeting, *, named: bool = False) -> MeetingRow:
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
        session=reverse("mase:session", args=[meeting.session_id]) if meeting.session_id else "",
    )


def _decided(meeting: Meeting) -> int | None:
    decision = getattr(meeting, "decision", None)
    return decision.category if decision and meeting.state == MeetingState.ENDED else None


def facts_for_letters(case: Case) -> MeetingFacts:
    """When the case's meetings are, and what was agreed that the family may read; anyone who asks works on the case."""
    meetings = Meeting.objects.filter(case=case).select_related("chair")
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


def _when_and_where(meeting: Meeting) -> str:
    place = f" at {meeting.place}" if meeting.place else ""
    return f"{display_datetime(meeting.scheduled_for)}{place}, led by {meeting.chair.full_name}"


COLOURS = {AnswerKind.ACCEPT: "blue", AnswerKind.DECLINE: "red", AnswerKind.DEPUTY: "yellow"}
NOT_YET = "No answer yet"


@dataclass(frozen=True)
class AnswerLine:
    """One invitation and what came back; `url` is where it is answered, if this person may."""

    who: str
    state: str
    colour: str
    note: str
    url: str
    own: bool
    answered: bool


@dataclass(frozen=True)
class Before:
    """Everything that leads up to a meeting, and what follows it."""

    clocks: list[ClockLine] = field(default_factory=list)
    answers: list[AnswerLine] = field(default_factory=list)
    course: list[tuple[str, str]] = field(default_factory=list)  # why it did not go on, or its chair changed

    @property
    def asks(self) -> str:
        """Where this person answers for themselves or their agency, if they have not yet."""
        return next((each.url for each in self.answers if each.own and not each.answered), "")

    @property
    def waiting(self) -> str:
        """How many have not answered, in words; nothing when all have."""
        number = sum(not each.answered for each in self.answers)
        return f"{counted(number, 'invitation')} not answered yet." if number else ""


def answer_lines(
    seats: Iterable[Invitation], answers: Mapping[uuid.UUID, InvitationAnswer], user: User, may: Powers
) -> list[AnswerLine]:
    """Everybody who is asked, with their answer; the chair's own needs none."""
    asked = [each for each in seats if each.role != "CHAIR"]
    return [_line(each, answers.get(each.pk), user, may) for each in asked]


def _line(invitation: Invitation, answer: InvitationAnswer | None, user: User, may: Powers) -> AnswerLine:
    own = is_own(invitation, user)
    kind = AnswerKind(answer.kind) if answer else None
    note = (answer.reason or answer.deputy_name) if answer else ""
    answers = may.contributes if own else may.schedules
    address = reverse("mase:answer", args=[invitation.meeting_id, invitation.pk])
    return AnswerLine(
        who=name_of(invitation), state=kind.label if kind else NOT_YET,
        colour=COLOURS[kind] if kind else "outline", note=note, url=address if answers else "", own=own,
        answered=answer is not None,
    )  # fmt: skip


def as_json(now: Live) -> dict[str, Any]:
    """Names of colleagues, the part each writes in, and the stage that it is at. Nothing of what was written."""
    others = [each.who for each in now.here]
    return {
        "changes": now.changes,
        "state": now.state,
        "family": now.family_in_room,
        "here": others,
        "others": f"{counted(len(others), 'colleague')} on this page"
        if others
        else "Nobody else is on this page",
        "writing": [{"who": each.who, "part": each.part} for each in now.here if each.part],
        "stage": now.stage,
        "sight": "all" if now.restricted else "open",
    }
