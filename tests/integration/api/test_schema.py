"""The API keeps to its own description, whatever is sent: no fault of ours, no answer it does not declare."""

import logging
import sys
import traceback
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import got_request_exception, request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from cse_portal.people import services as people
from cse_portal.ui.searching import WORDS
from tests.access.places import Places
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.signing_in import forget_tries

pytestmark = pytest.mark.long

CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance,
]  # fmt: skip
# A path's parameter is random, and so finds nothing; every other time it names something that is there.
KNOWN = {
    "/cases/": "case", "/concerns/": "outsider's concern", "/returns/": "signed quarter", "/meetings/": "meeting",
    "/documents/": "document", "/cmog/": "CMOG",
}  # fmt: skip
# One of each role that the API answers differently; and an agency's own system, by its token.
PEOPLE = ("practitioner", "manager", "police", "system")


@pytest.fixture
def world(places: Places) -> Iterator[Places]:
    """Something at every address; refusals are not written to the log."""
    forget_tries()
    logging.disable(logging.CRITICAL)
    got_request_exception.connect(_tell, weak=False)
    yield places
    got_request_exception.disconnect(_tell)
    logging.disable(logging.NOTSET)


def _tell(**_: Any) -> None:
    """A fault of ours, where it happened: the answer itself says nothing of it."""
    traceback.print_exc()


def description(client: Client) -> dict[str, Any]:
    """The OpenAPI document, as it is served."""
    answer = client.get("/api/v1/schema/", headers={"accept": "application/vnd.oai.openapi+json"})
    return dict(answer.json())


def named(path: str, parameters: dict[str, Any], world: Places) -> dict[str, str]:
    """The path's parameters, naming what is there."""
    things = [KNOWN[noun] for noun in KNOWN if f"{noun}{{" in path]
    return {name: str(world[thing]) for name, thing in zip(parameters, things, strict=True)}


def caller(cast: Cast, person: str) -> tuple[dict[str, str], dict[str, str]]:
    """The cookies and headers with which they ask: a browser's, or the token of a system that has no browser."""
    if person == "system":
        membership = people.add_system(name="What sends concerns", by=cast.lead)
        _, words = people.issue_token(membership=membership, days=30, networks=[], by=cast.lead)
        return {}, {"Authorization": f"Bearer {words}"}
    client = signed_in(cast, person)
    client.get("/concerns/new/")
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    return cookies, {"X-CSRFToken": cookies["csrftoken"]}


def hold(cast: Cast, person: str, world: Places, examples: int) -> tuple[int, list[str]]:
    """Ask every operation so many well-formed and as many malformed questions: how many, and what broke its word."""
    schema = schemathesis.openapi.from_dict(description(signed_in(cast, "manager")))
    cookies, headers = caller(cast, person)
    app, asked, broken = get_wsgi_application(), 0, []
    for begins_or_ends in (request_started, request_finished):
        begins_or_ends.disconnect(close_old_connections)  # the test's own, in whose transaction all this is

    def put(case: Any) -> None:
        nonlocal asked
        asked += 1
        if asked % 200 == 0:
            forget_tries()
        if case.path_parameters and asked % 2:
            case.path_parameters = named(case.path, case.path_parameters, world)
        with transaction.atomic():
            answer = case.call(app=app, cookies=cookies, headers=headers)
            transaction.set_rollback(True)
        case.validate_response(answer, checks=CHECKS)

    quick = settings(
        max_examples=examples, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    for result in schema.get_all_operations():
        operation = result.ok()
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            if (
                mode is GenerationMode.POSITIVE
                or operation.body
                or operation.query
                or operation.path_parameters
            ):
                try:
                    quick(given(operation.as_strategy(generation_mode=mode))(put))()
                except FailureGroup as failures:
                    broken += [f"{operation.label}: {each}" for each in failures.exceptions]
    for begins_or_ends in (request_started, request_finished):
        begins_or_ends.connect(close_old_connections)
    return asked, broken


def test_every_operation_is_described_with_its_refusals(cast: Cast) -> None:
    operations = description(signed_in(cast, "manager"))["paths"]
    assert len(operations) >= 9
    for path, methods in operations.items():
        for method, operation in methods.items():
            assert {"400", "403", "404", "429"} <= set(operation["responses"]), f"{method} {path}"


def test_no_address_of_the_api_takes_words_to_search_for(cast: Cast) -> None:
    operations = description(signed_in(cast, "manager"))["paths"]
    asked = {
        each["name"]
        for methods in operations.values()
        for one in methods.values()
        for each in one.get("parameters", [])
    }
    assert {"page", "scope"} <= asked
    assert not asked & set(WORDS)


@pytest.mark.parametrize("person", ["manager", "system"])
def test_the_api_answers_as_it_says_it_does(cast: Cast, world: Places, person: str) -> None:
    asked, broken = hold(cast, person, world, 2)
    assert broken == []
    assert asked > 20


@pytest.mark.long
@pytest.mark.parametrize("person", PEOPLE)
def test_the_api_answers_as_it_says_it_does_to_two_hundred_questions_each(
    cast: Cast, world: Places, person: str
) -> None:
    asked, broken = hold(cast, person, world, 200)
    sys.stdout.write(f"\n{asked:,} questions to the API as {person}\n")
    assert broken == []
    assert asked > 2000
