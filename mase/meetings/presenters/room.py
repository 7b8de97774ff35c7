"""The slides for the room: one a stage, from a record that holds what the family may read and no more."""

from dataclasses import dataclass

from cases.record.choices import RiskCategory
from cse_portal.ui.presenters import display_date, display_time
from mase.meetings.choices import ContributionKind, Stage
from mase.meetings.presenters.meeting import MeetingPage
from mase.meetings.selectors.record import MeetingRecord
from mase.plans.choices import DONE

Column = tuple[str, list[tuple[str, str]]]  # a heading, and lines with who says each


@dataclass(frozen=True)
class Slide:
    """What the room reads at a stage: the child's words, and lines under at most three headings."""

    title: str
    words: str
    columns: list[Column]
    following: str


def slide(page: MeetingPage) -> Slide:
    """What the room reads now; before the start and after the end a title alone."""
    meeting, record = page.meeting, page.record
    name = meeting.case.child.given_name or "the child"
    titles = {
        Stage.LAST_ACTIONS: "What we said we would do", Stage.CHILD: f"What {name} says", Stage.NEW: "What is new",
        Stage.SAFETY: f"How safe is {name}?", Stage.DECIDE: "What we decide",
    }  # fmt: skip
    if not meeting.is_running:
        begins = display_time(meeting.scheduled_for)
        return Slide("The meeting has ended" if not meeting.is_open else f"We begin at {begins}", "", [], "")
    at, order = Stage(meeting.stage), list(Stage)
    after = order[order.index(at) + 1 :]
    words = record.voice.words if record.voice.obtained else ""
    columns: dict[Stage, list[Column]] = {
        Stage.LAST_ACTIONS: _actions_of(record), Stage.CHILD: [], Stage.NEW: _brought(record),
        Stage.SAFETY: _worries(record), Stage.DECIDE: _plan(record),
    }  # fmt: skip
    return Slide(titles[at], words, columns[at], titles[after[0]] if after else "")


def _brought(record: MeetingRecord) -> list[Column]:
    heads = {
        ContributionKind.WORKS: "Going well",
        ContributionKind.NEW: "New",
        ContributionKind.WORRY: "Worrying us",
    }
    return [
        (
            title,
            [(row.agency.name, row.text) for row in record.contributions if row.kind == kind and row.text],
        )
        for kind, title in heads.items()
    ]


def _actions_of(record: MeetingRecord) -> list[Column]:
    done = [each for each in [*record.waiting, *record.finished] if each.state in DONE]
    return [
        ("Done", [(each.agency.name, each.text) for each in done]),
        ("Still to do", [(each.agency.name, each.text) for each in record.outstanding]),
    ]


def _worries(record: MeetingRecord) -> list[Column]:
    live = [each for each in record.dangers if not each.is_ended]
    return [
        ("What worries us", [("", each.text) for each in live]),
        ("Safe enough means", [("", each.goal.text) for each in live]),
    ]


def _plan(record: MeetingRecord) -> list[Column]:
    made, meeting = record.decision, record.meeting
    decided = [("Category", RiskCategory(made.category).label), ("Why", made.rationale)] if made else []
    if meeting.review_on:
        decided.append(("We meet again by", display_date(meeting.review_on)))
    plan = [
        (
            f"{each.owner.full_name if each.owner else each.agency.name}, by {display_date(each.due_on)}",
            each.text,
        )
        for each in record.actions
    ]
    return [("Decided", decided), ("Who does what", plan)]
