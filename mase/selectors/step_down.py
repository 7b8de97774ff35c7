"""The step-down checklist: its points, what the record itself says to each, and what the meeting answered."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from cases.choices import IndicatorTiming
from cases.selectors.missing import counts_since, times_missing
from cse_portal.reference.models import Code
from cse_portal.reference.selectors import codes
from cse_portal.ui.presenters import age_on, counted, display_date
from mase.models import StepDownPoint
from mase.selectors.category import Evidence
from mase.selectors.record import MeetingRecord

LIST = "step-down"
SAFE_ENOUGH = 7
NEARLY_ADULT = 16


@dataclass(frozen=True)
class Check:
    """One point. `told` is what the record says to it, `holds` whether that speaks for it; None where it cannot say."""

    code: str
    label: str
    told: str
    holds: bool | None
    answer: StepDownPoint | None


def lowers(record: MeetingRecord) -> bool:
    """Whether what is decided so far is less than the child has now."""
    return record.decision is not None and record.decision.category < record.meeting.category_before


def checklist(record: MeetingRecord) -> list[Check]:
    """Every point in force today, in order; those for professionals only where they may be read now.

    What an assessment found is not told where others see the screen.
    """
    answers = {row.code: row for row in record.step_down_points}
    told = {
        "INDICATORS": ("", None) if record.shared else _indicators(record.evidence),
        "MISSING": _missing(record), "SCALE": _scale(record),
        "ACTIONS": _actions(record),
        "VOICE": _voice(record), "PARENT": _parent(record), "AGREED": _agreed(record), "ADULT": _adult(record),
    }  # fmt: skip
    return [
        Check(each.code, each.label, *told.get(each.code, ("", None)), answers.get(each.code))
        for each in codes(LIST)
        if record.sees_restricted or not is_restricted(each)
    ]


def unanswered(record: MeetingRecord) -> list[str]:
    """The points nobody has answered yet.

    One for professionals only is asked for of a chair who has the restricted part, also while it is not on the page.
    """
    answered = {row.code for row in record.step_down_points}
    asks = record.sees_restricted or record.may_restrict
    if asks and not record.sees_restricted:
        apart = record.meeting.step_down_points.filter(restricted=True)
        answered |= set(apart.values_list("code", flat=True))
    return [
        each.label for each in codes(LIST) if each.code not in answered and (asks or not is_restricted(each))
    ]


def restricted_points() -> list[str]:
    """The codes of those points."""
    return [each.code for each in codes(LIST) if is_restricted(each)]


def is_restricted(point: Code) -> bool:
    """Whether the answer to it is for professionals only."""
    return bool(point.extra.get("restricted"))


def _indicators(found: Evidence) -> tuple[str, bool | None]:
    if found.assessment is None:
        return "There is no assessment.", False
    if timezone.now() - found.assessment.assessed_at > dt.timedelta(days=92):
        return "The newest assessment is more than three months old.", False
    now = found.strong(IndicatorTiming.CURRENT)
    return counted(len(now), "significant indicator") + " now or in the last six months.", not now


def _missing(record: MeetingRecord) -> tuple[str, bool | None]:
    today = timezone.localdate()
    times = times_missing(record.meeting.case, today)
    return f"{counted(times, 'missing episode')} since {display_date(counts_since(today))}.", not times


def _scale(record: MeetingRecord) -> tuple[str, bool | None]:
    values = [score.value for danger in record.dangers for score in danger.scores.all()]
    if not values:
        return "Nobody has given a number.", False
    return f"From {min(values)} to {max(values)}.", sum(values) / len(values) >= SAFE_ENOUGH


def _actions(record: MeetingRecord) -> tuple[str, bool | None]:
    left = len(record.outstanding)
    return (
        f"{counted(left, 'action')} of earlier plans not finished." if left else "All are finished.",
        not left,
    )


def _voice(record: MeetingRecord) -> tuple[str, bool | None]:
    heard = record.voice.obtained is True
    return ("Recorded." if heard else "Not recorded at this meeting.", heard)


def _parent(record: MeetingRecord) -> tuple[str, bool | None]:
    heard = bool(record.voice.parent_view)
    return ("Recorded." if heard else "Not recorded at this meeting.", heard)


def _agreed(record: MeetingRecord) -> tuple[str, bool | None]:
    said = {row.agency_id for row in record.assents} | {row.agency_id for row in record.dissents}
    silent = [agency.short_name for agency in record.agencies if agency.pk not in said]
    return (
        f"Nothing recorded for {', '.join(silent)}." if silent else "Every agency's word is recorded.",
        not silent,
    )


def _adult(record: MeetingRecord) -> tuple[str, bool | None]:
    age = age_on(record.meeting.case.child.date_of_birth)
    if age is None:
        return "The date of birth is not known.", None
    return f"The child is {age}.", True if age < NEARLY_ADULT else None
