"""A plan of two hundred actions: every page holds, and nothing of it is lost."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cases.choices import RiskCategory
from cases.models import Case
from cse_portal.jobs.models import Notification
from mase.choices import PlanP
from mase.models import MaseMeeting, PlanAction
from mase.tasks import remind_of_actions
from tests.cast import Cast
from tests.factories import actions as factory
from tests.factories.cases import make_case

MANY = 200


@pytest.fixture(scope="module")
def case(shared_cast: Cast) -> Case:
    return make_case(shared_cast, category=RiskCategory.MEDIUM)


def crowd(cast: Cast, meeting: MaseMeeting, number: int = MANY) -> None:
    """The nurse's, on all four Ps, due on one day after another."""
    today = timezone.localdate()
    PlanAction.objects.bulk_create(
        PlanAction(
            case=meeting.case, meeting=meeting, p=PlanP.values[count % 4], text=f"Action {count}.",
            agency=cast.agency("health"), owner=cast.health, due_on=today + dt.timedelta(days=count % 20),
            set_by=cast.manager, measure_of_success="She says that it has happened.",
        )
        for count in range(number)
    )  # fmt: skip


@contextmanager
def at_most(number: int) -> Iterator[None]:
    with CaptureQueriesContext(connection) as asked:
        yield
    assert len(asked) <= number, f"{len(asked)} questions"


def test_a_meeting_with_two_hundred_agreed_and_two_hundred_outstanding(
    client: Client, cast: Cast, case: Case
) -> None:
    first = factory.running(cast, case, people=[cast.health])
    crowd(cast, first)
    factory.end(cast, first)
    case.refresh_from_db()
    meeting = factory.running(cast, case, people=[cast.health])
    client.force_login(cast.manager)
    client.get(f"/meetings/{meeting.pk}/")
    with CaptureQueriesContext(connection) as before:
        client.get(f"/meetings/{meeting.pk}/")
    crowd(cast, meeting)
    with at_most(len(before)):
        page = client.get(f"/meetings/{meeting.pk}/").content.decode()
    assert page.count("Action 199.") >= 2
    factory.end_later(cast, meeting)
    with at_most(560):
        client.post(f"/meetings/{meeting.pk}/end/", {"no_quorum_reason": "The others sent reports."})
    meeting.refresh_from_db()
    assert meeting.ended_at is not None
    assert PlanAction.objects.filter(meeting=meeting, issued_at__isnull=False).count() == 2 * MANY
    assert PlanAction.objects.filter(case=case).unfinished().count() == 2 * MANY
    with at_most(21):
        listed = client.get("/actions/?whose=all").content.decode()
    assert "400 actions still to do that you may see" in listed


def test_two_hundred_reminders_are_one_line(cast: Cast, case: Case) -> None:
    meeting = factory.running(cast, case, people=[cast.health])
    crowd(cast, meeting)
    factory.end(cast, meeting)
    PlanAction.objects.update(due_on=timezone.localdate() - dt.timedelta(days=12))
    Notification.objects.all().delete()
    with at_most(43):  # one of them whose record is kept from whoever is told
        remind_of_actions()
    lines = Notification.objects.order_by("text").values_list("text", flat=True)
    assert list(lines) == [
        "Overdue and escalated to you: 200 actions of a plan you chair.",
        "Overdue: 200 actions of yours.",
    ]
