"""Returns at each station of their way, made by the services themselves."""

import datetime as dt

from django.db import connection
from django.utils import timezone

from cases.assessments.models import CategoryDecision, DecisionSource
from cases.record.choices import EpisodeKind, HarmStatus, RiskCategory
from cases.record.models.case import Case, Episode
from cse_portal.accounts.models import User
from cse_portal.jobs.services import run_job
from cse_portal.reference.quarters import Quarter
from reporting.returns.models import RegionalReturn
from reporting.returns.selectors.changes import changes
from reporting.returns.selectors.returns import job_of
from reporting.returns.services import returns, sending
from tests.cast import Cast
from tests.factories.cases import make_case, make_child

WEEK = dt.timedelta(days=7)
ENDED = Quarter.containing(timezone.localdate()).previous()


def at(day: dt.date, hour: int = 12) -> dt.datetime:
    """A moment on a day."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time(hour)))


def make_old_case(
    cast: Cast,
    opened_on: dt.date,
    closed_on: dt.date | None = None,
    category: RiskCategory = RiskCategory.LOW,
    **child: object,
) -> Case:
    """A case whose first period of work lies where the test wants it."""
    case = make_case(cast, child=make_child(**child))
    episode = Episode.objects.get(case=case)
    episode.opened_at = at(opened_on)
    if closed_on is not None:
        episode.closed_at, episode.closed_by = at(closed_on), cast.manager
        episode.closing_code, episode.closing_reason = "C1", "Closed for a test"
    episode.save()
    CategoryDecision.objects.create(
        case=case, category=category, previous_category=0, harm_status=HarmStatus.H1, rationale="Set for a test",
        source=DecisionSource.TRIAGE, decided_by=cast.manager, decided_at=at(opened_on),
    )  # fmt: skip
    return case


def complete(case: Case, *, lacking: bool = False) -> Case:
    """With every field that measure C5 asks for, or all but the child's ethnicity and disability."""
    case.exploitation_models, case.child.legal_status = ["M1"], "CIN_PLAN"
    if not lacking:
        case.child.ethnicity, case.child.disabilities = "WBRI", ["NONE"]
    case.save(update_fields=["exploitation_models"])
    case.child.save(update_fields=["legal_status", "ethnicity", "disabilities"])
    return case


def reopen(cast: Cast, case: Case, on: dt.date) -> Episode:
    """Another period of work on a closed case."""
    return Episode.objects.create(
        case=case,
        kind=EpisodeKind.REOPENED,
        opened_at=at(on),
        opened_by=cast.manager,
        opening_reason="Again, for a test",
    )


def make_started(cast: Cast, quarter: Quarter = ENDED) -> RegionalReturn:
    """Started by the analyst and worked out."""
    return worked_out(returns.start(quarter=quarter.slug, by=cast.analyst))


def worked_out(regional_return: RegionalReturn) -> RegionalReturn:
    """Outside a transaction the job runs at once; inside one it waits for the end, and is run here."""
    job = job_of(regional_return)
    if connection.in_atomic_block and job is not None:
        run_job(job_id=job.pk)
    return regional_return


def explained(regional_return: RegionalReturn, by: User) -> RegionalReturn:
    """With a reason for each number that changed much."""
    for change in changes(by, regional_return):
        if change.is_unexplained:
            returns.explain(regional_return=regional_return, cell=change.cell, text="Looked at", by=by)
    return regional_return


def check(cast: Cast, started: RegionalReturn) -> RegionalReturn:
    """Checked by the analyst with a note, and with a reason for each number that changed much."""
    ready = explained(RegionalReturn.objects.get(pk=started.pk), cast.analyst)
    return returns.check(regional_return=ready, note="Known and followed up", by=cast.analyst)


def sign(cast: Cast, checked: RegionalReturn) -> RegionalReturn:
    """Signed off by the manager."""
    return returns.sign(regional_return=checked, by=cast.manager)


def send(cast: Cast, signed: RegionalReturn) -> RegionalReturn:
    """Sent by the analyst to the region."""
    today = timezone.localdate()
    sending.send(regional_return=signed, to="REGION", file_format="xlsx", sent_on=today, by=cast.analyst)
    return RegionalReturn.objects.get(pk=signed.pk)


def make_checked(cast: Cast, quarter: Quarter = ENDED) -> RegionalReturn:
    """Worked out and checked."""
    return check(cast, make_started(cast, quarter))


def make_signed(cast: Cast, quarter: Quarter = ENDED) -> RegionalReturn:
    """Worked out, checked and signed off."""
    return sign(cast, make_checked(cast, quarter))


def make_sent(cast: Cast, quarter: Quarter = ENDED) -> RegionalReturn:
    """Signed off and sent."""
    return send(cast, make_signed(cast, quarter))


def make_restated(
    cast: Cast, regional_return: RegionalReturn, because: str = "A record was wrong."
) -> RegionalReturn:
    """Corrected by a restatement, which was sent; one that is on its way already goes on."""
    made = worked_out(
        regional_return.correction
        or returns.restate(regional_return=regional_return, because=because, by=cast.analyst)
    )
    return send(cast, sign(cast, check(cast, made)))
