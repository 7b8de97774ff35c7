"""Reading a return, the records behind its numbers, or the strategy's success is recorded."""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction

from cases.missing.services import episodes as missing_reading
from cases.reviews.selectors import LeadReview
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from mase.disagreements import services as disagreement_reading
from mase.meetings.models.meeting import MaseMeeting
from mase.meetings.services import meeting_reading
from mase.plans.services import reading as action_reading
from reporting.returns.models import RegionalReturn, Things


def record_view(*, regional_return: RegionalReturn | None, by: User) -> None:
    """Somebody opened a return, or the list of them."""
    detail = {"quarter": regional_return.quarter} if regional_return else {"list": True}
    record(Action.RETURN_VIEWED, by=by, obj=regional_return, detail=detail)


def record_home(*, cases: Iterable[uuid.UUID | None], by: User) -> None:
    """Somebody's home page named the children of these cases; of none there is nothing to note."""
    if shown := [each for each in cases if each]:
        record(Action.HOME_SHOWN, by=by, cases=shown)


def record_attendance(*, by: User) -> None:
    """Somebody read how agencies came to meetings over the quarters."""
    record(Action.RETURN_VIEWED, by=by, detail={"attendance": True})


def record_behind(*, things: Things, shown: Sequence[Any], which: str, by: User) -> None:
    """Somebody saw which meetings, actions or other things a number counts."""
    match things:
        case Things.ACTIONS:
            action_reading.record_listed(shown=shown, by=by, detail={"which": which})
        case Things.DISAGREEMENTS:
            disagreement_reading.record_listed(shown=shown, by=by, detail={"which": which})
        case Things.STAGES:
            disagreements = list(dict.fromkeys(each.disagreement for each in shown))
            disagreement_reading.record_listed(shown=disagreements, by=by, detail={"which": which})
        case Things.INVITATIONS:
            _record_meetings([each.meeting for each in shown], which, by)
        case Things.INITIALS:
            meeting_reading.record_to_book(shown=[each.episode.case for each in shown], which=which, by=by)
        case Things.REVIEWS:
            by_lead = [each.case for each in shown if isinstance(each, LeadReview)]
            set_by = [each for each in shown if not isinstance(each, LeadReview)]
            held = [each.booked for each in set_by if each.booked]
            _record_meetings([*(each.after for each in set_by), *held], which, by)
            if by_lead:
                meeting_reading.record_to_book(shown=by_lead, which=which, by=by)
        case Things.EPISODES:
            missing_reading.record_listed(shown=shown, by=by, which=which)
        case Things.CHILDREN:
            meeting_reading.record_to_book(shown=shown, which=which, by=by)
        case _:
            _record_meetings(shown, which, by)


def _record_meetings(meetings: Iterable[MaseMeeting], which: str, by: User) -> None:
    meeting_reading.record_listed(shown=list(dict.fromkeys(meetings)), by=by, which=which)


@transaction.atomic(savepoint=False)
def record_success(*, by: User) -> None:
    """A person read the measures of success."""
    record(Action.STRATEGIC_VIEWED, by=by, detail={"page": "success"})


@transaction.atomic(savepoint=False)
def record_report(*, copy: uuid.UUID, sha256: str, by: User) -> None:
    """A person took the report: the number on it, and its fingerprint."""
    gate.require(by, Permission.STRATEGIC_VIEW)
    record(Action.STRATEGIC_DOWNLOADED, by=by, detail={"copy": str(copy), "sha256": sha256})
