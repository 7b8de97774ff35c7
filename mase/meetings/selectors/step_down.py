"""The step-down checklist: its points, what the record itself says to each, and what the meeting answered."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone

from cases.assessments.selectors import Evidence
from cases.concerns.choices import IndicatorTiming
from cases.missing.selectors.prompts import counts_since, times_missing
from cse_portal.reference.models import Code
from cse_portal.reference.selectors import codes
from cse_portal.ui.presenters import age_on, counted, display_date, joined
from mase.meetings.models.querysets import restricted_keys
from mase.meetings.selectors.record import MeetingRecord
from mase.meetings.selectors.thresholds import name_of
from mase.plans.choices import ActionState, DangerEnd
from mase.plans.models.plan import StepDownPoint
from mase.plans.models.safety_map import DangerStatement
from mase.transition.selectors import first_step_on

LIST = "step-down"
INDICATORS, AGREED = "INDICATORS", "AGREED"
SAFE_ENOUGH = 7


@dataclass(frozen=True)
class Check:
    """One point. `told` is what the record says to it, `holds` whether that speaks for it; None where it cannot say.

    `owner` is the kind of agency that confirms it.
    """

    code: str
    label: str
    told: str
    holds: bool | None
    answer: StepDownPoint | None
    owner: str = ""

    @property
    def is_denied(self) -> bool:
        """See the function."""
        return self.holds is False and self.code != AGREED


def lowers(record: MeetingRecord) -> bool:
    """Whether what is decided so far is less than the child has now."""
    return record.decision is not None and record.decision.category < record.meeting.category_before


def checklist(record: MeetingRecord) -> list[Check]:
    """Every point in force today, in order; those for professionals only where they may be read now.

    What an assessment found is not told where others see the screen.
    """
    answers = {row.code: row for row in record.step_down_points}
    return [
        Check(each.code, each.label, *_told(record, each.code), answers.get(each.code), owner_of(each))
        for each in codes(LIST)
        if record.sees_restricted or not is_restricted(each)
    ]


def _told(record: MeetingRecord, code: str) -> tuple[str, bool | None]:
    """What the record says to a point, where this screen may show it."""
    if code not in SAYS or (record.shared and code == INDICATORS):
        return "", None
    return SAYS[code](record)


def unanswered(record: MeetingRecord) -> list[Code]:
    """No category falls without an answer to every point, also to those that the chair may not read.

    So the system looks whether those for professionals only are answered; nothing of an answer is told.
    """
    answered = {row.code for row in record.step_down_points}
    if not record.sees_restricted:
        answered |= restricted_keys(record.meeting.step_down_points.all(), "code")
    return [each for each in codes(LIST) if each.code not in answered]


def contradicted(record: MeetingRecord) -> list[str]:
    """The points answered "Met" that the record denies: it may have moved since."""
    met = {row.code for row in record.step_down_points if row.met}
    return [each.label for each in codes(LIST) if each.code in met and is_denied(record, each.code)]


def is_denied(record: MeetingRecord, code: str) -> bool:
    """Whether the record speaks against a point: then it is not met, and the meeting says why it goes on.

    Not what each agency says: that is asked until the meeting ends.
    """
    return code in SAYS and code != AGREED and SAYS[code](record)[1] is False


def confirms(record: MeetingRecord) -> bool:
    """Whether its reader's agency confirms any point, on its own page."""
    return any(each.owner == record.own_kind for each in checklist(record))


def owner_of(point: Code) -> str:
    """The kind of agency that confirms it; empty where the chair answers for the meeting."""
    return str(point.extra.get("owner", ""))


def is_restricted(point: Code) -> bool:
    """Whether the answer to it is for professionals only."""
    return bool(point.extra.get("restricted"))


def _indicators(found: Evidence) -> tuple[str, bool | None]:
    if found.why_not_lower:
        return found.why_not_lower, False
    now = found.strong(IndicatorTiming.CURRENT)
    return counted(len(now), "significant indicator") + " now or in the last six months.", not now


