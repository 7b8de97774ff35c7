"""Handing a reader their own copy: of the last version, with their name and a number that leads back to this moment."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from cases.exports.services import free_copy
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotAllowedNow
from cse_portal.ui.marking import Mark
from mase.meetings.choices import Audience
from mase.meetings.errors import MeetingRefused
from mase.meetings.models.meeting import Invitation, Meeting
from mase.meetings.selectors.thresholds import family_name
from mase.minutes.errors import NOT_SENT_OUT
from mase.minutes.models import Minutes, MinutesAddendum, MinutesObjection, MinutesVersion
from mase.minutes.selectors.content import fingerprint
from mase.minutes.selectors.items import MinutesFacts
from mase.minutes.selectors.minutes import (
    addenda_for,
    addenda_of,
    copy_for,
    latest_version,
    minutes_of,
    objections_for,
)
from mase.minutes.services.objecting import note, require_for_family

DAMAGED = "The stored minutes are damaged. Tell the portal's support team."


@dataclass(frozen=True)
class Taken:
    """A copy as it was composed, what was said of it since, and whose it becomes. A draft has no version."""

    page: str
    mark: Mark
    minutes: Minutes
    version: MinutesVersion | None
    objections: list[MinutesObjection]
    addenda: list[MinutesAddendum]


@transaction.atomic
def hand_out(*, meeting: Meeting, by: User, to: Invitation | None = None) -> Taken:
    """This reader's copy of a child's minutes, unchanged since it was sent; it is on record.

    `to`: the child or a parent, who get the family's from somebody who works on the case. It is marked as theirs.
    """
    if to is not None:
        require_for_family(meeting, to, by)
    audience = Audience.OPEN if to else copy_for(by, meeting)
    minutes = minutes_of(meeting)
    version = latest_version(minutes) if minutes else None
    if minutes is None or version is None:
        raise MeetingRefused(NOT_SENT_OUT)
    kept = version.copies.get(audience=audience)
    if fingerprint(kept.page) != kept.sha256:
        raise NotAllowedNow(DAMAGED)
    detail = {"audience": audience, "version": version.number, **({"for": to.role} if to else {})}
    mark = _mark(meeting, by, detail, version)
    if to is None:
        said, added = objections_for(by, minutes), addenda_for(by, minutes)
        return Taken(kept.page, mark, minutes, version, said, added)
    theirs = Mark(mark.copy, family_name(to), f"handed out by {mark.reader}, {mark.agency}", mark.taken_at)
    said = [each for each in objections_for(by, minutes) if each.seat_id]
    return Taken(kept.page, theirs, minutes, version, said, addenda_of(minutes, restricted=False))


@transaction.atomic
def hand_out_own(*, minutes: Minutes, page: str, by: User, found: MinutesFacts | None = None) -> Taken:
    """A copy that was drawn for this person: of a CMOG, or the chair's of a draft. What was in it is on record."""
    version = found.version if found else None
    detail = {"version": version.number if version else "draft"}
    mark = _mark(minutes.meeting, by, detail, version, found)
    return Taken(page, mark, minutes, version, objections_for(by, minutes), addenda_for(by, minutes))


def _mark(
    meeting: Meeting,
    by: User,
    detail: dict[str, Any],
    version: MinutesVersion | None,
    found: MinutesFacts | None = None,
) -> Mark:
    """A number of their own, written down with what they were given."""
    who = gate.require_standing(by, Permission.MINUTES_VIEW, meeting)
    if version is None:
        gate.require(by, Permission.MEETING_CHAIR, meeting)
    else:
        note(version, by, "downloaded_at")
    copy, items = free_copy(), found.items if found else []
    detail |= {"meeting": str(meeting.pk), "copy": copy, "shown": [str(each.pk) for each in items]}
    cases, about = [each.case_id for each in items], [each.about_id for each in items]
    record(
        Action.MINUTES_DOWNLOADED, by=by, obj=meeting, case=meeting.case, detail=detail, cases=cases, about=about
    )  # fmt: skip
    return Mark(copy, by.full_name, who.agency.name, timezone.now())
