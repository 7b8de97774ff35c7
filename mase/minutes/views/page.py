"""What the page of a meeting's minutes shows to one person."""

import uuid
from typing import Any

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.errors import NotVisible
from cse_portal.jobs.views import SignedInRequest
from mase.meetings.choices import MeetingState
from mase.meetings.models.meeting import Meeting
from mase.meetings.selectors.thresholds import family_name
from mase.minutes.models import Minutes, MinutesVersion
from mase.minutes.presenters.items import rows_of
from mase.minutes.presenters.words import (
    STATE_COLOURS,
    addendum,
    objection,
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
    meeting_with_minutes,
    minutes_of,
    objections_for,
    progress_since,
    readers_of,
    sees_restricted,
    wordings_for,
)


def with_minutes(request: SignedInRequest, pk: uuid.UUID) -> tuple[Meeting, Minutes]:
    """The meeting and its minutes, for who reads them; there are none before it has ended."""
    meeting = meeting_with_minutes(request.user, pk)
    minutes = minutes_of(meeting)
    if minutes is None:
        raise NotVisible
    minutes.meeting = meeting
    return meeting, minutes


def chaired(request: SignedInRequest, pk: uuid.UUID) -> tuple[Meeting, Minutes]:
    """The same, for who chairs."""
    gate.require(request.user, Permission.MEETING_CHAIR, meeting_with_minutes(request.user, pk))
    return with_minutes(request, pk)


def page_of(user: User, meeting: Meeting) -> dict[str, Any]:
    """The page as far as this person may see it; the chair's tools for the chair."""
    found: Minutes | None = getattr(meeting, "minutes", None)
    page: dict[str, Any] = {
        "ended": meeting.state == MeetingState.ENDED, "of_child": meeting.case_id is not None, "minutes": found,
        "full": sees_restricted(user, meeting), "may_word": True, "items": [], "version": None,
    }  # fmt: skip
    if found is None:
        return page
    found.meeting = meeting
    version, chairs = latest_version(found), gate.can(user, Permission.MEETING_CHAIR, meeting)
    reads = version is not None or chairs
    page |= {
        "version": version, "colour": STATE_COLOURS[found.state], "time": time_words(found), "chairs": chairs,
        "reads": reads, "may_send": chairs and version is None,
    }  # fmt: skip
    if meeting.case_id is None and reads:
        facts = facts_of(user, found, version)
        page |= {"items": facts.items, "wordings": rows_of(facts), "may_word": bool(facts.wordings)}
    elif chairs and not found.agreed_at:
        page["wordings"] = wording_rows(wordings_for(user, found), meeting)
    return page | _after_sending(user, found, version, page) if version else page


def _after_sending(
    user: User, minutes: Minutes, version: MinutesVersion, page: dict[str, Any]
) -> dict[str, Any]:
    """What there is once a version is out: readings, objections, agreement, additions."""
    meeting, agreed = minutes.meeting, minutes.agreed_at is not None
    rows, may_object = objections_for(user, minutes), may_be_objected_to(minutes, version)
    takes_part, seats = gate.can(user, Permission.MEETING_TAKE_PART, meeting), family_for(user, meeting)
    waiting = [] if agreed else [each for each in rows if each.accepted is None]
    objected = page["of_child"] and any(
        each.by_id == user.pk and each.version_id == version.pk and each.seat_id is None for each in rows
    )
    # The chair words what is wrong, and need not object to it.
    objects = takes_part and not page["chairs"] and not objected and may_object
    added = addenda_for(user, minutes) if agreed else []
    checked = agreed and (page["full"] or not page["of_child"])
    found = {
        "sent": standing_words(minutes, version),
        "objections": [objection(each) for each in rows], "addenda": [addendum(each) for each in added],
        "answerable": {each.pk for each in waiting if may_answer(user, meeting, each)},
        "family": [(family_name(each), str(each.pk)) for each in seats], "may_object": objects,
        "for_family": takes_part and bool(seats) and may_object,
        "unchanged": not checked or is_unchanged(minutes),
    }  # fmt: skip
    if page["chairs"]:
        found["readers"] = readers_of(version)
    if page["chairs"] and not agreed:
        to_answer, changed = progress_since(minutes, version)
        found["waiting"] = unanswered_words(to_answer, to_answer - len(waiting))
        found["may_send"] = changed and not to_answer
    return found
