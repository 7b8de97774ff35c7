"""Stages 1 and 2 of a child's meeting: what earlier plans left, and what the child and a parent say."""

from dataclasses import dataclass

from cse_portal.reference.selectors import label
from cse_portal.ui.presenters import display_date
from mase.meetings.forms.sections import SectionForm
from mase.meetings.models.sections import ChildVoice
from mase.meetings.presenters.meeting import MeetingPage
from mase.plans.models.plan import PlanAction


@dataclass(frozen=True)
class LastLine:
    """An action of an earlier plan, with the form for what the table says of it, or how it stands."""

    action: PlanAction
    section: SectionForm | None
    said: str
    words: str


def last_lines(page: MeetingPage) -> list[LastLine]:
    """What earlier plans left: open, waiting for the chair, and finished since."""
    record = page.record
    return [_line(each, page) for each in [*record.outstanding, *record.waiting, *record.finished]]


def _line(action: PlanAction, page: MeetingPage) -> LastLine:
    goes_on = getattr(action, "carried_to", None)
    words = f"Goes on, by {display_date(goes_on.due_on)}" if goes_on else action.standing
    section = None if goes_on else page.sections.get(("last", action.pk))
    said = " ".join(filter(None, (action.outcome, action.effect_on_child)))
    return LastLine(action, section, said, words)


def voice_facts(voice: ChildVoice) -> list[tuple[str, str]]:
    """What is beside the child's words, or why there are none."""
    if voice.obtained:
        facts = [("Heard by", voice.heard_by), ("On", display_date(voice.heard_on)),
                 ("How", label("voice-tool", voice.tool) if voice.tool else "")]  # fmt: skip
    else:
        facts = [("Why not", label("voice-not-obtained", voice.not_obtained) if voice.not_obtained else ""),
                 ("What is being done", voice.not_obtained_detail)]  # fmt: skip
    alone = {True: "Yes", False: "No", None: ""}[voice.seen_alone]
    parent = " ".join(filter(None, (voice.parent_heard_by, display_date(voice.parent_heard_on))))
    with_them = {True: "Without the child or a partner", False: "With others there", None: ""}[
        voice.parent_alone
    ]
    how = label("parent-heard", voice.parent_how) if voice.parent_how else ""
    facts += [("Seen alone", alone), ("What changes because of it", voice.what_changed),
              ("Parent or carer", voice.parent_view),
              ("Their view was not sought because", voice.parent_not_sought), ("Who spoke with them", parent),
              ("How they were heard", ", ".join(filter(None, (how, with_them)))),
              ("What changes because of their view", voice.parent_changed)]  # fmt: skip
    return [(name, value) for name, value in facts if value]
