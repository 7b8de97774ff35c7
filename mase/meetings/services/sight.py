"""What of the case an invitation lets somebody see; until the minutes are settled, and while they owe an action."""

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from cases.record.models.access import CaseGroupObjectPermission, CaseUserObjectPermission
from cases.record.models.case import Case
from cases.sharing.services.access import grant_for_meeting, parts_in_role
from cse_portal.access import grants
from cse_portal.access.grants import Holder, holds
from cse_portal.access.models import GrantSource
from cse_portal.accounts.models import Agency, Membership, User
from cse_portal.reference.selectors import clock_rule, find_code
from mase.meetings.choices import MeetingState
from mase.meetings.models.meeting import Meeting
from mase.meetings.selectors.answers import works_for_agency
from mase.meetings.selectors.meetings import access_until
from mase.minutes.models import Minutes
from mase.plans.selectors.actions import owed_actions, owed_of

LAWFUL_BASIS = "6_1_E"
REASON = "Invited to a meeting about this child"
STAYS = "Owns an action of the plan that is not finished"
ENDS = "Owns no unfinished action of the plan any more"
WAITS = "The minutes of the meeting can still come or be objected to"
# The morning job looks this far ahead for sight that is about to end.
_AHEAD = dt.timedelta(days=2)


@transaction.atomic
def keep(*, case: Case, by: User | None) -> None:
    """Anyone who sees the case through a meeting and owes an action sees it until that is finished, and no longer.

    An action is owed by the person named and by their agency; where nobody is named, by everybody asked for the agency.
    One that was reported on and waits for the chair is still owed: it may be sent back. Closing the case ends none.
    """
    owed = owed_of(case.pk)
    people = {each.owner_id for each in owed if each.owner_id}
    unnamed = {each.agency_id for each in owed if each.owner_id is None}
    of_unnamed = Membership.objects.current().filter(agency__in=unnamed).values("user")
    owing = Q(user__in=people) | Q(user__in=of_unnamed)
    groups = Agency.objects.filter(pk__in={each.agency_id for each in owed}).values("group")
    for kind, theirs in ((User, owing), (Agency, Q(group__in=groups))):
        rows = grants.holders_rows(case, kind).filter(source=GrantSource.MEETING)
        ending = rows.filter(theirs, expires_at__gt=timezone.now())
        grants.set_end(ending, expires_at=None, by=by, reason=STAYS)
        _let_end(rows.exclude(theirs).filter(expires_at__isnull=True), by)


@transaction.atomic
def settle() -> int:
    """Every morning, for the cases where sight through a meeting is about to end or has no end; returns how many.

    Minutes that come late reach the person who was asked all the same: until they are out, sight of the case does not
    end.
    """
    held = Meeting.objects.of_children().ended()
    late = held.filter(minutes__circulated_at__isnull=True, minutes__isnull=False)
    about_to_end = Q(expires_at__gt=timezone.now(), expires_at__lte=timezone.now() + _AHEAD)
    for meeting in late.select_related("case", "minutes").order_by("pk"):
        lengthen(meeting=meeting, by=None, which=about_to_end)
    owed = owed_actions().filter(case__isnull=False)
    soon = Q(expires_at__lte=timezone.now() + _AHEAD, content_object__in=owed.values("case"))
    looked_at: set[uuid.UUID] = set()
    for table in (CaseUserObjectPermission, CaseGroupObjectPermission):
        rows = table.objects.filter(Q(expires_at__isnull=True) | soon, source=GrantSource.MEETING)
        looked_at |= set(rows.values_list("content_object", flat=True))
    for case in Case.objects.filter(pk__in=looked_at).order_by("pk"):
        keep(case=case, by=None)
    return len(looked_at)


