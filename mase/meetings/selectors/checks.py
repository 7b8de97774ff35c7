"""What a meeting must leave behind before it can end."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from cases.record.choices import RiskCategory
from cse_portal.reference.selectors import clock_rule
from cse_portal.ui.presenters import counted, display_date, joined
from mase.meetings.choices import AgendaCode
from mase.meetings.selectors.category import Lowest, falls_while_harmed, lowest
from mase.meetings.selectors.record import MeetingRecord
from mase.meetings.selectors.step_down import Unanswered, contradicted, lowers, unanswered

NOTHING_TOO = "“Nothing, because …” is an answer, too."
STILL_HARMED = (
    "it says that exploitation is happening now, and less than the child has. Keep the category, or say under Harm"
    " what has changed."
)


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
    elif falls_while_harmed(record.meeting.case, record.decision.category, record.decision.harm_status):
        found.append(Missing(f"The category: {STILL_HARMED}", AgendaCode.CATEGORY))
    if record.meeting.review_on is None:
        found.append(Missing("The review date: choose the day of the next review.", AgendaCode.REVIEW_DATE))
    elif record.decision and record.meeting.review_on > latest_review(record.decision.category):
        day = display_date(latest_review(record.decision.category))
        words = f"The review date: category {record.decision.category} is reviewed by {day}. Choose an earlier day."
        found.append(Missing(words, AgendaCode.REVIEW_DATE))
    if lowers(record):
        found += [
            Missing(f"The step-down checklist: {words}", AgendaCode.CATEGORY) for words in _step_down(record)
        ]
    return found


def _step_down(record: MeetingRecord) -> list[str]:
    """What keeps a category from falling: points without an answer, and those that the record speaks against."""
    words = []
    if left := unanswered(record):
        words.append(f"{counted(len(left), 'point')} not answered.{_who_answers(record, left)}")
    if against := contradicted(record):
        what = counted(len(against), "point") if record.shared else joined(f"“{each}”" for each in against)
        words.append(
            f"answered “Met” where the record speaks against it, {what}. Say why, or choose “Not met”."
        )
    return words


def _who_answers(record: MeetingRecord, left: Unanswered) -> str:
    """To a chair who has not got the restricted part: that somebody else must answer, and not what."""
    if not left.apart or record.may_restrict or record.shared:
        return ""
    which = (
        "It is" if len(left) == 1 else "One of them is" if left.apart == 1 else f"{left.apart} of them are"
    )
    who = "somebody who has the restricted part answers on their own page of this meeting"
    return f" {which} for professionals only: {who}."


def _family(record: MeetingRecord) -> list[Missing]:
    """What the child said and what a parent or carer says, who heard it and what changes by it; or why nobody asked.

    Inquiries found children's words written down and nothing done about them: a meeting says what it does, or why not.
    """
    voice, words = record.voice, []
    if voice.obtained is None:
        words.append("The child's voice: write down the child's own words, or why they were not heard.")
    elif voice.is_partly_recorded:
        words.append(
            "The child's voice: say who heard the child, when, how, and whether they were seen alone."
        )
    if voice.changed_nothing_yet:
        words.append(f"The child's voice: say what changes because of it. {NOTHING_TOO}")
    if voice.parent_is_partly_recorded:
        words.append("The parent's or carer's view: say who heard it, when and how.")
    elif not voice.parent_view and not voice.parent_not_sought:
        words.append("The parent's or carer's view: write it down, or why nobody asked for it.")
    if voice.parent_changed_nothing_yet:
        words.append(f"The parent's or carer's view: say what changes because of it. {NOTHING_TOO}")
    return [Missing(each, AgendaCode.VOICE) for each in words]


def not_below(limit: Lowest, *, shared: bool) -> str:
    """Why it may be no lower; where others see the screen, only that it may not: the reasons are an assessment's."""
    if not shared:
        return " ".join(limit.because)
    return f"Not below category {limit.category}." if limit.because else ""


def quorum_words(record: MeetingRecord) -> str:
    """Who was not there; nothing where the meeting is quorate."""
    return f"Nobody is marked as there from {joined(record.missing_quorum)}." if record.missing_quorum else ""


def latest_review(category: int) -> dt.date:
    """The last day for the next review: 28, 42 or 84 days by category, from the reference clocks."""
    return clock_rule("REVIEW_MASE", category or RiskCategory.LOW).due(timezone.localdate())
