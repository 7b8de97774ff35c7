"""The page a meeting is run from: its agenda, what stands under each item, and what was agreed."""

import uuid
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.urls import reverse
from django.utils.text import capfirst

from cse_portal.reference.selectors import label
from cse_portal.ui.forms import PortalForm
from cse_portal.ui.presenters import display_date
from mase.meetings.choices import STAGE_OF, AgendaCode, MeetingState, Stage
from mase.meetings.forms.sections import SectionForm
from mase.meetings.models.agenda import AgendaItem
from mase.meetings.models.meeting import Invitation, Meeting
from mase.meetings.selectors.checks import Missing, missing, quorum_words, reminders
from mase.meetings.selectors.meetings import Powers
from mase.meetings.selectors.record import MeetingRecord
from mase.meetings.selectors.thresholds import name_of
from mase.plans.choices import MapKind, PlanP
from mase.plans.models.plan import PlanAction
from mase.plans.models.safety_map import DangerStatement, MapEntry
from mase.plans.presenters.scale import asked_again

Key = tuple[str, uuid.UUID]
TEMPLATES = {
    AgendaCode.INTRODUCTIONS: "introductions", AgendaCode.PURPOSE: "purpose", AgendaCode.SAFETY_MAP: "safety_map",
}  # fmt: skip
BEFORE_THE_START = (
    AgendaCode.INTRODUCTIONS, AgendaCode.PURPOSE, AgendaCode.OUTSTANDING, AgendaCode.VOICE, AgendaCode.AGENCIES,
)  # fmt: skip
COLUMNS = (
    ("What are we worried about?", (MapKind.HARM, MapKind.COMPLICATING)),
    ("What is working well?", (MapKind.STRENGTH, MapKind.SAFETY)),
    ("What needs to happen?", (MapKind.NEXT_STEP,)),
)
NOT_ASKED = ("version", "was")


@dataclass
class Block:
    """One item of the agenda, its place there, and the stage at which what belongs to it is written, if any."""

    number: int
    item: AgendaItem
    template: str
    done: bool
    shown: bool
    stage: Stage | None


