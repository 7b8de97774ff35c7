"""What a meeting must leave behind before it can end, what it is reminded of, and the step-down checklist."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone

from cases.assessments.selectors import Evidence, Lowest, falls_while_harmed, lowest
from cases.concerns.choices import IndicatorTiming
from cases.missing.selectors.prompts import counts_since, times_missing
from cases.record.choices import RiskCategory
from cse_portal.reference.models import Code
from cse_portal.reference.selectors import clock_rule, codes
from cse_portal.ui.presenters import age_on, counted, display_date, joined
from mase.meetings.choices import STAGE_OF, AgendaCode
from mase.meetings.models.querysets import restricted_keys
from mase.meetings.models.sections import ChildVoice
from mase.meetings.selectors.record import MeetingRecord
from mase.meetings.selectors.reports import unsent
from mase.meetings.selectors.thresholds import name_of
from mase.plans.choices import ActionState, DangerEnd
from mase.plans.models.plan import StepDownPoint
from mase.plans.models.safety_map import DangerStatement
from mase.transition.selectors import AGENDA_CODE as TURNING_18
from mase.transition.selectors import first_step_on

LIST = "step-down"
INDICATORS, AGREED = "INDICATORS", "AGREED"
SAFE_ENOUGH = 7
VOICE_OF, CONTINGENCY = "The child's voice:", "contingency"
STILL_HARMED = (
    "it says that exploitation is happening now, and less than the child has. Keep the category, or say under Harm"
    " what has changed."
)


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


@dataclass(frozen=True)
class Missing:
    """One thing that is missing, in words, and the agenda item where it is put right."""

    words: str
    item: str

    @property
    def query(self) -> str:
        """Of the address of the meeting's page where it is put right: a stage, or the item itself."""
        stage = STAGE_OF.get(self.item)
        return f"stage={stage}" if stage else f"item={self.item}"


def missing(record: MeetingRecord) -> list[Missing]:
    """What blocks the end: no decision, no child's voice or why not, no next date; the checklist of a step down.

    A decision that a newer assessment no longer allows is as good as none. All else is a reminder.
    """
    found = []
    if record.voice.obtained is None:
        words = f"{VOICE_OF} write down their own words, or why they were not heard."
        found.append(Missing(words, AgendaCode.VOICE))
    if record.decision is None:
        found.append(Missing("The category: record the decision and its reasons.", AgendaCode.CATEGORY))
    elif record.decision.category < (limit := lowest(record.meeting.case, record.evidence)).category:
        words = f"The category: {not_below(limit, shared=record.shared)}"
        found.append(Missing(words, AgendaCode.CATEGORY))
    elif falls_while_harmed(record.meeting.case, record.decision.category, record.decision.harm_status):
        found.append(Missing(f"The category: {STILL_HARMED}", AgendaCode.CATEGORY))
    if record.meeting.review_on is None:
        found.append(Missing("The review date: choose the day of the next review.", AgendaCode.REVIEW_DATE))
    elif record.decision and record.meeting.review_on > review_limit(record.decision.category):
        day = display_date(review_limit(record.decision.category))
        words = f"The review date: category {record.decision.category} is reviewed by {day}. Choose an earlier day."
        found.append(Missing(words, AgendaCode.REVIEW_DATE))
    if lowers(record):
        found += [
            Missing(f"The step-down checklist: {words}", AgendaCode.CATEGORY) for words in _step_down(record)
        ]
    return found


def reminders(record: MeetingRecord) -> list[Missing]:
    """What a meeting should leave behind too, and may end without."""
    voice, silent = record.voice, joined(each.short_name for each in record.silent if record.decision)
    quiet = joined(each.short_name for each in unsent(record))
    scored = any(each.scores.all() for each in record.dangers)
    empty = {each.code for each in record.agenda if not record.is_filled(each)}
    unmarked, unmeasured = len(record.unmarked), len(record.unmeasured)
    told = {
        f"{VOICE_OF} say who heard them, when, how, and whether alone.": (
            AgendaCode.VOICE,
            voice.is_partly_recorded,
        ),
        f"{VOICE_OF} say what changes because of it.": (
            AgendaCode.VOICE,
            voice.obtained and not voice.what_changed,
        ),
        f"The parent's or carer's view: {_parent_words(voice)}": (AgendaCode.VOICE, _parent_words(voice)),
        "Safety: nobody has given a number.": (AgendaCode.SAFETY_MAP, not scored),
        f"No word on the decision yet from {silent}.": (AgendaCode.CATEGORY, silent),
        f"Attendance: {counted(unmarked, 'seat is,seats are')} not marked.": (
            AgendaCode.INTRODUCTIONS,
            unmarked,
        ),
        f"{counted(unmeasured, 'action')} without how we shall know that it is done.": (
            AgendaCode.PLAN,
            unmeasured,
        ),
        f"No report has come from {quiet}.": (AgendaCode.AGENCIES, quiet),
        "Contingency plan: none is written down.": (CONTINGENCY, CONTINGENCY in empty),
        "Turning 18: nothing is written down.": (TURNING_18, TURNING_18 in empty),
    }
    return [Missing(words, item) for words, (item, applies) in told.items() if applies]


def _parent_words(voice: ChildVoice) -> str:
    if voice.parent_is_partly_recorded:
        return "say who heard it, when and how."
    if not voice.parent_view and not voice.parent_not_sought:
        return "write it down, or why nobody asked for it."
    return "say what changes because of it." if voice.parent_view and not voice.parent_changed else ""


def _step_down(record: MeetingRecord) -> list[str]:
    """What keeps a category from falling: points without an answer, and those that the record speaks against."""
    words = []
    if left := unanswered(record):
        words.append(f"{counted(len(left), 'point')} not answered.{_who_answers(record, left)}")
    if against := contradicted(record):
        what = counted(len(against), "point") if record.shared else joined(f"“{each}”" for each in against)
        words.append(f"the record speaks against {what}. Choose “Not met”, and say why you go on.")
    return words


def _who_answers(record: MeetingRecord, left: list[Code]) -> str:
    """To a chair who has not got the restricted part: that somebody else must answer, and not what."""
    apart = sum(is_restricted(each) for each in left)
    if not apart or record.may_restrict or record.shared:
        return ""
    which = "It is" if len(left) == 1 else "One of them is" if apart == 1 else f"{apart} of them are"
    who = "the agency that confirms it answers on its own page of this meeting"
    return f" {which} for professionals only: {who}."


def not_below(limit: Lowest, *, shared: bool) -> str:
    """Why it may be no lower; where others see the screen, only that it may not: the reasons are an assessment's."""
    if not shared:
        return " ".join(limit.because)
    return f"Not below category {limit.category}." if limit.because else ""


def quorum_words(record: MeetingRecord) -> str:
    """Who was not there; nothing where the meeting is quorate."""
    return f"Nobody is marked as there from {joined(record.missing_quorum)}." if record.missing_quorum else ""


def review_limit(category: int) -> dt.date:
    """The last day for the next review: 28, 42 or 84 days by category, from the reference clocks."""
    return clock_rule("REVIEW_MASE", category or RiskCategory.LOW).due(timezone.localdate())
