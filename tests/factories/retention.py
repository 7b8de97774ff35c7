"""Records that are due, and disposals at each step."""

import datetime as dt
from typing import Any

import time_machine
from django.utils import timezone

from cases.concerns.models import Concern, ConcernDecision
from cases.record.choices import CaseStatus, RiskCategory
from cases.record.models.case import Case, Episode
from intelligence.submissions.models import IntelligenceSubmission
from reporting.retention.models import Disposal, HoldScope, LegalHold
from reporting.retention.selectors import Record, record_by_reference
from reporting.retention.services import retention
from reporting.tasks import dispose_due
from tests.cast import Cast
from tests.factories.cases import make_case, make_child
from tests.factories.concerns import decide, make_concern
from tests.factories.intelligence import make_submission

LONG_AGO = dt.datetime(1985, 6, 3, 12, tzinfo=dt.UTC)
BORN_LONG_AGO = dt.date(1940, 2, 1)


def lift_every_hold(cast: Cast) -> None:
    """The one the portal is delivered with, too."""
    for hold in LegalHold.objects.in_force():
        retention.lift_hold(hold=hold, why="The inquiry has reported.", by=cast.privacy)


def close(case: Case, cast: Cast, *, on: dt.datetime = LONG_AGO) -> Case:
    """Closed on that day, which the service would not: it closes today."""
    Episode.objects.filter(case=case).update(
        opened_at=on - dt.timedelta(days=100), closed_at=on, closed_by=cast.manager, closing_code="C1",
        closing_reason="Closed for a test",
    )  # fmt: skip
    Case.objects.filter(pk=case.pk).update(status=CaseStatus.CLOSED, opened_at=on - dt.timedelta(days=100))
    case.refresh_from_db()
    return case


def due_case(cast: Cast, *, category: RiskCategory = RiskCategory.LOW, **child: Any) -> Case:
    """A case closed so long ago that every rule has run out, unless the child's facts say otherwise."""
    given = {"date_of_birth": BORN_LONG_AGO, **child}
    return close(make_case(cast, child=make_child(**given), category=category), cast)


def due_concern(cast: Cast) -> Concern:
    """Decided long ago, without a case."""
    concern = make_concern(cast.duty, date_of_birth=dt.date(1972, 1, 5))
    decide(concern, cast.manager)
    Concern.objects.filter(pk=concern.pk).update(submitted_at=LONG_AGO)
    ConcernDecision.objects.filter(concern=concern).update(decided_at=LONG_AGO)
    concern.refresh_from_db()
    return concern


def due_submission(cast: Cast) -> IntelligenceSubmission:
    """Sent long ago, and linked to nobody."""
    submission = make_submission(cast)
    IntelligenceSubmission.objects.filter(pk=submission.pk).update(submitted_at=LONG_AGO)
    submission.refresh_from_db()
    return submission


def proposed(cast: Cast, reference: str) -> Disposal:
    """By the privacy officer."""
    record = record_by_reference(cast.privacy, reference)
    return retention.propose(record=record, reason="No agency needs it.", by=cast.privacy)


def approved(cast: Cast, reference: str) -> Disposal:
    """By the privacy officer and the team manager, a month ago: it is disposed of tonight."""
    with time_machine.travel(timezone.now() - dt.timedelta(days=31), tick=True):
        made = proposed(cast, reference)
        retention.approve(disposal=made, why="Checked against the list.", by=cast.manager)
    made.refresh_from_db()
    return made


def disposed(cast: Cast, reference: str) -> Disposal:
    """Deleted, with its certificate."""
    signed = approved(cast, reference)
    dispose_due()
    signed.refresh_from_db()
    return signed


def hold(cast: Cast, scope: HoldScope, record: Record | None = None) -> LegalHold:
    """On the authority of a court."""
    return retention.set_hold(
        scope=scope, record=record, authority="Birmingham Crown Court", reason="A trial is prepared.",
        review_on=timezone.localdate(), by=cast.privacy,
    )  # fmt: skip
