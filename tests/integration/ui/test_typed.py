"""A page that refuses a post gives its writer their own words back: whatever the reason, and nothing but those."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.forms import Field
from django.http import HttpResponse, QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.services import exclusions
from cse_portal.accounts.models import Membership
from cse_portal.accounts.services import end_membership
from cse_portal.demo.services import ROOT
from cse_portal.ui.forms import HiddenField, PortalForm
from cse_portal.ui.forms.fields import TextField
from cse_portal.ui.typed import CARRIED, is_carried, typed_in
from mase.models import MaseMeeting
from mase.selectors.presence import part_id
from mase.services import scheduling
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories import minutes as factory
from tests.factories.cases import make_case
from tests.factories.meetings import end_meeting, make_meeting, start_meeting

pytestmark = pytest.mark.django_db
SAID = "She told the nurse, and nobody else,\nthat he waits at the gate.\n\n" + "Every day. " * 40


@pytest.fixture
def meeting(cast: Cast) -> MaseMeeting:
    return start_meeting(cast, make_case(cast))


def boxes(answer: HttpResponse) -> list[str]:
    """What stands in the boxes of the refusal, as a browser would give it to whoever copies it."""
    page = answer.content.decode().replace("&#x27;", "'")
    return re.findall(r"<textarea[^>]*readonly>\n(.*?)</textarea>", page, re.DOTALL)


def says(client: Client, meeting: MaseMeeting, kind: str, **typed: str) -> HttpResponse:
    part = part_id(kind, meeting.pk)
    named = {f"{part}-{name}": value for name, value in typed.items()}
    return client.post(reverse("mase:section", args=[meeting.pk, kind, meeting.pk]), named)  # type: ignore[return-value]


def test_a_chair_who_is_excluded_midway_is_given_the_words_back(cast: Cast, meeting: MaseMeeting) -> None:
    client = signed_in(cast, "manager")
    assert client.get(reverse("mase:meeting", args=[meeting.pk])).status_code == 200
    exclusions.exclude(case=meeting.case, user=cast.manager, reason="Knows the family", by=cast.privacy)
    answer = says(
        client, meeting, "new-danger", text=SAID, goal="Home by ten.", version="3", was='{"a": "b"}'
    )
    assert answer.status_code == 404
    assert boxes(answer) == [SAID, "Home by ten."]
    assert meeting.case.reference not in answer.content.decode()
    assert client.get(reverse("mase:meeting", args=[meeting.pk])).content.decode().count("Home by ten") == 0


def test_a_chair_whose_membership_ended_midway_is_given_the_words_back(
    cast: Cast, meeting: MaseMeeting
) -> None:
    client = signed_in(cast, "manager")
    end_membership(membership=Membership.objects.get(user=cast.manager), on=timezone.localdate())
    answer = says(client, meeting, "dissent", reason=SAID)
    assert answer.status_code in (403, 404)
    assert boxes(answer) == [SAID]


def test_who_may_see_it_and_not_write_it_is_given_the_words_back(cast: Cast, meeting: MaseMeeting) -> None:
    answer = says(signed_in(cast, "health"), meeting, "dissent", reason=SAID)
    assert answer.status_code == 403
    assert boxes(answer) == [SAID]


def test_a_report_sent_after_the_meeting_was_cancelled_is_given_back(cast: Cast) -> None:
    meeting = make_meeting(cast, make_case(cast))
    client, url = signed_in(cast, "health"), reverse("mase:report", args=[meeting.pk])
    assert client.get(url).status_code == 200
    scheduling.cancel(meeting=meeting, reason="Booked twice", by=cast.manager)
    answer = client.post(url, {"text": SAID, "worries": "His car.", "version": "1", "send": "1"})
    page = answer.content.decode().replace("&#x27;", "'")
    assert SAID.strip() in page
    assert "His car." in page


def test_an_objection_to_minutes_agreed_a_moment_earlier_is_given_back(cast: Cast) -> None:
    meeting = end_meeting(cast, make_case(cast))
    factory.circulated(cast, meeting)
    client, url = signed_in(cast, "health"), reverse("mase:minutes-object", args=[meeting.pk])
    assert client.get(url).status_code == 200
    factory.agreed(cast, meeting)
    answer = client.post(url, {"text": SAID, "instead": "He waits."})
    assert SAID.strip() in answer.content.decode().replace("&#x27;", "'")


def test_what_is_hidden_and_what_was_never_there_give_the_same_words_back(
    cast: Cast, meeting: MaseMeeting
) -> None:
    client = signed_in(cast, "outsider")
    client.get("/")
    part = part_id("new-danger", meeting.pk)
    sent = {f"{part}-text": SAID, f"{part}-goal": "Home by ten."}
    answers = []
    for key in (meeting.pk, meeting.case.pk):  # the second names no meeting
        url = reverse("mase:section", args=[key, "new-danger", meeting.pk])
        answer: Any = client.post(url, sent)
        nonce = str(getattr(answer.wsgi_request, "csp_nonce", "") or "-")
        headers = {name: value.replace(nonce, "") for name, value in answer.items()}
        answers.append(
            (answer.status_code, headers, answer.content.decode().replace(nonce, "").replace(url, ""))
        )
    assert answers[0] == answers[1]
    assert "Home by ten." in answers[0][2]


def test_on_a_screen_shown_to_a_room_they_are_folded_away(cast: Cast, meeting: MaseMeeting) -> None:
    client = signed_in(cast, "manager")
    client.post(reverse("mase:projector", args=[meeting.pk]), {"on": "yes"})
    exclusions.exclude(case=meeting.case, user=cast.manager, reason="Knows the family", by=cast.privacy)
    page = says(client, meeting, "dissent", reason=SAID).content.decode()
    assert '<details class="govuk-details" id="typed">' in page
    assert "every day" in page.lower()


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/no/such/page/", {}),
        ("/meetings/{0}/parts/dissent/{0}/", {"HX-Request": "true"}),
        ("/cases/CSE-2026-99999/address/", {}),
        ("/api/v1/no/such/thing/", {}),
        ("/accounts/no-such-page/", {}),
    ],
)
def test_nothing_is_given_back_where_it_would_be_no_help_or_a_danger(
    cast: Cast, meeting: MaseMeeting, path: str, headers: dict[str, str]
) -> None:
    answer = signed_in(cast, "outsider").post(path.format(meeting.pk), {"text": SAID}, headers=headers)  # type: ignore[arg-type]
    assert answer.status_code in (403, 404, 405)
    assert "waits at the gate" not in answer.content.decode()


@pytest.mark.parametrize(("site", "there"), [("same-origin", True), ("cross-site", False), ("", False)])
def test_a_page_open_since_before_one_signed_in_again_gives_its_words_back(
    cast: Cast, meeting: MaseMeeting, site: str, there: bool
) -> None:
    """Another site's page, which the browser names as such, is not shown on ours."""
    client = Client(enforce_csrf_checks=True)
    client.cookies = signed_in(cast, "manager").cookies
    client.get(reverse("mase:meeting", args=[meeting.pk]))
    url = reverse("mase:section", args=[meeting.pk, "dissent", meeting.pk])
    typed = {"csrfmiddlewaretoken": "a" * 64, f"{part_id('dissent', meeting.pk)}-reason": SAID}
    answer = client.post(url, typed, headers={"Sec-Fetch-Site": site})  # type: ignore[arg-type]
    assert answer.status_code == 403
    assert (boxes(answer) == [SAID]) is there  # type: ignore[arg-type]


