"""The file of what a database has is what this release's migrations make of it."""

import pytest

from cse_portal.audit import catalogue, shape
from cse_portal.audit.standalone import Problem
from tests.security.print_shape import printed


@pytest.mark.django_db
def test_the_shipped_shape_is_printed_anew_after_every_change_of_a_migration() -> None:
    """If this fails: `python -m tests.security.print_shape > cse_portal/audit/shape.json`."""
    assert printed() == shape.FILE.read_text(encoding="utf-8")


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "of"), [("functions", "function"), ("policies", "policies of")])
def test_what_is_gone_from_the_database_is_told_by_its_name(
    monkeypatch: pytest.MonkeyPatch, kind: str, of: str
) -> None:
    there: dict[str, str] = getattr(shape, kind)()
    gone = min(there)
    monkeypatch.setattr(shape, kind, lambda: {name: one for name, one in there.items() if name != gone})
    assert catalogue.problems() == [Problem(f"{of} {gone}", "is missing")]
