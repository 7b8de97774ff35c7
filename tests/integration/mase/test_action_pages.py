"""The pages and the API of plan actions, as each of the cast meets them."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from cases.choices import RiskCategory
from cases.models import Case
from cse_portal.keys import new_key
from mase.choices import ActionState
from mase.models import PlanAction
from tests.cast import Cast
from tests.factories import actions as factory
from tests.factories.cases import make_case


@pytest.fixture(scope="module")
def action(shared_cast: Cast) -> PlanAction:
    return factory.issued(shared_cast, make_case(shared_cast, category=RiskCategory.MEDIUM))


@pytest.fixture
def nurse(client: Client, cast: Cast) -> Client:
    client.force_login(cast.health)
    return client


def final_report(**given: str) -> dict[str, str]:
    today = timezone.localdate()
    return {
        "form_token": str(new_key()), "done": "yes", "done_on_day": str(today.day), "done_on_month": str(today.month),
        "done_on_year": str(today.year), "outcome": "Seen twice.", "effect": "She feels heard.", "sure": "on", **given,
    }  # fmt: skip


def test_the_nurse_records_the_outcome(nurse: Client, action: PlanAction) -> None:
    data = final_report()
    for _ in range(2):
        answer = nurse.post(f"/actions/{action.pk}/outcome/", data)
        assert (answer.status_code, answer["Location"]) == (302, f"/actions/{action.pk}/")
    action.refresh_from_db()
    assert (action.state, action.effect_on_child) == (ActionState.DONE, "She feels heard.")
    page = nurse.get(f"/actions/{action.pk}/").content.decode()
    assert "What it changed for the child" in page
    assert "Record the outcome" not in page


WRONG: tuple[tuple[dict[str, str], str], ...] = (
    ({"outcome": ""}, "Write what came of the action"),
    ({"effect": ""}, "Write what it changed for the child or young person"),
    ({"sure": ""}, "Tick the box"),
    ({"done": ""}, "Say whether the action was done"),
    ({"done": "no"}, "Say why it will not be done"),
    ({"done_on_day": "31", "done_on_month": "2"}, "31"),
    ({"done_on_year": "2099"}, "in the past"),
    ({"done_on_year": "2001"}, "on or after"),
    ({"outcome": "a\x00b"}, "unreadable characters"),
    ({"outcome": "x" * 1_000_000}, "Shorten this"),
)


def test_what_is_wrong_is_said_and_nothing_is_lost(nurse: Client, action: PlanAction) -> None:
    for change, words in WRONG:
        answer = nurse.post(f"/actions/{action.pk}/outcome/", final_report(**change))
        assert answer.status_code == 200
        assert words in answer.content.decode()
    assert PlanAction.objects.get(pk=action.pk).is_open


def test_progress_and_handing_on(nurse: Client, cast: Cast, action: PlanAction) -> None:
    token = {"form_token": str(new_key())}
    assert nurse.post(f"/actions/{action.pk}/progress/", {**token, "note": "Rang twice."}).status_code == 302
    assert "Rang twice." in nurse.get(f"/actions/{action.pk}/").content.decode()
    offered = nurse.get(f"/actions/{action.pk}/hand-on/").content.decode()
    assert "Hannah Okafor" in offered
    assert "Owen Pritchard" not in offered
    foreign = {
        "form_token": str(new_key()),
        "person": str(factory.membership(cast.police).pk),
        "reason": "x",
    }
    assert nurse.post(f"/actions/{action.pk}/hand-on/", foreign).status_code == 200
    assert PlanAction.objects.get(pk=action.pk).owner == cast.health


def test_the_tile_and_the_list_behind_it_say_the_same(client: Client, cast: Cast, action: PlanAction) -> None:
    factory.make_overdue(action.pk, 4)
    client.force_login(cast.manager)
    home = client.get("/").content.decode()
    assert "Overdue actions" in home
    assert '<span class="app-tile__number">1</span> <span class="app-tile__label">Overdue actions' in home
    listed = client.get("/actions/?whose=all&show=overdue").content.decode()
    assert "1 overdue action that you may see" in listed
    assert "4 days overdue" in listed


def test_the_chair_carries_an_action_forward(client: Client, cast: Cast, action: PlanAction) -> None:
    case = Case.objects.get(pk=action.case_id)
    meeting = factory.running(cast, case, people=[cast.health])
    client.force_login(cast.manager)
    assert "Carry it forward" in client.get(f"/actions/{action.pk}/").content.decode()
    due = timezone.localdate() + dt.timedelta(days=14)
    data = {
        "form_token": str(new_key()), "due_on_day": due.day, "due_on_month": due.month, "due_on_year": due.year,
    }  # fmt: skip
    answer = client.post(f"/actions/{action.pk}/carry-forward/", data)
    assert (answer.status_code, answer["Location"]) == (302, f"/meetings/{meeting.pk}/")
    assert PlanAction.objects.get(carried_from=action).due_on == due
