"""How long an invitation lets somebody see the case: as long as they owe an action of the plan, whatever its day."""

import datetime as dt
import uuid
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from cases.models import Case, CaseGroupObjectPermission, CaseUserObjectPermission
from cse_portal import acting
from cse_portal.access import grants
from cse_portal.access.choices import GrantSource
from cse_portal.accounts.models import Agency, Membership, User
from mase.choices import MeetingState
from mase.models import MaseMeeting, PlanAction
from mase.selectors.meetings import access_until
from mase.services.invitations import end_of

STAYS = "Owns an action of the plan that is not finished"
ENDS = "Owns no unfinished action of the plan any more"
# The morning job looks this far ahead for sight that is about to end.
_AHEAD = dt.timedelta(days=2)


@transaction.atomic
def keep(*, case: Case, by: User | None) -> None:
    """Whoever sees the case through a meeting and owes an action sees it until that is finished, and no longer.

    An action is owed by the person named and by their agency; where nobody is named, by everybody asked for the agency.
    One that was reported on and waits for the chair is still owed: it may be sent back. Closing the case ends none.
    """
    owed = _owed(case)
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
    """Every morning, for the cases where sight through a meeting is about to end or has no end; returns how many."""
    owed = _open_actions().filter(case__isnull=False)
    soon = Q(expires_at__lte=timezone.now() + _AHEAD, content_object__in=owed.values("case"))
    looked_at: set[uuid.UUID] = set()
    for table in (CaseUserObjectPermission, CaseGroupObjectPermission):
        rows = table.objects.filter(Q(expires_at__isnull=True) | soon, source=GrantSource.MEETING)
        looked_at |= set(rows.values_list("content_object", flat=True))
    for case in Case.objects.filter(pk__in=looked_at).order_by("pk"):
        keep(case=case, by=None)
    return len(looked_at)


def _let_end(rows: QuerySet[Any], by: User | None) -> None:
    """What has no end now ends when it would have without the action, at the earliest today."""
    keys = sorted(set(rows.values_list("source_id", flat=True)))
    with acting.for_the_system():  # whether its minutes are agreed, also where somebody was left out of them
        meetings = MaseMeeting.objects.select_related("minutes").in_bulk(keys)
    for key in keys:
        until = max(_usual_end(meetings.get(key)), timezone.localdate())
        grants.set_end(rows.filter(source_id=key), expires_at=end_of(until), by=by, reason=ENDS)


def _usual_end(meeting: MaseMeeting | None) -> dt.date:
    """The next review, or the day until which the minutes can be objected to; nothing once they are agreed."""
    if meeting is None or meeting.state == MeetingState.CANCELLED:
        return timezone.localdate()
    if hasattr(meeting, "minutes") and meeting.minutes.agreed_at:
        return timezone.localdate()
    return seen_until(meeting)


def seen_until(meeting: MaseMeeting) -> dt.date:
    """How long those see the case who were asked to this meeting and owe nothing."""
    minutes = access_until(meeting.ended_at or timezone.localdate(meeting.scheduled_for))
    return max(minutes, meeting.review_on) if meeting.review_on else minutes


def _owed(case: Case) -> list[PlanAction]:
    """Those for professionals only as well, whoever has just finished one of the others."""
    with acting.for_the_system():
        return list(_open_actions().filter(case=case))


def _open_actions() -> QuerySet[PlanAction]:
    issued = PlanAction.objects.issued()
    return issued.unfinished() | issued.waiting_for_chair()
