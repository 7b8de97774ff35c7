"""A meeting in short: one slide a stage for the room, and what is decided and missing for the person who ends it."""

from collections import Counter
from typing import Any

from cases.record.choices import RiskCategory
from cse_portal.ui.presenters import Row, display_date, display_time, joined
from mase.meetings.choices import ContributionKind, Stage
from mase.meetings.presenters.meeting import MeetingPage
from mase.meetings.selectors.checks import missing, quorum_words, reminders
from mase.meetings.selectors.record import MeetingRecord
from mase.plans.choices import DONE, ActionState

Column = tuple[str, list[tuple[str, str]]]  # a heading, and lines with who says each


def slide(page: MeetingPage) -> dict[str, Any]:
    """What the room reads now, from a record that holds what the family may read and no more.

    The child's words, and lines under at most three headings; before the start and after the end a title alone.
    """
    meeting, record = page.meeting, page.record
    name = meeting.case.child.given_name or "the child"
    titles = {
        Stage.LAST_ACTIONS: "What we said we would do", Stage.CHILD: f"What {name} says", Stage.NEW: "What is new",
        Stage.SAFETY: f"How safe is {name}?", Stage.DECIDE: "What we decide",
    }  # fmt: skip
    if not meeting.is_running:
        begins = f"We begin at {display_time(meeting.scheduled_for)}"
        return {"title": begins if meeting.is_open else "The meeting has ended"}
    at, order = Stage(meeting.stage), list(Stage)
    after = order[order.index(at) + 1 :]
    columns: dict[Stage, list[Column]] = {
        Stage.LAST_ACTIONS: _actions_of(record), Stage.NEW: _brought(record), Stage.SAFETY: _worries(record),
        Stage.DECIDE: _plan(record),
    }  # fmt: skip
    return {
        "title": titles[at], "words": record.voice.words if record.voice.obtained else "",
        "columns": columns.get(at, []), "following": titles[after[0]] if after else "",
    }  # fmt: skip


def _brought(record: MeetingRecord) -> list[Column]:
    heads = {
        ContributionKind.WORKS: "Going well", ContributionKind.NEW: "New", ContributionKind.WORRY: "Worrying us",
    }  # fmt: skip
    told = [each for each in record.contributions if each.text]
    return [
        (title, [(each.agency.name, each.text) for each in told if each.kind == kind])
        for kind, title in heads.items()
    ]


def _actions_of(record: MeetingRecord) -> list[Column]:
    done = [each for each in [*record.waiting, *record.finished] if each.state in DONE]
    parts = (("Done", done), ("Still to do", record.outstanding))
    return [(title, [(each.agency.name, each.text) for each in rows]) for title, rows in parts]


def _worries(record: MeetingRecord) -> list[Column]:
    live = [each for each in record.dangers if not each.is_ended]
    return [
        ("What worries us", [("", each.text) for each in live]),
        ("Safe enough means", [("", each.goal) for each in live]),
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


def ending(record: MeetingRecord) -> dict[str, Any]:
    """For the person who ends it: what is missing, what goes on, and what was not talked about.

    Of each agency how many actions come along and how many are new: what earlier plans left undone comes by itself.
    """
    undone = [each for each in record.waiting if each.state == ActionState.NOT_DONE]
    left = [each for each in [*record.outstanding, *undone] if not hasattr(each, "carried_to")]
    new = Counter(each.agency.short_name for each in record.actions if each.carried_from_id is None)
    along = [*(each for each in record.actions if each.carried_from_id), *left]
    carried = Counter(each.agency.short_name for each in along)
    return {
        "missing": missing(record),
        "reminders": reminders(record),
        "decided": _decided(record),
        "actions": f"{carried.total()} carried, {new.total()} new",
        "agencies": [(each, carried[each], new[each]) for each in sorted(new | carried)],
        "not_discussed": [each.title for each in record.agenda if not record.is_filled(each)],
    }


def _decided(record: MeetingRecord) -> list[Row]:
    """Beside the category: harm, reasons, who agrees and who does not, the next date, and the quorum."""
    made = record.decision
    told = [
        ("Harm", made.get_harm_status_display() if made else ""),
        ("Why", made.rationale if made else ""),
        ("Agree", joined(each.short_name for each in record.agreeing)),
        ("Do not agree", joined(each.short_name for each in record.against)),
        ("Next review", display_date(record.meeting.review_on)),
        ("Quorum", quorum_words(record) or "Police, social care and health are here."),
    ]
    return [Row(name, words) for name, words in told if words]
