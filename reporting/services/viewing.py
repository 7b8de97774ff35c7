"""Reading a return is recorded too, and so are the records behind its numbers."""

from collections.abc import Sequence

from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from mase.models import MaseMeeting, PlanAction
from mase.services import action_reading, meeting_reading
from reporting.models import RegionalReturn


def record_view(*, regional_return: RegionalReturn | None, by: User) -> None:
    """Somebody opened a return, or the list of them."""
    detail = {"quarter": regional_return.quarter} if regional_return else {"list": True}
    record(Action.RETURN_VIEWED, by=by, obj=regional_return, detail=detail)


def record_attendance(*, by: User) -> None:
    """Somebody read how agencies came to meetings over the quarters."""
    record(Action.RETURN_VIEWED, by=by, detail={"attendance": True})


def record_meetings_behind(*, shown: Sequence[MaseMeeting], which: str, by: User) -> None:
    """Somebody saw which meetings stand behind a number."""
    meeting_reading.record_listed(shown=list(dict.fromkeys(shown)), by=by, which=which)


def record_actions_behind(*, shown: Sequence[PlanAction], which: str, by: User) -> None:
    """Somebody saw which actions stand behind a number."""
    action_reading.record_listed(shown=shown, by=by, detail={"which": which})
