"""Behind a number stand the very things it counts, of those that the reader may see."""

import datetime as dt
import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from cases.concerns.choices import ConcernOutcome
from cases.concerns.models import ConcernDecision
from cases.missing.models import InterviewStep
from cases.missing.services.episodes import Step, interview
from cases.record.choices import RiskCategory
from cases.record.models.case import Case
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.errors import NotPermitted, NotVisible
from cse_portal.reference.quarters import Quarter
from mase.clocks import services as clocks
from mase.disagreements import services as disagreement_services
from mase.disagreements.models import DisagreementEntry, EntryKind
from mase.meetings.choices import AttendanceCode, MeetingKind
from mase.meetings.models.meeting import Invitation, Meeting
from mase.minutes import services as minutes
from mase.minutes.models import Minutes
from mase.minutes.presenters.minutes import composed
from mase.plans.models.plan import PlanAction
from reporting.measures.selectors import registry
from reporting.measures.selectors.figures import PERCENT, Figure
from reporting.returns.models import RegionalReturn, ReturnFigure, ReturnState
from reporting.returns.presenters import tables as in_words
from reporting.returns.selectors.behind import Behind, leading_on, number, rows_behind
from reporting.returns.services.computing import work_out
from tests import database
from tests.cast import Cast, make_cast
from tests.factories import actions, concerns, disagreements
from tests.factories.cases import make_case
from tests.factories.family import heard
from tests.factories.missing import went_missing
from tests.factories.reviews import reviewed
from tests.integration.reporting.board.test_attendance import held, hide_from_chair

pytestmark = [pytest.mark.django_db, pytest.mark.long]
NOW = Quarter.containing(timezone.localdate())
THEN = NOW.previous()


# The work here has none of these; tests/integration/demo/test_board.py holds each of their numbers to its list.
ELSEWHERE = {
    "B4",
    "C2",
    "F1",
    "F2",
    "F3",
    "F4",
    "G1",
    "G2",
    "G3",
    "G4",
    "G5",
    "H1",
    "H2",
    "H3",
    "I1",
    "I2",
    "J1",
}
CODES = tuple(each.code for each in registry.in_force(NOW.ends_on) if each.code not in ELSEWHERE)
TODAY = timezone.localdate()


