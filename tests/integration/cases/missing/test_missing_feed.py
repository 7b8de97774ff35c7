"""A police force's system sends missing children: each message once, in any order, and with one answer for all."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cases.concerns.choices import ConcernState, Urgency
from cases.concerns.models import Concern
from cases.missing.models import MissingEpisode, PoliceReport
from cases.missing.services import feed
from cases.record.models.case import Case
from cases.tasks import prompt_reviews
from tests.acting_for import acting_for
from tests.cast import Cast
from tests.factories.cases import make_case, make_child
from tests.factories.missing import system_of, went_missing

pytestmark = pytest.mark.django_db
API = "/api/v1/missing/"
Body = dict[str, Any]


@pytest.fixture
def case(cast: Cast) -> Case:
    """Of a child that the police do not see."""
    return make_case(cast)


def of_child(case: Case) -> Body:
    child = case.child
    return {
        "given_name": child.given_name, "family_name": child.family_name,
        "date_of_birth": child.date_of_birth and child.date_of_birth.isoformat(),
    }  # fmt: skip


def ago(**time: float) -> str:
    return (timezone.now() - dt.timedelta(**time)).isoformat()


@pytest.fixture
def gone(case: Case) -> Body:
    """Missing for ten hours, graded nine hours ago."""
    return {
        "reference": "MP-1482", "sent_at": ago(hours=8), "child": of_child(case), "kind": "M", "missing_from": "FOSTER",
        "missing_since": ago(hours=10), "risk": {"grade": "MEDIUM", "graded_at": ago(hours=9)},
        "last_seen_where": "Hatch Road",
    }  # fmt: skip


def back(gone: Body) -> Body:
    return {
        **gone, "sent_at": ago(hours=2), "risk": {"grade": "HIGH", "graded_at": ago(hours=6)},
        "returned": {"returned_at": ago(hours=3), "found_where": "High Street"},
    }  # fmt: skip


def send(client: Client, body: Body) -> Any:
    answer = client.post(API, body, "application/json")
    assert answer.status_code == 200, answer.content
    return answer.json()


@pytest.mark.parametrize("in_order", [True, False])
def test_messages_come_twice_and_in_any_order_and_make_one_episode(
    cast: Cast, case: Case, gone: Body, in_order: bool
) -> None:
    police, home = system_of(cast, "police"), back(gone)
    sent = [gone, home] if in_order else [home, gone]
    answers = [[send(police, body) for _ in range(2)] for body in sent]
    assert all(first == second for first, second in answers)
    episode = MissingEpisode.objects.get()
    assert episode.returned_at == dt.datetime.fromisoformat(home["returned"]["returned_at"])
    assert (episode.police_reference, episode.found_where) == ("MP-1482", "High Street")
    assert [each.grade for each in episode.risk_grades.all()] == ["HIGH", "MEDIUM"], "by when they were given"
    assert not Concern.objects.exists()
    assert len(PoliceReport.objects.get().messages) == 2
    assert send(police, gone)["is_newest"] is False


def test_the_answer_does_not_tell_whether_the_child_has_a_case(cast: Cast, gone: Body) -> None:
    police = system_of(cast, "police")
    known = send(police, gone)
    stranger = {"given_name": "Una", "family_name": "Known", "date_of_birth": "2011-02-03"}
    unknown = send(police, {**gone, "reference": "MP-9", "child": stranger})
    assert {**known, "reference": ""} == {**unknown, "reference": ""}
    concern = Concern.objects.get()
    assert (concern.state, concern.urgency) == (ConcernState.SUBMITTED, Urgency.HIGH)
    assert "Hatch Road" in concern.worry
    assert police.get("/api/v1/concerns/?scope=agency").json()["results"] == [], "nor does a list"
    with acting_for(cast.police):
        assert not Concern.objects.exists()
        assert not PoliceReport.objects.exists()
    with acting_for(cast.manager):
        assert Concern.objects.exists()


def test_a_concern_is_ranked_anew_and_becomes_an_episode_once_it_has_a_case(cast: Cast, gone: Body) -> None:
    police = system_of(cast, "police")
    gone["child"] = {"given_name": "Una", "family_name": "Known", "date_of_birth": "2011-02-03"}
    send(police, gone)
    send(police, {**gone, "sent_at": ago(hours=5), "risk": {"grade": "HIGH", "graded_at": ago(hours=6)}})
    concern = Concern.objects.get()
    assert (concern.urgency, concern.addenda.count()) == (Urgency.IMMEDIATE, 1)
    concern.case = make_case(cast, child=make_child(given_name="Una", family_name="Known"))
    concern.save()
    assert [prompt_reviews() > 0, feed.place_waiting()] == [True, 0]
    assert concern.case.missing_episodes.get().risk_grade == "HIGH"


def test_what_an_agency_recorded_first_is_the_same_episode_and_its_words_stay(
    cast: Cast, case: Case, gone: Body
) -> None:
    by_hand = went_missing(cast, case, hours=None)
    MissingEpisode.objects.update(police_reference="")
    police = system_of(cast, "police")
    send(police, gone)
    send(police, {**gone, "sent_at": ago(hours=7), "with_whom": "Dee", "last_seen_where": "Castle Street"})
    episode = MissingEpisode.objects.get()
    assert episode.pk == by_hand.pk
    assert (episode.police_reference, episode.last_seen_where) == ("MP-1482", "At the bus station")
    assert episode.is_open


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"missing_since": "2001-01-01T10:00:00Z"}, "missing_since"),
        ({"returned": {"returned_at": "2020-01-01T10:00:00Z"}}, "returned.returned_at"),
        ({"child": {"family_name": "K", "date_of_birth": "2190-01-01"}}, "child.date_of_birth"),
        ({"child": {}}, "child.family_name"),
        ({"kind": "GONE"}, "kind"),
        ({"reference": ""}, "reference"),
        ({"sent_at": "2190-01-01T10:00:00Z"}, "sent_at"),
        ({"risk": {"grade": "HIGH", "graded_at": "2020-01-01T10:00:00Z"}}, "risk.graded_at"),
        ({"notes": "Another word at the same time"}, "sent_at"),
    ],
)
def test_bad_input_names_its_field_and_changes_nothing(
    cast: Cast, gone: Body, changed: Body, field: str
) -> None:
    police = system_of(cast, "police")
    send(police, gone)
    answer = police.post(API, {**gone, **changed}, "application/json")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert len(PoliceReport.objects.get().messages) == 1


def test_only_a_system_of_the_police_sends(cast: Cast, gone: Body) -> None:
    assert system_of(cast, "csc").post(API, gone, "application/json").status_code == 403
    officer = Client()
    officer.force_login(cast.police, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert officer.post(API, gone, "application/json").status_code == 403
    assert not PoliceReport.objects.exists()
