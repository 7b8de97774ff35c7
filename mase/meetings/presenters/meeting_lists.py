"""Meetings in lists: rows, what a child's page of meetings says, and what a letter home says of them."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.urls import reverse

from cse_portal.accounts.models import User
from cse_portal.ui.presenters import counted
from mase.clocks.selectors.clocks import Clock
from mase.meetings.choices import AnswerKind, MeetingState
from mase.meetings.models.meeting import Invitation, InvitationAnswer
from mase.meetings.selectors.meetings import Powers
from mase.meetings.selectors.thresholds import name_of
from mase.meetings.services.answers import is_own

STATE_COLOURS = {
    MeetingState.SCHEDULED: "blue", MeetingState.IN_PROGRESS: "yellow", MeetingState.ENDED: "grey",
    MeetingState.CANCELLED: "outline",
}  # fmt: skip


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

    clocks: list[Clock] = field(default_factory=list)
    clock_url: str = ""  # where the meeting is paused, or why it is late said, for who may
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