@dataclass
class MeetingPage:
    """Everything the templates draw; a row of the record has the forms that write it in its `forms`, by their kinds."""

    meeting: Meeting
    record: MeetingRecord
    powers: Powers
    blocks: list[Block]
    sections: dict[Key, SectionForm]
    missing: list[Missing]
    quorum: str
    place: str = ""
    changes: int = 0
    shows_restricted: bool = False

    @property
    def url(self) -> str:
        """Its address."""
        return reverse("mase:meeting", args=[self.meeting.pk])

    def block(self, code: str) -> Block | None:
        """The item with this code, where it may be shown now."""
        return next((each for each in self.blocks if each.shown and each.item.code == code), None)

    def beside(self, block: Block) -> tuple[Block | None, Block | None]:
        """The items before and after it."""
        shown = [each for each in self.blocks if each.shown]
        at = shown.index(block)
        return (shown[at - 1] if at else None, shown[at + 1] if at + 1 < len(shown) else None)

    @property
    def place_title(self) -> str:
        """What is looked at, in words."""
        if self.place in Stage:
            return str(Stage(self.place).label)
        block = self.block(self.place)
        return f"{block.number}. {block.item.title}" if block else "About this meeting"

    @property
    def stage_is_open(self) -> bool:
        """Whether this stage may be looked at: before the start the first three, to prepare them."""
        return self.meeting.state != MeetingState.SCHEDULED or self.place not in (Stage.SAFETY, Stage.DECIDE)

    @property
    def blocking(self) -> list[tuple[str, str]]:
        """What a child's meeting must have before it closes: each with its address where it is missing."""
        left = {each.item: f"{self.url}?{each.query}" for each in reversed(self.missing)}
        child = self.meeting.case.child.given_name or "The child"
        return [
            ("Decision", left.get(AgendaCode.CATEGORY, "")),
            (f"{child}’s voice", left.get(AgendaCode.VOICE, "")),
            ("Next date", left.get(AgendaCode.REVIEW_DATE, "")),
        ]

    @property
    def remember(self) -> list[Missing]:
        """Reminders, at the stage at which it is decided."""
        return reminders(self.record) if self.place == Stage.DECIDE else []

    @property
    def minute_taker(self) -> str:
        """Who writes the minutes, where somebody was asked to."""
        seats = (each for each in self.record.invitations if each.takes_minutes)
        return next((name_of(each) for each in seats), "")

    @property
    def chairing(self) -> bool:
        """Whether this person runs it now."""
        return self.powers.chairs and self.meeting.is_running

    @property
    def writing(self) -> bool:
        """Whether this person writes down what everybody says now: the chair and the minute taker."""
        return self.powers.notes and self.meeting.is_running

    @property
    def may_start(self) -> bool:
        """Whether this person may open it."""
        return self.powers.chairs and self.meeting.is_open and not self.meeting.is_running

    @property
    def may_change(self) -> bool:
        """Whether its time and place may still change."""
        return self.powers.schedules and self.meeting.is_open and not self.meeting.is_running

    @property
    def removable(self) -> list[DangerStatement]:
        """Written at this meeting, and nothing rests on it: taken off, where another is ended with a reason."""
        served = {each.danger_id for each in self.record.actions}
        return [
            each
            for each in self.record.dangers
            if not (each.earlier_id or each.is_ended or each.scores.all() or each.pk in served)
        ]

    @property
    def columns(self) -> list[tuple[str, list[tuple[str, list[MapEntry]]]]]:
        """The three columns of the map, each with the kinds of line that stand there."""
        kinds = {kind: [each for each in self.record.entries if each.kind == kind] for kind in MapKind}
        return [(title, [(kind.label, kinds[kind]) for kind in inside]) for title, inside in COLUMNS]

    @property
    def plan(self) -> list[tuple[str, list[PlanAction]]]:
        """The actions on each P."""
        return [(p.label, [each for each in self.record.actions if each.p == p]) for p in PlanP]

    @property
    def attendance(self) -> list[tuple[str, Invitation]]:
        """Everyone invited, and how they came once that is marked."""
        return [(name_of(each), each) for each in self.record.invitations]

    @property
    def asked_again(self) -> str:
        """That the decision changed after agencies had spoken, while any of them is still to be asked."""
        return asked_again(self.record) if self.meeting.is_running else ""

    @property
    def step_down(self) -> list[tuple[str, str]]:
        """The checklist as it was answered."""
        apart = {True: " (professionals only)", False: ""}
        return [
            (f"{label('step-down', each.code)}{apart[each.restricted]}", capfirst(each.in_words))
            for each in self.record.step_down_points
        ]

    @property
    def family(self) -> str:
        """Whether the child and a parent are invited, in words."""
        told = []
        for each, who in (("child", "The child or young person"), ("parent", "A parent or carer")):
            why = label("not-invited", getattr(self.meeting, f"{each}_not_invited"))
            invited = getattr(self.meeting, f"{each}_invited")
            told.append(f"{who} is invited." if invited else f"{who} is not invited: {why}.")
        return " ".join(told)

    def of_meeting(self, kind: str) -> SectionForm | None:
        """The form of a part there is once in a meeting."""
        return self.sections.get((kind, self.meeting.pk))


def meeting_page(
    record: MeetingRecord, powers: Powers, forms: dict[Key, SectionForm], place: str = ""
) -> MeetingPage:
    """The page for one person at one place: `forms` are the parts they may write there now."""
    meeting = record.meeting
    for (kind, pk), form in forms.items():
        form.url = reverse("mase:section", args=[meeting.pk, kind, pk])
        form.apart = kind == "apart" or kind in ("step-down", "step-down-apart") and record.sees_restricted
    blocks = [
        Block(number, item, TEMPLATES.get(AgendaCode(item.code), "") if item.code in AgendaCode else "",
              record.is_filled(item),
              meeting.state != MeetingState.SCHEDULED or item.code in BEFORE_THE_START,
              STAGE_OF.get(item.code))
        for number, item in enumerate(record.agenda, 1)
    ]  # fmt: skip
    return MeetingPage(meeting, record, powers, blocks, forms, missing(record), quorum_words(record), place)


def conflict_of(form: PortalForm, theirs: Any) -> dict[str, Any]:
    """The other person's version of the fields of this form that say something, by their labels."""
    by = getattr(theirs, "worded_by", None) or getattr(theirs, "saved_by", None)
    said = [
        (str(field.label), _in_words(theirs, name, field))
        for name, field in form.fields.items()
        if name not in NOT_ASKED
    ]
    lines = [(label, words) for label, words in said if words]
    return {"who": by.full_name if by else "Somebody else", "version": theirs.version, "lines": lines}


def _in_words(row: Any, name: str, field: forms.Field) -> str:
    display = getattr(row, f"get_{name}_display", None)
    value: Any = getattr(row, name, "")
    if display:
        return str(display())
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list):
        return " ".join(str(part or "") for part in value)
    if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
        return str(dict(cast(Any, field.choices)).get(str(value), value))
    return display_date(value) if hasattr(value, "year") else str(value or "")
