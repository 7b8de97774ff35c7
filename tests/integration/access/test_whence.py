"""After an account was stolen: which session did what, and from which network; nobody learns an address or a key."""

import re
import uuid

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client, RequestFactory
from django.utils import timezone

from cse_portal.access import whence
from cse_portal.accounts.models import User
from cse_portal.audit import context
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent, Change, Finding
from reporting.services.oversight import look_over
from tests.cast import Cast
from tests.factories.cases import make_case
from tests.signing_in import (
    code_of,
    forget_tries,
    give_code,
    give_password,
    proved_long_ago,
    with_app,
    with_password,
)

# Documentation addresses of RFC 5737 and RFC 3849: an office's, and somebody else's.
OFFICE, ELSEWHERE = "203.0.113.7", "2001:db8:1:2::9"
OF_OFFICE, OF_ELSEWHERE = "203.0.113.0/24", "2001:db8:1::/48"


@pytest.fixture(autouse=True)
def no_limits_left_over(db: None) -> None:
    """Each test begins with its tries unspent."""
    forget_tries()


@pytest.mark.parametrize(
    ("address", "network"),
    [
        (OFFICE, OF_OFFICE), ("203.0.113.255", OF_OFFICE), ("203.0.114.7", "203.0.114.0/24"),
        (ELSEWHERE, OF_ELSEWHERE), ("2001:db8:1:ffff::1", OF_ELSEWHERE), ("2001:db8:2::1", "2001:db8:2::/48"),
        ("::ffff:203.0.113.7", OF_OFFICE),
        ("", ""), ("unknown", ""), ("203.0.113.7, 198.51.100.1", ""),
    ],
)  # fmt: skip
def test_of_an_address_the_network_is_kept(address: str, network: str) -> None:
    assert whence.network_of(address) == network


def test_a_session_is_told_apart_by_what_opens_nothing() -> None:
    one, other = whence.blinded("first-key"), whence.blinded("second-key")
    assert one == whence.blinded("first-key") != other
    assert all(re.fullmatch("[0-9a-f]{16}", each) for each in (one, other))


def test_outside_a_request_and_without_a_session_nothing_is_told() -> None:
    assert whence.told(None) == {}
    request = RequestFactory().get("/", REMOTE_ADDR=OFFICE)
    assert whence.told(request) == {"network": OF_OFFICE}
    request.user = AnonymousUser()
    whence.joins(request)


def test_a_number_joins_its_session_inside_a_request_alone() -> None:
    digits = "0123456789abcdef"
    with context.request() as before:
        number = context.join(digits)
        assert (number.hex[:16], number.hex[16:]) == (digits, before.hex[16:])
        assert context.request_id() == number
        assert context.request_word() == str(number)
        assert context.session_of(number) == digits
    context.join(digits)
    assert context.session_of(context.request_id()) != digits
    assert context.session_of(None) == ""


# ---------------------------------------------------------------------------------------------- signing in and out


def came(client: Client, person: User) -> None:
    """Through the real pages."""
    give_password(client, with_app(person))
    give_code(client, code_of(person))


def event(action: Action) -> AuditEvent:
    return AuditEvent.objects.filter(action=action).latest("at")


def test_signing_in_and_out_say_from_which_network_and_in_which_session(cast: Cast) -> None:
    client = Client(REMOTE_ADDR=OFFICE)
    came(client, cast.practitioner)
    began = event(Action.SIGNED_IN).detail
    assert began["network"] == OF_OFFICE
    assert began["session"] == whence.blinded(client.session.session_key)
    assert client.session.session_key not in str(began)
    client.post("/accounts/logout/")
    assert event(Action.SIGNED_OUT).detail == began


def test_a_wrong_password_and_a_wrong_code_lead_to_the_network(cast: Cast) -> None:
    client = Client(REMOTE_ADDR=ELSEWHERE)
    give_password(client, with_app(cast.practitioner), "not this one")
    assert event(Action.SIGN_IN_FAILED).detail["network"] == OF_ELSEWHERE
    give_password(client, cast.practitioner)
    give_code(client, "000000")
    assert event(Action.FACTOR_FAILED).detail["network"] == OF_ELSEWHERE


def test_what_a_caller_says_of_where_they_are_is_not_believed(cast: Cast) -> None:
    client = Client(REMOTE_ADDR=ELSEWHERE, headers={"x-forwarded-for": OFFICE})
    give_password(client, with_password(cast.practitioner), "not this one")
    assert event(Action.SIGN_IN_FAILED).detail["network"] == OF_ELSEWHERE


def test_many_failures_are_brought_up_with_the_networks_they_came_from(cast: Cast) -> None:
    """C2: somebody tries Priya Raman's password from elsewhere, and she mistypes it once herself."""
    person = with_password(cast.practitioner)
    for number in range(10):
        forget_tries()
        give_password(Client(REMOTE_ADDR=ELSEWHERE if number else OFFICE), person, "not this one")
    look_over(day=timezone.localdate())
    why = Finding.objects.get(rule="failed-sign-ins", actor=person).why
    assert why == (
        f"A wrong password was given for their address 10 times in a day, from {OF_ELSEWHERE}, {OF_OFFICE}."
    )