@pytest.fixture(scope="module")
def once(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[tuple[Cast, PlanAction]]:
    """The cast and their work, made once in a database of its own."""
    with django_db_blocker.unblock(), database.another("behind"):
        with transaction.atomic():
            cast = make_cast()
            action = some_work(cast)
        yield cast, action


@pytest.fixture
def cast(once: tuple[Cast, PlanAction], db: None) -> Cast:
    """Each test has them as they were."""
    return deepcopy(once[0])


@pytest.fixture
def work(once: tuple[Cast, PlanAction], db: None) -> PlanAction:
    """The first action."""
    return deepcopy(once[1])


def some_work(cast: Cast) -> PlanAction:
    """Three meetings of this quarter and one of the last: late and in time, attended or not, with actions.

    An initial meeting whose clock stands still. Minutes sent out in time, late and not at all; reviews held and not;
    disagreements open, resolved and withdrawn. A child who was missing three times.
    """
    action = actions.issued(cast, make_case(cast, category=RiskCategory.MEDIUM), overdue_by=3)
    held(cast, NOW, {"health": AttendanceCode.ATTENDED, "police": AttendanceCode.ABSENT})
    late = held(cast, NOW, {"health": AttendanceCode.DEPUTY})
    late.due_on, late.no_quorum_reason = late.due_on.replace(year=late.due_on.year - 1), "Snow"
    late.save()
    before = held(cast, THEN, {"health": AttendanceCode.REPORT})
    send_minutes(cast, action.meeting, before)
    hold_reviews(cast, action.case, before.case)
    hold_reviews_by_leads(cast)
    disagree(cast, action.case)
    disagree(cast, before.case)
    go_missing(cast, action.case)
    tell(cast, action.case)
    clocks.pause(
        case=make_case(cast, category=RiskCategory.MEDIUM), meeting=None, reason="COURT",
        starts_on=timezone.localdate(), by=cast.manager,
    )  # fmt: skip
    return action


def send_minutes(cast: Cast, in_time: Meeting, late: Meeting) -> None:
    """The minutes of the other meetings stay drafts."""
    for meeting in (in_time, late):
        minutes.circulate(compose=composed, meeting=meeting, by=cast.manager)
    Minutes.objects.filter(meeting=late).update(due_on=TODAY - dt.timedelta(days=1))


def hold_reviews_by_leads(cast: Cast) -> None:
    """Of two children in category 1, due today, one is held."""
    cases = [make_case(cast, category=RiskCategory.LOW) for _ in range(2)]
    Case.objects.filter(pk__in=[each.pk for each in cases]).update(next_review_on=TODAY)
    reviewed(Case.objects.get(pk=cases[0].pk), cast.practitioner)


def hold_reviews(cast: Cast, in_time: Case, late: Case) -> None:
    """The reviews of two children are held today, one of them late; those they set are due today, and not held."""
    reviews = [actions.end(cast, actions.running(cast, case, days=0)).pk for case in (in_time, late)]
    held_today = Meeting.objects.filter(pk__in=reviews)
    held_today.update(kind=MeetingKind.REVIEW, review_on=TODAY)
    held_today.filter(case=late).update(due_on=TODAY - dt.timedelta(days=1), late_reason="AGENCY_UNAVAILABLE")


def go_missing(cast: Cast, case: Case) -> None:
    """Three times, back after an hour; of three interviews one is held, one declined."""
    csc = cast.agency("csc")
    held_it = Step(InterviewStep.HELD, timezone.now(), csc, "Sam Aldous", is_independent=True)
    declined = Step(InterviewStep.DECLINED, timezone.now(), csc, declined_reason="CHILD")
    for days, step in ((2, held_it), (1, declined), (0, None)):
        episode = went_missing(cast, case, days=days, hours=1)
        if step:
            interview(episode=episode, step=step, by=cast.practitioner)


def tell(cast: Cast, case: Case) -> None:
    """One concern is added to the case, one waits; the child speaks, and belongs to the groups that are counted."""
    for _ in range(2):
        concern = concerns.make_concern(cast.health)
    concerns.decide(concern, cast.manager, outcome=ConcernOutcome.ADD_TO_CASE, case=case)
    heard(cast, case, themes=("safety",))
    child = case.child
    child.sex, child.ethnicity, child.disabilities = "1", "APKN", ["LD"]
    child.save()
    Case.objects.filter(pk=case.pk).update(exploitation_models=["M1"])


def disagree(cast: Cast, case: Case) -> None:
    """One is resolved at stage 4, one withdrawn at stage 1, one goes on."""
    sides = {"by": cast.practitioner, "against": cast.agency("cse-team")}
    called = disagreements.raised(cast, case, safety="He waits outside.", **sides)
    disagreements.resolved(called, cast.practitioner)
    withdrawn = disagreements.raised(cast, case, **sides)
    disagreement_services.act(
        disagreement=withdrawn, kind=EntryKind.WITHDRAWN, text="They answered.", by=cast.practitioner
    )
    disagreements.raised(cast, case, **sides)


def cells(code: str, quarter: Quarter = NOW) -> Iterator[tuple[Figure, tuple[str, str, str]]]:
    """Every figure of a measure, and where it stands."""
    _, figures = registry.compute(code, quarter)
    return ((each, (each.dimension.value, each.row.code, each.column.code)) for each in figures)


def case_of(thing: Any) -> Any:
    """Whose it is."""
    match thing:
        case Invitation():
            return thing.meeting.case_id
        case DisagreementEntry():
            return thing.disagreement.case_id
        case ConcernDecision():
            return thing.concern.case_id
        case Case():
            return thing.pk
    return thing.case_id


def find(cast: Cast, measure: str, dimension: str, row: str, column: str, who: str = "manager") -> Behind:
    """What stands behind one number of this quarter."""
    return number(getattr(cast, who), NOW.slug, measure, dimension, row, column)


@pytest.mark.parametrize("code", CODES)
def test_the_list_is_as_long_as_the_number_is_large(cast: Cast, work: PlanAction, code: str) -> None:
    tables = set()
    for quarter in (NOW, THEN):
        for each, where in cells(code, quarter):
            length = len(rows_behind(number(cast.manager, quarter.slug, code, *where)))
            if each.unit != PERCENT:
                assert length == each.value, (quarter, *where)
            assert (length > 0) == (each.value is not None if each.unit == PERCENT else each.value > 0)  # type: ignore[operator]
            tables |= {each.dimension} if length else set()
    assert tables == {each.dimension for each, _ in cells(code)}, "every table counts something"


@pytest.mark.parametrize("code", CODES)
def test_who_sees_part_finds_what_is_left_of_the_number(cast: Cast, work: PlanAction, code: str) -> None:
    seen_by_all = {where: set(rows_behind(find(cast, code, *where))) for _, where in cells(code)}
    hide_from_chair(cast, work.case)
    hidden = 0
    for where, whole in seen_by_all.items():
        left = {thing for thing in whole if case_of(thing) != work.case.pk}
        assert set(rows_behind(find(cast, code, *where))) == left, where
        hidden += len(whole) - len(left)
    assert hidden > 0


@pytest.mark.parametrize("code", CODES)
def test_every_number_on_the_page_leads_to_as_many_lines(cast: Cast, work: PlanAction, code: str) -> None:
    made = RegionalReturn.objects.create(quarter=NOW.slug, starts_on=NOW.starts_on, ends_on=NOW.ends_on)
    stored = work_out(code, made, 0)
    tables = in_words(code, stored.figures.all(), NOW.slug, leading_on(cast.manager))
    client = Client()
    client.force_login(cast.manager)
    for table in tables:
        for cell in (cell for row in table.rows for cell in row.cells):
            assert bool(cell.url) == (cell.text not in ("0", "–")), (table.caption, cell)
            if cell.url:
                text = client.get(cell.url).content.decode()
                (count,) = re.findall(r">([0-9]+) [a-z ]+ you may see", text)
                assert count == cell.text or (cell.text.endswith("%") and int(count) > 0), cell.url
                assert text.count('<th scope="row"') == int(count), "one line for each"


def test_who_sees_fewer_than_the_return_counts_is_told_how_many_that_are(
    cast: Cast, work: PlanAction
) -> None:
    made = RegionalReturn.objects.create(quarter=NOW.slug, starts_on=NOW.starts_on, ends_on=NOW.ends_on)
    work_out("D1", made, 0)
    page = f"/returns/{NOW.slug}/behind/D1/category/total/"
    client = Client()
    client.force_login(cast.manager)
    before = rows_behind(find(cast, "D1", "category", "total", "total")).count()
    assert "in the return" not in client.get(f"{page}total/").content.decode(), (
        "a draft is not theirs to read"
    )
    RegionalReturn.objects.filter(pk=made.pk).update(
        state=ReturnState.CHECKED, checked_by=cast.analyst, checked_at=timezone.now()
    )
    assert f"{before} meetings you may see." in client.get(f"{page}total/").content.decode()
    hide_from_chair(cast, work.case)
    counted = before + 9  # as if nine more had been hidden
    the_total(made).update(value=counted, is_suppressed=False)
    for column in ("total", "rate"):
        text = client.get(f"{page}{column}/").content.decode()
        assert f"{counted} in the return" in text
        assert str(before - 1) in text.split('role="status"')[1].split("</strong>")[0]
    the_total(made).update(value=before)
    for _ in range(2):
        held(cast, NOW, {"health": AttendanceCode.ATTENDED})
    text = client.get(f"{page}total/").content.decode()
    assert f"{before} in the return, {before + 1} today." in text
    assert "Records have changed since the return was worked out." in text


@pytest.mark.parametrize(
    ("more", "is_suppressed"), [(0, False), (3, False), (9, True)], ids=["one", "four", "withheld"]
)
def test_a_few_hidden_children_are_not_counted_by_what_the_return_says(
    cast: Cast, work: PlanAction, more: int, is_suppressed: bool
) -> None:
    made = RegionalReturn.objects.create(
        quarter=NOW.slug, starts_on=NOW.starts_on, ends_on=NOW.ends_on, state=ReturnState.CHECKED,
        checked_by=cast.analyst, checked_at=timezone.now(),
    )  # fmt: skip
    work_out("D1", made, 0)
    before = rows_behind(find(cast, "D1", "category", "total", "total")).count()
    hide_from_chair(cast, work.case)
    the_total(made).update(value=before + more, is_suppressed=is_suppressed)
    client = Client()
    client.force_login(cast.manager)
    text = client.get(f"/returns/{NOW.slug}/behind/D1/category/total/total/").content.decode()
    assert f"{before - 1} meetings you may see." in text
    assert "in the return" not in text
    assert "do not see" not in text


def the_total(made: RegionalReturn) -> Any:
    """The figure in the return."""
    figures = ReturnFigure.objects.filter(measure__regional_return=made, dimension="category")
    return figures.filter(row="total", column="total")


@pytest.mark.parametrize(
    "at_odds",
    [
        ("1999-00-Q9", "D3", "agency", "total", "total"),
        (NOW.slug, "D9", "agency", "total", "total"),
        (NOW.slug, "B1", "movement", "total", "start"),
        (NOW.slug, "D3", "nonsense", "total", "total"),
    ],
)
def test_what_is_no_number_is_not_there(cast: Cast, at_odds: tuple[str, str, str, str, str]) -> None:
    with pytest.raises(NotVisible):
        number(cast.manager, *at_odds)


@pytest.mark.parametrize("key", ["analyst", "practitioner", "police", "board", "privacy", "administrator"])
def test_who_reads_no_return_or_no_list_looks_behind_nothing(cast: Cast, key: str) -> None:
    with pytest.raises(NotPermitted):
        find(cast, "D3", "agency", "total", "total", who=key)


def test_every_list_opens_and_is_on_record(cast: Cast, work: PlanAction) -> None:
    client = Client()
    client.force_login(cast.manager)
    for where, action in (
        ("D1/due/total/total", Action.CASES_LISTED),
        ("D3/agency/total/total", Action.MEETINGS_LISTED),
        ("D2/due/total/total", Action.MEETINGS_LISTED),
        ("D5/due/total/count", Action.MEETINGS_LISTED),
        ("D6/stage/total/count", Action.DISAGREEMENTS_LISTED),
        ("D6/stage_outcome/total/total", Action.DISAGREEMENTS_LISTED),
        ("E1/place/total/count", Action.MISSING_LISTED),
        ("E4/category/total/total", Action.CASES_LISTED),
        ("D4/plan/total/set", Action.ACTIONS_LISTED),
    ):
        answer = client.get(f"/returns/{NOW.slug}/behind/{where}/")
        assert answer.status_code == 200
        event = AuditEvent.objects.filter(action=action).latest("at")
        assert event.detail["which"] == f"behind {where[:2]} of {NOW.slug}"
    assert work.text in answer.content.decode()
    assert str(work.pk) in event.detail["shown"]
