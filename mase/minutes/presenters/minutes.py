"""The minutes of a child's meeting as a document: what a template cannot say by itself, in words."""

import datetime as dt
from collections.abc import Mapping, Sequence
from string import ascii_uppercase
from typing import Any

from cases.record.choices import RiskCategory
from cse_portal.reference.selectors import clock_rule, label
from cse_portal.ui.charts import scale_spread
from cse_portal.ui.pdf import compose
from cse_portal.ui.presenters import age_on, display_date, joined, local_date
from mase.cmog.presenters.cmog import how_known
from mase.meetings.choices import MINUTE_TAKER, SUGGESTED, AgendaCode, Audience
from mase.meetings.models.meeting import Invitation, Meeting
from mase.meetings.presenters.meeting import COLUMNS
from mase.meetings.presenters.reports import chair_words, held_words, interruption_lines, late_words
from mase.meetings.selectors.record import MeetingRecord
from mase.meetings.selectors.thresholds import name_of
from mase.minutes.models import MinutesAction, MinutesWording
from mase.minutes.selectors.content import said_of
from mase.minutes.selectors.minutes import MinutesRecord
from mase.plans.choices import MapKind, PlanP
from mase.plans.models.plan import AgencyView, PlanAction
from mase.plans.models.safety_map import DangerStatement
from mase.plans.presenters.scale import days_of, marks_of
from mase.transition.selectors import AGENDA_CODE as TURNING_18

MARKING = "OFFICIAL-SENSITIVE"
NARROW = 420  # a chart beside its danger
Pairs = list[tuple[str, str]]
Line = dict[str, Any]  # what a template prints: an action, a danger, what an agency brought


def composed(found: MinutesRecord) -> str:
    """The copy for one audience, from what that audience may read and nothing else."""
    return compose("pdf/minutes.html", {"m": document(found)})


def document(found: MinutesRecord) -> dict[str, Any]:
    """What templates/pdf/minutes.html draws: what was found, and what a template cannot say of it."""
    record, meeting = found.record, found.record.meeting
    for_family, said = found.audience is Audience.OPEN, said_under(found)
    agreed = [each for each in found.actions if not each.earlier]
    goals, answer_by = dict.fromkeys(each.said["goal"] for each in agreed if each.said["goal"]), ""
    letters = dict(zip(goals, ascii_uppercase, strict=False))  # a letter for each goal that an action serves
    if agreed and found.version and meeting.ended_at and not for_family:
        answer_by = display_date(clock_rule("ACTION_NAMED").due(meeting.ended_at))
    return {
        "found": found,
        "title": _title(meeting),
        "under": f"{held_words(meeting.started_at, meeting.ended_at)}. {meeting.place or 'By video call'}. Chair "
        f"{meeting.chair.full_name}. {meeting.case.reference}",
        "marking": f"{MARKING} – RESTRICTED CASE" if meeting.case.is_restricted else MARKING,
        "mark": _mark(found),
        "facts": facts(meeting),
        "people": [person(each) for each in record.invitations],
        "quorum": quorum(record),
        "said": said,
        "rest": [each for each in said.values() if each["item"].code not in PLACED],
        "voice": voice(record),
        "brought": brought(record, for_family=for_family),
        "map_columns": map_columns(record),
        "dangers": [danger(each, for_family=for_family) for each in record.dangers],
        "views": views(record),
        "details": details(record),
        "dissents": [(dissent_heading(each), each.reason) for each in record.dissents],
        "earlier": [_kept_line(each, for_family=for_family) for each in found.actions if each.earlier],
        "goals": [(letter, goal) for goal, letter in letters.items()],
        "plan": plan(agreed, letters),
        "answer_by": answer_by,
        "for_family": for_family,
        "is_full": found.audience is Audience.FULL,
    }


def _title(meeting: Meeting) -> str:
    """Simran Penrose, 17: review MASE."""
    child, kind = meeting.case.child, meeting.get_kind_display()
    age = age_on(child.date_of_birth, local_date(meeting.started_at))
    return f"{child.name}{'' if age is None else f', {age}'}: {kind[:1].lower()}{kind[1:]}"


def _mark(found: MinutesRecord) -> str:
    """Names these minutes on every page: reference, day of the meeting, and which version."""
    meeting, version = found.record.meeting, found.version
    which = f"version {version.number}" if version else "draft"
    return f"{meeting.case.reference} · {local_date(meeting.started_at):%Y-%m-%d} · {which}"


