"""Which form belongs to which part of a meeting, for anyone who may write it now."""

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

from cse_portal.accounts.models import Agency, User
from cse_portal.errors import NotVisible
from mase.meetings.choices import AT_TABLE, AgendaCode, ContributionKind, Stage
from mase.meetings.forms.agencies import RowForm, WordForm, owners_of
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
from mase.meetings.forms.table import AcceptedForm, AttendanceForm, LastActionForm, ScoreForm, WhyForm
from mase.meetings.models.meeting import Meeting
from mase.meetings.selectors.category import lowest
from mase.meetings.selectors.checks import review_limit
from mase.meetings.selectors.meetings import Powers
from mase.meetings.selectors.presence import part_id
from mase.meetings.selectors.record import MeetingRecord, one_of
from mase.meetings.selectors.sessions import review_slots
from mase.meetings.selectors.step_down import Check, checklist, confirms, lowers
from mase.meetings.services.sections import Voice
from mase.plans.models.plan import PlanAction
from mase.plans.models.safety_map import DangerStatement, ScaleScore

Key = tuple[str, uuid.UUID]
VOICE = (*Voice.__dataclass_fields__, "version")
DECISION = ("category", "harm_status", "rationale", "exploitation_models", "version")


def _of_meeting(record: MeetingRecord) -> list[Meeting]:
    return [record.meeting]


@dataclass(frozen=True)
class Part:
    """A kind of part: where it is written, the form of one row, and the rows it may be about."""

    place: str
    form: Callable[..., SectionForm]
    rows: Callable[[MeetingRecord], Sequence[Any]] = _of_meeting


def row_of(record: MeetingRecord, key: Key) -> Any:
    """What a part is about; an unknown part, or one that is not on this screen, does not exist."""
    if key[0] not in PARTS:
        raise NotVisible
    return one_of(PARTS[key[0]].rows(record), key[1])


def section_form(record: MeetingRecord, key: Key, data: Any = None) -> SectionForm:
    """The form of one part, filled with what is stored or with what was posted; its row has it in `forms`."""
    row = row_of(record, key)
    form = PARTS[key[0]].form(record, row, data=data, prefix=part_id(*key))
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
    kinds: Sequence[ContributionKind], record: MeetingRecord, agency: Agency, **kwargs: Any
) -> SectionForm:
    rows = [each for each in record.contributions if each.agency_id == agency.pk and each.kind in kinds]
    return BoxesForm(rows=rows, kinds=kinds, agency=agency, **kwargs)


def _of_row(
    form: type[SectionForm], names: Sequence[str], record: MeetingRecord, row: Any, **kwargs: Any
) -> SectionForm:
    """A form that holds what the row holds."""
    return form(initial={name: getattr(row, name) for name in names}, **kwargs)


def _empty(form: type[SectionForm], record: MeetingRecord, row: Any, **kwargs: Any) -> SectionForm:
    return form(**kwargs)


def _attendance(record: MeetingRecord, row: Meeting, **kwargs: Any) -> SectionForm:
    return AttendanceForm(invitations=record.invitations, names=record.names, **kwargs)


def _danger(record: MeetingRecord, row: DangerStatement, **kwargs: Any) -> SectionForm:
    initial = {
        "text": row.text,
        "disputed_by": row.disputed_by,
        "goal": row.goal.text,
        "version": row.version,
    }
    return DangerForm(initial=initial, **kwargs)


def _map(record: MeetingRecord, row: Meeting, **kwargs: Any) -> SectionForm:
    return EntryForm(may_restrict=record.may_restrict, **kwargs)


def _score(record: MeetingRecord, row: Any, **kwargs: Any) -> SectionForm:
    return ScoreForm(seats=record.seats, names=record.names, **kwargs)


def _decision(record: MeetingRecord, row: Meeting, **kwargs: Any) -> SectionForm:
    made = record.decision
    initial = {"version": 0, "exploitation_models": row.case.exploitation_models}
    if made:
        initial = {name: getattr(made, name) for name in DECISION}
    limit = lowest(row.case, record.evidence)
    return DecisionForm(limit=limit, shared=record.shared, initial=initial, **kwargs)


