"""A draft of long writing: its writer's alone, sealed, and gone when its form is saved."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cse_portal.drafts import services
from cse_portal.drafts.models import Draft
from cse_portal.drafts.tasks import forget_old
from mase.meetings.selectors.presence import part_id
from tests.access.test_addresses import signed_in
from tests.acting_for import acting_for
from tests.cast import Cast
from tests.factories.cases import make_case
from tests.factories.meetings import make_meeting, start_meeting

pytestmark = pytest.mark.django_db
WORDS = "She came to the clinic twice, and spoke with us alone."


def keep(client: Client, key: str, **typed: str) -> Any:
    """As the script saves it."""
    return client.post(reverse("drafts:keep", args=[key]), typed)


def found(client: Client, key: str) -> Any:
    """As the script puts it back."""
    return client.get(reverse("drafts:found"), {"key": [key, "report:none"]}).json()


def test_what_is_typed_comes_back_to_its_writer_alone(cast: Cast) -> None:
    nurse, other = signed_in(cast, "health"), signed_in(cast, "police")
    said = keep(nurse, "report:1", text="Half a sen", csrfmiddlewaretoken="x")
    assert set(said.json()) == {"at"}
    keep(nurse, "report:1", text=WORDS)
    assert found(nurse, "report:1")["report:1"]["fields"] == [["text", WORDS]]
    assert found(other, "report:1") == {}
    assert WORDS in nurse.get(reverse("drafts:list")).content.decode()
    assert WORDS not in other.get(reverse("drafts:list")).content.decode()
    other.post(reverse("drafts:discard", args=["report:1"]))
    assert Draft.objects.count() == 1
    nurse.post(reverse("drafts:discard", args=["report:1"]))
    assert not Draft.objects.exists()


def test_the_database_holds_it_sealed_and_shows_it_to_nobody_else(cast: Cast) -> None:
    keep(signed_in(cast, "health"), "report:1", text=WORDS)
    assert "clinic" not in Draft.objects.get().sealed
    for person, number in ((cast.health, 1), (cast.police, 0), (cast.manager, 0)):
        with acting_for(person):
            assert Draft.objects.count() == number


def test_it_outlives_the_session_and_nothing_of_it_lies_there(cast: Cast) -> None:
    client = signed_in(cast, "health")
    keep(client, "report:1", text=WORDS)
    assert "clinic" not in str(dict(client.session.items()))
    client.post(reverse("account_logout"))
    assert client.get(reverse("drafts:found"), {"key": "report:1"}).status_code == 302
    assert found(signed_in(cast, "health"), "report:1")


@pytest.mark.parametrize(
    ("key", "status"), [("report:1", 200), ("x", 404), ("Report", 404), ("a b c", 404), ("a" * 121, 404)]
)
def test_a_key_names_a_form(cast: Cast, key: str, status: int) -> None:
    assert keep(signed_in(cast, "health"), key, text=WORDS).status_code == status


def test_a_text_that_is_too_long_says_so(cast: Cast) -> None:
    answer = keep(signed_in(cast, "health"), "report:1", text="x" * services.MOST_CHARACTERS)
    assert (answer.status_code, answer.json()) == (413, {"error": services.TooLong.message})
    assert not Draft.objects.exists()


def test_drafts_go_after_fourteen_days(cast: Cast) -> None:
    client = signed_in(cast, "health")
    keep(client, "report:1", text=WORDS)
    with time_machine.travel(timezone.now() + services.KEPT - dt.timedelta(hours=1)):
        assert forget_old() == 0
    with time_machine.travel(timezone.now() + services.KEPT):
        assert services.drafts_of(cast.health) == []
        assert forget_old() == 1


def test_saving_the_form_forgets_its_draft_and_that_of_its_steps(cast: Cast) -> None:
    meeting = make_meeting(cast, make_case(cast))
    client, url = signed_in(cast, "health"), reverse("mase:report", args=[meeting.pk])
    key = f"report:{meeting.pk}"
    assert f'name="draft" value="{key}"' in client.get(url).content.decode()
    for each in (key, f"{key}:step", f"{key}-other"):
        keep(client, each, text=WORDS)
    client.post(url, {"new": WORDS, "draft": key})
    assert list(Draft.objects.values_list("key", flat=True)) == [f"{key}-other"]


def test_a_form_that_comes_back_with_errors_keeps_its_draft(cast: Cast) -> None:
    meeting = start_meeting(cast, make_case(cast))
    client, part = signed_in(cast, "manager"), part_id("new-danger", meeting.pk)
    key = f"meeting:{meeting.pk}:{part}"
    keep(client, key, **{f"{part}-text": WORDS})
    url = reverse("mase:section", args=[meeting.pk, "new-danger", meeting.pk])
    page = client.post(url, {f"{part}-text": WORDS, "draft": key}).content.decode()
    assert f'value="{key}" data-typed' in page
    assert Draft.objects.exists()
    client.post(url, {f"{part}-text": WORDS, f"{part}-goal": "Home by ten.", "draft": key})
    assert not Draft.objects.exists()


def test_what_a_page_refuses_becomes_a_draft(cast: Cast) -> None:
    meeting = make_meeting(cast, make_case(cast))
    client = signed_in(cast, "outsider")
    key = f"report:{meeting.pk}"
    refused = client.post(reverse("mase:report", args=[meeting.pk]), {"text": WORDS, "draft": key})
    assert refused.status_code == 404
    assert "It is kept for you under" in refused.content.decode()
    assert found(client, key)[key]["fields"] == [["text", WORDS]]


PAGES = [
    ("practitioner", "cases:assessment-new", "assessment:"),
    ("practitioner", "cases:concern-new", "concern:new:"),
]


@pytest.mark.parametrize(("person", "name", "key"), PAGES)
def test_long_writing_has_a_draft(cast: Cast, person: str, name: str, key: str) -> None:
    case = make_case(cast)
    args = [case.reference] if name == "cases:assessment-new" else []
    assert (
        f'name="draft" value="{key}' in signed_in(cast, person).get(reverse(name, args=args)).content.decode()
    )
