"""Which form belongs to which part of a meeting, for anyone who may write it now."""

import uuid
from collections.abc import Callable
from functools import partial
from typing import Any, cast

from cse_portal.accounts.models import User
from cse_portal.errors import NotVisible
from mase.meetings.choices import AT_TABLE, AgendaCode, ContributionKind, Stage
from mase.meetings.forms.agencies import RowForm, WordForm, owners_of
from mase.meetings.forms.reports import BoxesForm, ReviewForm, StepDownForm
from mase.meetings.forms.sections import (
    DangerForm,
    DecisionForm,
    EndDangerForm,
    EntryForm,
    NotesForm,
    SectionForm,
    VoiceForm,
)
from mase.meetings.forms.table import AcceptedForm, AttendanceForm, LastActionForm, ScoreForm, WhyForm
from mase.meetings.selectors.category import lowest
from mase.meetings.selectors.checks import review_limit
from mase.meetings.selectors.meetings import Powers
from mase.meetings.selectors.presence import part_id
from mase.meetings.selectors.record import MeetingRecord, one_of
from mase.meetings.selectors.sessions import review_slots
from mase.meetings.selectors.step_down import Check, checklist, confirms, lowers
from mase.meetings.services.sections import Voice
from mase.plans.models.plan import PlanAction

Key = tuple[str, uuid.UUID]
Maker = Callable[..., SectionForm]
VOICE = tuple(Voice.__dataclass_fields__)
DECISION = ("category", "harm_status", "rationale", "exploitation_models", "version")


def section_form(record: MeetingRecord, key: Key, data: Any = None) -> SectionForm:
    """The form of one part, filled with what is stored or with what was posted; an unknown part does not exist."""
    kind, pk = key
    if kind not in MAKERS:
        raise NotVisible
    return MAKERS[kind](record, pk, data=data, prefix=part_id(*key))


def keys_for(record: MeetingRecord, powers: Powers) -> list[Key]:
    """The parts this person may write now: before the start only what each brings along, after the end nothing."""
    meeting = record.meeting
    if not meeting.is_open:
        return []
    own = powers.agency.pk if powers.agency and powers.contributes else None
    keys: list[Key] = [
        ("boxes", each.pk)
        for each in record.reporting
        if meeting.is_running and (powers.notes or each.pk == own) and each.pk not in record.held_back
    ]
    keys += [
        ("apart", each.pk)
        for each in record.reporting
        if meeting.is_running and (powers.chairs or each.pk == own) and may_write_apart(record, each.pk)
    ]
    if powers.schedules or powers.notes and meeting.is_running:
        keys.append(("voice", record.voice.pk))
    if powers.notes and meeting.is_running:
        keys += [("notes", item.pk) for item in record.agenda if not record.hides_notes_of(item)]
    if not meeting.is_running:
        return keys
    if powers.notes:
        keys += [("last", each.pk) for each in [*record.outstanding, *record.waiting]]
        keys += [(kind, each.pk) for each in record.dangers for kind in ("danger", "danger-end")]
        keys += [("row", each.pk) for each in record.actions]
        keys += [(kind, meeting.pk) for kind in OF_THE_MEETING if kind != "step-down" or lowers(record)]
    elif own and lowers(record) and confirms(record):
        keys.append((STEP_DOWN_APART, meeting.pk))
    seat = record.seat if powers.contributes else None
    if powers.notes or powers.schedules or seat:
        keys += [("score", each.pk) for each in record.dangers]
    if powers.notes or own in {each.pk for each in record.agencies}:
        keys.append(("word", meeting.pk))
    given = () if record.shared else (score for each in record.dangers for score in each.scores.all())
    keys += [("why", each.pk) for each in given if powers.notes or seat and each.invitation_id == seat.pk]
    return keys


def place_of(record: MeetingRecord, key: Key) -> str:
    """The stage, or the code of the item, where this part is written."""
    if key[0] == "notes":
        return str(one_of(record.agenda, key[1]).code)
    if key[0] == "new-danger" and not record.dangers:
        return Stage.SAFETY
    return PLACES[key[0]]


