"""Starts the servers the tests need, then Django, then each process's own database."""

import os
from collections.abc import Iterator

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cse_portal.settings.test")

import django
import pytest
from pytest_django import DjangoDbBlocker

from cse_portal import acting
from tests import database

database.start_services()
django.setup()

from tests import signing_in
from tests.cast import Cast, make_cast

signing_in.let_force_login_prove_both_factors()


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
    acting.default = acting.SYSTEM
    yield
    if not django_db_keepdb:
        with django_db_blocker.unblock():
            database.drop()


@pytest.fixture
def process_environment(db: None) -> dict[str, str]:
    """The environment in which a program a test starts works on the same database."""
    return database.process_environment()


@pytest.fixture
def cast(db: None) -> Cast:
    """The people of the demo's sign-in page, in their agencies."""
    return make_cast()
