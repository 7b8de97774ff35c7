"""Handing a reader their own copy: of the last version, with their name and a number that leads back to this moment."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from cases.exports.services import free_copy
from cse_portal import files
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotAllowedNow, NotPermitted
from cse_portal.files.errors import FileUnavailable
from mase.meetings.choices import Audience
from mase.meetings.models.meeting import Invitation, Meeting
from mase.meetings.selectors.thresholds import family_name
from mase.minutes.errors import MinutesNotReady
from mase.minutes.models import MinutesAddendum, MinutesVersion
from mase.minutes.selectors.items import MinutesFacts
from mase.minutes.selectors.minutes import addenda_of, copy_for, minutes_of
from mase.minutes.services.objecting import note, require_for_family

DAMAGED = "The stored minutes are damaged or missing. Tell the portal's support team."


@dataclass(frozen=True)
class Handed:
    """The document as it was composed, what was added since, and whose copy it becomes, of where or from whom."""

    audience: Audience
    page: str
    addenda: list[MinutesAddendum]
    copy: str
    reader: str
    agency: str
    taken_at: dt.datetime


@transaction.atomic
def hand_out(
    *, meeting: Meeting, by: User, audience: Audience | None = None, to: Invitation | None = None
) -> Handed:
    """This reader's copy, unchanged since it was made, or one with less if they ask for that; it is on record.

    `to`: the child or a parent, who get the family's from somebody who works on the case. It is marked as theirs.
    """
    who = gate.require_standing(by, Permission.MINUTES_VIEW, meeting)
    if to is not None:
        require_for_family(meeting, to, by)
        audience = Audience.OPEN
    theirs = copy_for(by, meeting)
    if audience is Audience.FULL and theirs is not audience:
        raise NotPermitted
    given = audience or theirs
    version = _ready(meeting)
    kept = version.copies.get(audience=given)
    try:
        page = files.read(kept.file, kept.sha256).decode()
    except FileUnavailable:
        raise MinutesNotReady(DAMAGED) from None
    note(version, by, "downloaded_at")
    letters = free_copy()
    detail = {"meeting": str(meeting.pk), "audience": given, "version": version.number, "copy": letters}
    if to is not None:
        detail["for"] = to.role
    record(Action.MINUTES_DOWNLOADED, by=by, obj=kept, case=meeting.case, detail=detail)
    added = addenda_of(version.minutes, restricted=given is Audience.FULL)
    whose = (by.full_name, who.agency.name)
    if to is not None:
        whose = (family_name(to), f"handed out by {by.full_name}, {who.agency.name}")
    return Handed(given, page, added, letters, *whose, timezone.now())


@transaction.atomic
def hand_out_own(*, found: MinutesFacts, by: User, draft: bool = False) -> Handed:
    """A person takes their copy of a CMOG's minutes, drawn for them: what was in it and its number are on record."""
    meeting = found.meeting
    who = gate.require_standing(by, Permission.MINUTES_VIEW, meeting)
    letters = free_copy()
    detail: dict[str, object] = {"copy": letters, "shown": [str(each.pk) for each in found.items]}
    if draft:
        detail["version"] = "draft"
    elif found.version is not None:
        note(found.version, by, "downloaded_at")
    cases, about = [each.case_id for each in found.items], [each.about_id for each in found.items]
    record(Action.MINUTES_DOWNLOADED, by=by, obj=meeting, detail=detail, cases=cases, about=about)
    return Handed(Audience.PROFESSIONALS, "", [], letters, by.full_name, who.agency.name, timezone.now())


@transaction.atomic
def preview(*, meeting: Meeting, by: User) -> Handed:
    """The chair looks at the draft as it would be sent out: composed by the page, marked as theirs, and on record."""
    who = gate.require_standing(by, Permission.MEETING_CHAIR, meeting)
    if minutes_of(meeting) is None:
        raise NotAllowedNow("There are no minutes yet. They are drafted when the meeting ends.")
    audience, letters = copy_for(by, meeting), free_copy()
    detail = {"meeting": str(meeting.pk), "audience": audience, "version": "draft", "copy": letters}
    record(Action.MINUTES_DOWNLOADED, by=by, obj=meeting, case=meeting.case, detail=detail)
    return Handed(audience, "", [], letters, by.full_name, who.agency.name, timezone.now())


def _ready(meeting: Meeting) -> MinutesVersion:
    """The last version of which there are copies."""
    rows = MinutesVersion.objects.filter(minutes__meeting=meeting, rendered_at__isnull=False)
    version = rows.select_related("minutes").order_by("-number").first()
    if version is None:
        raise MinutesNotReady
    return version
