"""Another system: a token for the API, no sign-in anywhere, no case, and nothing of anybody else's."""

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

import pytest
import time_machine
from django.contrib.auth import SESSION_KEY
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.concerns.choices import ConcernOutcome
from cases.concerns.models import Concern
from cases.record.models.case import Case
from cases.sharing.services import exclusions
from cse_portal import acting
from cse_portal.access import gate, rules
from cse_portal.access.permissions import Permission
from cse_portal.access.user_context import user_context
from cse_portal.accounts import services as account_services
from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import Membership, User
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent, Change
from cse_portal.errors import NotAllowedNow, NotPermitted, NotVisible
from cse_portal.people import services
from cse_portal.people.services.invitations import AlreadyWorksHere, IsASystem
from cse_portal.sign_in.models import ApiToken
from intelligence.submissions.models import IntelligenceSubmission
from tests.access.addresses import ADDRESSES
from tests.access.places import build
from tests.access.world import STATES
from tests.cast import Cast
from tests.factories.audit import words_on_record
from tests.factories.cases import make_case, make_child
from tests.factories.concerns import decide, make_concern
from tests.factories.intelligence import make_submission
from tests.integration.cases.concerns.test_concern_api import body
from tests.integration.intelligence.submissions.test_api import DOCUMENT
from tests.signing_in import give_password, proved_long_ago
from tests.sweeps import Sweep

CONCERNS, SUBMISSIONS = "/api/v1/concerns/", "/api/v1/intelligence/submissions/"


@dataclass
class System:
    """Social care's records, and the words of its token."""

    membership: Membership
    token: ApiToken
    words: str

    @property
    def user(self) -> User:
        """Its account."""
        return self.membership.user

    def get(self, path: str = CONCERNS, client: Client | None = None, **more: Any) -> Any:
        """Ask the API with its token."""
        return (client or Client()).get(path, headers={"Authorization": f"Bearer {self.words}"}, **more)

    def post(self, path: str, said: Any, client: Client | None = None) -> Any:
        """Send the API something with its token."""
        headers = {"Authorization": f"Bearer {self.words}"}
        return (client or Client(enforce_csrf_checks=True)).post(
            path, said, content_type="application/json", headers=headers
        )


@pytest.fixture
def system(cast: Cast) -> System:
    """With a token from everywhere."""
    return make_system(cast)


def make_system(cast: Cast, *networks: str, days: int = 30) -> System:
    """The lead adds it and issues a token."""
    number = ApiToken.objects.count() + 1
    membership = services.add_system(name=f"Records of social care {number}", by=cast.lead)
    token, words = services.issue_token(
        membership=membership, days=days, networks=list(networks), by=cast.lead
    )
    return System(membership, token, words)


def refusals() -> list[str]:
    """What was wrong with tokens, oldest first."""
    rows = AuditEvent.objects.filter(action=Action.TOKEN_REFUSED).order_by("at")
    return [detail["kind"] for detail in rows.values_list("detail", flat=True)]


def refused(answer: Any, kind: str) -> None:
    """The same problem document whatever was wrong, and on record what it was."""
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["WWW-Authenticate"].startswith("Bearer ")
    assert "This token opens nothing" in answer.json()["detail"]
    assert refusals()[-1] == kind


# What it does


def test_it_sends_concerns_and_intelligence_and_is_told_where_they_stand(cast: Cast, system: System) -> None:
    sent = system.post(CONCERNS, body())
    assert sent.status_code == 201
    concern = Concern.objects.get()
    assert (concern.author, concern.author_agency) == (system.user, cast.agency("csc"))
    one, [row] = system.get(sent["Location"]).json(), system.get().json()["results"]
    assert one == {**row, "answers": None, "addenda": None}
    assert row == sent.json()
    assert (row["reference"], row["state"], row["urgency"]) == (
        concern.reference,
        "submitted",
        concern.urgency,
    )
    assert (row["decide_by"], row["child_name"]) == (concern.decide_by.isoformat(), None)
    assert system.post(SUBMISSIONS, DOCUMENT).status_code == 201
    assert IntelligenceSubmission.objects.get().author == system.user
    assert len(system.get(SUBMISSIONS).json()["results"]) == 1