def facts(meeting: Meeting) -> Pairs:
    """What the head does not say of whose meeting it was, when, and under whom."""
    case, late, chaired = meeting.case, late_words(meeting), chair_words(meeting)
    lines = [
        ("Date of birth", display_date(case.child.date_of_birth)),
        *interruption_lines(meeting),
        ("Chair", chaired if chaired != meeting.chair.full_name else ""),
        ("Lead professional", case.lead_professional.full_name if case.lead_professional else "None yet"),
        ("Category before", RiskCategory(meeting.category_at_entry).label),
        ("Held late because", late),
        ("Purpose", meeting.purpose),
    ]
    return [(name, words) for name, words in lines if words]


# What has a place of its own in the document; notes on it stand there.
PLACED = (AgendaCode.VOICE, AgendaCode.AGENCIES, AgendaCode.SAFETY_MAP)


def said_under(found: MinutesRecord) -> dict[str, Line]:
    """The items under which there are notes, each as it is worded, in the order of the agenda; by a code for templates.

    Of a child who turns 18 there are the steps as the meeting had them as well.
    """
    made = {}
    for item in found.record.agenda:
        wording: MinutesWording | None = found.wordings.get(item.pk)
        words = wording.words if wording else item.notes
        if item.code == TURNING_18:
            words = "\n\n".join(filter(None, (" ".join(item.guidance.split("\n")), words)))
        if words:
            by_chair = wording is not None and wording.is_reworded
            made[item.code.replace("-", "_")] = {"item": item, "words": words, "by_chair": by_chair}
    return made


def voice(record: MeetingRecord) -> Line:
    """The child's own words and a parent's, with who heard them, or why they were not heard."""
    row = record.voice
    alone = {True: "seen alone", False: "not alone", None: ""}[row.seen_alone]
    how = label("voice-tool", row.tool) if row.tool else ""
    why = f"{label('voice-not-obtained', row.not_obtained)}." if row.not_obtained else ""
    with_parent = {True: "without the child or a partner", False: "with others there", None: ""}
    parent_how = label("parent-heard", row.parent_how).lower() if row.parent_how else ""
    parent = (row.parent_heard_by, row.parent_heard_on, parent_how, with_parent[row.parent_alone])
    return {
        "row": row,
        "source": _heard(row.heard_by, row.heard_on, how, alone),
        "why_not": " ".join(filter(None, (why, row.not_obtained_detail))),
        "parent_source": _heard(*parent),
    }


def _heard(by: str, on: dt.date | None, *how: str) -> str:
    return ", ".join(filter(None, (f"Heard by {by}" if by else "", display_date(on), *how)))


def map_columns(record: MeetingRecord) -> list[tuple[str, list[tuple[str, list[str]]]]]:
    """The three columns of the Signs of Safety map, each with its headed lists; nothing of an empty map."""
    lines = {
        kind: [f"{each.text}{_apart(each.restricted)}" for each in record.entries if each.kind == kind]
        for kind in MapKind
    }
    found = [
        (heading, [(kind.label, lines[kind]) for kind in kinds if lines[kind]]) for heading, kinds in COLUMNS
    ]
    return [(heading, lists) for heading, lists in found if lists]


def danger(statement: DangerStatement, *, for_family: bool = False) -> Line:
    """One danger and its scale: every person's number, never an average.

    The family reads everybody's number, and why only of those who came for the family.
    """
    scores = [each for each in statement.scores.all() if each.is_of_family or not for_family]
    marks = marks_of(statement, _who)
    words = "0 means harm is certain, 10 means safe enough to close. One line for each person."
    title = "How safe is the child, from 0 to 10?"
    return {
        "row": statement,
        "chart": scale_spread(title, words, marks, days_of(statement), width=NARROW) if marks else None,
        "reasons": [
            (f"{_who(each.invitation)}, {each.value}", each.reason) for each in scores if each.reason
        ],
    }


