"""Noting who looked at plan actions, in the page's own transaction."""

from collections.abc import Sequence

from cases.record.services import record_view as record_case_view
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from mase.plans.models.plan import PlanAction
from mase.plans.selectors.actions import subject_of, subjects_of


def record_listed(*, shown: Sequence[PlanAction], by: User, detail: dict[str, str]) -> None:
    """Note which actions a list showed, and which filters chose them."""
    said = {**detail, "shown": [str(row.pk) for row in shown]}
    cases = [row.case_id for row in shown]
    record(Action.ACTIONS_LISTED, by=by, detail=said, cases=cases, about=subjects_of(shown))


def record_people(*, shown: Sequence[User], by: User, held: Sequence[PlanAction] = ()) -> None:
    """Note whose numbers of open actions somebody looked at, and which of these actions they were shown as well."""
    detail = {"people": [str(person.pk) for person in shown]}
    if held:
        detail["shown"] = [str(row.pk) for row in held]
    cases = [row.case_id for row in held]
    record(Action.ACTIONS_LISTED, by=by, detail=detail, cases=cases, about=subjects_of(held))


def record_view(*, action: PlanAction, by: User) -> None:
    """Note that a person opened an action of this child's plan, or one that is about no child."""
    if action.case is None:
        record(Action.ACTION_VIEWED, by=by, obj=action, about=[subject_of(action)])
    else:
        record_case_view(case=action.case, by=by, page="action")
