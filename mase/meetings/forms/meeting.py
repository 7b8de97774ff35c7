"""Which form belongs to which part of a meeting, for anyone who may write it now."""

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from cse_portal.accounts.models import Agency
from cse_portal.errors import NotVisible
from mase.meetings.choices import AT_TABLE, AgendaCode, ContributionKind, Stage
from mase.meetings.forms.reports import BoxesForm, ReviewForm, StepDownForm
from mase.meetings.forms.sections import (
    DangerForm,
    DecisionForm,
    EndDangerForm,
    EntryForm,
    NewDangerForm,
    NotesForm,
    SectionForm,
    VoiceForm,
)
from mase.meetings.forms.table import (
    AcceptedForm,
    AttendanceForm,
    LastActionForm,
    RowForm,
    ScoreForm,
    WhyForm,
    WordForm,
)
from mase.meetings.selectors.checks import confirms, lowers
from mase.meetings.selectors.meetings import Powers
from mase.meetings.selectors.presence import part_id
from mase.meetings.selectors.record import MeetingRecord, one_of
from mase.plans.models.safety_map import ScaleScore

Key = tuple[str, uuid.UUID]


@dataclass(frozen=True)
class Part:
    """A kind of part: where it is written, the form of one row, and the rows it may be about."""

    place: str
    form: Callable[..., SectionForm]
    rows: Callable[[MeetingRecord], Sequence[Any]] = lambda record: [record.meeting]


def row_of(record: MeetingRecord, key: Key) -> Any:
    """What a part is about; an unknown part, or one that is not on this screen, does not exist."""
    if key[0] not in PARTS:
        raise NotVisible
    return one_of(PARTS[key[0]].rows(record), key[1])


def section_form(record: MeetingRecord, key: Key, data: Any = None) -> SectionForm:
    """The form of one part, filled with what is stored or with what was posted; its row has it in `forms`."""
    row = row_of(record, key)
    form = PARTS[key[0]].form(record=record, row=row, data=data, prefix=part_id(*key))
    vars(row).setdefault("forms", {})[key[0].replace("-", "_")] = form
    return form


def keys_for(record: MeetingRecord, powers: Powers) -> list[Key]:
    """The parts this person may write now: before the start only what each brings along, after the end nothing."""
    meeting, running = record.meeting, record.meeting.is_running
    notes = powers.notes and running
    keys = _all(record, ["voice"]) if meeting.is_open and (powers.schedules or notes) else []
    if not running:
        return keys
    own = powers.agency.pk if powers.agency and powers.contributes else None
    seat = record.seat if powers.contributes else None
    if notes:
        keys += [key for key in _all(record, NOTED) if key[0] != "step-down" or lowers(record)]
        keys += [("notes", each.pk) for each in record.agenda if not record.hides_notes_of(each)]
    elif own and lowers(record) and confirms(record):
        keys += _all(record, [STEP_DOWN_APART])
    keys += [key for key in _all(record, ["boxes"]) if notes or key[1] == own]
    keys += [key for key in _all(record, ["apart"]) if powers.chairs or key[1] == own]
    if notes or powers.schedules or seat:
        keys += _all(record, ["score"])
    if notes or own in {each.pk for each in record.agencies}:
        keys += _all(record, ["word"])
    given = [] if record.shared else _scores(record)
    return keys + [("why", each.pk) for each in given if notes or seat and each.invitation_id == seat.pk]


def _all(record: MeetingRecord, kinds: Iterable[str]) -> list[Key]:
    return [(kind, each.pk) for kind in kinds for each in PARTS[kind].rows(record)]


def place_of(record: MeetingRecord, key: Key) -> str:
    """The stage, or the code of the item, where this part is written."""
    if key[0] == "notes":
        return str(row_of(record, key).code)
    if key[0] == "new-danger" and not record.dangers:
        return Stage.SAFETY
    return PARTS[key[0]].place


def _scores(record: MeetingRecord) -> list[ScaleScore]:
    return [score for each in record.dangers for score in each.scores.all()]


def _reporting(record: MeetingRecord) -> list[Agency]:
    """Those whose boxes are on this screen whole."""
    return [each for each in record.reporting if each.pk not in record.held_back]


def _reporting_apart(record: MeetingRecord) -> list[Agency]:
    """Those whose box of the restricted part is on this screen, if they wrote any."""
    if record.shared:
        return []
    return [each for each in record.reporting if record.sees_restricted or record.own == each.pk]


def _boxes(
    kinds: Sequence[ContributionKind], record: MeetingRecord, row: Agency, **kwargs: Any
) -> SectionForm:
    rows = [each for each in record.contributions if each.agency_id == row.pk and each.kind in kinds]
    return BoxesForm(rows=rows, kinds=kinds, agency=row, **kwargs)


STEP_DOWN_APART = "step-down-apart"
NOTED = (
    "last", "danger", "danger-end", "row", "attendance", "accepted", "new-danger", "map", "decision", "step-down",
    "action", "review",
)  # fmt: skip
PARTS: dict[str, Part] = {
    "attendance": Part(AgendaCode.INTRODUCTIONS, AttendanceForm),
    "accepted": Part(AgendaCode.INTRODUCTIONS, AcceptedForm),
    "last": Part(Stage.LAST_ACTIONS, LastActionForm, lambda record: [*record.outstanding, *record.waiting]),
    "voice": Part(Stage.CHILD, VoiceForm, lambda record: [record.voice]),
    "boxes": Part(Stage.NEW, partial(_boxes, AT_TABLE), _reporting),
    "apart": Part(Stage.NEW, partial(_boxes, (ContributionKind.APART,)), _reporting_apart),
    "score": Part(Stage.SAFETY, ScoreForm, lambda record: record.dangers),
    "why": Part(Stage.SAFETY, WhyForm, _scores),
    "danger": Part(AgendaCode.SAFETY_MAP, DangerForm, lambda record: record.dangers),
    "danger-end": Part(AgendaCode.SAFETY_MAP, EndDangerForm, lambda record: record.dangers),
    "new-danger": Part(AgendaCode.SAFETY_MAP, NewDangerForm),
    "map": Part(AgendaCode.SAFETY_MAP, EntryForm),
    "notes": Part("", NotesForm, lambda record: record.agenda),
    "decision": Part(Stage.DECIDE, DecisionForm),
    "word": Part(Stage.DECIDE, WordForm),
    "step-down": Part(Stage.DECIDE, StepDownForm),
    STEP_DOWN_APART: Part(Stage.DECIDE, partial(StepDownForm, only_own=True)),
    "row": Part(Stage.DECIDE, RowForm, lambda record: record.actions),
    "action": Part(Stage.DECIDE, RowForm),
    "review": Part(Stage.DECIDE, ReviewForm),
}
