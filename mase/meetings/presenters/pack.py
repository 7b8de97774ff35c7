"""The papers of a meeting as a document: what is known of the child before it, in words."""

from dataclasses import dataclass

from cases.assessments.presenters import AnswerGroup, answer_groups
from cases.casework.presenters import home_rows, identity_rows
from cse_portal.ui.presenters import Row, local_date
from mase.meetings.selectors.reports import PackRecord
from mase.minutes.presenters.minutes import MARKING, Brought, Line, Voice, brought, plan_line, voice

# On paper nobody needs where the child lives; the case's own page says it to anyone who may see it.
NOT_ON_PAPER = ("Address",)


@dataclass(frozen=True)
class PackDocument:
    """What templates/pdf/pack.html draws: what was found, and what of it has to be put into words.

    `voice`: as far as it is written down yet.
    """

    found: PackRecord
    marking: str
    mark: str
    identity: list[Row]
    indicators: list[AnswerGroup]
    brought: list[Brought]
    voice: Voice | None
    open_actions: list[Line]
    last_actions: list[Line]


def pack(found: PackRecord) -> PackDocument:
    """The whole document, for the reader it was read as."""
    meeting, case, record = found.meeting, found.meeting.case, found.record
    home = [row for row in home_rows(case, confidential=found.hides_home) if row.label not in NOT_ON_PAPER]
    groups = answer_groups(found.assessment) if found.assessment else []
    said = record.voice
    is_said = said.obtained is not None or said.parent_view or said.parent_not_sought
    return PackDocument(
        found=found,
        marking=f"{MARKING} – RESTRICTED CASE" if case.is_restricted else MARKING,
        mark=f"{case.reference} · {local_date(meeting.scheduled_for):%Y-%m-%d} · papers",
        identity=[*identity_rows(case, found.aliases), *home],
        indicators=[each for each in groups if each.applying],
        brought=brought(record),
        voice=voice(record) if is_said else None,
        open_actions=[plan_line(each) for each in [*record.outstanding, *record.waiting]],
        last_actions=[plan_line(each) for each in found.last_actions],
    )
