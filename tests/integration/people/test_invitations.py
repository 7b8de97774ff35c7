"""How anybody comes to have an account: a lead's word, a link that works once, a password and a second factor."""

import datetime as dt
import re
import time
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import decrypt
from django.contrib.auth import SESSION_KEY
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import Membership, User
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.errors import NotPermitted
from cse_portal.people import services
from cse_portal.people.models import Invitation
from cse_portal.people.services.invitations import AlreadyWorksHere, LinkIsSpent, WorksElsewhere
from tests.cast import Cast
from tests.signing_in import PASSWORD as OLD
from tests.signing_in import code_for, forget_tries, give_code, give_password, with_app

PASSWORD = "three odd words together"
EMAIL = "nadia.frost@example.org"


@pytest.fixture(autouse=True)
def no_limits_left_over(db: None) -> None:
    """Each test begins with its tries unspent."""
    forget_tries()


@pytest.fixture(autouse=True)
def mails_leave_at_once(django_capture_on_commit_callbacks: Any) -> Any:
    """What is promised on commit is done when the test asks for the link."""
    return django_capture_on_commit_callbacks


def invite(cast: Cast, capture: Any, **changes: Any) -> str:
    """The lead invites Nadia; the address in her mail."""
    said = {"email": EMAIL, "full_name": "Nadia Frost", "role": Role.PRACTITIONER, "by": cast.lead, **changes}
    with capture(execute=True):
        services.invite(**said)
    return link()


def link() -> str:
    """The address in the last mail."""
    found = re.search(r"https?://[^/]+(/invitation/\S+)", mail.outbox[-1].body)
    assert found is not None
    return found[1]


def choose(client: Client, address: str, password: str = PASSWORD) -> Any:
    """Follow the link and choose a password."""
    return client.post(address, {"password1": password, "password2": password})


def test_from_the_leads_form_to_a_home_page(cast: Cast, client: Client, mails_leave_at_once: Any) -> None:
    lead = Client()
    lead.force_login(cast.lead)
    with mails_leave_at_once(execute=True):
        lead.post(
            "/people/invite/", {"full_name": "Nadia Frost", "email": EMAIL.upper(), "role": "practitioner"}
        )
    assert "Nadia Frost" in lead.get("/people/").content.decode()
    address = link()
    assert client.get(address).status_code == 200
    assert choose(client, address)["Location"] == "/accounts/factors/"
    assert client.get("/")["Location"] == "/accounts/factors/"
    secret = client.get("/accounts/factors/app/").context["form"].secret
    client.post("/accounts/factors/app/", {"code": code_for(secret)})
    assert client.get("/").status_code == 200
    held = Membership.objects.get(user__email=EMAIL)
    assert (held.agency.code, held.role) == ("csc", Role.PRACTITIONER)


def test_a_link_works_once(cast: Cast, client: Client, mails_leave_at_once: Any) -> None:
    address = invite(cast, mails_leave_at_once)
    choose(client, address)
    another = Client()
    assert "does not work any more" in another.get(address).content.decode()
    choose(another, address, "some other three words")
    assert SESSION_KEY not in another.session
    give_password(another, User.objects.get(email=EMAIL), "some other three words")
    assert SESSION_KEY not in another.session


@pytest.mark.parametrize(
    ("after", "works"), [(dt.timedelta(days=7, seconds=-2), True), (dt.timedelta(days=7), False)]
)
def test_a_link_works_for_a_week(
    cast: Cast, client: Client, mails_leave_at_once: Any, after: dt.timedelta, *, works: bool
) -> None:
    with time_machine.travel(time.time(), tick=False) as clock:
        address = invite(cast, mails_leave_at_once)
        clock.shift(after)
        choose(client, address)
    assert User.objects.filter(email=EMAIL).exists() is works


def test_a_link_withdrawn_replaced_or_made_up_opens_nothing(
    cast: Cast, client: Client, mails_leave_at_once: Any
) -> None:
    first = invite(cast, mails_leave_at_once)
    second = invite(cast, mails_leave_at_once, job_title="Social worker")
    assert first != second
    services.withdraw(invitation=Invitation.objects.get(withdrawn_at__isnull=True), by=cast.lead)
    for address in (first, second, "/invitation/made-up/", f"{first[:-2]}x/"):
        assert "does not work any more" in client.get(address).content.decode()
        choose(client, address)
    assert not User.objects.filter(email=EMAIL).exists()
    with pytest.raises(LinkIsSpent):
        services.find("")


@pytest.mark.parametrize(
    "password",
    [
        "short words",
        "password123456",
        "SandwellCSE2026!!",
        "Safeguarding2026!",
        "Summer-October-2026",
        "aaaaaaaaaaaaaaaaa",
        "nadia.frost@example.org",
        "Nadia Frost Nadia Frost",
        "frost-Nadia-2026-Frost",
    ],
)
def test_passwords_that_are_tried_first_are_refused(
    cast: Cast, client: Client, mails_leave_at_once: Any, password: str
) -> None:
    address = invite(cast, mails_leave_at_once)
    assert choose(client, address, password).status_code == 200
    assert not User.objects.filter(email=EMAIL).exists()


