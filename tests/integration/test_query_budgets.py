"""How often a page asks the database: at most so often, and for fifty rows as often as for two."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.access.addresses import ADDRESSES
from tests.access.places import Places
from tests.access.test_addresses import fetch, signed_in
from tests.cast import Cast
from tests.factories.crowds import grow
from tests.sweeps import Sweep

BUDGET = 24
# Today is a list of lists, one question each, from every floor; a document is drawn from every table.
OTHER_BUDGETS = {
    "home": 31,
    # 18 for the meeting: the chair is told who is there and may not know of the child, and everybody whether an
    # assessment since the last meeting dropped a floor. 4 for what is on record: the case at once, the chronology,
    # other children, and who saw them.
    "mase:meeting": 32,
    # A bundle asks once for each kind of record of a case.
    **dict.fromkeys(
        (
            f"reporting:subject-access-{page}"
            for page in ("disclose", "item", "part", "release", "request", "words")
        ),
        45,
    ),
    "mase:pack": 28,
    "mase:minutes-draft-pdf": 24,
    # 9 for who gets them: the seats, the grants of agencies and people, where these and the lead professional work, who
    # else works for those that were asked, what each of all these sees, and who was left out.
    "mase:minutes-circulate": 24,
    "mase:minutes-people": 22,
    # One for each class of the schedule that has a list; and whether its reader has said whom they are close to.
    "reporting:retention": 22,
    "mase:minutes-pdf": 24,
}
# Who opens a page, the one for whom it shows most first.
READERS = ("manager", "police", "practitioner", "health", "outsider", "analyst", "board", "privacy")


@pytest.mark.long
def test_every_page_asks_as_little_for_fifty_rows_as_for_two(
    cast: Cast, places: Places, sweep: Sweep
) -> None:
    """For ten as for two, where it is not every page that is asked. One question more where they fill more than one
    page: how many there are.
    """
    grow(cast, places, 1)
    few = dict(questions(cast, places, sweep))
    grow(cast, places, 48 if sweep.is_whole else 8)
    many = dict(questions(cast, places, sweep))
    over = {name: f"{n} questions" for name, n in few.items() if n > OTHER_BUDGETS.get(name, BUDGET)}
    more = {name: f"{few[name]} questions became {n}" for name, n in many.items() if n > few[name] + 1}
    assert over | more == {}


def questions(cast: Cast, world: Places, sweep: Sweep) -> Iterator[tuple[str, int]]:
    """What every page asks, once what it asks only the first time is known."""
    read = [name for name, address in ADDRESSES.items() if not address.post and not address.public]
    for name in sweep.of(read):
        address = ADDRESSES[name]
        reader = next((each for each in READERS if each in address.opens), None)
        if reader is None:
            continue
        client = signed_in(cast, reader)
        fetch(client, name, address, world)
        with CaptureQueriesContext(connection) as captured:
            response = fetch(client, name, address, world)
        assert response.status_code < 400, name
        yield (
            name,
            sum(not any(word in query["sql"] for word in ("SAVEPOINT", "set_config")) for query in captured),
        )
