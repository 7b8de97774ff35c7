"""Each test of signing in begins, and leaves the next, with nobody's tries spent."""

from collections.abc import Iterator

import pytest

from tests.signing_in import forget_tries


@pytest.fixture(autouse=True)
def no_limits_left_over() -> Iterator[None]:
    """Before and after."""
    forget_tries()
    yield
    forget_tries()
