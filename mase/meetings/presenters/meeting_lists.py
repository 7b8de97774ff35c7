"""What leads up to a meeting, and what follows it: answers, clocks and papers."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from cases.assessments.presenters import answer_groups
from cases.casework.presenters import home_rows, identity_rows
from cse_portal.accounts.models import User
from cse_portal.ui.presenters import counted, local_date
from mase.clocks.selectors.clocks import Clock
from mase.meetings.choices import AnswerKind
from mase.meetings.models.meeting import Invitation, InvitationAnswer
from mase.meetings.selectors.meetings import Powers
from mase.meetings.selectors.reports import PackRecord
from mase.meetings.selectors.thresholds import name_of
from mase.meetings.services.answers import is_own
from mase.minutes.presenters.minutes import MARKING, brought, plan_line, voice

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


# On paper nobody needs where the child lives; the case's own page says it to anyone who may see it.
NOT_ON_PAPER = ("Address",)


def pack(found: PackRecord) -> dict[str, Any]:
    """What templates/pdf/pack.html draws: what was found, and what of it has to be put into words.

    `voice`: as far as it is written down yet.
    """
    meeting, case, record = found.meeting, found.meeting.case, found.record
    home = [row for row in home_rows(case, confidential=found.hides_home) if row.label not in NOT_ON_PAPER]
    groups = answer_groups(found.assessment) if found.assessment else []
    said = record.voice
    is_said = said.obtained is not None or said.parent_view or said.parent_not_sought
    return {
        "found": found,
        "marking": f"{MARKING} – RESTRICTED CASE" if case.is_restricted else MARKING,
        "mark": f"{case.reference} · {local_date(meeting.scheduled_for):%Y-%m-%d} · papers",
        "identity": [*identity_rows(case, found.aliases), *home],
        "indicators": [each for each in groups if each.applying],
        "brought": brought(record),
        "voice": voice(record) if is_said else None,
        "open_actions": [plan_line(each) for each in [*record.outstanding, *record.waiting]],
        "last_actions": [plan_line(each) for each in found.last_actions],
    }
