"""A concern tells nobody where a hidden child lives, and its author nothing of a restricted case."""

import pytest
from django.test import Client
from django.urls import reverse

from cases.concerns.choices import ConcernOutcome
from cases.concerns.models import Concern
from cases.family import services as addresses
from cases.family.models import AddressKind, ConfidentialReason
from cases.record.choices import Section
from cases.record.models.case import Case
from cases.sharing.services import access
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories.cases import LAWFUL_BASIS, make_case, make_child
from tests.factories.concerns import decide, make_concern

pytestmark = pytest.mark.django_db
WHERE = {"address": "14 Elm Row, Tipton", "postcode": "B70 9LD", "school": "Saint Nowhere Academy"}
REASON = ConfidentialReason(ConfidentialReason.values[0])


def make_known(cast: Cast) -> tuple[Case, Concern]:
    """A child whose case it is, and a concern from the nurse that was added to it."""
    case = make_case(cast, child=make_child(given_name="Robyn"))
    concern = make_concern(cast.health, **WHERE)
    decide(concern, cast.manager, outcome=ConcernOutcome.ADD_TO_CASE, case=case)
    concern.refresh_from_db()
    return case, concern


def seal(cast: Cast, case: Case, kind: AddressKind = AddressKind.PLACEMENT) -> None:
    addresses.record_address(
        case=case, kind=kind, address="The Old Mill, Nowhere Lane", reason=REASON, by=cast.practitioner
    )


def told(client: Client, concern: Concern) -> set[str]:
    """What the pages and the API say of where the child lives."""
    urls = (
        reverse("cases:concern", args=[concern.reference]),
        reverse("cases:triage-concern", args=[concern.reference]),
        reverse("api-concern", args=[concern.reference]),
    )
    answers = [client.get(url) for url in urls]
    text = "".join(answer.content.decode() for answer in answers if answer.status_code == 200)
    assert concern.reference in text
    return {name for name, words in WHERE.items() if words in text}


def test_a_concern_keeps_a_hidden_childs_home_from_whoever_may_not_see_it(cast: Cast) -> None:
    case, concern = make_known(cast)
    for name in ("manager", "health", "practitioner"):
        assert told(signed_in(cast, name), concern) == set(WHERE), name
    seal(cast, case)
    assert told(signed_in(cast, "manager"), concern) == set(), "the team, which decided it"
    assert told(signed_in(cast, "health"), concern) == set(), "its author, who sees no case"
    assert gate.can(cast.practitioner, Permission.ADDRESS_VIEW, case)
    assert told(signed_in(cast, "practitioner"), concern) == set(WHERE), "who holds the address"
    page = signed_in(cast, "manager").get(reverse("cases:concern", args=[concern.reference]))
    assert page.content.decode().count("Kept confidential") == 3
    answer = signed_in(cast, "health").get(reverse("api-concern", args=[concern.reference])).json()
    assert set(WHERE).isdisjoint(answer["answers"]["child"]["fields"])
    assert answer["answers"]["child"]["fields"]["given_name"] == "Robyn"


def test_whoever_was_shown_the_address_reads_it_in_the_concern(cast: Cast) -> None:
    case, concern = make_known(cast)
    seal(cast, case)
    access.grants.give(
        case, to=cast.health, codenames=["view_case", Section.ADDRESS.value], source=access.GrantSource.SHARE,
        reason="Visits", lawful_basis=LAWFUL_BASIS, by=cast.manager,
        expires_at=None,
    )  # fmt: skip
    assert told(signed_in(cast, "health"), concern) == set(WHERE)


def outcome_pages(client: Client, concern: Concern) -> str:
    urls = ("/", reverse("cases:concerns"), reverse("cases:concern", args=[concern.reference]))
    return "".join(client.get(url).content.decode() for url in urls)


def test_an_author_is_not_told_that_their_concern_is_in_a_restricted_case(cast: Cast) -> None:
    case, concern = make_known(cast)
    client = signed_in(cast, "health")
    listed, one = "/api/v1/concerns/", reverse("api-concern", args=[concern.reference])
    assert "Add to an existing case" in outcome_pages(client, concern)
    assert client.get(one).json()["outcome"] == "add_to_case"
    Case.objects.filter(pk=case.pk).update(is_restricted=True, restricted_reason="STAFF_FAMILY")
    pages = outcome_pages(client, concern)
    assert "Add to an existing case" not in pages
    assert cast.manager.full_name not in pages.split("What was decided")[1].split("As it was sent")[0]
    assert concern.decision.feedback in pages
    for answer in (client.get(one).json(), client.get(listed).json()["results"][0]):
        assert (answer["outcome"], answer["feedback"]) == (None, concern.decision.feedback)
    access.grants.give(
        case, to=cast.health, codenames=["view_case"], source=access.GrantSource.SHARE, reason="Named",
        lawful_basis=LAWFUL_BASIS, by=cast.manager, expires_at=None,
    )  # fmt: skip
    assert "Add to an existing case" in outcome_pages(client, concern)
    assert client.get(one).json()["outcome"] == "add_to_case"
