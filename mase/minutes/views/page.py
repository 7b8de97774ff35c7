"""What the page of a meeting's minutes shows to one person."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from mase.meetings.choices import MeetingState, MinutesState
from mase.meetings.models.agenda import AgendaItem
from mase.meetings.models.meeting import Meeting
from mase.meetings.selectors.thresholds import family_name
from mase.minutes.models import Minutes, MinutesObjection, MinutesReader, MinutesVersion
from mase.minutes.presenters.items import rows_of
from mase.minutes.presenters.words import (
    STATE_COLOURS,
    AddendumLine,
    ObjectionCard,
    WordingRow,
    addendum_line,
    objection_cards,
    standing_words,
    time_words,
    unanswered_words,
    wording_rows,
)
from mase.minutes.selectors.content import is_unchanged
from mase.minutes.selectors.items import facts_of
from mase.minutes.selectors.minutes import (
    addenda_for,
    family_for,
    latest_version,
    may_answer,
    may_be_objected_to,
    objections_for,
    own_receipt,
    progress_since,
    sees_restricted,
    wordings_for,
)


@dataclass
class MinutesPage:
    """Everything the template draws."""

    ended: bool
    full: bool
    of_child: bool
    reads: bool = False
    minutes: Minutes | None = None
    version: MinutesVersion | None = None
    state: str = ""
    colour: str = ""
    time: str = ""
    sent: str = ""
    chairs: bool = False
    takes_part: bool = False
    may_object: bool = False
    may_send: bool = False
    may_agree: bool = False
    agreed: bool = False
    unchanged: bool = True
    waiting: str = ""
    until: dt.date | None = None
    reading: MinutesReader | None = None
    wordings: list[WordingRow] | None = None
    objections: list[ObjectionCard] | None = None
    addenda: list[AddendumLine] | None = None
    family: list[tuple[str, str]] | None = None
    for_family: bool = False
    may_word: bool = True
    items: Sequence[AgendaItem] = ()


def page_of(user: User, meeting: Meeting) -> MinutesPage:
    """The page as far as this person may see it; the chair's tools for the chair."""
    full, found = sees_restricted(user, meeting), getattr(meeting, "minutes", None)
    of_child = meeting.case_id is not None
    page = MinutesPage(ended=meeting.state == MeetingState.ENDED, full=full, of_child=of_child)
    if found is None:
        return page
    found.meeting = meeting
    version = latest_version(found)
    page.minutes, page.version = found, version
    page.state, page.colour = found.state.label, STATE_COLOURS[found.state]
    page.time = time_words(found)
    page.agreed = found.state == MinutesState.AGREED
    page.chairs = gate.can(user, Permission.MEETING_CHAIR, meeting)
    page.takes_part = gate.can(user, Permission.MEETING_TAKE_PART, meeting)
    page.reads = version is not None or page.chairs
    page.may_send = page.chairs and not page.agreed and version is None
    rows = objections_for(user, found) if page.reads else []
    if not of_child:
        facts = facts_of(user, found, version, objections=rows, addenda=[])
        page.items = facts.items
        page.wordings = rows_of(facts) if page.reads else None
        page.may_word = bool(facts.wordings)
    elif page.chairs and not page.agreed:
        page.wordings = wording_rows(wordings_for(user, found), meeting)
    if version is not None:
        _after_sending(page, user, meeting, version, rows)
    return page


def _after_sending(
    page: MinutesPage, user: User, meeting: Meeting, version: MinutesVersion, rows: list[MinutesObjection]
) -> None:
    """What there is once a version is out: readings, objections, agreement, additions."""
    minutes = page.minutes
    if minutes is None:
        return
    page.reading = own_receipt(user, version)
    page.until = version.objections_until
    page.sent = standing_words(minutes, version)
    waiting = [] if page.agreed else [each for each in rows if not each.is_answered]
    answerable = {each.pk for each in waiting if may_answer(user, meeting, each)}
    page.objections = objection_cards(rows, meeting, answerable=answerable)
    objected = page.of_child and any(
        each.by_id == user.pk and each.version_id == version.pk and each.seat_id is None for each in rows
    )
    # The chair words what is wrong, and need not object to it.
    reads = page.takes_part and not page.chairs
    page.may_object = reads and not objected and may_be_objected_to(minutes, version)
    seats = family_for(user, meeting)
    page.family = [(family_name(each), str(each.pk)) for each in seats]
    takes_part = page.takes_part and bool(seats)
    page.for_family = takes_part and may_be_objected_to(minutes, version)
    added = addenda_for(user, minutes) if page.agreed else []
    page.addenda = [addendum_line(each) for each in added]
    page.unchanged = not (page.agreed and (page.full or not page.of_child)) or is_unchanged(minutes)
    if page.chairs and not page.agreed:
        now = progress_since(minutes, version)
        page.waiting = unanswered_words(now.waiting, now.waiting - len(waiting))
        settled = version.is_ready and not now.waiting
        page.may_send = settled and now.changed
        page.may_agree = settled and now.answered > 0 and not now.changed and version.may_be_agreed
