"""A return from its start to its signature, against the real database and the real job."""

import datetime as dt

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.utils import timezone

from cases.record.choices import RiskCategory
from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import Membership, User
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.errors import NotAllowedNow, NotPermitted
from cse_portal.jobs.choices import JobState
from cse_portal.jobs.models import Job, Notification
from cse_portal.jobs.services import run_job
from reporting.measures.selectors import registry
from reporting.returns.models import (
    RegionalReturn,
    ReturnFigure,
    ReturnMeasure,
    ReturnState,
    ValidationResult,
)
from reporting.returns.selectors import returns as selectors
from reporting.returns.selectors.returns import ReturnIsSigned
from reporting.returns.services import computing, returns
from reporting.tasks import start_due_return
from tests.cast import Cast
from tests.factories.reporting import (
    ENDED,
    check,
    make_old_case,
    make_signed,
    make_started,
    reopen,
    sign,
    worked_out,
)

pytestmark = pytest.mark.django_db
WEEK = dt.timedelta(days=7)


def fresh(regional_return: RegionalReturn) -> RegionalReturn:
    return RegionalReturn.objects.get(pk=regional_return.pk)


def figure(regional_return: RegionalReturn, measure: str, dimension: str, row: str, column: str) -> int:
    found = ReturnFigure.objects.get(
        measure__regional_return=regional_return,
        measure__code=measure,
        dimension=dimension,
        row=row,
        column=column,
    )
    return int(found.value or 0)


def a_quarter_of_work(cast: Cast) -> None:
    """Two open at the start, one of them closed and open again; one new; one new and closed."""
    make_old_case(cast, ENDED.starts_on - 5 * WEEK, category=RiskCategory.HIGH)
    again = make_old_case(cast, ENDED.starts_on - 3 * WEEK, ENDED.starts_on + WEEK, sex="1")
    reopen(cast, again, ENDED.starts_on + 3 * WEEK)
    make_old_case(cast, ENDED.starts_on + WEEK)
    make_old_case(cast, ENDED.starts_on + WEEK, ENDED.starts_on + 2 * WEEK)


@pytest.fixture(scope="module")
def started(shared_cast: Cast) -> RegionalReturn:
    """The return of a quarter of work, worked out."""
    a_quarter_of_work(shared_cast)
    return make_started(shared_cast)


@pytest.fixture
def checked(cast: Cast, started: RegionalReturn) -> RegionalReturn:
    return check(cast, started)


def test_every_measure_in_force_is_there_with_its_definition(started: RegionalReturn) -> None:
    stored = {measure.code: measure for measure in ReturnMeasure.objects.filter(regional_return=started)}
    wanted = {about.code: about for about in registry.in_force(ENDED.ends_on)}
    assert {"A1", "D6", "F1"} < set(stored) == set(wanted)
    assert all(stored[code].definition == about.definition for code, about in wanted.items())
    assert fresh(started).code_version == registry.code_version()
    assert fresh(started).revision == 1