def lengthen(*, meeting: Meeting, by: User | None, which: Q | None = None) -> None:
    """Anyone whom this meeting opened the case to sees it as long as its minutes can be objected to.

    Not where somebody stopped it.
    """
    end = end_of(seen_until(meeting))
    for kind in (User, Agency):
        given = grants.holders_rows(meeting.case, kind).filter(which or Q())
        rows = given.filter(source=GrantSource.MEETING, source_id=meeting.pk, expires_at__lt=end)
        grants.set_end(rows, expires_at=end, by=by, reason=WAITS)


def _let_end(rows: QuerySet[Any], by: User | None) -> None:
    """What has no end now ends when it would have without the action, at the earliest today.

    Without a meeting that is held, or once its minutes are agreed, that is today.
    """
    keys = sorted(set(rows.values_list("source_id", flat=True)))
    meetings = Meeting.objects.select_related("minutes").in_bulk(keys)
    for key in keys:
        meeting, until = meetings.get(key), timezone.localdate()
        agreed = getattr(getattr(meeting, "minutes", None), "agreed_at", None)
        if meeting is not None and meeting.state != MeetingState.CANCELLED and not agreed:
            until = max(seen_until(meeting), until)
        grants.set_end(rows.filter(source_id=key), expires_at=end_of(until), by=by, reason=ENDS)


def seen_until(meeting: Meeting) -> dt.date:
    """How long those see the case who were asked to this meeting and owe nothing.

    Until its minutes, sent out in time, can be objected to no longer, or the next review; where they come late, until
    they can be objected to no longer all the same.
    """
    days = [access_until(meeting.ended_at or timezone.localdate(meeting.scheduled_for))]
    if meeting.review_on:
        days.append(meeting.review_on)
    minutes: Minutes | None = getattr(meeting, "minutes", None)
    if minutes is not None and minutes.circulated_at is None:
        days.append(clock_rule("MINUTES_OBJECTION").due(timezone.now()))
    elif minutes is not None:
        sent = minutes.versions.filter(objections_until__isnull=False)
        days += [each.objections_until for each in sent if each.objections_until]
    return max(days)


def parts_of_role(
    meeting: Meeting, holder: Holder, role: str, *, chosen: bool = False, by: User
) -> list[str]:
    """The parts of the case that somebody needs in a role: reference data, and never more than may be given them."""
    found = find_code("meeting-role", role)
    opens = found.extra.get("opens", []) if found else []
    return parts_in_role(meeting.case, holder, opens, chosen=chosen, by=by)


def open_case_to(meeting: Meeting, holder: Holder, *, until: dt.date, parts: Iterable[str], by: User) -> None:
    """Sight of the case, with these parts of it, to the end of a day."""
    grant_for_meeting(
        case=meeting.case, to=holder, meeting_id=meeting.pk, reason=REASON, lawful_basis=LAWFUL_BASIS,
        expires_at=end_of(until), parts=parts, by=by,
    )  # fmt: skip


def renew_access(meeting: Meeting, *, until: dt.date, by: User) -> None:
    """Those who still hold the case through this meeting see it until another day.

    What was stopped since is not given back, and a case restricted since is opened to no agency. Nor is anything
    renewed for who works for another agency by now. The caller holds the case, so that all this stays so.
    """
    given = meeting.invitations.filter(Q(gave_access=True) | Q(deputy__isnull=False))
    for each in given.select_related("agency", "person", "deputy"):
        holders: list[Holder | None] = [each.deputy, each.person or each.agency]
        for holder in holders:
            if holder is None or (isinstance(holder, Agency) and meeting.case.is_restricted):
                continue
            if isinstance(holder, User) and not works_for_agency(each, holder):
                continue
            if held := granted_by_meeting(meeting, holder):
                open_case_to(meeting, holder, until=until, parts=held - {"view_case"}, by=by)


def granted_by_meeting(meeting: Meeting, holder: Holder) -> set[str]:
    """What this meeting's grant still gives somebody, expired or not."""
    return holds(meeting.case, holder, source=GrantSource.MEETING, source_id=meeting.pk)


def end_of(day: dt.date) -> dt.datetime:
    """The last moment of a day in this country."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time.max))