def _missing(record: MeetingRecord) -> tuple[str, bool | None]:
    today = timezone.localdate()
    times = times_missing(record.meeting.case, today)
    return f"{counted(times, 'missing episode')} since {display_date(counts_since(today))}.", not times


def _scale(record: MeetingRecord) -> tuple[str, bool | None]:
    """Danger by danger: the spread, the average, and by name anyone who is below it; nobody is averaged away.

    Enough on average with somebody below it is for the meeting to judge: the record does not say.
    """
    if not record.dangers:
        return "There is no danger statement, so nobody has given a number.", False
    numbered = enumerate(record.dangers, start=1)
    found = [(number, *_placed(each)) for number, each in numbered if not each.is_ended]
    if not found:
        return "Every danger statement was ended at this meeting.", None
    told = " ".join(f"Danger {number}: {words}" for number, words, _ in found)
    holds = [each for _, _, each in found]
    return told, False if False in holds else None if None in holds else True


def _goals(record: MeetingRecord) -> tuple[str, bool | None]:
    """Which dangers this meeting ended and why; the record says nothing of goals where it ended none."""
    ends = [each.ended_code if each.is_ended else "" for each in record.dangers]
    if not any(ends):
        return "", None
    words = [f"ended, {DangerEnd(end).label.lower()}" if end else "goes on" for end in ends]
    told = " ".join(f"Danger {number}: {each}." for number, each in enumerate(words, start=1))
    return told, False if not all(ends) else True if set(ends) == {DangerEnd.MET} else None


def _placed(danger: DangerStatement) -> tuple[str, bool | None]:
    scores = [(name_of(score.invitation), score.value) for score in danger.scores.all()]
    if not scores:
        return "nobody has given a number.", False
    values, enough = [value for _, value in scores], _enough()
    average = sum(values) / len(values)
    below = [f"{name} ({value})" for name, value in scores if value < enough]
    words = f"from {min(values)} to {max(values)}, on average {average:.1f}."
    if below:
        words += f" Below {enough}: {joined(below)}."
    return words, False if average < enough else None if below else True


def _enough() -> int:
    """From which number on safety counts as safe enough."""
    point = next((each for each in codes(LIST) if each.code == "SCALE"), None)
    return int(point.extra.get("at_least", SAFE_ENOUGH)) if point else SAFE_ENOUGH


def _actions(record: MeetingRecord) -> tuple[str, bool | None]:
    left = len(record.outstanding) + sum(each.state == ActionState.NOT_DONE for each in record.waiting)
    if left:
        return f"{counted(left, 'action')} of earlier plans not finished.", False
    return "All are finished.", True


def _heard(is_recorded: bool) -> tuple[str, bool]:
    return "Recorded." if is_recorded else "Not recorded at this meeting.", is_recorded


def _parent(record: MeetingRecord) -> tuple[str, bool | None]:
    if record.voice.parent_is_partly_recorded:
        return "Recorded without who heard it, when or how.", False
    return _heard(record.voice.parent_is_recorded)


def _agreed(record: MeetingRecord) -> tuple[str, bool | None]:
    if silent := [agency.short_name for agency in record.silent]:
        return f"Nothing recorded for {', '.join(silent)}.", False
    return "The word of every agency that came is recorded.", True


def _adult(record: MeetingRecord) -> tuple[str, bool | None]:
    age = age_on(record.meeting.case.child.date_of_birth)
    if age is None:
        return "The date of birth is not known.", None
    near = first_step_on(record.meeting.case.child)
    return f"The child is {age}.", True if near is None or timezone.localdate() < near else None


SAYS: dict[str, Callable[[MeetingRecord], tuple[str, bool | None]]] = {
    INDICATORS: lambda record: _indicators(record.evidence), "MISSING": _missing, "SCALE": _scale, "GOALS": _goals,
    "ACTIONS": _actions, "VOICE": lambda record: _heard(record.voice.obtained is True), "PARENT": _parent,
    AGREED: _agreed, "ADULT": _adult,
}  # fmt: skip
