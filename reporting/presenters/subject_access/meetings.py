"""Each meeting as its minutes have it, in texts that can be decided on one by one; what the child said, first."""

import uuid
from collections.abc import Mapping

from cases.choices import Ground, HarmStatus, ItemKind, RiskCategory, Section
from cases.services.subject_access import ItemDraft, PassageDraft
from cse_portal.ui.presenters import display_date, joined, local_date
from mase.models import (
    AgencyInformation,
    ChildVoice,
    ClockPause,
    DangerStatement,
    Dissent,
    Invitation,
    MaseMeeting,
    PlanAction,
    ScaleScore,
)
from mase.selectors.minutes import MinutesTexts
from mase.selectors.record import MeetingRecord
from mase.selectors.suggestions import suggestions
from reporting.presenters.subject_access.cmog import cmog_item
from reporting.presenters.subject_access.drafting import (
    is_police_work,
    kept_apart,
    of_police,
    passages,
    titled,
    worded,
)
from reporting.selectors.subject_access import WholeRecord

SOURCE = "mase.MaseMeeting"


def voices(record: WholeRecord) -> list[ItemDraft]:
    """What the child told each meeting, in their own words, and beside it what a parent said.

    Of the meeting's record, so by the meeting's key, as all that was said there.
    """
    return [_voice(meeting) for meeting in record.meetings]


def meetings(record: WholeRecord) -> list[ItemDraft]:
    """Every meeting about the child, held or not; and what each CMOG said of them."""
    held = [_meeting(meeting, record.minutes[meeting.meeting.pk]) for meeting in record.meetings]
    return [*held, *(cmog_item(item) for item in record.cmog)]


def _voice(record: MeetingRecord) -> ItemDraft:
    row, source = record.voice, "mase.ChildVoice"
    how = [
        ("Heard by", row.heard_by),
        ("Heard on", display_date(row.heard_on)),
        ("How", worded("voice-tool", row.tool)),
        ("Seen alone", {True: "Yes", False: "No", None: ""}[row.seen_alone]),
        ("What changed because of it", row.what_changed),
    ]
    parent = [
        ("What a parent or carer said", row.parent_view),
        ("Why nobody asked for it", row.parent_not_sought),
        ("Who spoke with them", _parent_heard(row)),
        ("How they were heard", worded("parent-heard", row.parent_how)),
        ("Without you or a partner there", {True: "Yes", False: "No", None: ""}[row.parent_alone]),
        ("What changed because of their view", row.parent_changed),
    ]
    return ItemDraft(
        ItemKind.VOICE, "What you said before the meeting", source, row.meeting_id,
        local_date(record.meeting.scheduled_for), None,
        [
            *passages(source, [("Your words", row.words), *how, ("Why you were not heard", _not_heard(row))]),
            *passages(source, parent, held=Ground.THIRD_PARTY),
        ],
    )  # fmt: skip


def _meeting(record: MeetingRecord, minutes: MinutesTexts) -> ItemDraft:
    meeting = record.meeting
    family = [("Why no parent or carer was asked to come", worded("not-invited", meeting.parent_not_invited))]
    said = [
        *passages(SOURCE, _facts(record)),
        *passages(SOURCE, family, held=Ground.THIRD_PARTY),
        *_clocks(meeting),
        *_course(meeting),
        *_who_came(record),
        *_told(record),
        *_map(record),
        *_decided(record),
        *_notes(record),
        *_minutes(minutes),
    ]
    return ItemDraft(
        ItemKind.MEETING,
        meeting.get_kind_display(),
        SOURCE,
        meeting.pk,
        local_date(meeting.scheduled_for),
        None,
        said,
    )


def _facts(record: MeetingRecord) -> list[tuple[str, object]]:
    meeting = record.meeting
    return [
        ("How it stands", meeting.get_state_display()),
        ("Where", meeting.place),
        ("What it was for", meeting.purpose),
        ("Category before", RiskCategory(meeting.category_at_entry).label),
        ("Why you were not asked to come", worded("not-invited", meeting.child_not_invited)),
        ("Why it was late", worded("late-reason", meeting.late_reason)),
        ("Why nobody else was asked to come", meeting.nobody_invited_reason),
        ("Why it went ahead with some agencies missing", meeting.no_quorum_reason),
        ("Why some actions did not say how anybody would know that they are done", meeting.no_measure_reason),
        ("Why it was cancelled", meeting.cancelled_reason),
        ("Next review by", display_date(meeting.review_on)),
    ]


