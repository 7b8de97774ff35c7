"""A test that commits leaves nothing to the next one, although it may not TRUNCATE."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("turn", [1, 2])
def test_rows_of_the_test_before_are_gone(turn: int) -> None:
    assert not Group.objects.exists()
    Group.objects.create(name="left behind")


@pytest.mark.parametrize("turn", [1, 2])
def test_permissions_and_reference_data_stay(turn: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM reference_code)")
        assert cursor.fetchone() == (True,)
    assert Permission.objects.exists()
