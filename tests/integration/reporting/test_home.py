"""The home page: what needs each person today, and nothing that is not theirs."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from cse_portal.accounts.models import Membership
from cse_portal.accounts.services import end_membership
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from tests.cast import Cast
from tests.factories.actions import issued
from tests.factories.cases import make_case

EVERYBODY = [
    "manager",
    "practitioner",
    "police",
    "health",
    "outsider",
    "analyst",
    "privacy",
    "administrator",
    "leaver",
]


@pytest.mark.parametrize("who", EVERYBODY)
def test_everybody_has_a_home_page(client: Client, cast: Cast, who: str) -> None:
    client.force_login(cast.people[who])
    page = client.get("/")
    assert page.status_code == 200
    assert page.content.decode().count("<h1") == 1


def test_whom_it_names_is_on_record(client: Client, cast: Cast) -> None:
    """The next meeting, an action, a review: who reads the page reads of these children."""
    action = issued(cast, make_case(cast))
    client.force_login(cast.health)
    page = client.get("/").content.decode()
    assert action.text[:40] in page
    event = AuditEvent.objects.get(action=Action.HOME_SHOWN)
    assert (event.actor, event.detail) == (cast.health, {"cases": [str(action.case_id)]})
    client.force_login(cast.outsider)
    client.get("/")
    assert AuditEvent.objects.filter(action=Action.HOME_SHOWN).count() == 1, (
        "nobody was shown to the outsider"
    )


def test_the_leaver_reads_that_their_access_has_ended_and_whom_to_ask(client: Client, cast: Cast) -> None:
    membership = Membership.objects.get(user=cast.leaver)
    end_membership(membership=membership, on=timezone.localdate() - dt.timedelta(days=30))
    client.force_login(cast.leaver)
    page = client.get("/").content.decode()
    assert "Your access has ended" in page
    assert "safeguarding lead" in page
    assert "Log a concern" not in page


@pytest.mark.parametrize(
    ("who", "may_log"),
    [("practitioner", True), ("outsider", True), ("manager", True), ("police", True), ("analyst", False),
     ("privacy", False), ("administrator", False)],
)  # fmt: skip
def test_whoever_logs_concerns_starts_one_here(client: Client, cast: Cast, who: str, may_log: bool) -> None:
    client.force_login(cast.people[who])
    page = client.get("/").content.decode()
    assert ('href="/concerns/new/"' in page) is may_log
    assert ('href="/intelligence/new/"' in page) is may_log


def test_the_home_page_asks_little_of_the_database(
    client: Client, cast: Cast, django_assert_max_num_queries
) -> None:  # type: ignore[no-untyped-def]
    client.force_login(cast.manager)
    client.get("/")
    with django_assert_max_num_queries(38):
        client.get("/")
