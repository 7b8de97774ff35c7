"""Starts the servers the tests need, then Django, then each process's own database."""

import gc
import io
import json
import logging
import os
import threading
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import partial
from logging.config import dictConfig
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cse_portal.settings.test")

import django
import hypothesis
import pytest
from django.conf import settings
from django.db import connection, transaction
from django.db.backends.signals import connection_created
from django.test import Client
from pytest_django import DjangoDbBlocker

from cse_portal import acting
from tests import database

database.start_services()
django.setup()

from tests import in_their_name, papers, signing_in

in_their_name.let_services_act_for_whom_they_are_told()
from cse_portal.jobs.services import outbox
from tests.access.places import Places, build
from tests.access.test_addresses import signed_in
from tests.cast import Cast, make_cast
from tests.sweeps import Sweep

signing_in.let_force_login_prove_both_factors()
# A machine with both cores full is slow; that is no fault of a test.
hypothesis.settings.register_profile(
    "tests", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("tests")
_standing: list[Cast] = []


def pytest_collection_finish() -> None:
    """What is loaded by now stays: the collector need not go through it again and again, nor come as often."""
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)


def pytest_runtest_setup() -> None:
    """No test waits for a mail server that another's could not reach."""
    outbox._away_until.clear()


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_modify_db_settings: None,
    django_db_blocker: DjangoDbBlocker,
    *,
    django_db_keepdb: bool,
) -> Iterator[None]:
    """The test database, in place of Django's own: see tests/database.py. `--reuse-db` keeps it for the next run."""
    with django_db_blocker.unblock():
        database.make(keep=django_db_keepdb)
    # A test arranges and looks as the system does; what a person asks for goes through the middleware.
    acting._actor.set(in_their_name.TESTS)
    connection_created.connect(_act_as_the_system)
    connection.close()
    yield
    if not django_db_keepdb:
        with django_db_blocker.unblock():
            database.drop()


def _act_as_the_system(**_: object) -> None:
    """The test's own thread, and no request that a server answers in another."""
    if threading.current_thread() is threading.main_thread():
        acting.tell(acting.SYSTEM, local=False)


@pytest.fixture
def process_environment(db: None) -> dict[str, str]:
    """The environment in which a program a test starts works on the same database."""
    return database.process_environment()


@pytest.fixture(scope="session")
def peopled_world(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[tuple[str, Cast, Places]]:
    """A database of its own with the cast and something at every address, made once a process."""
    with django_db_blocker.unblock(), database.another("world", keep=True) as name, transaction.atomic():
        cast = make_cast()
        with papers.undrawn():
            places = build(cast)
        connection.run_on_commit.clear()
    yield name, cast, places
    with django_db_blocker.unblock():
        database.drop(name)


@pytest.fixture(scope="module")
def standing_world(peopled_world: tuple[str, Cast, Places]) -> Iterator[tuple[Cast, Places]]:
    """For the tests of a module that ask for its places: each begins with the world as it was made."""
    name, cast, places = peopled_world
    with database.at(name):
        _standing.append(cast)
        yield cast, places
        _standing.clear()


@pytest.fixture(scope="module")
def shared_cast(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Cast]:
    """The cast for the fixtures with which a module arranges what its tests look at: each begins with that anew.

    A test that commits cannot stand in such a module.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        cast = make_cast()
        _standing.append(cast)
        yield cast
        _standing.clear()
        connection.run_on_commit.clear()
        transaction.set_rollback(True)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> None:
    """A test is lent copies of what its module made: what one does to its own is not seen by the next."""
    if isinstance(item, pytest.Function) and "shared_cast" in item.fixturenames:
        made = item._fixtureinfo.name2fixturedefs.items()
        arranged = {name: item.funcargs[name] for name, by in made if by[-1].scope == "module"}
        item.funcargs.update(deepcopy(arranged))


@pytest.fixture(params=[pytest.param(10, id="some"), pytest.param(1, id="all", marks=pytest.mark.long)])
def sweep(request: pytest.FixtureRequest) -> Sweep:
    """How much of everything this run goes through."""
    return Sweep(request.param, request.node.originalname)


@pytest.fixture
def undrawn() -> Iterator[None]:
    """Documents are the page they would be drawn from."""
    with papers.undrawn():
        yield


@pytest.fixture
def places(standing_world: tuple[Cast, Places], db: None) -> Places:
    """Where everything of the standing world is: see tests/access/places.py."""
    return deepcopy(standing_world[1])


@pytest.fixture
def cast(db: None) -> Cast:
    """The people of the demo's sign-in page, in their agencies; while a module's world stands, those who live in it."""
    return deepcopy(_standing[0]) if _standing else make_cast()


@pytest.fixture
def as_(cast: Cast) -> Callable[[str], Client]:
    """`as_("police")`: the browser of this member of the cast, signed in."""
    signing_in.forget_tries()
    return partial(signed_in, cast)


@pytest.fixture
def world(places: Places) -> Iterator[Places]:
    """Something at every address; refusals are not written to the log."""
    signing_in.forget_tries()
    logging.disable(logging.CRITICAL)
    yield places
    logging.disable(logging.NOTSET)


@pytest.fixture
def logged() -> Any:
    """What the settings' own handler writes, line by line."""
    dictConfig(settings.LOGGING)
    handler = logging.getLogger().handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    stream, handler.stream = handler.stream, io.StringIO()
    yield lambda: [json.loads(line) for line in handler.stream.getvalue().splitlines()]
    handler.setStream(stream)
