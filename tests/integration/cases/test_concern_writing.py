"""A concern from its first page to the reference, as a program without scripts sees it."""

import pytest
from django.test import Client
from django.urls import reverse

from cases.concerns import services as concerns
from cases.concerns.choices import ConcernState, ConcernStep, IndicatorTiming, Urgency
from cases.concerns.models import Concern
from cases.concerns.selectors import StepAnswers
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
    body = {"immediate_danger": "no", "form_token": str(new_key())}
    first, second = practitioner.post(NEW, body), practitioner.post(NEW, body)
    assert first.status_code == 302
    assert first["Location"] == second["Location"]
    assert Concern.objects.get().steps_done == ["danger"]


def test_sent_twice_is_one_concern(cast: Cast, practitioner: Client) -> None:
    concern = written(cast)
    first = practitioner.post(url(concern, "concern-check"))
    second = practitioner.post(url(concern, "concern-check"))
    assert first["Location"] == second["Location"] == url(concern, "concern-sent")
    assert AuditEvent.objects.filter(action=Action.CONCERN_SUBMITTED).count() == 1
    page = practitioner.get(first["Location"]).content.decode()
    assert concern.reference in page
    assert "decides what follows by" in page


def test_danger_asks_to_call_before_anything_else(cast: Cast, practitioner: Client) -> None:
    moved = practitioner.post(NEW, {"immediate_danger": "yes", "form_token": str(new_key())})
    concern = Concern.objects.get()
    assert moved["Location"] == url(concern, "concern-danger")
    assert "danger" not in concern.steps_done
    card = practitioner.get(moved["Location"]).content.decode()
    assert "Call 999 now" in card
    assert "0121" in card
    assert practitioner.post(moved["Location"])["Location"] == url(concern, "concern-step", "child")


def test_what_is_submitted_is_never_edited_away(cast: Cast, practitioner: Client) -> None:
    concern = make_concern(cast.practitioner)
    for page, more in (
        ("concern-step", ["worry"]),
        ("concern-delete", []),
        ("concern-danger", []),
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
    practitioner.post(page, {"given_name": "Rowan", "seen": seen})
    late = practitioner.post(page, {"given_name": "Robyn", "seen": seen})
    body = late.content.decode()
    assert late.status_code == 200
    assert "Someone else changed this" in body
    assert "Rowan" in body
    assert 'value="Robyn"' in body
    again = practitioner.post(page, {"given_name": "Robyn", "seen": late.context["form"]["seen"].value()})
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


def test_pages_go_on_in_their_order_and_back_to_the_check(cast: Cast, practitioner: Client) -> None:
    concern = written(cast)
    moved = practitioner.post(url(concern, "concern-step", "mentions"), {"mentions-TOTAL_FORMS": "0"})
    assert moved["Location"] == url(concern, "concern-check")
    signs = practitioner.post(url(concern, "concern-step", "risk"), {"timing_RSK01": "earlier"})
    assert signs["Location"] == url(concern, "concern-check")
    assert concern.indicators.get(code="RSK01").timing == IndicatorTiming.EARLIER
    assert "Whereabouts unclear" in practitioner.get(url(concern, "concern-check")).content.decode()


@pytest.mark.parametrize("step", ConcernStep.values)
def test_bad_input_is_answered_on_every_page(cast: Cast, practitioner: Client, step: str) -> None:
    concern = make_draft(cast.practitioner)
    page = url(concern, "concern-step", step)
    fields = practitioner.get(page).context["form"].fields
    for text in ("\x00", "\u202eabc", "x" * 30_000, "31/02", "-1"):
        body = dict.fromkeys(fields, text) | {"mentions-TOTAL_FORMS": text, "mentions-0-kind": text}
        assert practitioner.post(page, body).status_code in (200, 302)


def test_a_draft_is_its_authors_alone(cast: Cast, client: Client) -> None:
    draft = make_draft(cast.practitioner)
    pages = (
        ("concern", []), ("concern-check", []), ("concern-step", ["child"]), ("concern-delete", []),
        ("concern-danger", []),
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