def test_one_word_is_given_back_and_what_a_page_carries_is_not() -> None:
    posted = QueryDict(mutable=True)
    posted.update({
        "csrfmiddlewaretoken": "a" * 64, "form_token": "019de4cc-61e5-7bb8-a6d6-3c3e5c1d4d1e", "part-1-version": "4",
        "part-1-was": '{"a": "the words of others"}', "part-1-who": "asleep", "part-1-agency": "0" * 32,
        "part-1-due_day": "27", "people-TOTAL_FORMS": "2", "do": "here", "people-remove": "1",
    })  # fmt: skip
    assert typed_in(posted) == ((), (("Who", "asleep"), ("Due day", "27")))


def test_every_button_and_every_hidden_field_is_known_as_such_and_no_box_is_called_like_one() -> None:
    named = set[str]()
    for path in (*(ROOT / "templates").rglob("*.html"), *(ROOT / "cse_portal" / "ui").rglob("*.html")):
        if "demo" in path.parts:  # what is posted there is given back nowhere
            continue
        for tag in re.findall(r"<(?:c-button|button|input type=\"hidden\")[^>]*>", Path(path).read_text()):
            named |= set(re.findall(r'\bname="([^"{]+)"', tag))
    assert {name for name in named if not is_carried(name)} == set()
    every = [each for each in subclasses(PortalForm) if hasattr(each, "base_fields")]
    forms = [each for each in every if not each.__module__.startswith("tests.")]
    assert len(forms) > 50
    for form in forms:
        for name, one in form.base_fields.items():
            if isinstance(one, HiddenField):
                assert name in CARRIED, f"{form.__name__}.{name}"
            elif is_typed_into(one):
                assert name not in CARRIED, f"{form.__name__}.{name}"


def is_typed_into(one: Field) -> bool:
    return isinstance(one, TextField)


def subclasses(kind: type[Any]) -> list[type[Any]]:
    return [each for sub in kind.__subclasses__() for each in (sub, *subclasses(sub))]


def test_the_words_are_nowhere_once_they_were_given_back(cast: Cast, meeting: MaseMeeting) -> None:
    client = signed_in(cast, "health")
    says(client, meeting, "dissent", reason=SAID)
    assert "waits at the gate" not in str(dict(client.session.items()))
    assert "waits at the gate" not in client.get("/").content.decode()
