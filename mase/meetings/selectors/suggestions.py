"""The actions an agency suggests in its report, and those of them that became work for professionals only."""

import uuid
from collections.abc import Collection, Iterable

from mase.meetings.models.meeting import Meeting
from mase.meetings.models.querysets import restricted_keys
from mase.meetings.models.sections import AgencyInformation
from mase.plans.models.plan import PlanAction

_NAMESPACE = uuid.UUID("0c7d3b2e-5a6f-4f0f-9a53-1f3c5b6e2017")


def suggestions(information: AgencyInformation) -> list[tuple[uuid.UUID, str]]:
    """The actions an agency suggests, one a line, each with the key it has once it is in the plan."""
    lines = dict.fromkeys(_bare(each) for each in information.suggested.splitlines())
    return [(_key(information, line), line) for line in lines if line]


def leave_out_restricted(
    meeting: Meeting, information: Iterable[AgencyInformation], *, own: uuid.UUID | None
) -> None:
    """What was suggested and then agreed for professionals only is gone from the rows, but from the agency's own.

    The table heard of it before it was agreed; anyone who comes in later, and an open copy, reads it nowhere.
    """
    rows = [each for each in information if each.suggested and each.agency_id != own]
    if not rows:
        return
    apart = restricted_keys(PlanAction.objects.filter(meeting=meeting))
    for row in rows:
        row.suggested = _without(row, apart)


def _without(row: AgencyInformation, apart: Collection[uuid.UUID]) -> str:
    kept = (each for each in row.suggested.splitlines() if _key(row, _bare(each)) not in apart)
    return "\n".join(kept) if apart else row.suggested


def _bare(line: str) -> str:
    return line.strip(" -•\t")


def _key(information: AgencyInformation, line: str) -> uuid.UUID:
    return uuid.uuid5(_NAMESPACE, f"{information.pk}:{line}")