def _clocks(meeting: MaseMeeting) -> list[PassageDraft]:
    """What held the meeting up, step by step, and why a step was late."""
    pauses = [
        (f"{each.get_step_display()}: paused", f"{worded('pause-reason', each.reason)}, {_days(each)}")
        for each in meeting.clock_pauses.all()
    ]
    late = [
        (f"{each.get_step_display()}: late", worded("late-reason", each.reason))
        for each in meeting.late_reasons.all()
    ]
    return [*passages("mase.ClockPause", pauses), *passages("mase.LateReason", late)]


def _course(meeting: MaseMeeting) -> list[PassageDraft]:
    """When it had begun before and was broken off, and that somebody else took the chair; not who, but why."""
    broken = [
        (
            f"Why what began on {display_date(each.started_at)} was not held then, or was broken off",
            each.reason,
        )
        for each in meeting.broken_off.all()
    ]
    passed = [("Why somebody else took the chair", each.reason) for each in meeting.chairs_passed.all()]
    return [*passages("mase.BrokenOff", broken), *passages("mase.ChairPassed", passed)]


def _days(pause: ClockPause) -> str:
    until = f" to {display_date(pause.ends_on)}" if pause.ends_on else ""
    return f"from {display_date(pause.starts_on)}{until}"


def _who_came(record: MeetingRecord) -> list[PassageDraft]:
    """Professionals by their agency; whoever came for the family is somebody else."""
    asked = joined(
        sorted({each.agency.name if each.agency else _family(each) for each in record.invitations})
    )
    lines = [
        (f"Attendance: {each.agency.name if each.agency else _family(each)}"[:200], _came(each), each)
        for each in record.invitations
        if hasattr(each, "attendance")
    ]
    came = [
        draft
        for label, words, each in lines
        for draft in passages("mase.Attendance", [(label, words)], held=_of_somebody_else(each))
    ]
    return [*passages("mase.Invitation", [("Who was asked to come", asked)]), *came]


def _told(record: MeetingRecord) -> list[PassageDraft]:
    agreed = {each.pk: each for each in record.actions}
    told = [
        draft
        for each in record.information
        for draft in [
            *passages(
                "mase.AgencyInformation",
                [
                    (f"What {each.agency.name} told", each.text),
                    (f"What {each.agency.name} worries about", each.worries),
                    (f"What {each.agency.name} says works well", each.working_well),
                ],
                police=of_police(each.agency),
            ),
            *_suggested(each, agreed),
        ]
    ]
    apart = [
        draft
        for each in record.restricted
        for draft in passages(
            "mase.RestrictedInformation",
            [(f"What {each.agency.name} told professionals", each.text)],
            held=Ground.RESTRICTED,
            police=of_police(each.agency),
            part=Section.MINUTES,
        )
    ]
    return [*told, *apart]


def _suggested(row: AgencyInformation, agreed: Mapping[uuid.UUID, PlanAction]) -> list[PassageDraft]:
    """The actions an agency suggests. What was agreed of them is read and released as the action itself is."""
    lines: dict[tuple[bool, bool], list[str]] = {}
    for key, line in suggestions(row):
        action = agreed.get(key)
        police = of_police(row.agency) or (action is not None and is_police_work(action))
        lines.setdefault((action is not None and action.restricted, police), []).append(line)
    name = row.agency.name
    labels = {False: f"What {name} suggests", True: f"What {name} suggests for professionals"}
    return [
        draft
        for (restricted, police), said in sorted(lines.items())
        for draft in passages(
            "mase.AgencyInformation",
            [(labels[restricted], "\n".join(said))],
            held=_apart(restricted),
            police=police,
            part=kept_apart(restricted),
        )
    ]


def _map(record: MeetingRecord) -> list[PassageDraft]:
    """The Signs of Safety map with everybody's number."""
    dangers = [draft for each in record.dangers for draft in _danger(each)]
    entries = [
        draft
        for each in record.entries
        for draft in passages(
            "mase.MapEntry",
            [(each.get_kind_display(), each.text)],
            held=_apart(each.restricted),
            part=kept_apart(each.restricted),
        )
    ]
    return [*dangers, *entries]


def _danger(row: DangerStatement) -> list[PassageDraft]:
    goal = getattr(row, "goal", None)
    return [
        *passages(
            "mase.DangerStatement", [("What people fear", row.text), ("Why it ended", row.ended_words)]
        ),
        *passages(
            "mase.DangerStatement", [("Who sees it otherwise", row.disputed_by)], held=Ground.THIRD_PARTY
        ),
        *passages("mase.SafetyGoal", [("The safety goal", goal.text if goal else "")]),
        *(draft for score in row.scores.all() for draft in _score(score)),
    ]