def test_passwords_are_kept_as_argon2id(cast: Cast, client: Client, mails_leave_at_once: Any) -> None:
    choose(client, invite(cast, mails_leave_at_once))
    assert User.objects.get(email=EMAIL).password.startswith("argon2$argon2id$")


@pytest.mark.parametrize(
    "role", [Role.PRIVACY_OFFICER, Role.SYSTEM_ADMINISTRATOR, Role.TEAM_MANAGER, Role.ANALYST]
)
def test_a_lead_gives_only_the_roles_of_their_agency(cast: Cast, role: Role) -> None:
    with pytest.raises(NotPermitted):
        services.invite(email=EMAIL, full_name="Nadia Frost", role=role, by=cast.lead)


def test_only_a_lead_invites(cast: Cast) -> None:
    for person in ("manager", "practitioner", "administrator", "privacy"):
        with pytest.raises(NotPermitted):
            services.invite(email=EMAIL, full_name="N", role=Role.PRACTITIONER, by=cast.people[person])


def test_nobody_is_invited_into_two_agencies_at_once(cast: Cast) -> None:
    for person, error in ((cast.practitioner, AlreadyWorksHere), (cast.health, WorksElsewhere)):
        with pytest.raises(error):
            services.invite(email=person.email, full_name="N", role=Role.PRACTITIONER, by=cast.lead)


def test_a_new_start_ends_what_was_lost_and_the_lead_sees_no_password(
    cast: Cast, client: Client, mails_leave_at_once: Any
) -> None:
    with_app(cast.practitioner)
    client.force_login(cast.practitioner)
    membership = Membership.objects.get(user=cast.practitioner)
    with mails_leave_at_once(execute=True):
        services.give_new_start(membership=membership, by=cast.lead)
    assert client.get("/notifications/")["Location"].startswith("/accounts/login/")
    choose(client, link())
    assert client.get("/")["Location"] == "/accounts/factors/"
    assert not Authenticator.objects.filter(user=cast.practitioner).exists()
    assert Membership.objects.filter(user=cast.practitioner).count() == 1


def test_a_first_password_is_shown_to_nobody(cast: Cast, mails_leave_at_once: Any) -> None:
    """Anyone who posts it after a colleague signed in beside it is refused, and it is on no page."""
    address = invite(cast, mails_leave_at_once)
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.practitioner)
    answer = choose(browser, address)
    assert answer.status_code == 403
    assert PASSWORD not in answer.content.decode()


def signs_in(person: User, password: str, code: str) -> bool:
    """Whether a password and an app's code open this person's pages."""
    forget_tries()
    client = Client()
    give_password(client, person, password)
    give_code(client, code)
    return client.get("/").status_code == 200


def test_until_the_link_of_a_new_start_is_used_nothing_lost_opens_anything(
    cast: Cast, client: Client, mails_leave_at_once: Any
) -> None:
    person = with_app(cast.practitioner)
    stolen = decrypt(Authenticator.objects.get(user=person).data["secret"])
    assert signs_in(person, OLD, code_for(stolen))
    with mails_leave_at_once(execute=True):
        services.give_new_start(membership=Membership.objects.get(user=person), by=cast.lead)
    assert not signs_in(person, OLD, code_for(stolen, steps=1))
    mail.outbox, sent = [], mail.outbox
    client.post("/accounts/password/reset/", {"email": person.email})
    assert not any("/password/reset/key/" in each.body for each in mail.outbox)
    mail.outbox = sent
    removed = AuditEvent.objects.get(action=Action.FACTOR_REMOVED, object_id=person.pk)
    assert (removed.actor_id, removed.detail["new_start"]) == (cast.lead.pk, True)
    choose(client, link())
    secret = client.get("/accounts/factors/app/").context["form"].secret
    client.post("/accounts/factors/app/", {"code": code_for(secret)})
    assert client.get("/").status_code == 200
    assert signs_in(person, PASSWORD, code_for(secret, steps=1))
    assert not signs_in(person, OLD, code_for(stolen, steps=1))


def test_whoever_comes_back_has_their_account_again(
    cast: Cast, client: Client, mails_leave_at_once: Any
) -> None:
    services.end_membership(
        membership=Membership.objects.get(user=cast.practitioner), on=timezone.localdate(), by=cast.lead
    )
    choose(client, invite(cast, mails_leave_at_once, email=cast.practitioner.email))
    assert Membership.objects.current().get(user=cast.practitioner).agency == cast.agency("csc")


def test_whoever_runs_the_portal_appoints_the_first_lead(
    cast: Cast, client: Client, mails_leave_at_once: Any
) -> None:
    with mails_leave_at_once(execute=True):
        call_command("appoint_lead", "police", "graham.tully@example.org", "Graham Tully", verbosity=0)
    choose(client, link())
    assert Membership.objects.get(user__email="graham.tully@example.org").role == Role.AGENCY_LEAD
    with pytest.raises(CommandError):
        call_command("appoint_lead", "nowhere", "graham.tully@example.org", "Graham Tully")