def test_killed_midway_it_goes_on_where_it_stopped(
    cast: Cast, started: RegionalReturn, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    work_out = computing.work_out

    def dies_in_the_fifth(code: str, regional_return: RegionalReturn, order: int) -> ReturnMeasure:
        done.append(code)
        measure = work_out(code, regional_return, order)
        if len(done) == 5:
            raise KeyboardInterrupt
        return measure

    monkeypatch.setattr(computing, "work_out", dies_in_the_fifth)
    asked = returns.start(quarter=ENDED.previous().slug, by=cast.analyst)
    job, measures = Job.objects.get(key=asked.quarter), ReturnMeasure.objects.filter(regional_return=asked)
    with pytest.raises(KeyboardInterrupt):
        run_job(job_id=job.pk)
    assert measures.count() == 4
    assert fresh(asked).is_computing
    with time_machine.travel(timezone.now() + dt.timedelta(hours=1)):
        run_job(job_id=job.pk)
    assert done[4] == done[5]
    assert len(done) == len(registry.in_force(asked.ends_on)) + 1
    assert measures.count() == len(done) - 1
    assert not fresh(asked).is_computing


def test_the_daily_task_starts_it_the_day_after_the_quarter_once(cast: Cast) -> None:
    due = ENDED.next()
    with time_machine.travel(dt.datetime.combine(due.next().starts_on, dt.time(4), tzinfo=dt.UTC)):
        start_due_return()
        start_due_return()
        worked_out(RegionalReturn.objects.get(quarter=due.slug))
    found = RegionalReturn.objects.get(quarter=due.slug)
    assert (found.prepared_by, found.revision) == (None, 1)
    assert Notification.objects.get(user=cast.analyst, url=f"/returns/{due.slug}/")


@pytest.mark.parametrize("who", ["manager", "practitioner", "board", "privacy", "administrator", "leaver"])
def test_only_analysts_start_and_check(cast: Cast, started: RegionalReturn, who: str) -> None:
    person: User = getattr(cast, who)
    with pytest.raises(NotPermitted):
        returns.start(quarter=ENDED.slug, by=person)
    with pytest.raises(NotPermitted):
        returns.check(regional_return=started, note="Looks right", by=person)


def test_a_warning_needs_a_note_and_an_error_stops_it(cast: Cast, started: RegionalReturn) -> None:
    with pytest.raises(NotAllowedNow, match="Say why the checks that failed"):
        returns.check(regional_return=started, by=cast.analyst)
    ValidationResult.objects.filter(rule="V3").update(passed=False)
    with pytest.raises(NotAllowedNow, match="At least one check that must be right"):
        returns.check(regional_return=started, note="It is what it is", by=cast.analyst)


def test_checked_it_waits_for_another_person(cast: Cast, checked: RegionalReturn) -> None:
    assert Notification.objects.filter(user=cast.manager, url=checked.get_absolute_url()).exists()
    with pytest.raises(NotAllowedNow, match="has been checked and waits"):
        returns.start(quarter=ENDED.slug, by=cast.analyst)
    with pytest.raises(NotPermitted):
        returns.sign(regional_return=checked, by=cast.analyst)
    Membership.objects.filter(user=cast.analyst).update(role=Role.TEAM_MANAGER)
    with pytest.raises(NotAllowedNow, match="You worked out or froze this return"):
        returns.sign(regional_return=checked, by=User.objects.get(pk=cast.analyst.pk))
    assert fresh(checked).state == ReturnState.CHECKED


def test_the_database_too_wants_another_person(cast: Cast, checked: RegionalReturn) -> None:
    with pytest.raises(DatabaseError, match="return_signed_by_another"), transaction.atomic():
        RegionalReturn.objects.filter(pk=checked.pk).update(
            state=ReturnState.SIGNED, signed_by=cast.analyst, signed_at=timezone.now()
        )


def test_sent_back_with_a_reason_it_is_worked_out_again(cast: Cast, checked: RegionalReturn) -> None:
    with pytest.raises(NotAllowedNow, match="Say why you are sending"):
        returns.send_back(regional_return=checked, reason=" ", by=cast.manager)
    returns.send_back(regional_return=checked, reason="A closing is missing", by=cast.manager)
    assert fresh(checked).state == ReturnState.DRAFT
    event = AuditEvent.objects.get(action=Action.RETURN_SENT_BACK)
    assert (event.actor, event.reason) == (cast.manager, "A closing is missing")
    new = figure(checked, "B1", "all", "total", "new")
    make_old_case(cast, ENDED.starts_on + WEEK)
    make_started(cast)
    assert fresh(checked).revision == 2
    assert figure(checked, "B1", "all", "total", "new") == new + 1
    assert Job.objects.filter(key=f"{ENDED.slug}.2", state=JobState.DONE).exists()


def test_signed_it_is_frozen_whoever_asks(cast: Cast, checked: RegionalReturn) -> None:
    signed = sign(cast, checked)
    before = list(ReturnFigure.objects.order_by("pk").values())
    make_old_case(cast, ENDED.starts_on + WEEK)
    for attempt in (
        lambda: ReturnFigure.objects.update(value=99),
        lambda: ReturnFigure.objects.filter(measure__code="B1").delete(),
        lambda: ReturnMeasure.objects.update(definition="Something else"),
        lambda: ValidationResult.objects.update(passed=True),
        lambda: RegionalReturn.objects.update(state=ReturnState.DRAFT),
        lambda: computing.work_out("B1", signed, 0),
    ):
        with pytest.raises(DatabaseError, match="never changed|signed"), transaction.atomic():
            attempt()
    with pytest.raises(ReturnIsSigned):
        returns.start(quarter=ENDED.slug, by=cast.analyst)
    with time_machine.travel(timezone.now() + dt.timedelta(days=365)):
        assert list(ReturnFigure.objects.order_by("pk").values()) == before
        assert selectors.measures_of(fresh(signed))[0].definition


def test_figures_of_quarters_say_which_may_not_be_told(cast: Cast, checked: RegionalReturn) -> None:
    signed = selectors.return_list(cast.analyst).signed().order_by("starts_on")
    assert selectors.figures_of_returns(signed) == {}
    sign(cast, checked)
    make_signed(cast, ENDED.previous())
    found = selectors.figures_of_returns(signed.all())
    assert list(found) == [ENDED.previous().slug, ENDED.slug]
    small = [each for each in found[ENDED.slug] if each.unit == "children" and 1 <= (each.value or 0) <= 5]
    assert small
    assert all(each.is_suppressed for each in small)
    assert not selectors.return_list(cast.practitioner).exists()
