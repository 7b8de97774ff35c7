"""A concern from its first page to the reference, as a program without scripts sees it."""

import pytest
from django.test import Client
from django.urls import reverse

from cases.concerns import services as concerns
from cases.concerns.choices import ConcernState, ConcernStep, IndicatorTiming, Urgency
from cases.concerns.models import Concern
from cases.concerns.selectors import StepAnswers, screening
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.jobs.models import Notification
from cse_portal.keys import new_key
from tests.cast import Cast
from tests.factories.concerns import answers, make_concern, make_draft

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
NEW = "/concerns/new/"


@pytest.fixture
def practitioner(cast: Cast, client: Client) -> Client:
    client.force_login(cast.practitioner, backend=BACKEND)
    return client


def url(concern: Concern, page: str, *more: str) -> str:
    return reverse(f"cases:{page}", args=[concern.reference, *more])


def written(cast: Cast) -> Concern:
    """A draft with every page answered."""
    concern = make_draft(cast.practitioner)
    given = answers()
    for step in ConcernStep:
        concern = concerns.save_step(
            concern=concern, step=step, answers=given.get(step, StepAnswers()), by=cast.practitioner
        )
    return concern


def test_the_first_page_posted_twice_makes_one_draft(practitioner: Client) -> None:
    body = {"immediate_danger": "no", "worry": "Two new phones.", "form_token": str(new_key())}
    first, second = practitioner.post(NEW, body), practitioner.post(NEW, body)
    assert first.status_code == 302
    assert first["Location"] == second["Location"]
    assert Concern.objects.get().steps_done == ["worry"]


def test_sent_twice_is_one_concern(cast: Cast, practitioner: Client) -> None:
    concern = written(cast)
    first = practitioner.post(url(concern, "concern-check"))
    second = practitioner.post(url(concern, "concern-check"))
    assert first["Location"] == second["Location"] == url(concern, "concern-sent")
    assert AuditEvent.objects.filter(action=Action.CONCERN_SUBMITTED).count() == 1
    page = practitioner.get(first["Location"]).content.decode()
    assert concern.reference in page
    assert "decides what follows by" in page


def test_danger_asks_to_call_and_keeps_what_was_written(practitioner: Client) -> None:
    said = {"immediate_danger": "yes", "worry": "He waits outside.", "form_token": str(new_key())}
    again = practitioner.post(NEW, said).content.decode()
    assert "call 999 first, then tick the box" in again
    assert "He waits outside." in again
    assert practitioner.post(NEW, said | {"emergency_called": "on"}).status_code == 302
    assert Concern.objects.get().emergency_called_at is not None


def test_what_is_submitted_is_never_edited_away(cast: Cast, practitioner: Client) -> None:
    concern = make_concern(cast.practitioner)
    for page, more in (
        ("concern-step", ["worry"]),
        ("concern-delete", []),
        ("concern-check", []),
    ):
        answer = practitioner.post(url(concern, page, *more), {"worry": "Other words"})
        assert answer.status_code == 302
    concern.refresh_from_db()
    assert concern.worry == "Robyn talks about an older friend with a silver car."
    assert concern.state == ConcernState.SUBMITTED


def test_two_tabs_lose_neither_text(cast: Cast, practitioner: Client) -> None:
    concern = make_draft(cast.practitioner)
    page = url(concern, "concern-step", "child")
    seen = practitioner.get(page).context["form"]["seen"].value()
    practitioner.post(page, {"given_name": "Rowan", "approximate_age": "14", "seen": seen})
    body = {"given_name": "Robyn", "approximate_age": "14", "seen": seen}
    late = practitioner.post(page, body)
    shown = late.content.decode()
    assert late.status_code == 200
    assert all(words in shown for words in ("Someone else changed this", "Rowan", 'value="Robyn"'))
    again = practitioner.post(page, body | {"seen": late.context["form"]["seen"].value()})
    assert again.status_code == 302
    concern.refresh_from_db()
    assert concern.given_name == "Robyn"


def test_a_page_is_left_as_typed_and_taken_up_again(cast: Cast, practitioner: Client) -> None:
    concern = make_draft(cast.practitioner)
    page = url(concern, "concern-step", "child")
    practitioner.post(page, {"given_name": "Rowan\x00", "date_of_birth_day": "31", "leave": "1"})
    body = practitioner.get(page).content.decode()
    assert 'value="Rowan"' in body
    assert 'value="31"' in body


def test_six_answers_are_counted_and_signs_need_none(cast: Cast, practitioner: Client) -> None:
    concern = make_draft(cast.practitioner)
    pages: dict[str, dict[str, str]] = {
        "worry": {"immediate_danger": "no", "worry": "Two new phones."},
        "child": {"known_as": "Ash", "approximate_age": "14"},
        "others": {"child_told": "TOLD", "parent_told": "NOT_TOLD_YET", "mentions-TOTAL_FORMS": "0"},
    }
    for number, (step, said) in enumerate(pages.items()):
        page = url(concern, "concern-step", step)
        assert f"{number * 2} of 6 answers" in practitioner.get(page).content.decode()
        assert practitioner.post(page, said).status_code == 302
    assert "6 of 6 answers" in practitioner.get(url(concern, "concern-check")).content.decode()
    assert practitioner.post(url(concern, "concern-check")).status_code == 302
    concern.refresh_from_db()
    assert (concern.state, concern.lawful_basis) == (ConcernState.SUBMITTED, "6_1_E")


def test_pages_go_on_in_their_order_and_back_to_the_check(cast: Cast, practitioner: Client) -> None:
    concern = written(cast)
    both = {
        "SIG01": "on",
        "when_SIG01": ["current", "earlier"],
        "evidence_SIG01": "Three nights",
        "VUL16": "on",
    }
    signs = practitioner.post(url(concern, "concern-step", "signs"), both)
    assert signs["Location"] == url(concern, "concern-check")
    assert concern.indicators.get(code="SIG01").timing == IndicatorTiming.BOTH
    assert [line.points for line in screening(concern).lines] == [6, 1]
    page = practitioner.get(url(concern, "concern-check")).content.decode()
    assert "Missing or away, again and again" in page
    assert "Repeat periods of absence" in page


def test_a_draft_is_its_authors_alone(cast: Cast, client: Client) -> None:
    draft = make_draft(cast.practitioner)
    pages = (
        ("concern", []), ("concern-check", []), ("concern-step", ["child"]), ("concern-delete", []),
        ("concern-sent", []), ("concern-add", []), ("triage-concern", []),
    )  # fmt: skip
    for person in (cast.manager, cast.police, cast.outsider, cast.leaver, cast.administrator):
        client.force_login(person, backend=BACKEND)
        for page, more in pages:
            assert client.get(url(draft, page, *more)).status_code == 404


def test_harm_or_danger_alerts_triage_at_once(cast: Cast) -> None:
    make_concern(cast.practitioner)
    assert not Notification.objects.exists()
    urgent = make_concern(cast.practitioner, harm_status="H3", harm_evidence="She is there now.")
    assert urgent.urgency == Urgency.HIGH
    told = Notification.objects.get(user=cast.manager)
    assert told.url == url(urgent, "triage-concern")
    assert "Robyn" not in told.text