def _score(row: ScaleScore) -> list[PassageDraft]:
    invitation = row.invitation
    who = invitation.agency.name if invitation.agency else _family(invitation)
    higher = f"One point higher would be: {row.one_higher}" if row.one_higher else ""
    words = "\n".join(filter(None, [f"{row.value} out of 10", row.reason, higher]))
    held = _of_somebody_else(invitation)
    return passages(
        "mase.ScaleScore", [(f"How safe: {who}", words)], held=held, police=of_police(invitation.agency)
    )


def _decided(record: MeetingRecord) -> list[PassageDraft]:
    row = record.decision
    said = [
        ("The category decided", RiskCategory(row.category).label),
        ("Harm", HarmStatus(row.harm_status).label),
        ("Why", row.rationale),
    ] if row else []  # fmt: skip
    agreed = "\n".join(each.name for each in record.agreeing)
    left = "\n".join(each.name for each in record.left_before)
    points = {
        apart: "\n".join(
            f"{worded('step-down', each.code)}: {each.in_words}"
            for each in record.step_down_points
            if each.restricted is apart
        )
        for apart in (False, True)
    }
    return [
        *passages("mase.Decision", said),
        *passages("mase.Assent", [("Who agreed", agreed), ("Who had left before it was decided", left)]),
        *passages("mase.StepDownPoint", [("Before the category fell", points[False])]),
        *passages(
            "mase.StepDownPoint",
            [("Before the category fell", points[True])],
            held=Ground.RESTRICTED,
            part=Section.MINUTES,
        ),
        *(
            draft
            for each in record.dissents
            for draft in passages(
                "mase.Dissent",
                [(_not_agreed(each), each.reason)],
                police=of_police(each.agency),
            )
        ),
    ]


def _not_agreed(row: Dissent) -> str:
    said = f"{row.agency.name} did not agree"
    return said if row.still_stands else f"{said} with what was decided first: {row.of_earlier}"


def _notes(record: MeetingRecord) -> list[PassageDraft]:
    """What was noted under each item of the agenda; the restricted part begins left out."""
    return [
        draft
        for each in record.agenda
        for draft in passages(
            "mase.AgendaItem",
            [("From the agenda", titled(each.title, each.notes))],
            held=_apart(each.restricted),
            part=kept_apart(each.restricted),
        )
    ]


def _minutes(texts: MinutesTexts) -> list[PassageDraft]:
    """What the chair worded otherwise, what was objected to and answered, and what was added later."""
    drafts: list[PassageDraft] = []
    for wording in texts.wordings:
        said = [("The minutes say", titled(wording.item.title, wording.text))]
        apart = wording.item.restricted
        drafts += passages("mase.MinutesWording", said, held=_apart(apart), part=kept_apart(apart))
    for each in texts.objections:
        said = [
            (
                f"{_family(each.seat) if each.seat else each.agency.name} objected to the minutes"[:200],
                each.text,
            ),
            ("The chair answered", each.answer),
        ]
        police = of_police(each.agency)
        parents = Ground.THIRD_PARTY if each.seat and each.seat.role == "PAR" else None
        held = parents or _apart(each.restricted)
        part = kept_apart(each.restricted)
        drafts += passages("mase.MinutesObjection", said, held=held, police=police, part=part)
    for added in texts.addenda:
        said = [(f"Added to the minutes on {display_date(added.at)}", added.text)]
        apart = added.restricted
        drafts += passages("mase.MinutesAddendum", said, held=_apart(apart), part=kept_apart(apart))
    return drafts


def _apart(restricted: bool) -> Ground | None:
    return Ground.RESTRICTED if restricted else None


def _not_heard(row: ChildVoice) -> str:
    return " ".join(filter(None, [worded("voice-not-obtained", row.not_obtained), row.not_obtained_detail]))


def _parent_heard(row: ChildVoice) -> str:
    return " ".join(filter(None, [row.parent_heard_by, display_date(row.parent_heard_on)]))


def _came(row: Invitation) -> str:
    return "\n".join(filter(None, [row.attendance.get_code_display(), row.attendance.who_came]))


def _of_somebody_else(row: Invitation) -> Ground | None:
    """What a parent said or did, and whoever came without an agency: a foster carer, say."""
    return Ground.THIRD_PARTY if row.role == "PAR" or row.without_agency else None


def _family(row: Invitation) -> str:
    return worded("meeting-role", row.role)
