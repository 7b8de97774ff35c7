"""Files in a place of their own, and two more people of the nurse's agency."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import override_settings

from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import User
from tests.cast import Cast
from tests.factories.meetings import colleague


@pytest.fixture(scope="module", autouse=True)
def files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Each module's files in a place of their own."""
    storage = {**settings.STORAGES["default"], "OPTIONS": {"location": tmp_path_factory.mktemp("files")}}
    with override_settings(STORAGES={**settings.STORAGES, "default": storage}):
        yield


@pytest.fixture
def second_nurse(cast: Cast) -> User:
    """A colleague of the nurse's."""
    return colleague(cast.agency("health"), "Ngozi Bell")


@pytest.fixture
def health_lead(cast: Cast) -> User:
    """Who answers for the people of the nurse's agency, and sees no case."""
    return colleague(cast.agency("health"), "Harriet Lowe", Role.AGENCY_LEAD)
