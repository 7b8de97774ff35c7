"""Noting who read a meeting or a list of meetings, in the page's own transaction."""

from collections.abc import Sequence

from django.db import transaction

from cases.models import Case
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from mase.models import CmogMeeting, MaseMeeting


@transaction.atomic(savepoint=False)
def record_view(*, meeting: MaseMeeting, by: User, page: str = "meeting") -> None:
    """A person opened this page of a meeting."""
    record(Action.MEETING_VIEWED, by=by, obj=meeting, case=meeting.case, detail={"page": page})


@transaction.atomic(savepoint=False)
def record_listed(
    *, shown: Sequence[MaseMeeting | CmogMeeting], by: User, case: Case | None = None, which: str = ""
) -> None:
    """A person saw these meetings in a list."""
    detail = {"which": which, "shown": [str(each.pk) for each in shown]}
    cases = [each.case_id for each in shown if isinstance(each, MaseMeeting)]
    record(Action.MEETINGS_LISTED, by=by, obj=case, case=case, detail=detail, cases=cases)


@transaction.atomic(savepoint=False)
def record_to_book(*, shown: Sequence[Case], by: User, which: str = "to book") -> None:
    """A person saw which children wait, or waited, for a meeting."""
    record(Action.CASES_LISTED, by=by, detail={"which": which}, cases=[each.pk for each in shown])


@transaction.atomic(savepoint=False)
def record_beside(*, meeting: MaseMeeting, by: User, children: Sequence[Case]) -> None:
    """Beside the agenda a person was shown these other children; nothing to note without any."""
    if children:
        cases = [each.pk for each in children]
        record(
            Action.MEETING_VIEWED,
            by=by,
            obj=meeting,
            case=meeting.case,
            detail={"page": "on record"},
            cases=cases,
        )
