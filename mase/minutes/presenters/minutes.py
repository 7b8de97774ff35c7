"""The minutes as a document: everything in words, in the order of the agenda, before a template draws it."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from string import ascii_uppercase
from typing import Any

from cases.record.choices import HarmStatus, RiskCategory
from cse_portal.accounts.models import Agency
from cse_portal.reference.selectors import clock_rule, label
from cse_portal.ui.charts import Chart, scale_spread
from cse_portal.ui.presenters import age_on, display_date, joined, local_date
from mase.cmog.presenters.cmog import how_known
from mase.meetings.choices import SUGGESTED, Audience
from mase.meetings.models.meeting import Invitation, Meeting
from mase.meetings.models.sections import ChildVoice, Contribution
from mase.meetings.presenters.reports import adjournment_lines, chair_words, held_words, late_words
from mase.meetings.selectors.record import MeetingRecord
from mase.meetings.selectors.thresholds import name_of
from mase.minutes.models import MinutesAction
from mase.minutes.presenters.agenda import Section, sections
from mase.minutes.presenters.attendance import Person, person, quorum
from mase.minutes.presenters.words import ObjectionLine, mark, objection_line, standing
from mase.minutes.selectors.content import said_of
from mase.minutes.selectors.minutes import MinutesRecord
from mase.plans.choices import MapKind, PlanP
from mase.plans.models.plan import Dissent, PlanAction
from mase.plans.models.safety_map import DangerStatement
from mase.plans.presenters.scale import days_of, marks_of

MARKING = "OFFICIAL-SENSITIVE"
SAID = ("Agreed by", "Left before it was decided", "No word recorded from")
Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class Brought:
    """What one agency brought: each box by its name, and whether it is of the restricted part."""

    agency: str
    boxes: list[tuple[str, str, bool]]


@dataclass(frozen=True)
class Danger:
    """A danger statement, its safety goal, and where each person placed the child's safety."""

    text: str
    disputed_by: str
    goal: str
    chart: Chart | None
    reasons: Pairs
    ended: str


@dataclass(frozen=True)
class PlanLine:
    """One action as the plan prints it; `letter` names its safety goal, which is printed once above."""

    p: str
    agency: str
    owner: str
    text: str
    who: str
    due: str
    known: str
    goal: str
    letter: str
    state: str
    outcome: str
    effect: str
    restricted: bool


@dataclass(frozen=True)
class Voice:
    """The child's own words and who heard them, or why they were not heard."""

    heard: bool
    not_yet: bool
    words: str
    source: str
    why_not: str
    parent_view: str
    parent_not_sought: str
    parent_source: str
    parent_changed: str
    what_changed: str


@dataclass(frozen=True)
class MinutesDocument:
    """What templates/pdf/minutes.html draws."""

    title: str
    under: str
    marking: str
    mark: str
    standing: str
    facts: Pairs
    people: list[Person]
    quorum: str
    purpose: str
    sections: list[Section]
    voice: Voice
    brought: list[Brought]
    map_columns: list[tuple[str, list[tuple[str, list[str]]]]]
    dangers: list[Danger]
    category: int | None
    decision: Pairs
    dissents: Pairs
    earlier: list[PlanLine]
    goals: Pairs
    plan: list[PlanLine]
    review: str
    answer_by: str
    objections_until: str
    objections: list[ObjectionLine]
    for_family: bool
    is_full: bool
    fingerprint: str

    @property
    def first(self) -> Pairs:
        """What the first page has in its block: category, harm and reasons."""
        return self.decision[:3]

    @property
    def said(self) -> Pairs:
        """What agencies said to it, below that block."""
        return [(name, words) for name, words in self.decision[3:] if name in SAID]

    @property
    def detail(self) -> Pairs:
        """The rest of the decision."""
        return [(name, words) for name, words in self.decision[3:] if name not in SAID]


