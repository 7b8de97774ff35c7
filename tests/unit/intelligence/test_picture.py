"""The picture of connections: no name and no words of a line cover anything, however many are drawn."""

import uuid
from itertools import combinations
from random import Random

import pytest

from intelligence.links.presenters import NAMED_TOGETHER, Node, PathRow, Step, TieRow
from intelligence.links.presenters.picture import SIZE, SMALL, WIDTH, Places, labels, overlap, places_of
from intelligence.subjects.models import SubjectKind

KINDS = ["child", *SubjectKind.values]


def a_node(number: int, chance: Random) -> Node:
    name = (
        f"{chance.choice(('Kez', 'Uncle Terrence the second', 'Flat above a shop, Foundry Lane'))} {number}"
    )
    kind = chance.choice(KINDS)
    return Node(uuid.UUID(int=number), f"POC-{number}", name, kind, kind.title(), f"/{number}/")


def a_tie(first: Node, second: Node, chance: Random, number: int) -> TieRow:
    words = chance.choice(("driver", "collected by", "seen outside with", NAMED_TOGETHER))
    return TieRow(first, second, words, "since 3 Mar 2026", "2 A", "solid", "x", "/x/", "/x/", number)


def a_crowd(number: int, seed: int) -> tuple[list[Node], list[PathRow], list[TieRow]]:
    """Two people, four ways from one to the other, and everybody else hanging on one of these."""
    chance = Random(seed)
    nodes = [a_node(each, chance) for each in range(number)]
    first, second, *others = nodes
    ways = [
        [first, *others[start : start + length], second] for start, length in ((0, 1), (1, 2), (3, 3), (6, 4))
    ]
    pairs = [pair for way in ways for pair in zip(way, way[1:], strict=False)]
    pairs += [(each, chance.choice(nodes[:12])) for each in others[10:]]
    rows = [a_tie(one, other, chance, at) for at, (one, other) in enumerate(pairs, 1)]
    paths = [PathRow(len(way) - 2, [Step(each, None) for each in way], "2 A") for way in ways]
    return nodes, paths, rows


@pytest.mark.parametrize(("number", "seed"), [(60, 1), (60, 2), (25, 3), (13, 4)])
def test_no_label_covers_another_or_a_shape(number: int, seed: int) -> None:
    nodes, paths, rows = a_crowd(number, seed)
    places: Places
    places, height = places_of(paths, [each.key for each in nodes], rows)
    names, words = labels(nodes, rows, places)
    assert len(set(places.values())) == len(names) == number, "each has a place of its own"
    boxes = [each.box for each in (*names.values(), *words)]
    for one, other in combinations(boxes, 2):
        assert not overlap(one, other)
    for said in (*names.values(), *words):
        assert said.box.left >= 0
        assert said.box.right <= WIDTH
        assert 0 <= said.box.top <= said.box.bottom <= height
        for at in places.values():
            assert abs(at.x - said.at.x) > SIZE or not at.y - SIZE < said.box.bottom - SMALL / 2 < at.y + SIZE
    assert words, "and lines say something where there is room"
