"""After an account was stolen: which session did what, and from which network; nobody learns an address or a key."""

import pytest
from django.test import Client
from django.utils import timezone

from cse_portal.access import request_origin
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent, Finding
from reporting.oversight.services import look_over
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
NETWORKS = {
    OFFICE: OF_OFFICE, ELSEWHERE: OF_ELSEWHERE, "::ffff:203.0.113.7": OF_OFFICE, "": "", "unix:": "",
    "not an address": "",
}  # fmt: skip


@pytest.fixture(autouse=True)
def no_limits_left_over(db: None) -> None:
    """Each test begins with its tries unspent."""
    forget_tries()


def came(client: Client, person: User) -> None:
    """Through the real pages."""
    give_password(client, with_app(person))
    give_code(client, code_of(person))


def event(action: Action, by: User | None = None) -> AuditEvent:
    rows = AuditEvent.objects.filter(action=action)
    return (rows.filter(actor=by) if by else rows).latest("at")


def test_of_an_address_its_network_is_kept() -> None:
    assert {address: request_origin.network_of(address) for address in NETWORKS} == NETWORKS


def test_a_failure_leads_to_the_network_whatever_the_caller_says(cast: Cast) -> None:
    client = Client(REMOTE_ADDR=ELSEWHERE, headers={"x-forwarded-for": OFFICE})
    give_password(client, with_app(cast.practitioner), "not this one")
    assert (event(Action.SIGN_IN_FAILED).network, event(Action.SIGN_IN_FAILED).session) == (OF_ELSEWHERE, "")
    give_password(client, cast.practitioner)
    give_code(client, "000000")
    assert event(Action.FACTOR_FAILED).network == OF_ELSEWHERE


def test_many_failures_are_brought_up_with_the_networks_they_came_from(cast: Cast) -> None:
    person = with_password(cast.practitioner)
    for number in range(10):
        forget_tries()
        give_password(Client(REMOTE_ADDR=ELSEWHERE if number else OFFICE), person, "not this one")
    look_over(day=timezone.localdate())
    why = Finding.objects.get(rule="failed-sign-ins", actor=person).why
    assert why == (
        f"A wrong password was given for their address 10 times in a day, from {OF_ELSEWHERE}, {OF_OFFICE}."
    )


def test_a_session_has_one_name_from_sign_in_to_sign_out_and_no_other_session_has_it(cast: Cast) -> None:
    case = make_case(cast)
    hers, theirs = Client(REMOTE_ADDR=OFFICE), Client(REMOTE_ADDR=ELSEWHERE)
    came(hers, cast.practitioner)
    first, key = event(Action.SIGNED_IN), hers.session.session_key
    theirs.force_login(cast.practitioner)
    theirs.get(f"/cases/{case.reference}/")
    proved_long_ago(hers)
    hers.post("/accounts/prove/", {"way": "code", "code": code_of(cast.practitioner, steps=1)})
    assert hers.session.session_key != key
    hers.get("/cases/")
    hers.post("/accounts/logout/")
    looked, listed, left = (
        event(each) for each in (Action.CASE_VIEWED, Action.CASES_LISTED, Action.SIGNED_OUT)
    )
    assert first.session == listed.session == left.session != looked.session
    assert len(first.session) == len(looked.session) == 16
    assert (first.network, left.network, looked.network) == (OF_OFFICE, OF_OFFICE, OF_ELSEWHERE)
    written = str(list(AuditEvent.objects.values()))
    assert not [each for each in (ELSEWHERE, OFFICE, str(key), cast.practitioner.email) if each in written]
