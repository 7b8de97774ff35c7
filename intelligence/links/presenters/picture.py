"""The same connections as a picture: a shape a kind, a line by its grade, and every one of both a link."""

import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from cse_portal.ui.charts import svg
from cse_portal.ui.charts.network import BRAND, PLACE, SHAPES, SIZE
from cse_portal.ui.charts.svg import Box, Point
from intelligence.links.presenters import NAMED_TOGETHER, Node, PathRow, TieRow

WIDTH, ROW, EDGE, TOP = 640, 104, 74, 60
DASHES = {"solid": "", "dashed": "8 5", "dotted": "2 5"}

PER_ROW = 5  # of those beside the paths: so many names fit beside each other
NAME, SMALL = 14, 13  # sizes of letters
ALONG = (0.5, 0.4, 0.6, 0.3, 0.7, 0.22, 0.78)  # where on a line its words may stand
Places = dict[uuid.UUID, Point]


@dataclass(frozen=True)
class Label:
    """Words with their middle, and the room that they take."""

    words: str
    at: Point
    size: int

    @property
    def box(self) -> Box:
        """From the tops of the letters to their feet."""
        half = svg.width_of(self.words, self.size) / 2
        return Box(self.at.x - half, self.at.y - self.size + 2, self.at.x + half, self.at.y + 4)


def picture(paths: Sequence[PathRow], rows: Sequence[TieRow]) -> SafeString:
    """The two at the left and right, the shortest path between them in the middle, the others above and below."""
    nodes = {each.key: each for row in rows for each in (row.first, row.second)}
    places, height = places_of(paths, nodes, rows)
    first, second = paths[0].steps[0].node, paths[0].steps[-1].node
    shortest = {step.tie.number for step in paths[0].steps if step.tie}
    names, words = labels(nodes.values(), rows, places)
    parts = [_line(row, places, thick=row.number in shortest) for row in rows]
    parts += [_words(each) for each in words]
    ends = (first.key, second.key)
    parts += [_node(each, places[key], names[key], chosen=key in ends) for key, each in nodes.items()]
    title = f"Connections around {first.name} and {second.name}"
    description = "Every line is in the table below. The thick one is the shortest path."
    return svg.picture(title, description, (WIDTH, height), parts, role="group")


def labels(
    nodes: Iterable[Node], rows: Iterable[TieRow], places: Places
) -> tuple[dict[uuid.UUID, Label], list[Label]]:
    """The names, cut to the room they have, and the words of each line where they cover nothing.

    Words without a free place are left out: the line's title and the table say them.
    """
    names = {}
    for each in nodes:
        at = places[each.key]
        beside = [abs(other.x - at.x) for other in places.values() if other.y == at.y and other != at]
        room = min([2 * EDGE, *beside]) - 8
        names[each.key] = Label(svg.fitted(each.name, room, NAME), Point(at.x, at.y + 36), NAME)
    taken = [each.box for each in names.values()]
    taken += [Box(at.x - SIZE, at.y - SIZE, at.x + SIZE, at.y + SIZE) for at in places.values()]
    words = []
    for row in rows:
        for said in _tries(row, places):
            if not any(overlap(said.box, other) for other in taken):
                words.append(said)
                taken.append(said.box)
                break
    return names, words


def _tries(row: TieRow, places: Places) -> Iterator[Label]:
    """The words of a line at each of the places where they may stand."""
    start, end = places[row.first.key], places[row.second.key]
    day, _, _year = row.when.rpartition(" ")  # the line's title and the table say the year
    said = svg.fitted(", ".join(filter(None, (row.words, day))), 2 * EDGE, SMALL)
    raised = 8 if start.y == end.y else 0
    for share in ALONG if row.words != NAMED_TOGETHER else ():
        at = Point(start.x + (end.x - start.x) * share, start.y + (end.y - start.y) * share - raised)
        yield Label(said, at, SMALL)


def overlap(one: Box, other: Box) -> bool:
    """Whether two boxes share any room."""
    across = one.left < other.right and other.left < one.right
    return across and one.top < other.bottom and other.top < one.bottom