def document(found: MinutesRecord) -> MinutesDocument:
    """The whole document."""
    record, meeting = found.record, found.record.meeting
    for_family = found.audience is Audience.OPEN
    agreed = [each for each in found.actions if not each.earlier]
    letters = _letters(agreed)
    is_open = found.version is not None and not found.version.is_final
    return MinutesDocument(
        title=_title(meeting),
        under=f"{held_words(meeting.started_at, meeting.ended_at)}. {meeting.place or 'By video call'}. Chair "
        f"{meeting.chair.full_name}. {meeting.case.reference}",
        marking=f"{MARKING} – RESTRICTED CASE" if meeting.case.is_restricted else MARKING,
        mark=mark(found),
        standing=standing(found),
        facts=facts(meeting),
        people=[person(each) for each in record.invitations],
        quorum=quorum(record),
        purpose=meeting.purpose,
        sections=sections(found),
        voice=voice(record),
        brought=brought(record, for_family=for_family),
        map_columns=map_columns(record),
        dangers=[danger(each, for_family=for_family) for each in record.dangers],
        category=record.decision.category if record.decision else None,
        decision=decision(record),
        dissents=[(dissent_heading(each), each.reason) for each in record.dissents],
        earlier=[_kept_line(each, for_family=for_family) for each in found.actions if each.earlier],
        goals=[(letter, goal) for goal, letter in letters.items()],
        plan=plan(agreed, letters),
        review=f"{meeting.review_on:%A} {display_date(meeting.review_on)}" if meeting.review_on else "",
        answer_by=display_date(clock_rule("ACTION_NAMED").due(meeting.ended_at))
        if agreed and is_open and meeting.ended_at and not for_family
        else "",
        objections_until=display_date(found.version.objections_until) if found.version and is_open else "",
        objections=[objection_line(each) for each in found.objections],
        for_family=for_family,
        is_full=found.audience is Audience.FULL,
        fingerprint=found.minutes.sha256,
    )


def _title(meeting: Meeting) -> str:
    """Simran Penrose, 17: review MASE."""
    child, kind = meeting.case.child, meeting.get_kind_display()
    age = age_on(child.date_of_birth, local_date(meeting.started_at))
    return f"{child.name}{'' if age is None else f', {age}'}: {kind[:1].lower()}{kind[1:]}"


def facts(meeting: Meeting) -> Pairs:
    """What the head does not say of whose meeting it was, when, and under whom."""
    child, case = meeting.case.child, meeting.case
    lines = [
        ("Date of birth", display_date(child.date_of_birth) or "not known"),
        *adjournment_lines(meeting),
        ("Chair", chair_words(meeting)),
        ("Lead professional", case.lead_professional.full_name if case.lead_professional else "None yet"),
        ("Category before", RiskCategory(meeting.category_at_entry).label),
    ]
    if late := late_words(meeting):
        lines.append(("Held late because", late))
    return lines


def voice(record: MeetingRecord) -> Voice:
    """The child's own words come first."""
    row = record.voice
    how = label("voice-tool", row.tool) if row.tool else ""
    alone = {True: "seen alone", False: "not alone", None: ""}[row.seen_alone]
    source = [f"Heard by {row.heard_by}" if row.heard_by else "", display_date(row.heard_on), how, alone]
    why = label("voice-not-obtained", row.not_obtained) if row.not_obtained else ""
    return Voice(
        heard=bool(row.obtained),
        not_yet=row.obtained is None,
        words=row.words,
        source=", ".join(part for part in source if part),
        why_not=" ".join(part for part in (f"{why}." if why else "", row.not_obtained_detail) if part),
        parent_view=row.parent_view,
        parent_not_sought=row.parent_not_sought,
        parent_source=", ".join(filter(None, _parent_heard(row))),
        parent_changed=row.parent_changed,
        what_changed=row.what_changed,
    )


def _parent_heard(row: ChildVoice) -> list[str]:
    by = f"Heard by {row.parent_heard_by}" if row.parent_heard_by else ""
    how = label("parent-heard", row.parent_how) if row.parent_how else ""
    alone = {True: "without the child or a partner", False: "with others there", None: ""}[row.parent_alone]
    return [by, display_date(row.parent_heard_on), how.lower(), alone]


def map_columns(record: MeetingRecord) -> list[tuple[str, list[tuple[str, list[str]]]]]:
    """The three columns of the Signs of Safety map, each with its headed lists; nothing of an empty map."""
    columns = (
        ("What are we worried about?", (MapKind.HARM, MapKind.COMPLICATING)),
        ("What is working well?", (MapKind.STRENGTH, MapKind.SAFETY)),
        ("What needs to happen?", (MapKind.NEXT_STEP,)),
    )
    lines = {
        kind: [f"{each.text}{_apart(each.restricted)}" for each in record.entries if each.kind == kind]
        for kind in MapKind
    }
    if not record.entries:
        return []
    return [
        (heading, [(kind.label, lines[kind]) for kind in kinds if lines[kind]]) for heading, kinds in columns
    ]