def test_no_address_and_no_key_is_in_anything_that_was_written_down(cast: Cast) -> None:
    client = Client(REMOTE_ADDR=ELSEWHERE)
    give_password(client, with_password(cast.practitioner), "not this one")
    came(client, cast.practitioner)
    key = client.session.session_key
    client.get("/cases/")
    client.post("/accounts/logout/")
    written = str(list(AuditEvent.objects.values_list("detail", "request_id")))
    assert not [each for each in (ELSEWHERE, ELSEWHERE[:-1], key, cast.practitioner.email) if each in written]


# -------------------------------------------------------------------------------------- what was done in a session


def numbers(person: User, session: str) -> list[str]:
    """What this person did in a session, by its requests' numbers."""
    events = AuditEvent.objects.filter(actor=person).order_by("at")
    return [each.action for each in events if context.session_of(each.request_id) == session]


def test_what_is_done_in_each_of_two_sessions_is_told_apart(cast: Cast) -> None:
    """Priya Raman works in her office; somebody with her laptop looks at a child from elsewhere."""
    case = make_case(cast)
    hers, theirs = Client(REMOTE_ADDR=OFFICE), Client(REMOTE_ADDR=ELSEWHERE)
    for client in (hers, theirs):
        client.force_login(cast.practitioner)
    hers.get("/cases/")
    theirs.get(f"/cases/{case.reference}/")
    of_hers, of_theirs = (whence.blinded(client.session.session_key) for client in (hers, theirs))
    assert numbers(cast.practitioner, of_hers) == [Action.CASES_LISTED]
    assert numbers(cast.practitioner, of_theirs) == [Action.CASE_VIEWED]


def test_each_request_of_a_session_has_a_number_of_its_own_and_so_have_the_rows_it_changed(
    cast: Cast,
) -> None:
    client = Client()
    client.force_login(cast.practitioner)
    before = Change.objects.order_by("-id").values_list("id", flat=True).first() or 0
    client.post("/notifications/read/")
    client.get("/cases/")
    client.get("/cases/")
    listed = AuditEvent.objects.filter(action=Action.CASES_LISTED)
    assert len({each.request_id for each in listed}) == 2
    session = whence.blinded(client.session.session_key)
    changed = Change.objects.filter(id__gt=before, request_id__isnull=False)
    assert {context.session_of(each.request_id) for each in changed} <= {session}


def test_a_session_whose_key_is_renewed_stays_the_same_one(cast: Cast) -> None:
    client = Client(REMOTE_ADDR=OFFICE)
    came(client, cast.practitioner)
    first, key = event(Action.SIGNED_IN).detail["session"], client.session.session_key
    proved_long_ago(client)
    client.post("/accounts/prove/", {"way": "code", "code": code_of(cast.practitioner, steps=1)})
    assert client.session.session_key != key
    client.get("/cases/")
    assert context.session_of(event(Action.CASES_LISTED).request_id) == first
    client.post("/accounts/logout/")
    assert event(Action.SIGNED_OUT).detail["session"] == first


def test_a_session_of_before_this_release_is_known_by_its_key(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.practitioner)
    session = client.session
    del session[whence.KNOWN_AS]
    session.save()
    client.get("/cases/")
    assert context.session_of(event(Action.CASES_LISTED).request_id) == whence.blinded(session.session_key)


def test_nobody_chooses_the_number_of_their_request(cast: Cast) -> None:
    stranger = Client()
    stranger.cookies["sessionid"] = "a-key-of-no-session-at-all"
    given = str(uuid.uuid4())
    stranger.post(
        "/accounts/login/", {"login": "a@example.org", "password": "x"}, headers={"x-request-id": given}
    )
    number = event(Action.SIGN_IN_FAILED).request_id
    assert str(number) != given
    assert context.session_of(number) != whence.blinded("a-key-of-no-session-at-all")


def test_the_privacy_officer_reads_which_session_did_what_and_from_where(cast: Cast) -> None:
    case = make_case(cast)
    theirs = Client(REMOTE_ADDR=ELSEWHERE)
    came(theirs, cast.practitioner)
    theirs.get(f"/cases/{case.reference}/")
    officer = Client()
    officer.force_login(cast.privacy)
    page = officer.get(f"/audit/people/{cast.practitioner.pk}/")
    text = " ".join(page.content.decode().split())
    session = event_of(cast.practitioner, Action.SIGNED_IN).detail["session"]
    rows = {row.did: row.session for row in page.context["rows"]}
    assert rows[f"Signed in (from network {OF_ELSEWHERE}, session {session})"] == ""
    assert rows["Viewed a case (overview)"] == session
    assert f"In session {session}" in text


def event_of(person: User, action: Action) -> AuditEvent:
    return AuditEvent.objects.filter(action=action, actor=person).latest("at")
