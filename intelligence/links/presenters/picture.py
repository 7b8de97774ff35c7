"""The same connections as a picture: a shape a kind, a line by its grade, and every one of both a link."""

import uuid
from collections.abc import Iterable, Sequence

from django.utils.safestring import SafeString

from cse_portal.ui.charts import svg
from cse_portal.ui.charts.svg import Point
from intelligence.links.presenters import NAMED_TOGETHER, Node, PathRow, TieRow

WIDTH, ROW, EDGE, TOP = 640, 104, 74, 60
BRAND, PHONE, PLACE = "#123a4a", "#3d6b7d", "#505a5f"
DASHES = {"solid": "", "dashed": "8 5", "dotted": "2 5"}
SIZE = 17  # from the middle of a shape to its side
SHAPES = {
    "person": (f"M0-{SIZE + 1}l{SIZE + 1} {SIZE + 1}-{SIZE + 1} {SIZE + 1}-{SIZE + 1}-{SIZE + 1}z", BRAND),
    "place": ("M-14-14h28v28h-28z", PLACE),
    "vehicle": ("M-14-13h28a13 13 0 0 1 0 26h-28a13 13 0 0 1 0-26z", svg.INK),
    "phone": ("M-9-16h18l9 16-9 16h-18l-9-16z", PHONE),
    "account": ("M-9-16h18l9 16-9 16h-18l-9-16z", PHONE),
    "context": ("M0-17l17 30h-34z", PLACE),
}  # fmt: skip

Places = dict[uuid.UUID, Point]


def picture(paths: Sequence[PathRow], rows: Sequence[TieRow]) -> SafeString:
    """The two at the left and right, the shortest path between them in the middle, the others above and below."""
    nodes = {each.key: each for row in rows for each in (row.first, row.second)}
    places, height = _places(paths, nodes, rows)
    first, second = paths[0].steps[0].node, paths[0].steps[-1].node
    shortest = {step.tie.number for step in paths[0].steps if step.tie}
    parts = [_line(row, places, thick=row.number in shortest) for row in rows]
    parts += [_words(row, places) for row in rows if row.words != NAMED_TOGETHER]
    parts += [_node(each, places[key], chosen=key in (first.key, second.key)) for key, each in nodes.items()]
    title = f"Connections around {first.name} and {second.name}"
    description = "Every line is in the table below. The thick one is the shortest path."
    return svg.picture(title, description, (WIDTH, height), parts, role="group")


def _places(
    paths: Sequence[PathRow], nodes: Iterable[uuid.UUID], rows: Iterable[TieRow]
) -> tuple[Places, int]:
    """Where each is drawn, and how high the picture is: a row a path, and what hangs on them above and below."""
    lines: dict[int, list[tuple[float, uuid.UUID]]] = {}
    placed: dict[uuid.UUID, tuple[float, int]] = {}
    ends = paths[0].steps[0].node.key, paths[0].steps[-1].node.key
    placed[ends[0]], placed[ends[1]] = (0.0, 0), (1.0, 0)
    for number, path in enumerate(paths):
        line = (number + 1) // 2 * (1 if number % 2 else -1)
        for at, step in enumerate(path.steps):
            if step.node.key not in placed:
                share = at / (len(path.steps) - 1)
                placed[step.node.key] = (share, line)
                lines.setdefault(line, []).append((share, step.node.key))
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
    for keys, line in zip((above, below), outside, strict=True):
        keys.sort(key=lambda key: hangs_on.get(key, (0.5, 0))[0])
        for at, key in enumerate(keys):
            placed[key] = ((at + 0.5) / len(keys), line)


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


def _words(row: TieRow, places: Places) -> SafeString:
    start, end = places[row.first.key], places[row.second.key]
    middle = Point((start.x + end.x) / 2, (start.y + end.y) / 2 - (8 if start.y == end.y else 0))
    day, _, _year = row.when.rpartition(" ")  # the line's title and the table say the year
    words = ", ".join(filter(None, (row.words, day)))
    halo = {"stroke": svg.WHITE, "stroke_width": 6, "paint_order": "stroke", "stroke_linejoin": "round"}
    return svg.text(svg.fitted(words, 150, 13), middle, 13, "middle", aria_hidden="true", **halo)


def _node(each: Node, at: Point, *, chosen: bool) -> SafeString:
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
        svg.fitted(each.name, 2 * EDGE - 8, 14), Point(at.x, at.y + 36), 14, "middle", stroke=svg.WHITE,
        stroke_width=4, paint_order="stroke", font_weight="bold" if chosen else "",
    )  # fmt: skip
    return _link(each.url, f"{each.words}: {each.name}", shape, name)


def _link(url: str, said: str, *parts: SafeString) -> SafeString:
    content = SafeString("".join((svg.element("title", svg.clean(said)), *parts)))
    return svg.element("a", content, href=url, aria_label=svg.clean(said), class_="app-links__part")