def brought(record: MeetingRecord, *, for_family: bool = False) -> list[Line]:
    """What each agency brought, box by box, and whether it is of the restricted part.

    Last who of those asked brought nothing, which the family is not told.
    """
    told: list[Line] = []
    for agency, rows in record.brought:
        named = [("Suggested, " if each.kind in SUGGESTED else "") + each.get_kind_display() for each in rows]
        boxes = [(name, each.text, each.is_apart) for name, each in zip(named, rows, strict=True)]
        told += [{"agency": agency.name, "boxes": boxes}] if boxes else []
    silent = sorted(agency.name for agency, rows in record.brought if not rows)
    if silent and not for_family:
        told.append({"agency": "Nothing was told by", "boxes": [("", joined(silent), False)]})
    return told


def views(record: MeetingRecord) -> Pairs:
    """Who agreed with the decision, and who said nothing to it."""
    said = (
        ("Agree", record.agreeing),
        ("Left before it was decided", record.left_before),
        ("No word recorded from", record.silent),
    )
    return [(name, joined(each.name for each in agencies)) for name, agencies in said if agencies]


def details(record: MeetingRecord) -> Pairs:
    """Of the decision the models of exploitation, and the checklist where the category fell."""
    models = record.decision.exploitation_models if record.decision else []
    points = [
        (each.met, label("step-down", each.code), f"{each.in_words}{_apart(each.restricted)}")
        for each in record.step_down_points
    ]
    said = [
        ("Models of exploitation", joined(label("exploitation-model", each) for each in models)),
        ("Met before the category fell", "; ".join(name for met, name, _ in points if met)),
        ("Not met", "\n".join(f"{name}: {words}" for met, name, words in points if not met)),
    ]
    return [(name, words) for name, words in said if words]


def dissent_heading(row: AgencyView) -> str:
    """Whose it is, and of what it was said where the meeting decided otherwise afterwards."""
    if row.is_of_current_decision:
        return row.agency.name
    return f"{row.agency.name}, of what was decided first and then changed: {row.of_earlier}"


def plan(agreed: Sequence[MinutesAction], letters: Mapping[str, str]) -> list[Line]:
    """What was agreed, by agency and day."""
    lines = sorted(agreed, key=lambda each: (each.said["agency"], each.said["due_on"]))
    return [_kept_line(each) | {"letter": letters.get(each.said["goal"], "")} for each in lines]


def plan_line(action: PlanAction) -> Line:
    """One action in words, as it stands now."""
    return _line(said_of(action), restricted=action.restricted)


def _kept_line(row: MinutesAction, *, for_family: bool = False) -> Line:
    """What came of it is what its agency reported, for professionals."""
    said = row.said | {"outcome": "", "effect": ""} if for_family else row.said
    return _line(said, restricted=row.action.restricted)


def _line(said: Line, *, restricted: bool) -> Line:
    return said | {
        "p": PlanP(said["p"]).label,
        "who": ", ".join(filter(None, (said["owner"], said["agency"]))),
        "due": display_date(dt.date.fromisoformat(said["due_on"])),
        "known": how_known(said["priority"], said["measure"]) if said["measure"] else "",
        "restricted": restricted,
    }


def person(invitation: Invitation) -> tuple[str, str]:
    """Who was asked, by name where it is known, and their agency; the role of who led, wrote or is family. Who came."""
    came, agency = invitation.who_came, invitation.agency
    writes = invitation.takes_minutes and invitation.role != "CHAIR"
    role = label("meeting-role", MINUTE_TAKER if writes else invitation.role)
    name = invitation.person.full_name if invitation.person else invitation.name
    who = f"{came} for {name}" if came and name and came != name else came or name
    of = agency.short_name if agency and who else ""
    said = writes or invitation.role == "CHAIR" or not agency and who
    words = [who or (agency.name if agency else role), of, role.lower() if said else ""]
    return ", ".join(filter(None, words)), invitation.get_came_as_display() or "Not marked"


def quorum(record: MeetingRecord) -> str:
    """Whether police, social care and health were there, and why the meeting went ahead without."""
    if not record.missing_quorum:
        return "Quorate: police, children's social care and health were there."
    reason = record.meeting.no_quorum_reason
    return f"Nobody was there from {joined(record.missing_quorum)}. The meeting went ahead because: {reason}"


def _apart(restricted: bool) -> str:
    return " (professionals only)" if restricted else ""


def _who(invitation: Invitation | None) -> str:
    if invitation is None or invitation.agency is None:
        return name_of(invitation)
    return invitation.person.full_name if invitation.person else invitation.agency.short_name