def test_a_lead_reads_nothing_of_a_child_by_a_token_she_issues_to_herself(cast: Cast) -> None:
    """She has read its words. By her role she sees no concern and no intelligence; from this case she is shut out."""
    system = make_system(cast)
    said = body(child={"given_name": "Rowan", "family_name": "Oakley", "known_as": "Ro"})
    sent = system.post(CONCERNS, said)
    concern = Concern.objects.get()
    case = make_case(cast, child=make_child(given_name="Rowan", family_name="Oakley"))
    words = {"feedback": "Oakley's aunt was told.", "rationale": "Oakley is known."}
    decide(concern, cast.manager, outcome=ConcernOutcome.ADD_TO_CASE, case=case, **words)
    exclusions.exclude(case=case, user=cast.lead, reason="Her niece", by=cast.privacy)
    answers = [
        sent, system.post(CONCERNS, said), system.get(), system.get(f"{CONCERNS}?scope=agency"),
        system.get(sent["Location"]),
    ]  # fmt: skip
    assert {answer.status_code for answer in answers} <= {200, 201}
    for answer in answers:
        told = answer.content.decode()
        assert concern.reference in told
        for word in ("Rowan", "Oakley", 'Ro"', "phones", "hatchback", "aunt", "2012"):
            assert word not in told, (word, told)
    one = answers[-1].json()
    assert (one["state"], one["outcome"], one["feedback"]) == ("decided", "add_to_case", None)
    # Nobody has read the feedback: a colleague finds it on the pages.
    assert concern.decisions.get().read_by_author_at is None


def test_it_reads_nothing_of_anybody_elses(cast: Cast, system: System) -> None:
    theirs = make_concern(cast.practitioner)
    make_submission(cast, author=cast.practitioner)
    assert system.get(f"{CONCERNS}?scope=agency").json()["results"] == []
    assert system.get(SUBMISSIONS).json()["results"] == []
    assert system.get(f"{CONCERNS}{theirs.reference}/").status_code == 404
    # Nor does PostgreSQL show it any, whatever is asked.
    with acting_as(system), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cases_concern")
        assert cursor.fetchone() == (0,)
    mine = system.post(CONCERNS, body()).json()["reference"]
    decide(Concern.objects.get(reference=mine), cast.manager)
    assert system.get(f"{CONCERNS}{mine}/").json()["state"] == "decided"
    assert system.get("/api/v1/cases/").status_code == 403


def test_it_may_send_and_read_its_own_and_nothing_else(system: System) -> None:
    functions = {each for each in Permission if not (rule := rules.find(each)) or not rule.needs_object}
    assert {each for each in functions if gate.can(system.user, each)} == {
        Permission.CONCERN_CREATE, Permission.CONCERN_LIST, Permission.INTELLIGENCE_SUBMIT,
        Permission.MISSING_FEED,
    }  # fmt: skip


@pytest.mark.parametrize("state", STATES)
def test_it_sees_no_case_in_any_state(cast: Cast, system: System, state: str) -> None:
    case = STATES[state](cast)
    seen = [
        each for each in Permission if each.name.startswith("CASE_") and gate.can(system.user, each, case)
    ]
    assert seen == []
    assert not Case.objects.visible_to(system.user).exists()


def test_its_token_opens_the_api_and_no_page(cast: Cast, system: System, sweep: Sweep) -> None:
    world = build(cast)
    opened, pages = set(), set()
    for name in {*sweep.of(ADDRESSES), *(each for each in ADDRESSES if each.startswith("api-"))}:
        address = ADDRESSES[name]
        path = reverse(name, kwargs={word: world[thing] for word, thing in address.about.items()})
        client = Client(headers={"Authorization": f"Bearer {system.words}"})
        answer = client.post(path) if address.post else client.get(path)
        if not name.startswith("api-"):
            shut = answer.status_code == 302 and answer["Location"].startswith("/accounts/login/")
            pages |= {name} if not address.public and not shut else set()
            assert SESSION_KEY not in client.session
        elif answer.status_code == 200:
            opened.add(name)
    assert pages == set()
    assert opened == {"api-schema", "api-concerns", "api-submissions"}


