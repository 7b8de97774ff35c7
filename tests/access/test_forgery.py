"""What somebody makes up: a child of another parent, a task's arguments, where a request came from."""

import re
import uuid
from typing import Any

from allauth.usersessions.models import UserSession
from django.db import transaction
from django.test import Client
from django.urls import reverse

from cse_portal.audit.models import AuditEvent
from mase.meetings.models.agenda import AgendaItem
from mase.meetings.models.meeting import Meeting
from tests.access.addresses import ADDRESSES
from tests.access.places import Places
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories import actions, minutes
from tests.factories.cases import make_case
from tests.factories.intelligence import make_report, make_submission
from tests.factories.meetings import make_session, start_meeting
from tests.factories.subject_access import assembled
from tests.signing_in import (
    code_of,
    forget_tries,
    give_code,
    give_password,
    with_app,
)

# ------------------------------------------------------------------------------------------ another parent's child

REFERENCE = re.compile(r"[A-Z]+-\d{4}-\d+")


def is_stored(thing: Any) -> bool:
    """Whether this names something kept, and is no word of the address's own."""
    return isinstance(thing, uuid.UUID) or bool(REFERENCE.fullmatch(str(thing)))


# Two records of which neither hangs on the other: any two that somebody sees may be put together.
SIDE_BY_SIDE = {"cases:concern-link", "cases:case-add-concern"}


def nested(world: Places) -> dict[str, str]:
    """Every address that names two things that are kept, and the argument of the first, on which the other hangs."""
    found = {}
    for name, address in ADDRESSES.items():
        stored = [argument for argument, thing in address.about.items() if is_stored(world[thing])]
        if len(stored) > 1 and name not in SIDE_BY_SIDE:
            found[name] = stored[0]
    return found


def elsewhere(cast: Cast, world: Places) -> dict[str, Any]:
    """Of every kind of parent another one, which the same people see."""
    other = make_case(cast)
    ended = actions.issued(cast, other).meeting
    minutes.circulated(cast, ended)
    on_the_agenda = AgendaItem.objects.filter(meeting=world["CMOG"]).exclude(pk=world["CMOG item"]).first()
    assert on_the_agenda is not None
    another_cmog = Meeting.objects.exclude(pk__in=[world["CMOG"], world["ended CMOG"]]).first()
    assert another_cmog is not None
    return {
        "case": other.reference,
        "ended CMOG": another_cmog.pk,
        "meeting": start_meeting(cast, other, agencies=[], people=[]).pk,
        "ended meeting": ended.pk,
        "session": make_session(cast, days=5).pk,
        "CMOG item": on_the_agenda.pk,
        "report": make_report(cast).reference,
        "submission": make_submission(cast).reference,
        "request to see it": assembled(other, cast.manager).reference,
    }


def test_a_thing_of_another_parent_is_not_found(cast: Cast, world: Places) -> None:
    """Anyone who asks sees both parents, so that nothing but the mismatch can be the reason."""
    others, wrong = elsewhere(cast, world), []
    clients = {person: signed_in(cast, person) for person in cast}
    for name, argument in nested(world).items():
        about, opens = ADDRESSES[name].about, ADDRESSES[name].opens
        client = clients["manager" if "manager" in opens else min(opens)]
        own = {each: world[thing] for each, thing in about.items()}
        foreign = {**own, argument: others[about[argument]]}
        for method in ("get", "post"):
            right, given = (answer(client, method, reverse(name, kwargs=kwargs)) for kwargs in (own, foreign))
            if right != 405 and (given != 404 or right == 404):
                wrong.append(f"{method} {name}: {given}, with its own parent {right}")
    assert wrong == []
    assert len(nested(world)) >= 22


def answer(client: Client, method: str, path: str) -> int:
    """Its status; what it changed is taken back."""
    with transaction.atomic():
        status: int = getattr(client, method)(path).status_code
        transaction.set_rollback(True)
    return status


# ------------------------------------------------------------------------------------------ where it came from

CLAIMS = {
    "X-Forwarded-For": "203.0.113.77", "X-Real-IP": "203.0.113.77", "Forwarded": "for=203.0.113.77;proto=https",
    "True-Client-IP": "203.0.113.77", "CF-Connecting-IP": "203.0.113.77", "X-Client-IP": "203.0.113.77",
    "X-Cluster-Client-IP": "203.0.113.77", "Client-IP": "203.0.113.77", "X-Remote-Addr": "203.0.113.77",
    "X-Originating-IP": "203.0.113.77", "Remote-User": "manager@example.org", "X-Remote-User": "manager@example.org",
    "X-Forwarded-User": "manager@example.org", "X-Request-ID": "00000000-0000-0000-0000-00000000abcd",
    "X-Original-URL": "/reporting/audit/", "X-Rewrite-URL": "/reporting/audit/", "X-HTTP-Method-Override": "DELETE",
}  # fmt: skip


def test_nothing_a_caller_says_of_itself_is_recorded(cast: Cast) -> None:
    forget_tries()
    before = set(AuditEvent.objects.values_list("pk", flat=True))
    client = Client(headers=CLAIMS)
    give_password(client, with_app(cast.practitioner))
    give_code(client, code_of(cast.practitioner))
    assert client.get("/cases/").status_code == 200
    assert client.get("/cases/CSE-2026-00000/").status_code == 404
    kept = str(list(UserSession.objects.values())) + str(list(AuditEvent.objects.values()))
    assert "203.0.113.77" not in kept
    assert "00000000abcd" not in kept
    assert list(UserSession.objects.values_list("ip", flat=True)) == ["127.0.0.1"]
    recorded = AuditEvent.objects.exclude(actor=None).exclude(pk__in=before)
    assert {event.actor_id for event in recorded} == {cast.practitioner.pk}


def test_no_header_opens_a_page_or_changes_which(cast: Cast) -> None:
    forget_tries()
    outsider = signed_in(cast, "outsider")
    for name, claim in CLAIMS.items():
        said = {name: claim}
        assert Client(headers=said).get("/cases/").status_code == 302, name
        assert Client(headers=said).get("/api/v1/cases/").status_code in (302, 401, 403), name
        assert outsider.get("/cases/", headers=said).status_code == 200, name
        assert outsider.get("/triage/", headers=said).status_code == 403, name