def places_of(
    paths: Sequence[PathRow], nodes: Iterable[uuid.UUID], rows: Iterable[TieRow]
) -> tuple[Places, int]:
    """Where each is drawn, and how high the picture is: a row a path, and what hangs on them above and below."""
    placed: dict[uuid.UUID, tuple[float, int]] = {}
    ends = paths[0].steps[0].node.key, paths[0].steps[-1].node.key
    placed[ends[0]], placed[ends[1]] = (0.0, 0), (1.0, 0)
    for number, path in enumerate(paths):
        line = (number + 1) // 2 * (1 if number % 2 else -1)
        for at, step in enumerate(path.steps):
            if step.node.key not in placed:
                placed[step.node.key] = (at / (len(path.steps) - 1), line)
    low, high = min(line for _, line in placed.values()), max(line for _, line in placed.values())
    _beside(placed, nodes, rows, (low - 1, high + 1))
    low, high = min(line for _, line in placed.values()), max(line for _, line in placed.values())
    places = {
        key: Point(EDGE + share * (WIDTH - 2 * EDGE), TOP + (line - low) * ROW)
        for key, (share, line) in placed.items()
    }
    return places, TOP + (high - low) * ROW + TOP + 10


def _beside(
    placed: dict[uuid.UUID, tuple[float, int]],
    nodes: Iterable[uuid.UUID],
    rows: Iterable[TieRow],
    outside: tuple[int, int],
) -> None:
    """What is on no path goes into the outer rows, in the order of whom it hangs on."""
    hangs_on: dict[uuid.UUID, tuple[float, int]] = {}
    for row in rows:
        for key, other in ((row.first.key, row.second.key), (row.second.key, row.first.key)):
            if key not in placed and other in placed:
                hangs_on.setdefault(key, placed[other])
    above = [key for key, (_, line) in hangs_on.items() if line < 0]
    below = [key for key, (_, line) in hangs_on.items() if line > 0]
    for key in (key for key in nodes if key not in placed and key not in {*above, *below}):
        (above if len(above) <= len(below) else below).append(key)
    for keys, line, away in ((above, outside[0], -1), (below, outside[1], 1)):
        keys.sort(key=lambda key: hangs_on.get(key, (0.5, 0))[0])
        deep = -(-len(keys) // PER_ROW)
        for number in range(deep):
            row_of = keys[number::deep]
            for at, key in enumerate(row_of):
                placed[key] = ((at + 0.5) / len(row_of), line + number * away)


def _line(row: TieRow, places: Places, *, thick: bool) -> SafeString:
    """A line between two, that leads to its row in the table."""
    start, end = places[row.first.key], places[row.second.key]
    drawn = svg.line(
        start,
        end,
        BRAND if thick else PLACE,
        stroke_width=5 if thick else 2.5,
        stroke_dasharray=DASHES[row.line],
    )
    said = ", ".join(filter(None, (row.words, row.when, f"grade {row.grade}" if row.grade else "")))
    return _link(f"#tie-{row.number}", f"{row.first.name} – {row.second.name}: {said}", drawn)


def _words(said: Label) -> SafeString:
    halo = {"stroke": svg.WHITE, "stroke_width": 6, "paint_order": "stroke", "stroke_linejoin": "round"}
    return svg.text(said.words, said.at, said.size, "middle", aria_hidden="true", **halo)


def _node(each: Node, at: Point, said: Label, *, chosen: bool) -> SafeString:
    """A shape by its kind with its name below, that leads to its record."""
    if each.kind == "child":
        shape = svg.element(
            "circle", cx=at.x, cy=at.y, r=19 if chosen else 15, fill=svg.WHITE, stroke=BRAND,
            stroke_width=5 if chosen else 3,
        )  # fmt: skip
    else:
        path, colour = SHAPES[each.kind]
        shape = svg.element("path", d=path, fill=colour, transform=f"translate({at.x:.0f} {at.y:.0f})")
    name = svg.text(
        said.words, said.at, said.size, "middle", stroke=svg.WHITE, stroke_width=4, paint_order="stroke",
        font_weight="bold" if chosen else "",
    )  # fmt: skip
    return _link(each.url, f"{each.words}: {each.name}", shape, name)


def _link(url: str, said: str, *parts: SafeString) -> SafeString:
    content = SafeString("".join((svg.element("title", svg.clean(said)), *parts)))
    return svg.element("a", content, href=url, aria_label=svg.clean(said), class_="app-links__part")
