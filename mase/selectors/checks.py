"""What a meeting must leave behind before it can end."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from cases.choices import RiskCategory
from cse_portal.reference.selectors import clock_rule
from cse_portal.ui.presenters import counted, display_date, joined
from mase.choices import AgendaCode
from mase.selectors.category import Lowest, lowest
from mase.selectors.record import MeetingRecord
from mase.selectors.step_down import lowers, unanswered


@dataclass(frozen=True)
class Missing:
    """One thing that is missing, in words, and the agenda item where it is put right."""

    words: str
    item: str


def missing(record: MeetingRecord) -> list[Missing]:
    """The child's voice, a parent's view, the decision, the review date; the checklist, if the category falls.

    Without them the meeting cannot end.

    A decision that a newer assessment no longer allows, or not without a reason, is as good as none.
    """
    found = _family(record)
    if record.decision is None:
        found.append(Missing("The category: record the decision and its reasons.", AgendaCode.CATEGORY))
    elif record.decision.category < (limit := lowest(record.meeting.case, record.evidence)).category:
        words = f"The category: {not_below(limit, shared=record.shared)}"
        found.append(Missing(words, AgendaCode.CATEGORY))
    if record.meeting.review_on is None:
        found.append(Missing("The review date: choose the day of the next review.", AgendaCode.REVIEW_DATE))
    elif record.decision and record.meeting.review_on > latest_review(record.decision.category):
        day = display_date(latest_review(record.decision.category))
        words = f"The review date: category {record.decision.category} is reviewed by {day}. Choose an earlier day."
        found.append(Missing(words, AgendaCode.REVIEW_DATE))
    if lowers(record) and (left := unanswered(record)):
        words = f"The step-down checklist: {counted(len(left), 'point')} not answered."
        found.append(Missing(words, AgendaCode.CATEGORY))
    return found


def _family(record: MeetingRecord) -> list[Missing]:
    """What the child said and what a parent or carer says, each with who heard it; or why nobody asked."""
    voice, words = record.voice, []
    if voice.obtained is None:
        words.append("The child's voice: write down the child's own words, or why they were not heard.")
    elif voice.is_half_told:
        words.append(
            "The child's voice: say who heard the child, when, how, and whether they were seen alone."
        )
    if voice.parent_is_half_told:
        words.append("The parent's or carer's view: say who heard it, when and how.")
    elif not voice.parent_view and not voice.parent_not_sought:
        words.append("The parent's or carer's view: write it down, or why nobody asked for it.")
    return [Missing(each, AgendaCode.VOICE) for each in words]


def every_word_counts(record: MeetingRecord) -> bool:
    """Whether the meeting ends only with a word from each agency that came: the category falls, or nothing is left.

    Each agency agrees or dissents with a reason; silence of an agency is no agreement to less.
    """
    none = record.decision is not None and record.decision.category == RiskCategory.NONE
    return none or lowers(record)


def not_below(limit: Lowest, *, shared: bool) -> str:
    """Why it may be no lower; where others see the screen, only that it may not: the reasons are an assessment's."""
    if not shared:
        return " ".join(limit.because)
    return f"Not below category {limit.category}." if limit.because else ""


def quorum_words(record: MeetingRecord) -> str:
    """Who was not there; nothing where the meeting is quorate."""
    return f"Nobody is marked as there from {joined(record.missing_quorum)}." if record.missing_quorum else ""


def latest_review(category: int, held_on: dt.date | None = None) -> dt.date:
    """The last day for the next review: 28, 42 or 84 days by category, from the reference clocks."""
    today = held_on or timezone.localdate()
    return clock_rule("REVIEW_MASE", category or RiskCategory.LOW).due(today)
