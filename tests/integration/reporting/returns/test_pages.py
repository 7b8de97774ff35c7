"""The pages of the return: who opens them, what they refuse, and that nothing posted breaks them."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from mase.meetings.choices import AttendanceCode
from reporting.returns.models import RegionalReturn, ReturnState
from reporting.returns.selectors.returns import return_list
from tests.cast import Cast
from tests.factories.reporting import ENDED, check, make_old_case, make_signed, make_started, sign
from tests.integration.reporting.board.test_attendance import held

pytestmark = pytest.mark.django_db
HERE = f"/returns/{ENDED.slug}/"
MOST_QUERIES = 16


@pytest.fixture(scope="module")
def started(shared_cast: Cast) -> RegionalReturn:
    """Of a quarter with six children and a meeting to which the nurse came."""
    for number in range(6):
        make_old_case(shared_cast, ENDED.starts_on - dt.timedelta(days=number + 1))
    held(shared_cast, ENDED, {"health": AttendanceCode.ATTENDED})
    return make_started(shared_cast)


@pytest.fixture
def checked(cast: Cast, started: RegionalReturn) -> RegionalReturn:
    return check(cast, started)


@pytest.fixture
def signed(cast: Cast, checked: RegionalReturn) -> RegionalReturn:
    return sign(cast, checked)


def test_who_opens_a_return(cast: Cast, client: Client, started: RegionalReturn) -> None:
    def readers() -> set[str]:
        found = set()
        for who, person in cast.people.items():
            client.force_login(person)
            status = client.get(HERE).status_code
            assert status == (200 if return_list(person).exists() else 404), who
            found |= {who} if status == 200 else set()
        return found

    assert readers() == {"analyst"}
    checked = check(cast, started)
    assert readers() == {"analyst", "manager"}
    sign(cast, checked)
    assert readers() == {"analyst", "manager"}


def test_reading_is_recorded(cast: Cast, client: Client, signed: RegionalReturn) -> None:
    client.force_login(cast.manager)
    client.get(HERE)
    event = AuditEvent.objects.get(action=Action.RETURN_VIEWED)
    assert (event.actor, event.detail) == (cast.manager, {"quarter": ENDED.slug})


def test_numbers_lead_to_the_lists_that_one_may_see(
    cast: Cast, client: Client, signed: RegionalReturn
) -> None:
    for who in ("manager", "analyst"):
        client.force_login(getattr(cast, who))
        text = client.get(HERE).content.decode()
        assert ("/behind/" in text.replace("/behind/I1/", "")) == (who == "manager")
    client.force_login(cast.manager)
    for where in ("D1/category/2/total", "D3/quorum/total/total", "D3/people/child_view/yes"):
        measure = client.get(f"{HERE}measures/{where[:2]}/").content.decode()
        assert f'href="{HERE}behind/{where}/"' in measure
        assert "1 meeting you may see" in client.get(f"{HERE}behind/{where}/").content.decode()


def test_a_page_asks_the_database_as_often_however_much_it_shows(
    cast: Cast, client: Client, signed: RegionalReturn
) -> None:
    make_signed(cast, ENDED.previous())
    client.force_login(cast.analyst)
    for address in ("/returns/", HERE):
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(address).status_code == 200
        asked = [query for query in queries if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]
        assert len(asked) <= MOST_QUERIES, "\n".join(query["sql"][:120] for query in asked)


@pytest.mark.parametrize("quarter", ["", "2026-29-Q9", "x" * 500, "2999-00-Q1", "\u202e", "' OR 1=1"])
def test_a_quarter_that_cannot_be_started_is_refused_in_words(
    cast: Cast, client: Client, quarter: str
) -> None:
    client.force_login(cast.analyst)
    before = RegionalReturn.objects.count()
    answer = client.post("/returns/", {"quarter": quarter})
    assert answer.status_code == 200
    assert b"There is a problem" in answer.content
    assert RegionalReturn.objects.count() == before


def test_an_old_page_cannot_sign_new_figures(cast: Cast, client: Client, checked: RegionalReturn) -> None:
    client.force_login(cast.manager)
    for revision in ("7", "", "-1", "9" * 50, "x"):
        answer = client.post(f"{HERE}sign/", {"revision": revision})
        assert answer.status_code == 200
        assert b"There is a problem" in answer.content
    assert RegionalReturn.objects.get().state == ReturnState.CHECKED
    client.post(f"{HERE}sign/", {"revision": "1"})
    assert RegionalReturn.objects.get().state == ReturnState.SIGNED
    again = client.post(f"{HERE}sign/", {"revision": "1"})
    assert b"has been signed off" in again.content
