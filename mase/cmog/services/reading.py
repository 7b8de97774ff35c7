"""Noting who read a CMOG, which of its items, or the list of them, in the page's own transaction."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from mase.cmog.models.cmog import CmogItem, CmogMeeting


@transaction.atomic(savepoint=False)
def record_view(
    *, meeting: CmogMeeting, shown: Sequence[CmogItem] = (), by: User, page: str = "cmog"
) -> None:
    """A person opened this page of a CMOG, and these items were on it."""
    detail = {"page": page, "shown": [str(each.pk) for each in shown]}
    cases, about = [each.case_id for each in shown], [each.about_id for each in shown]
    record(Action.CMOG_VIEWED, by=by, obj=meeting, detail=detail, cases=cases, about=about)


@transaction.atomic(savepoint=False)
def record_item(*, item: CmogItem, by: User, page: str = "item") -> None:
    """A person opened one item."""
    about = [item.about_id]
    record(Action.CMOG_VIEWED, by=by, obj=item, case=item.case, detail={"page": page}, about=about)


@transaction.atomic(savepoint=False)
def record_listed(*, shown: Sequence[CmogMeeting], by: User, page: str = "list") -> None:
    """A person saw which CMOGs there are."""
    record(Action.CMOGS_LISTED, by=by, detail={"page": page, "shown": [str(each.pk) for each in shown]})


@transaction.atomic(savepoint=False)
def record_minutes(
    *,
    meeting: CmogMeeting,
    shown: Sequence[CmogItem],
    copy: str,
    sha256: str,
    by: User,
    version: str = "",
) -> None:
    """A person took their copy of the minutes: what was in it, its number and its fingerprint; a draft says so."""
    detail: dict[str, Any] = {
        "copy": copy, "sha256": sha256, "shown": [str(each.pk) for each in shown],
        **({"version": version} if version else {}),
    }  # fmt: skip
    cases, about = [each.case_id for each in shown], [each.about_id for each in shown]
    record(Action.CMOG_MINUTES_DOWNLOADED, by=by, obj=meeting, detail=detail, cases=cases, about=about)
