"""What a module arranges once for its tests, papers that are not drawn, and files in a place of their own."""

from collections.abc import Iterator
from copy import deepcopy

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import User
from tests import conftest
from tests.cast import Cast, make_cast
from tests.factories.meetings import colleague
from tests.papers import Undrawn


@pytest.fixture(scope="module")
def shared_cast(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Cast]:
    """The cast for the fixtures with which a module arranges what its tests look at: each begins with that anew.

    A test that commits cannot stand in such a module.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        cast = make_cast()
        conftest._standing.append(cast)
        yield cast
        conftest._standing.clear()
        connection.run_on_commit.clear()
        transaction.set_rollback(True)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> None:
    """A test is lent copies of what its module made: what one does to its own is not seen by the next."""
    if isinstance(item, pytest.Function) and "shared_cast" in item.fixturenames:
        made = item._fixtureinfo.name2fixturedefs.items()
        arranged = {name: item.funcargs[name] for name, by in made if by[-1].scope == "module"}
        item.funcargs.update(deepcopy(arranged))


@pytest.fixture(scope="module", autouse=True)
def files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Each module's files in a place of their own."""
    storage = {**settings.STORAGES["default"], "OPTIONS": {"location": tmp_path_factory.mktemp("files")}}
    with override_settings(STORAGES={**settings.STORAGES, "default": storage}):
        yield


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Documents are the page they would be drawn from."""
    monkeypatch.setattr("cse_portal.ui.pdf.HTML", Undrawn)


@pytest.fixture
def second_nurse(cast: Cast) -> User:
    """A colleague of the nurse's."""
    return colleague(cast.agency("health"), "Ngozi Bell")


@pytest.fixture
def health_lead(cast: Cast) -> User:
    """Who answers for the people of the nurse's agency, and sees no case."""
    return colleague(cast.agency("health"), "Harriet Lowe", Role.AGENCY_LEAD)
