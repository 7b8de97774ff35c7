"""What a meeting must leave behind before it can end, and what it is reminded of."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from cases.assessments.selectors import Lowest, falls_while_harmed, lowest
from cases.record.choices import RiskCategory
from cse_portal.reference.models import Code
from cse_portal.reference.selectors import clock_rule
from cse_portal.ui.presenters import counted, display_date, joined
from mase.meetings.choices import STAGE_OF, AgendaCode
from mase.meetings.models.sections import ChildVoice
from mase.meetings.selectors.record import MeetingRecord
from mase.meetings.selectors.reports import unsent
from mase.meetings.selectors.step_down import contradicted, is_restricted, lowers, unanswered
from mase.transition.selectors import AGENDA_CODE as TURNING_18

CHILD, CONTINGENCY = "The child's voice:", "contingency"
STILL_HARMED = (
    "it says that exploitation is happening now, and less than the child has. Keep the category, or say under Harm"
    " what has changed."
)


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
        words = f"{CHILD} write down their own words, or why they were not heard."
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
        f"{CHILD} say who heard them, when, how, and whether alone.": (
            AgendaCode.VOICE,
            voice.is_partly_recorded,
        ),
        f"{CHILD} say what changes because of it.": (
            AgendaCode.VOICE,
            voice.obtained and not voice.what_changed,
        ),
        f"The parent's or carer's view: {_parent(voice)}": (AgendaCode.VOICE, _parent(voice)),
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


def _parent(voice: ChildVoice) -> str:
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