def danger(statement: DangerStatement, *, for_family: bool = False) -> Danger:
    """One danger with its goal and its scale: every person's number, never an average.

    The family reads everybody's number, and why only of those who came for the family.
    """
    scores = [each for each in statement.scores.all() if each.is_of_family or not for_family]
    marks = marks_of(statement, _who)
    words = "0 means harm is certain, 10 means safe enough to close. One line for each person."
    goal = getattr(statement, "goal", None)
    return Danger(
        text=statement.text,
        disputed_by=statement.disputed_by,
        goal=goal.text if goal else "",
        chart=scale_spread("How safe is the child, from 0 to 10?", words, marks, days_of(statement))
        if marks
        else None,
        reasons=[(f"{_who(each.invitation)}, {each.value}", each.reason) for each in scores if each.reason],
        ended=statement.ended_words,
    )


def brought(record: MeetingRecord, *, for_family: bool = False) -> list[Brought]:
    """What each agency brought, box by box; last who of those asked brought nothing, which the family is not told."""
    told = [
        Brought(agency.name, [(*_said_in(each), each.is_apart) for each in rows])
        for agency, rows in record.brought
        if rows
    ]
    silent = sorted(agency.name for agency, rows in record.brought if not rows)
    if silent and not for_family:
        told.append(Brought("Nothing was told by", [("", joined(silent), False)]))
    return told


def _said_in(box: Contribution) -> tuple[str, str]:
    name = box.get_kind_display()
    return (f"Suggested, {name}" if box.kind in SUGGESTED else name), box.text


def decision(record: MeetingRecord) -> Pairs:
    """The category, the harm status, why, who agreed, and the checklist where the category fell."""
    row = record.decision
    if row is None:
        return []
    points = "\n".join(
        f"{label('step-down', each.code)}: {each.in_words}{_apart(each.restricted)}"
        for each in record.step_down_points
    )
    said = [
        ("Category", RiskCategory(row.category).label),
        ("Harm", HarmStatus(row.harm_status).label),
        ("Reasons", row.rationale),
        (
            "Models of exploitation",
            joined(label("exploitation-model", each) for each in row.exploitation_models),
        ),
        *zip(SAID, map(_named, (record.agreeing, record.left_before, record.silent)), strict=True),
        ("Before it fell", points),
    ]
    return [(name, words) for name, words in said if words]


def _named(agencies: Iterable[Agency]) -> str:
    return joined(each.name for each in agencies)


def dissent_heading(row: Dissent) -> str:
    """Whose it is, and of what it was said where the meeting decided otherwise afterwards."""
    if row.is_of_current_decision:
        return row.agency.name
    return f"{row.agency.name}, of what was decided first and then changed: {row.of_earlier}"


def plan(agreed: Sequence[MinutesAction], letters: Mapping[str, str]) -> list[PlanLine]:
    """What was agreed, by agency and day."""
    lines = sorted(agreed, key=lambda each: (each.said["agency"], each.said["due_on"]))
    return [replace(line, letter=letters.get(line.goal, "")) for line in map(_kept_line, lines)]


def _letters(agreed: Sequence[MinutesAction]) -> dict[str, str]:
    """A letter for each safety goal that an action serves."""
    goals = dict.fromkeys(each.said["goal"] for each in agreed if each.said["goal"])
    return dict(zip(goals, ascii_uppercase, strict=False))


def plan_line(action: PlanAction) -> PlanLine:
    """One action in words, as it stands now."""
    return _line(said_of(action), restricted=action.restricted)


def _kept_line(row: MinutesAction, *, for_family: bool = False) -> PlanLine:
    """What came of it is what its agency reported, for professionals."""
    said = row.said | {"outcome": "", "effect": ""} if for_family else row.said
    return _line(said, restricted=row.action.restricted)


def _line(said: dict[str, Any], *, restricted: bool) -> PlanLine:
    return PlanLine(
        p=PlanP(said["p"]).label,
        agency=said["agency"],
        owner=said["owner"],
        text=said["text"],
        who=", ".join(filter(None, (said["owner"], said["agency"]))),
        due=display_date(dt.date.fromisoformat(said["due_on"])),
        known=how_known(said["priority"], said["measure"]) if said["measure"] else "",
        goal=said["goal"],
        letter="",
        state=said["standing"],
        outcome=said["outcome"],
        effect=said["effect"],
        restricted=restricted,
    )


def _apart(restricted: bool) -> str:
    return " (professionals only)" if restricted else ""


def _who(invitation: Invitation | None) -> str:
    if invitation is None or invitation.agency is None:
        return name_of(invitation)
    return invitation.person.full_name if invitation.person else invitation.agency.short_name
