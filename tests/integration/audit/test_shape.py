"""The file of what a database has is what this release's migrations make of it."""

import pytest

from cse_portal.audit import shape
from tests.security.print_shape import printed


@pytest.mark.django_db
def test_the_shipped_shape_is_printed_anew_after_every_change_of_a_migration() -> None:
    """If this fails: `python -m tests.security.print_shape > cse_portal/audit/shape.json`."""
    assert printed() == shape.FILE.read_text(encoding="utf-8")
