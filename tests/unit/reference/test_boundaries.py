"""Boundaries of wards: north up, one border between two of them, and what is wrong with a file."""

from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from cse_portal.reference.boundaries import LARGEST, TALL, WIDE, NotBoundaries, read
from tests.factories.boundaries import FINE, NAMES, Feature, features, geojson

ABBEY, NEWTON = "E05001260", "E05001271"
Change = Callable[[list[Feature]], Any]


def test_neighbours_keep_one_border_of_far_fewer_points() -> None:
    drawn = read(geojson(), NAMES)
    sides: Counter[frozenset[Any]] = Counter()
    for each in drawn.values():
        (ring,) = each["rings"]
        assert 8 <= len(ring) < FINE * 2, "of four times as many"
        sides.update(frozenset(side) for side in pairwise([*ring, ring[0]]))
    assert set(sides.values()) == {1, 2}
    shared, single = Counter(sides.values())[2], Counter(sides.values())[1]
    assert shared > single, "only the line around them all is anybody's own"
    points = [point for each in drawn.values() for ring in each["rings"] for point in ring]
    assert 0 <= min(map(min, points)) < max(x for x, _ in points) <= WIDE
    assert max(y for _, y in points) <= TALL


def test_a_name_goes_where_there_is_room_and_north_is_up() -> None:
    drawn = read(geojson(), NAMES)
    assert drawn[NEWTON]["middle"][1] < drawn[ABBEY]["middle"][1], "Newton is north of Abbey"
    assert all(each["room"] > 10 for each in drawn.values())


def test_metres_of_the_national_grid_are_drawn_as_they_are_and_islands_too_small_to_see_are_left_out() -> (
    None
):
    made = features("code")
    for number, each in enumerate(made):
        x, y = 400_000 + number * 1000, 290_000
        square = [[x, y], [x + 1000, y], [x + 1000, y + 1000], [x, y + 1000], [x, y]]
        speck = [[x, y], [x + 1, y], [x, y + 1], [x, y]]
        each["geometry"] = {"type": "MultiPolygon", "coordinates": [[square], [speck]]}
    (ring,) = read(geojson(made), NAMES)[ABBEY]["rings"]
    wide, tall = (max(p[axis] for p in ring) - min(p[axis] for p in ring) for axis in (0, 1))
    assert len(ring) == 4
    assert wide == pytest.approx(tall, abs=0.2) == pytest.approx((WIDE - 2) / 24, abs=0.2)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda made: made.pop(0), r"does not have Abbey \(E05001260\)\."),
        (lambda made: made[3]["properties"].update(WD24CD="E05009999"), "does not know E05009999: 1 in all"),
        (lambda made: made.append(made[0]), "has E05001260 twice"),
        (lambda made: made[1]["properties"].clear(), "Feature 2 has no code of a ward"),
        (lambda made: made[0].update(geometry=None), r"Abbey \(E05001260\) has no polygon"),
        (lambda made: made[0]["geometry"].update(coordinates=[[[1, 2]] * 3]), "fewer than four points"),
        (lambda made: made[0]["geometry"].update(coordinates=[[[float("nan"), 2]] * 9]), "not two numbers"),
        (lambda made: made[0]["geometry"].update(coordinates=[[[10**400, 2]] * 9]), "not two numbers"),
        (lambda made: made[0]["geometry"].update(coordinates=7), "not two numbers"),
        (
            lambda made: made[0]["geometry"].update(coordinates=[[[-2.0, 52.5]] * 9]),
            "Too small to draw: Abbey",
        ),
        (lambda made: made.__setitem__(0, "Abbey"), "Feature 1 has no code"),
    ],
)
def test_what_is_wrong_with_a_ward_is_said(change: Change, words: str) -> None:
    made = features()
    change(made)
    with pytest.raises(NotBoundaries, match=words):
        read(geojson(made), NAMES)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "cannot be read as JSON"),
        (b"[" * 100_000, "cannot be read as JSON"),
        (b"[]", "no list of features"),
        (b" " * (LARGEST + 1), r"10\.0 MB, of at most 10"),
        (geojson([]), "does not have Abbey"),
    ],
)
def test_what_is_no_file_of_wards_is_said(content: bytes, words: str) -> None:
    with pytest.raises(NotBoundaries, match=words):
        read(content, NAMES)
