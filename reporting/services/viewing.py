"""Reading a return is recorded too."""

from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from reporting.models import RegionalReturn


def record_view(*, regional_return: RegionalReturn | None, by: User) -> None:
    """Somebody opened a return, or the list of them."""
    detail = {"quarter": regional_return.quarter} if regional_return else {"list": True}
    record(Action.RETURN_VIEWED, by=by, obj=regional_return, detail=detail)