def _word(record: MeetingRecord, row: Meeting, **kwargs: Any) -> SectionForm:
    made = record.decision
    initial = {
        "of": f"{made.category} {made.harm_status}" if made else "",
        "seen": " ".join(str(each.pk) for each in record.dissents if each.is_of_current_decision),
    }
    return WordForm(agencies=record.agencies, silent=record.silent, initial=initial, **kwargs)


def _step_down(record: MeetingRecord, row: Meeting, **kwargs: Any) -> SectionForm:
    return _checklist(checklist(record), **kwargs)


def _step_down_apart(record: MeetingRecord, row: Meeting, **kwargs: Any) -> SectionForm:
    """For an agency that confirms points: those."""
    own = [each for each in checklist(record) if each.owner == record.own_kind]
    return _checklist(own, own=record.own_kind, **kwargs)


def _checklist(checks: list[Check], **kwargs: Any) -> SectionForm:
    initial: dict[str, str] = {}
    for each in checks:
        if each.answer is not None:
            initial[f"met_{each.code}"] = "yes" if each.answer.met else "no"
            initial[f"why_{each.code}"] = each.answer.why
    return StepDownForm(checks=checks, initial=initial, **kwargs)


def _last(record: MeetingRecord, row: PlanAction, **kwargs: Any) -> SectionForm:
    return LastActionForm(action=row, **kwargs)


def _row(record: MeetingRecord, row: PlanAction | Meeting, **kwargs: Any) -> SectionForm:
    """One line of the plan; of the meeting itself the empty one."""
    action = row if isinstance(row, PlanAction) else None
    goals = {str(each.goal.pk): each.goal for each in record.dangers}
    may = record.may_restrict
    return RowForm(action=action, owners=owners_of(record), goals=goals, may_restrict=may, **kwargs)


def _review(record: MeetingRecord, row: Meeting, **kwargs: Any) -> SectionForm:
    category = record.decision.category if record.decision else row.case.category
    slots = partial(review_slots, cast(User, record.reader), review_limit(category))
    return ReviewForm(category=category, slots=slots, initial={"review_on": row.review_on}, **kwargs)


STEP_DOWN_APART = "step-down-apart"
NOTED = (
    "last", "danger", "danger-end", "row", "attendance", "accepted", "new-danger", "map", "decision", "step-down",
    "action", "review",
)  # fmt: skip
PARTS: dict[str, Part] = {
    "attendance": Part(AgendaCode.INTRODUCTIONS, _attendance),
    "accepted": Part(AgendaCode.INTRODUCTIONS, partial(_empty, AcceptedForm)),
    "last": Part(Stage.LAST_ACTIONS, _last, lambda record: [*record.outstanding, *record.waiting]),
    "voice": Part(Stage.CHILD, partial(_of_row, VoiceForm, VOICE), lambda record: [record.voice]),
    "boxes": Part(Stage.NEW, partial(_boxes, AT_TABLE), _reporting),
    "apart": Part(Stage.NEW, partial(_boxes, (ContributionKind.APART,)), _reporting_apart),
    "score": Part(Stage.SAFETY, _score, lambda record: record.dangers),
    "why": Part(Stage.SAFETY, partial(_of_row, WhyForm, ["reason"]), _scores),
    "danger": Part(AgendaCode.SAFETY_MAP, _danger, lambda record: record.dangers),
    "danger-end": Part(AgendaCode.SAFETY_MAP, partial(_empty, EndDangerForm), lambda record: record.dangers),
    "new-danger": Part(AgendaCode.SAFETY_MAP, partial(_empty, NewDangerForm)),
    "map": Part(AgendaCode.SAFETY_MAP, _map),
    "notes": Part("", partial(_of_row, NotesForm, ("notes", "version")), lambda record: record.agenda),
    "decision": Part(Stage.DECIDE, _decision),
    "word": Part(Stage.DECIDE, _word),
    "step-down": Part(Stage.DECIDE, _step_down),
    STEP_DOWN_APART: Part(Stage.DECIDE, _step_down_apart),
    "row": Part(Stage.DECIDE, _row, lambda record: record.actions),
    "action": Part(Stage.DECIDE, _row),
    "review": Part(Stage.DECIDE, _review),
}
