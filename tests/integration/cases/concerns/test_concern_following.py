"""What the author and their agency see of a concern afterwards."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from cases.concerns.choices import ConcernOutcome, Urgency
from cases.concerns.models import ConcernAddendum
from cases.concerns.selectors import named_in_concerns
from cases.concerns.services import add_addendum
from cases.triage import services as triage
from cse_portal.accounts.choices import Role
from cse_portal.accounts.services import add_person
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.jobs.models import Notification
from cse_portal.keys import new_key
from intelligence.submissions.models import IntelligenceSubmission
from tests.cast import Cast
from tests.factories.concerns import decide, make_concern, opening, verdict

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
LIST = "/concerns/"


def as_person(client: Client, person: object) -> Client:
    client.force_login(person, backend=BACKEND)  # type: ignore[arg-type]
    return client


def test_the_author_reads_the_feedback_and_not_the_rationale(cast: Cast, client: Client) -> None:
    concern = make_concern(cast.health)
    decide(concern, cast.manager, rationale="Words for the record", feedback="Words for the author")
    page = (
        as_person(client, cast.health)
        .get(reverse("cases:concern", args=[concern.reference]))
        .content.decode()
    )
    assert "Words for the author" in page
    assert "Words for the record" not in page
    assert "Words for the record" in (
        as_person(client, cast.manager)
        .get(reverse("cases:concern", args=[concern.reference]))
        .content.decode()
    )


def test_a_case_the_author_may_not_see_is_not_named(cast: Cast, client: Client) -> None:
    concern = make_concern(cast.health)
    decide(concern, cast.manager, outcome=ConcernOutcome.OPEN_CASE, opening=opening(cast))
    concern.refresh_from_db()
    assert concern.case is not None
    page = as_person(client, cast.health).get(reverse("cases:concern", args=[concern.reference]))
    assert concern.case.reference not in page.content.decode()


def test_something_is_added_and_nothing_changed(cast: Cast, client: Client) -> None:
    concern = make_concern(cast.practitioner)
    address = reverse("cases:concern-add", args=[concern.reference])
    as_person(client, cast.practitioner)
    body = {"text": "She came home at 2am.", "changes_danger": "no", "form_token": str(new_key())}
    assert client.post(address, body).status_code == client.post(address, body).status_code == 302
    assert ConcernAddendum.objects.get().text == "She came home at 2am."
    assert (
        "She came home at 2am."
        in client.get(reverse("cases:concern", args=[concern.reference])).content.decode()
    )
    assert "Write what you have learned" in client.post(address, {"text": ""}).content.decode()


@pytest.mark.parametrize("decided", [False, True])
def test_news_of_danger_makes_a_concern_urgent_and_tells_triage_at_once(
    cast: Cast, client: Client, decided: bool
) -> None:
    concern = make_concern(cast.health)
    if decided:
        decide(concern, cast.manager)
    address = reverse("cases:concern-add", args=[concern.reference])
    said = {"text": "He is outside.", "form_token": str(new_key())}
    assert (
        "Answer the question: Does this"
        in as_person(client, cast.health).post(address, said).content.decode()
    )
    client.post(address, said | {"changes_danger": "yes"})
    concern.refresh_from_db()
    assert (concern.urgency, concern.addenda.get().changes_danger) == (Urgency.HIGH, True)
    assert concern.is_waiting, "one that was decided without a case waits for a decision again"
    page = reverse("cases:triage-concern", args=[concern.reference])
    assert Notification.objects.filter(
        user=cast.manager, url=page, text__contains="changes the danger"
    ).exists()
    assert not Notification.objects.filter(user=cast.health, text__contains="changes the danger").exists()


@pytest.mark.parametrize("before", [True, False])
def test_what_is_added_stands_in_the_chronology_of_its_case_and_its_lead_is_told(
    cast: Cast, client: Client, before: bool
) -> None:
    """Added while it waits or later; by somebody who does not see the case."""
    concern = make_concern(cast.health)
    address = reverse("cases:concern-add", args=[concern.reference])
    said = {"text": "He is outside.", "changes_danger": "yes", "form_token": str(new_key())}
    if before:
        as_person(client, cast.health).post(address, said)
    decide(concern, cast.manager, outcome=ConcernOutcome.OPEN_CASE, opening=opening(cast))
    concern.refresh_from_db()
    assert concern.case is not None
    if not before:
        as_person(client, cast.health).post(address, said)
    entry = concern.case.chronology.get(source_id=concern.addenda.get().pk)
    assert "It changes the danger.\nHe is outside." in entry.text
    where = f"concern {concern.reference} of case {concern.case.reference}"
    told = f"Urgent: new information changes the danger in {where}."
    assert Notification.objects.filter(user=cast.practitioner, text=told).exists() is not before
    assert not Notification.objects.filter(user=cast.manager, text__contains="which you decided").exists()


def test_who_handles_a_concern_is_told_of_what_is_added(cast: Cast) -> None:
    concern = make_concern(cast.health)
    triage.take(concern=concern, by=cast.manager)
    add_addendum(concern=concern, text="Her sister knows him.", by=cast.health)
    told = f"Something was added to concern {concern.reference}, which you handle."
    assert Notification.objects.get(user=cast.manager, text=told).about_id == concern.pk


def test_what_a_concern_names_is_offered_as_one_draft_of_intelligence(cast: Cast, client: Client) -> None:
    concern = make_concern(cast.practitioner)
    concern.mentions.create(kind="person", part="suspected", name="Kez", details="About 25.", order=1)
    address = reverse("intelligence:from", args=["mention", concern.mentions.get().pk])
    first = as_person(client, cast.practitioner).post(address)
    assert first["Location"] == client.post(address)["Location"]
    draft = IntelligenceSubmission.objects.get(author=cast.practitioner)
    assert draft.is_draft
    page = client.get(reverse("intelligence:step", args=[draft.reference, "people"])).content.decode()
    assert 'value="Kez"' in page
    assert '<option value="SUSPECT" selected>' in page
    assert (
        "Kez. About 25."
        in client.get(reverse("intelligence:step", args=[draft.reference, "learned"])).content.decode()
    )
    decide(concern, cast.manager, outcome=ConcernOutcome.OPEN_CASE, opening=opening(cast))
    concern.refresh_from_db()
    assert concern.case is not None
    assert [each.name for each in named_in_concerns(cast.practitioner, concern.case)] == ["Kez"]
    assert not named_in_concerns(cast.outsider, concern.case)
    assert as_person(client, cast.outsider).post(address).status_code == 404


def test_what_an_author_does_is_on_record_of_the_case_that_they_do_not_see(
    cast: Cast, client: Client
) -> None:
    concern = make_concern(cast.health)
    decide(concern, cast.manager, outcome=ConcernOutcome.OPEN_CASE, opening=opening(cast))
    concern.refresh_from_db()
    address = reverse("cases:concern-add", args=[concern.reference])
    as_person(client, cast.health).get(address)
    client.post(address, {"text": "At 2am.", "changes_danger": "no", "form_token": str(new_key())})
    done = (Action.CONCERN_VIEWED, Action.CONCERN_ADDENDUM_ADDED)
    events = AuditEvent.objects.filter(actor=cast.health, action__in=done)
    assert {(event.action, event.case_id) for event in events} == {(each, concern.case_id) for each in done}


def test_colleagues_follow_what_their_agency_sent_before_and_after_there_is_a_case(
    cast: Cast, client: Client
) -> None:
    colleague = add_person(
        email="second.nurse@example.org",
        full_name="Nell Hope",
        agency=cast.agency("health"),
        role=Role.PRACTITIONER,
    )
    concern = make_concern(cast.health)
    as_person(client, colleague)
    for _ in range(2):
        assert concern.reference in client.get(f"{LIST}?scope=agency").content.decode()
        assert client.get(reverse("cases:concern", args=[concern.reference])).status_code == 200
        if concern.is_waiting:
            decide(concern, cast.manager, outcome=ConcernOutcome.OPEN_CASE, opening=opening(cast))
            concern.refresh_from_db()


def test_other_agencies_follow_nothing(cast: Cast, client: Client) -> None:
    concern = make_concern(cast.practitioner)
    for person in (cast.outsider, cast.police, cast.analyst, cast.administrator):
        as_person(client, person)
        for page in ("concern", "concern-add", "concern-sent", "triage-concern"):
            assert client.get(reverse(f"cases:{page}", args=[concern.reference])).status_code == 404


def test_the_lists_cost_the_same_however_long(
    cast: Cast, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(6):
        concern = make_concern(cast.manager, given_name=f"Ada{number}")
        if number % 2:
            decide(concern, cast.manager, **{"outcome": verdict().outcome})
    as_person(client, cast.manager)
    for address in (LIST, f"{LIST}?scope=agency", "/triage/"):
        with django_assert_max_num_queries(15):
            client.get(address)