def test_each_request_is_on_record(cast: Cast, system: System) -> None:
    system.get()
    system.post(CONCERNS, body())
    used = AuditEvent.objects.filter(action=Action.TOKEN_USED).order_by("at")
    assert [event.detail for event in used] == [
        {"page": "api-concerns", "method": method} for method in ("GET", "POST")
    ]
    assert {(event.actor, event.role, event.object_id, event.network) for event in used} == {
        (system.user, Role.API_CLIENT, system.token.pk, "127.0.0.0/24")
    }
    assert AuditEvent.objects.get(action=Action.CONCERN_SUBMITTED).actor == system.user
    system.token.refresh_from_db()
    assert system.token.last_used_at is not None


# What opens nothing


def test_a_token_that_was_not_issued_opens_nothing(system: System) -> None:
    words, prefix = system.words, system.token.prefix
    for wrong, kind in (
        ("", "unreadable"), ("x", "unreadable"), (words[:-1], "unreadable"), (words + "x", "unreadable"),
        (words.upper(), "unreadable"), (words.replace("cse_", "csf_"), "unreadable"),
        (f"cse_{prefix}_{'A' * 43}", "unknown"), (f"cse_{'0' * 12}_{words[17:]}", "unknown"),
    ):  # fmt: skip
        system.words = wrong
        refused(system.get(), kind)
    events = AuditEvent.objects.filter(action=Action.TOKEN_REFUSED)
    assert words not in words_on_record()
    assert {event.actor for event in events} == {None}


def test_a_token_ends_by_itself_at_once_and_with_its_membership(cast: Cast, system: System) -> None:
    with time_machine.travel(system.token.expires_at - dt.timedelta(seconds=1), tick=False):
        assert system.get().status_code == 200
    with time_machine.travel(system.token.expires_at, tick=False):
        refused(system.get(), "over")
    other = make_system(cast)
    services.end_token(token=other.token, by=cast.lead)
    refused(other.get(), "over")
    services.end_membership(membership=system.membership, on=timezone.localdate(), by=cast.lead)
    refused(system.get(), "over")
    system.token.refresh_from_db()
    assert (system.token.ended_by, system.token.ended_at is None) == (cast.lead, False)
    assert AuditEvent.objects.filter(action=Action.TOKEN_ENDED).count() == 2
    with pytest.raises(NotAllowedNow, match="This person no longer works for your agency"):
        services.issue_token(membership=system.membership, days=30, networks=[], by=cast.lead)


def test_a_suspended_system_opens_nothing_and_needs_a_new_token(cast: Cast, system: System) -> None:
    long_ago = timezone.localdate() - dt.timedelta(days=101)
    Membership.objects.filter(pk=system.membership.pk).update(starts_on=long_ago, last_confirmed_on=long_ago)
    User.objects.filter(pk=cast.lead.pk).update(last_login=timezone.now())
    services.suspend_due()
    refused(system.get(), "over")
    with pytest.raises(NotAllowedNow, match="Tokens are for other systems that take part for "):
        services.issue_token(membership=system.membership, days=30, networks=[], by=cast.lead)
    services.reactivate(membership=system.membership, by=cast.lead)
    refused(system.get(), "over")


