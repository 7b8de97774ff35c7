"""Plan actions in the states tests need: agreed in a running meeting, issued when it ends, perhaps overdue."""

import datetime as dt
import uuid
from typing import Any

from django.utils import timezone

from cases.record.choices import HarmStatus, RiskCategory
from cases.record.models.case import Case
from cse_portal.accounts.models import Agency, User
from cse_portal.keys import new_key
from mase.meetings.models.meeting import Meeting
from mase.meetings.models.sections import ChildVoice
from mase.meetings.services import decision, ending, sections
from mase.plans.choices import PlanP
from mase.plans.models.plan import PlanAction
from mase.plans.services import plan
from tests.cast import Cast
from tests.factories.cases import assessed_as_quiet
from tests.factories.meetings import everyone_agrees, everyone_attends, membership, start_meeting
from tests.factories.requests import in_one_request

__all__ = ["agreed", "end", "end_later", "issued", "make_overdue", "membership", "running"]


@in_one_request
def running(cast: Cast, case: Case, **given: Any) -> Meeting:
    """A meeting that the chair has started; only those named are invited."""
    return start_meeting(cast, case, **{"agencies": [], **given})


@in_one_request
def agreed(
    cast: Cast,
    meeting: Meeting,
    *,
    text: str = "See the young person at school and talk about sexual health.",
    agency: Agency | None = None,
    owner: User | None = None,
    due_on: dt.date | None = None,
    p: PlanP = PlanP.PROTECT,
    **more: Any,
) -> PlanAction:
    """An action put on the plan of a running meeting; the nurse's in ten days unless told otherwise."""
    more.setdefault("measure_of_success", "She says that it has happened.")
    what = plan.Agreed(
        p=p, text=text, agency=agency or cast.agency("health"),
        owner=owner or (cast.health if agency is None else None),
        due_on=due_on or timezone.localdate() + dt.timedelta(days=10), **more,
    )  # fmt: skip
    return plan.add_action(meeting=meeting, key=new_key(), agreed=what, by=cast.manager)


@in_one_request
def end(cast: Cast, meeting: Meeting, *, category: RiskCategory = RiskCategory.MEDIUM) -> Meeting:
    """Write down what a meeting must leave behind, and end it."""
    fresh = end_later(cast, meeting, category=category)
    return ending.end(meeting=fresh, by=cast.manager, no_quorum_reason="The others sent reports.")


def end_later(cast: Cast, meeting: Meeting, *, category: RiskCategory = RiskCategory.MEDIUM) -> Meeting:
    """Write down what a meeting must leave behind; the chair has only to end it."""
    everyone_attends(meeting, cast.manager)
    if category < (case := Case.objects.get(pk=meeting.case_id)).category:
        assessed_as_quiet(cast, case)
    said = ChildVoice(
        obtained=True, words="I want people to stop asking me the same things.", heard_by="Priya Raman",
        heard_on=timezone.localdate(), tool="THREE_HOUSES", seen_alone=True,
        what_changed="One person asks her, and tells the others.", parent_not_sought="Her mother is in hospital.",
    )  # fmt: skip
    sections.save_voice(voice=meeting.voice, said=said, version=meeting.voice.version, by=cast.manager)
    reasons = "Older people are collecting her from school; she has a trusted adult."
    decided = decision.Decided(category, HarmStatus.H1, reasons)
    decision.save_decision(meeting=meeting, decided=decided, version=0, by=cast.manager)
    everyone_agrees(meeting, cast.manager)
    review = timezone.localdate() + dt.timedelta(days=28)
    return decision.set_review(meeting=meeting, review_on=review, by=cast.manager)


def issued(cast: Cast, case: Case, *, overdue_by: int = 0, accepted: bool = True, **given: Any) -> PlanAction:
    """The nurse's action of a meeting that has ended, perhaps some days overdue; the nurse was invited by name."""
    meeting = running(cast, case, people=[cast.health])
    action = agreed(cast, meeting, **given)
    end(cast, meeting)
    if accepted:
        PlanAction.objects.filter(pk=action.pk).update(answer_by=None)
    if overdue_by:
        make_overdue(action.pk, overdue_by)
    return PlanAction.objects.get(pk=action.pk)


def make_overdue(pk: uuid.UUID, days: int) -> None:
    """As if the action had been agreed long enough ago to be late by these days."""
    long_ago = timezone.now() - dt.timedelta(days=days + 10)
    due = timezone.localdate() - dt.timedelta(days=days)
    PlanAction.objects.filter(pk=pk).update(due_on=due, set_at=long_ago, issued_at=long_ago)
