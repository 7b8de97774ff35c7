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
from cse_portal.accounts.choices import Role
from cse_portal.accounts.services import add_person
from cse_portal.jobs.models import Notification
from cse_portal.keys import new_key
from cse_portal.reference.selectors import clock_rule
from cse_portal.reference.working_days import is_working_day
from cse_portal.ui.presenters import display_date
from mase.choices import PlanP
from mase.errors import OwnerCannotTakeIt
from mase.models import MaseMeeting, PlanAction
from mase.tasks import remind_of_actions
from tests.cast import Cast
from tests.factories import actions as factory
from tests.factories.cases import make_case

MANY = 200


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast, category=RiskCategory.MEDIUM)


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


def next_day_off() -> dt.date:
    day = timezone.localdate()
    while is_working_day(day):
        day += dt.timedelta(days=1)
    return day


def posted(cast: Cast, day: dt.date, **more: str) -> dict[str, str]:
    return {
        "p": "PROTECT", "text": "Meet her.", "agency": str(cast.agency("health").pk), "due_on_day": str(day.day),
        "due_on_month": str(day.month), "due_on_year": str(day.year), "form_token": str(new_key()), **more,
    }  # fmt: skip


def add(client: Client, meeting: MaseMeeting, data: dict[str, str]) -> str:
    prefix = f"action-{meeting.pk.hex[-12:]}"
    named = {f"{prefix}-{name}": value for name, value in data.items() if name != "form_token"}
    named["form_token"] = data["form_token"]
    address = f"/meetings/{meeting.pk}/parts/action/{meeting.pk}/"
    return client.post(address, named, follow=True).content.decode()


def test_a_date_on_which_nobody_works_is_taken_with_a_word(client: Client, cast: Cast, case: Case) -> None:
    meeting = factory.running(cast, case, people=[cast.health])
    client.force_login(cast.manager)
    page = add(client, meeting, posted(cast, next_day_off(), measure_of_success="She knows whom to ring."))
    action = PlanAction.objects.get(meeting=meeting)
    assert (action.due_on, action.measure_of_success) == (next_day_off(), "She knows whom to ring.")
    assert "The next working day is" in page
    assert "She knows whom to ring." in page


def test_an_owner_who_cannot_see_the_case_is_said_beside_the_field_and_nothing_is_lost(
    client: Client, cast: Cast, case: Case
) -> None:
    meeting = factory.running(cast, case, people=[cast.health])
    colleague = add_person(
        email="nurse.two@health.example", full_name="Nadia Osei", agency=cast.agency("health"),
        role=Role.PRACTITIONER,
    )  # fmt: skip
    client.force_login(cast.manager)
    owner = str(factory.membership(colleague).pk)
    page = add(client, meeting, posted(cast, timezone.localdate() + dt.timedelta(days=3), owner=owner))
    assert "Say how we shall know that it is done" in page
    measured = posted(
        cast, timezone.localdate() + dt.timedelta(days=3), owner=owner, measure_of_success="Met."
    )
    page = add(client, meeting, measured)
    said = OwnerCannotTakeIt.message.replace("'", "&#x27;")
    assert f'<a href="#id_action-{meeting.pk.hex[-12:]}-owner">{said}' in page
    assert page.count(said) == 2
    assert "Meet her." in page
    assert not PlanAction.objects.filter(meeting=meeting).exists()


def test_without_a_person_the_plan_says_by_when_the_agency_names_one(
    client: Client, cast: Cast, case: Case
) -> None:
    meeting = factory.running(cast, case, agencies=[cast.agency("health")])
    client.force_login(cast.manager)
    measured = posted(cast, timezone.localdate() + dt.timedelta(days=3), measure_of_success="Met.")
    page = add(client, meeting, measured)
    action = PlanAction.objects.get(meeting=meeting)
    by = display_date(clock_rule("ACTION_NAMED").due(timezone.now()))
    assert f"Nobody is named: the agency must name someone by {by}." in page
    factory.end(cast, meeting)
    page = client.get(f"/actions/{action.pk}/").content.decode()
    assert f"Nobody named yet: the agency must name someone by {by}" in page


def test_an_agency_that_left_is_said_beside_the_field_and_nothing_is_lost(
    client: Client, cast: Cast, case: Case
) -> None:
    meeting = factory.running(cast, case, people=[cast.health])
    health = cast.agency("health")
    health.is_active = False
    health.save()
    client.force_login(cast.manager)
    page = add(client, meeting, posted(cast, next_day_off()))
    assert "This agency does not take part any more. Choose another agency." in page
    assert "Meet her." in page
    assert not PlanAction.objects.exists()
