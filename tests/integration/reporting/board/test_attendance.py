"""Who came to the meetings: for the chair by the cases she sees, for the analyst of every agency."""

import re
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from cases.record.choices import RiskCategory
from cases.record.models.case import Case
from cases.sharing.services import exclusions
from cse_portal.errors import NotPermitted
from cse_portal.keys import new_key
from cse_portal.reference.quarters import Quarter
from mase.meetings.choices import AttendanceCode
from mase.meetings.models.meeting import Invitation, Meeting
from reporting.board.selectors.attendance import QuarterRecord, attendance_record
from reporting.measures.selectors.figures import ALL
from tests.cast import Cast
from tests.factories import actions
from tests.factories.cases import make_case
from tests.factories.reporting import ENDED, at

pytestmark = pytest.mark.django_db
NOW = Quarter.containing(timezone.localdate())
Y, D, A, R, N = (code.value for code in AttendanceCode)


def held(cast: Cast, quarter: Quarter, answers: dict[str, str]) -> Meeting:
    """A meeting that ended in this quarter, to which these agencies answered so ("" is not recorded)."""
    agencies = [cast.agency(code) for code in answers]
    meeting = actions.end(
        cast, actions.running(cast, make_case(cast, category=RiskCategory.MEDIUM), agencies=agencies)
    )
    Invitation.objects.filter(meeting=meeting).exclude(agency__code__in=answers).exclude(agency=None).delete()
    return put(meeting, quarter, answers)


def put(meeting: Meeting, quarter: Quarter, answers: dict[str, str]) -> Meeting:
    """In this quarter, and answered so."""
    meeting.started_at = meeting.ended_at = at(quarter.ends_on)
    meeting.save()
    for code, answer in answers.items():
        meeting.invitations.filter(agency__code=code).update(came_as=answer)
    return meeting


def once_more(meeting: Meeting) -> None:
    """Another, to which everybody answered the same."""
    invited = list(meeting.invitations.all())
    another = Meeting.objects.get(pk=meeting.pk)
    another.pk, another._state.adding = new_key(), True
    another.save()
    for each in invited:
        each.pk, each.meeting = new_key(), another
    Invitation.objects.bulk_create(invited)


@pytest.fixture(scope="module")
def meetings(shared_cast: Cast) -> list[Meeting]:
    """Two of this quarter."""
    return [
        held(shared_cast, NOW, {"health": Y, "police": D}),
        held(shared_cast, NOW, {"health": R, "police": ""}),
    ]


def hide_from_chair(cast: Cast, case: Case) -> None:
    """She knows the family: what is of this child is not there for her any more."""
    exclusions.exclude(case=case, user=cast.manager, reason="Knows the family", by=cast.privacy)


def of(records: list[QuarterRecord], quarter: Quarter) -> dict[str, list[Decimal | None]]:
    """One quarter by agency: invited, attended, deputy, apologies, report, absent, not recorded, share."""
    (found,) = [each for each in records if each.quarter == quarter]
    columns = ("total", Y, D, A, R, N, "none", "rate")
    return {row.code: [found.cells[row.code, column] for column in columns] for row in found.rows}


def test_each_answer_in_its_column(cast: Cast, meetings: list[Meeting]) -> None:
    found = of(list(attendance_record(cast.manager).quarters), NOW)
    assert found["health"] == [2, 1, 0, 0, 1, 0, 0, 50]
    assert found["police"] == [2, 0, 1, 0, 0, 0, 1, 50]
    assert found[ALL.code] == [4, 1, 1, 0, 1, 0, 1, 50]


def test_the_chair_counts_only_what_she_may_see(cast: Cast, meetings: list[Meeting]) -> None:
    hidden, seen = meetings
    put(seen, NOW, {"health": N})
    hide_from_chair(cast, hidden.case)
    found = of(list(attendance_record(cast.manager).quarters), NOW)
    assert found["health"] == [1, 0, 0, 0, 0, 1, 0, 0]


def test_the_analyst_reads_what_each_agency_answered(cast: Cast, meetings: list[Meeting]) -> None:
    put(meetings[0], ENDED, {"health": D, "police": Y})
    put(meetings[1], ENDED, {"health": Y, "police": Y})
    for _ in range(5):
        once_more(meetings[1])
    records = attendance_record(cast.analyst)
    assert not records.of_own_cases
    assert NOW not in [each.quarter for each in records.quarters]
    found = of(list(records.quarters), ENDED)
    assert found["health"][:3] == [7, 6, 1]
    assert found["police"][:3] == [7, 7, 0]


@pytest.mark.parametrize("key", ["practitioner", "police", "outsider", "board", "privacy", "administrator"])
def test_nobody_else_counts(cast: Cast, key: str) -> None:
    with pytest.raises(NotPermitted):
        attendance_record(getattr(cast, key))


def test_the_page_leads_the_chair_on_and_the_analyst_nowhere(cast: Cast, meetings: list[Meeting]) -> None:
    put(meetings[0], ENDED, {"health": Y, "police": A})
    links = {}
    for key in ("manager", "analyst"):
        client = Client()
        client.force_login(getattr(cast, key))
        text = client.get("/attendance/").content.decode()
        links[key] = re.findall(r'href="(/returns/[^"]+/behind/[^"]+)"', text)
        assert ENDED.label in text
    assert links["analyst"] == []
    assert f"/returns/{ENDED.slug}/behind/D3/answer/police/{A}/" in links["manager"]
    client.force_login(cast.manager)
    assert {client.get(url).status_code for url in links["manager"]} == {200}
