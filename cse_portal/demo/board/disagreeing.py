"""Stories of agencies that did not agree: one that is open, one that went to the clock, one that was resolved."""

import datetime as dt
from collections.abc import Callable

from cases.record.models.case import Case
from cse_portal.demo.board.clockwork import Story, at, working_moment
from cse_portal.demo.board.scene import Scene
from cse_portal.reference.working_days import add_working_days
from mase.disagreements import services as disagreements
from mase.disagreements.models import Disagreement, EntryKind

ABOUT = (
    (
        "THRESHOLD",
        "We asked for a strategy discussion this week. It was put off to next month, and the contact goes on.",
    ),
    ("ACTION", "The agreed visits after school have not begun, and nobody can say when they will."),
    ("SHARING", "We need to know which adults have been seen with the young person, and were told to wait."),
)
LEARNING = "Agree beforehand who calls a strategy discussion when a worker is away, and write it down."


def stories(scene: Scene) -> list[Story]:
    """Each about one of the cases that the cast's social worker leads, in the last weeks."""
    return [
        disagreement(scene, number, days=days, then=then)
        for number, (days, then) in enumerate(((1, None), (3, taken_further), (40, resolved)))
    ]


def disagreement(
    scene: Scene, number: int, *, days: int, then: Callable[[Scene, Disagreement], Story] | None
) -> Story:
    """Social care does not agree with the CSE team, some working days ago."""
    yield at(add_working_days(scene.today, -days), 11)
    lead = scene.cast("practitioner")
    mine = Case.objects.open().filter(lead_professional=lead, is_restricted=False).order_by("opened_at")
    case = mine[number : number + 1].first()
    if case is None:
        return
    issue, about = ABOUT[number]
    against = scene.agency("cse-team")
    row = disagreements.raise_disagreement(case=case, issue=issue, about=about, against=against, by=lead)
    if then is not None:
        yield from then(scene, row)


def taken_further(scene: Scene, row: Disagreement) -> Story:
    """Nobody answers in time, so it is taken further; then somebody answers."""
    yield working_moment(row.due_on + dt.timedelta(days=1), hour=7)
    disagreements.act(
        disagreement=row, kind=EntryKind.ESCALATED, stage=row.stage, text="Nobody answered in time.",
        by=scene.cast("practitioner"),
    )  # fmt: skip
    yield working_moment(row.due_on + dt.timedelta(days=1), hour=15)
    text = "We meet tomorrow at nine with both line managers."
    disagreements.act(disagreement=row, kind=EntryKind.ANSWERED, text=text, by=scene.cast("manager"))


def resolved(scene: Scene, row: Disagreement) -> Story:
    """The next day it is settled between the two."""
    yield working_moment(row.due_on, hour=9)
    disagreements.act(
        disagreement=row, kind=EntryKind.RESOLVED, outcome_code="RAISED",
        text="The discussion was held the same afternoon.", learning=LEARNING, by=scene.cast("practitioner"),
    )  # fmt: skip