def _notes(record: MeetingRecord, pk: uuid.UUID, **kwargs: Any) -> SectionForm:
    item = one_of(record.agenda, pk)
    return NotesForm(initial={"notes": item.notes, "version": item.version}, **kwargs)


def _last(record: MeetingRecord, pk: uuid.UUID, **kwargs: Any) -> SectionForm:
    action = one_of([*record.outstanding, *record.waiting], pk)
    return LastActionForm(action=action, **kwargs)


def _boxes(record: MeetingRecord, pk: uuid.UUID, **kwargs: Any) -> SectionForm:
    """What an agency says at the table; none while some of it is not on this screen."""
    if pk in record.held_back:
        raise NotVisible
    return _kinds(record, pk, AT_TABLE, **kwargs)


def _apart(record: MeetingRecord, pk: uuid.UUID, **kwargs: Any) -> SectionForm:
    """What it writes for the restricted part: on a screen that shows that part, and on its own."""
    if not may_write_apart(record, pk):
        raise NotVisible
    return _kinds(record, pk, (ContributionKind.APART,), **kwargs)


def _kinds(
    record: MeetingRecord, pk: uuid.UUID, kinds: tuple[ContributionKind, ...], **kwargs: Any
) -> SectionForm:
    agency = one_of(record.reporting, pk)
    rows = [each for each in record.contributions if each.agency_id == pk and each.kind in kinds]
    return BoxesForm(rows=rows, kinds=kinds, agency=agency, **kwargs)


def may_write_apart(record: MeetingRecord, agency: uuid.UUID) -> bool:
    """Whether what this agency wrote for the restricted part is on this screen, if it wrote any."""
    return not record.shared and (record.sees_restricted or record.own == agency)


def _voice(record: MeetingRecord, pk: uuid.UUID, **kwargs: Any) -> SectionForm:
    voice = one_of([record.voice], pk)
    initial = {name: getattr(voice, name) for name in VOICE}
    return VoiceForm(initial={**initial, "version": voice.version}, **kwargs)


def _attendance(record: MeetingRecord, pk: uuid.UUID, **kwargs: Any) -> SectionForm:
    one_of([record.meeting], pk)
    return AttendanceForm(invitations=record.invitations, names=record.names, **kwargs)


def _accepted(record: MeetingRecord, pk: uuid.UUID, **kwargs: Any) -> SectionForm:
    one_of([record.meeting], pk)
    return AcceptedForm(**kwargs)


def _danger(record: MeetingRecord, pk: uuid.UUID, **kwargs: Any) -> SectionForm:
    row = one_of(record.dangers, pk)
    initial = {
        "text": row.text,
        "disputed_by": row.disputed_by,
        "goal": row.goal.text,
        "version": row.version,
    }
    return DangerForm(initial=initial, **kwargs)


def _danger_end(record: MeetingRecord, pk: uuid.UUID, **kwargs: Any) -> SectionForm:
    one_of(record.dangers, pk)
    return EndDangerForm(**kwargs)


def _new_danger(record: MeetingRecord, pk: uuid.UUID, **kwargs: Any) -> SectionForm:
    one_of([record.meeting], pk)
    form = DangerForm(**kwargs)
    form.button = "Add danger and goal"
    return form


def _map(record: MeetingRecord, pk: uuid.UUID, **kwargs: Any) -> SectionForm:
    one_of([record.meeting], pk)
    return EntryForm(may_restrict=record.may_restrict, **kwargs)


def _score(record: MeetingRecord, pk: uuid.UUID, **kwargs: Any) -> SectionForm:
    one_of(record.dangers, pk)
    return ScoreForm(seats=record.seats, names=record.names, **kwargs)


def _why(record: MeetingRecord, pk: uuid.UUID, **kwargs: Any) -> SectionForm:
    score = one_of([score for each in record.dangers for score in each.scores.all()], pk)
    return WhyForm(initial={"reason": score.reason}, **kwargs)


def _decision(record: MeetingRecord, pk: uuid.UUID, **kwargs: Any) -> SectionForm:
    one_of([record.meeting], pk)
    made = record.decision
    initial = {"version": 0, "exploitation_models": record.meeting.case.exploitation_models}
    if made:
        initial = {name: getattr(made, name) for name in DECISION}
    limit = lowest(record.meeting.case, record.evidence)
    return DecisionForm(limit=limit, shared=record.shared, initial=initial, **kwargs)


