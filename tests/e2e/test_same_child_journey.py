"""Two records of one child in a browser: compared, put together, read in one chronology, and parted."""

import datetime as dt
from collections.abc import Callable

import pytest

from tests.cast import Cast
from tests.e2e.person import Person
from tests.factories.cases import make_case, make_child

SignIn = Callable[..., Person]


@pytest.mark.long
@pytest.mark.parametrize("width", [1280, 390])
def test_two_records_are_put_together_and_parted(cast: Cast, sign_in: SignIn, width: int) -> None:
    known = {"family_name": "Testley", "date_of_birth": dt.date(2012, 3, 4)}
    kept = make_case(cast, child=make_child(given_name="Robyn", **known))
    other = make_case(cast, child=make_child(given_name="Robin", **known))
    manager = sign_in("manager", width=width)
    manager.goes_to(f"/cases/{kept.reference}/")
    manager.follows("Compare the two records", exact=False)
    manager.sees("Are they the same child?")
    manager.clicks("They are the same child")
    manager.sees("Select the record that is kept")
    manager.chooses(f"{kept.reference}, Robyn Testley")
    manager.types("Why are they the same child?", "The school knows one girl by two spellings.")
    manager.clicks("They are the same child")
    manager.sees(f"Also recorded under {other.reference}")
    manager.goes_to(f"/cases/{kept.reference}/chronology/?order=oldest")
    manager.sees(f"recorded under {other.reference}")
    manager.goes_to(f"/cases/{other.reference}/")
    manager.sees("This case is closed.")
    manager.follows("Why, and undo", exact=False)
    manager.types("Why are they two children?", "Two cousins.")
    manager.clicks("They are two children")
    manager.sees(f"{other.reference} and {kept.reference} are two children again.")
    manager.does_not_see("This case is closed.")
