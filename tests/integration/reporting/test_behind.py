"""Behind a number stand the very things it counts, of those that the reader may see."""

import pytest
from django.test import Client
from django.utils import timezone

from cases.choices import RiskCategory
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.errors import NotPermitted, NotVisible
from cse_portal.reference.quarters import Quarter
from mase.choices import AttendanceCode
from mase.models import MaseMeeting, PlanAction
from reporting.selectors.behind import Behind, number, rows_behind
from reporting.selectors.measures import registry
from reporting.selectors.measures.figures import PERCENT
from tests.cast import Cast
from tests.factories import actions
from tests.factories.cases import make_case
from tests.factories.reporting import at
from tests.integration.reporting.test_attendance import held, hide_from_chair

pytestmark = pytest.mark.django_db
NOW = Quarter.containing(timezone.localdate())
THEN = NOW.previous()


@pytest.fixture
def work(cast: Cast) -> PlanAction:
    """Three meetings of this quarter and one of the last: late and in time, attended or not, with actions."""
    action = actions.issued(cast, make_case(cast, category=RiskCategory.MEDIUM), overdue_by=3)
    held(cast, NOW, {"health": AttendanceCode.ATTENDED, "police": AttendanceCode.ABSENT})
    late = held(cast, NOW, {"health": AttendanceCode.DEPUTY})
    late.due_on, late.no_quorum_reason = late.due_on.replace(year=late.due_on.year - 1), "Snow"
    late.save()
    held(cast, THEN, {"health": AttendanceCode.REPORT})
    return action


def find(cast: Cast, measure: str, dimension: str, row: str, column: str, who: str = "manager") -> Behind:
    """What stands behind one number of this quarter."""
    return number(getattr(cast, who), NOW.slug, measure, dimension, row, column)


@pytest.mark.parametrize("code", ["D1", "D3", "D4"])
def test_the_list_is_as_long_as_the_number_is_large(cast: Cast, work: PlanAction, code: str) -> None:
    for quarter in (NOW, THEN):
        _, figures = registry.compute(code, quarter)
        compared = 0
        for each in figures:
            if each.unit != PERCENT:
                args = (each.dimension.value, each.row.code, each.column.code)
                found = number(cast.manager, quarter.slug, code, *args)
                assert rows_behind(found).count() == each.value, (quarter, *args)
                compared += bool(each.value)
        assert compared > 0 or quarter == THEN


def test_of_a_share_one_sees_what_it_is_a_share_of(cast: Cast, work: PlanAction) -> None:
    whole = find(cast, "D3", "agency", "health", "total")
    assert find(cast, "D3", "agency", "health", "rate").counted == whole.counted != []


def test_one_sees_only_what_one_may(cast: Cast, work: PlanAction) -> None:
    before = rows_behind(find(cast, "D1", "category", "total", "total")).count()
    hidden = MaseMeeting.objects.filter(ended_at__gte=at(NOW.starts_on)).exclude(case=work.case).first()
    assert hidden is not None
    hide_from_chair(cast, hidden.case)
    client = Client()
    client.force_login(cast.manager)
    text = client.get(f"/returns/{NOW.slug}/behind/D1/category/total/total/").content.decode()
    assert f"{before - 1} meetings you may see" in text
    assert hidden.case.reference not in text
    assert f"{before} " not in text.split("<main")[1].split("you may see")[0].split("role=")[1]


@pytest.mark.parametrize(
    "at_odds",
    [
        ("1999-00-Q9", "D3", "agency", "total", "total"),
        (NOW.slug, "D9", "agency", "total", "total"),
        (NOW.slug, "B1", "all", "total", "start"),
        (NOW.slug, "D3", "nonsense", "total", "total"),
    ],
)
def test_what_is_no_number_is_not_there(cast: Cast, at_odds: tuple[str, str, str, str, str]) -> None:
    with pytest.raises(NotVisible):
        number(cast.manager, *at_odds)


def test_a_cell_that_counts_nothing_says_so_and_repeats_no_word_of_its_address(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.manager)
    answer = client.get(f"/returns/{NOW.slug}/behind/D3/agency/made-up-row/made-up-column/")
    assert answer.status_code == 200
    assert "0 invitations you may see" in answer.content.decode()
    assert "made-up" not in answer.content.decode()


@pytest.mark.parametrize("key", ["analyst", "practitioner", "police", "board", "privacy", "administrator"])
def test_who_reads_no_return_or_no_list_looks_behind_nothing(cast: Cast, key: str) -> None:
    with pytest.raises(NotPermitted):
        find(cast, "D3", "agency", "total", "total", who=key)


def test_every_list_opens_and_is_on_record(cast: Cast, work: PlanAction) -> None:
    client = Client()
    client.force_login(cast.manager)
    for where, action in (
        ("D1/all/total/count", Action.MEETINGS_LISTED),
        ("D3/agency/total/total", Action.MEETINGS_LISTED),
        ("D4/plan/total/set", Action.ACTIONS_LISTED),
    ):
        answer = client.get(f"/returns/{NOW.slug}/behind/{where}/")
        assert answer.status_code == 200
        event = AuditEvent.objects.filter(action=action).latest("at")
        assert event.detail["which"] == f"behind {where[:2]} of {NOW.slug}"
    assert work.text in answer.content.decode()
    assert str(work.pk) in event.detail["shown"]
