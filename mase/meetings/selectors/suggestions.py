"""The actions an agency suggests, and those of them that became work for professionals only."""

import uuid
from collections.abc import Collection, Iterable

from mase.meetings.choices import SUGGESTED
from mase.meetings.models.meeting import Meeting
from mase.meetings.models.querysets import restricted_keys
from mase.meetings.models.sections import Contribution
from mase.plans.models.plan import PlanAction

_NAMESPACE = uuid.UUID("0c7d3b2e-5a6f-4f0f-9a53-1f3c5b6e2017")


def suggestions(box: Contribution) -> list[tuple[uuid.UUID, str]]:
    """The actions it suggests, one a line, each with the key it has once it is in the plan."""
    if box.kind not in SUGGESTED:
        return []
    lines = dict.fromkeys(_bare(each) for each in box.text.splitlines())
    return [(_key(box, line), line) for line in lines if line]


def leave_out_restricted(meeting: Meeting, boxes: Iterable[Contribution], *, own: uuid.UUID | None) -> None:
    """What was suggested and then agreed for professionals only is gone from the rows, but from the agency's own.

    The table heard of it before it was agreed; anyone who comes in later, and an open copy, reads it nowhere.
    """
    rows = [each for each in boxes if each.kind in SUGGESTED and each.agency_id != own]
    if not rows:
        return
    apart = restricted_keys(PlanAction.objects.filter(meeting=meeting))
    for row in rows:
        row.text = _without(row, apart)


def _without(row: Contribution, apart: Collection[uuid.UUID]) -> str:
    kept = (each for each in row.text.splitlines() if _key(row, _bare(each)) not in apart)
    return "\n".join(kept) if apart else row.text


def _bare(line: str) -> str:
    return line.strip(" -•\t")


def _key(box: Contribution, line: str) -> uuid.UUID:
    return uuid.uuid5(_NAMESPACE, f"{box.pk}:{line}")