def _word(record: MeetingRecord, pk: uuid.UUID, **kwargs: Any) -> SectionForm:
    one_of([record.meeting], pk)
    made = record.decision
    initial = {
        "of": f"{made.category} {made.harm_status}" if made else "",
        "seen": " ".join(str(each.pk) for each in record.dissents if each.is_of_current_decision),
    }
    return WordForm(agencies=record.agencies, silent=record.silent, initial=initial, **kwargs)


def _step_down(record: MeetingRecord, pk: uuid.UUID, **kwargs: Any) -> SectionForm:
    return _checklist(record, pk, checklist(record), **kwargs)


def _step_down_apart(record: MeetingRecord, pk: uuid.UUID, **kwargs: Any) -> SectionForm:
    """For an agency that confirms points: those."""
    own = [each for each in checklist(record) if each.owner == record.own_kind]
    return _checklist(record, pk, own, own=record.own_kind, **kwargs)


def _checklist(record: MeetingRecord, pk: uuid.UUID, checks: list[Check], **kwargs: Any) -> SectionForm:
    one_of([record.meeting], pk)
    initial: dict[str, str] = {}
    for each in checks:
        if each.answer is not None:
            initial |= {
                f"met_{each.code}": "yes" if each.answer.met else "no",
                f"why_{each.code}": each.answer.why,
            }
    return StepDownForm(checks=checks, initial=initial, **kwargs)


def _action(record: MeetingRecord, pk: uuid.UUID, **kwargs: Any) -> SectionForm:
    one_of([record.meeting], pk)
    return _line(record, None, **kwargs)


def _row(record: MeetingRecord, pk: uuid.UUID, **kwargs: Any) -> SectionForm:
    return _line(record, one_of(record.actions, pk), **kwargs)


def _line(record: MeetingRecord, action: PlanAction | None, **kwargs: Any) -> SectionForm:
    return RowForm(action=action, owners=owners_of(record), may_restrict=record.may_restrict, **kwargs)


def _review(record: MeetingRecord, pk: uuid.UUID, **kwargs: Any) -> SectionForm:
    one_of([record.meeting], pk)
    category = record.decision.category if record.decision else record.meeting.case.category
    slots = partial(review_slots, cast(User, record.reader), review_limit(category))
    return ReviewForm(
        category=category, slots=slots, initial={"review_on": record.meeting.review_on}, **kwargs
    )


OF_THE_MEETING: dict[str, Maker] = {
    "attendance": _attendance, "accepted": _accepted, "new-danger": _new_danger, "map": _map,
    "decision": _decision, "step-down": _step_down, "action": _action, "review": _review,
}  # fmt: skip
STEP_DOWN_APART = "step-down-apart"
MAKERS: dict[str, Maker] = {
    STEP_DOWN_APART: _step_down_apart,
    "notes": _notes, "last": _last, "boxes": _boxes, "apart": _apart, "voice": _voice, "danger": _danger,
    "danger-end": _danger_end, "score": _score, "why": _why, "word": _word, "row": _row,
    **OF_THE_MEETING,
}  # fmt: skip
PLACES: dict[str, str] = {
    "attendance": AgendaCode.INTRODUCTIONS, "accepted": AgendaCode.INTRODUCTIONS, "last": Stage.LAST_ACTIONS,
    "voice": Stage.CHILD, "boxes": Stage.NEW, "apart": Stage.NEW, "score": Stage.SAFETY, "why": Stage.SAFETY,
    "danger": AgendaCode.SAFETY_MAP, "danger-end": AgendaCode.SAFETY_MAP, "new-danger": AgendaCode.SAFETY_MAP,
    "map": AgendaCode.SAFETY_MAP, "decision": Stage.DECIDE, "word": Stage.DECIDE, "step-down": Stage.DECIDE,
    STEP_DOWN_APART: Stage.DECIDE, "action": Stage.DECIDE, "row": Stage.DECIDE, "review": Stage.DECIDE,
    "dissent": Stage.DECIDE,
}  # fmt: skip