def test_no_token_lasts_longer_than_90_days(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make_system(cast, days=91)


def test_only_its_networks_whatever_the_caller_says(cast: Cast, settings: Any) -> None:
    system = make_system(cast, "203.0.113.0/24", "2001:db8::/32")
    for address in ("203.0.113.9", "::ffff:203.0.113.9", "2001:db8::9"):
        assert system.get(REMOTE_ADDR=address).status_code == 200, address
    for address in ("198.51.100.9", "2001:db9::9", "not an address"):
        refused(system.get(REMOTE_ADDR=address), "network")
    # What a caller adds to the header is not believed; what our own proxy says is.
    refused(system.get(REMOTE_ADDR="198.51.100.9", HTTP_X_FORWARDED_FOR="203.0.113.9"), "network")
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    forged = {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "203.0.113.9, 198.51.100.9"}
    refused(system.get(**forged), "network")
    assert system.get(REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="203.0.113.9").status_code == 200


# A token is no session, and a session no token


def test_nobody_signs_in_as_a_system(
    cast: Cast, system: System, client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    give_password(client, system.user)
    assert SESSION_KEY not in client.session
    # Neither is it sent a password by mail, nor given one, nor invited, nor given a new start.
    client.post("/accounts/password/reset/", {"email": system.user.email})
    assert "/password/reset/key/" not in "".join(message.body for message in mail.outbox)
    user = User.objects.get(pk=system.user.pk)
    user.set_password("three odd words together")
    with pytest.raises(IntegrityError), transaction.atomic():
        user.save()
    with pytest.raises(IsASystem):
        services.give_new_start(membership=system.membership, by=cast.lead)
    said = {"email": system.user.email, "full_name": "Somebody", "role": Role.PRACTITIONER, "by": cast.lead}
    with pytest.raises((IsASystem, AlreadyWorksHere)):
        services.invite(**said)
    services.end_membership(membership=system.membership, on=timezone.localdate(), by=cast.lead)
    with pytest.raises(IsASystem):
        services.invite(**said)


# Its lead's pages


def test_the_leads_pages(cast: Cast, client: Client) -> None:
    client.force_login(cast.lead)
    added = client.post("/people/systems/add/", {"name": "Hospital bridge"})
    page = added["Location"]
    assert "No token yet" in client.get(page).content.decode()
    proved_long_ago(client)
    assert client.get(f"{page}issue/")["Location"].startswith("/accounts/prove/")
    client.force_login(cast.lead)
    for typed, words in (
        ({"networks": ""}, "Say how long it lasts"),
        ({"days": "91"}, "days"),
        ({"days": "30", "networks": "203.0.113.9/24"}, "is not a network"),
        ({"days": "30", "networks": " ".join(["203.0.113.0/24"] * 21)}, "20 networks or fewer"),
    ):
        assert words in client.post(f"{page}issue/", typed).content.decode()
        assert not ApiToken.objects.exists()
    answer = client.post(f"{page}issue/", {"days": "60", "networks": "203.0.113.0/24\n2001:db8::/32"})
    token = ApiToken.objects.get()
    words = answer.context["words"]
    assert words in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert token.networks == ["203.0.113.0/24", "2001:db8::/32"]
    shown = client.get(page).content.decode()
    assert token.prefix in shown
    assert words not in shown
    assert "Tokens" in client.get("/people/").content.decode()
    client.post(f"/people/tokens/{token.pk}/end/")
    assert "Ended" in client.get(page).content.decode()
    kept = json.dumps(list(AuditEvent.objects.values("detail"))) + str(list(Change.objects.values()))
    assert words not in kept
    assert token.digest not in kept


def test_a_lead_reaches_the_systems_of_their_own_agency_alone(cast: Cast, system: System) -> None:
    other = account_services.add_person(
        email="other.lead@example.org",
        full_name="Olive Lead",
        agency=cast.agency("police"),
        role=Role.AGENCY_LEAD,
    )
    with pytest.raises(NotVisible):
        services.issue_token(membership=system.membership, days=30, networks=[], by=other)
    with pytest.raises(NotVisible):
        services.end_token(token=system.token, by=other)
    for wrong in (cast.practitioner, cast.administrator, cast.manager):
        with pytest.raises(NotPermitted):
            services.add_system(name="Mine", by=wrong)
    people = Membership.objects.get(user=cast.practitioner)
    with pytest.raises(NotAllowedNow, match="Tokens are for other systems that take part for "):
        services.issue_token(membership=people, days=30, networks=[], by=cast.lead)
    client = Client()
    client.force_login(other)
    assert client.get(f"/people/{system.membership.pk}/tokens/").status_code == 404
    assert client.post(f"/people/tokens/{system.token.pk}/end/").status_code == 404


def acting_as(system: System) -> Any:
    """PostgreSQL is told that the system's account asks."""
    who = user_context(system.user)
    assert who is not None
    return acting.acting(who.actor)
