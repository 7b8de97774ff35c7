"""A child's family and network: the child in the middle, and people around in four groups."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.safestring import SafeString

from cse_portal.ui.charts import svg
from cse_portal.ui.charts.svg import Point

WIDE, NARROW = 690, 350
TINT, BRAND, RED = "#f1f5f6", "#123a4a", "#942514"
ROW, HEAD, GAP = 74, 34, 14
BUS_BELOW, BUS_ABOVE = 36, 27  # from a person's middle to the line they hang on
MOST = 8  # people drawn of a group; the table has all
RADIUS = 40
DOTTED = "2 5"
SIZE = 17  # from the middle of a shape to its side
PHONE, PLACE = "#3d6b7d", "#505a5f"
# Of somebody or something of concern, by its kind: the shape around its middle, and the colour.
SHAPES = {
    "person": (f"M0-{SIZE + 1}l{SIZE + 1} {SIZE + 1}-{SIZE + 1} {SIZE + 1}-{SIZE + 1}-{SIZE + 1}z", BRAND),
    "place": ("M-14-14h28v28h-28z", PLACE),
    "vehicle": ("M-14-13h28a13 13 0 0 1 0 26h-28a13 13 0 0 1 0-26z", svg.INK),
    "phone": ("M-9-16h18l9 16-9 16h-18l-9-16z", PHONE),
    "account": ("M-9-16h18l9 16-9 16h-18l-9-16z", PHONE),
    "context": ("M0-17l17 30h-34z", PLACE),
}  # fmt: skip


class Sex(StrEnum):
    """What decides a person's shape, as in a genogram."""

    MALE = "male"
    FEMALE = "female"
    NOT_KNOWN = "not known"


@dataclass(frozen=True)
class Person:
    """Somebody around the child."""

    name: str
    role: str
    sex: Sex = Sex.NOT_KNOWN
    lives_with: bool = False
    is_trusted: bool = False
    contact_unsafe: bool = False
    kind: str = ""  # of concern, and of which kind


@dataclass(frozen=True)
class Group:
    """A box of the picture: its heading and its people."""

    title: str
    people: Sequence[Person]
    of_concern: bool = False

    @property
    def drawn(self) -> Sequence[Person]:
        """Those there is room for."""
        return self.people[:MOST]


def network(
    child: str, age: str, groups: Sequence[Group], description: str, *, narrow: bool = False
) -> SafeString:
    """The drawing. The first group is above the child, the others below; each tie is a line, its kind also in words."""
    width = NARROW if narrow else WIDE
    columns = 2 if narrow else 4
    above, *below = [group for group in groups if group.people] or [Group("", ())]
    parts: list[SafeString] = []
    bottom = _box(parts, above, 0, width, columns, hangs_down=True) if above.people else 0
    middle = Point(width / 2, bottom + RADIUS + 24)
    top = middle.y + RADIUS + 24
    if below:
        parts.insert(0, svg.line(middle, Point(middle.x, top), BRAND, stroke_width=2))
    for number, group in enumerate(below):
        end = _box(parts, group, top, width, columns, hangs_down=False)
        if number < len(below) - 1:
            parts.append(svg.line(Point(middle.x, end), Point(middle.x, end + GAP), BRAND, stroke_width=2))
        top = end + GAP
    if above.people:
        parts.append(svg.line(Point(middle.x, bottom), middle, BRAND, stroke_width=2))
    parts += [
        svg.element("circle", cx=middle.x, cy=middle.y, r=RADIUS, fill=BRAND),
        svg.text(svg.fitted(child, 2 * RADIUS - 8, 15), Point(middle.x, middle.y + (0 if age else 5)), 15, "middle",
                 fill=svg.WHITE, font_weight="bold"),
        svg.text(age, Point(middle.x, middle.y + 19), 13, "middle", fill=svg.WHITE),
    ]  # fmt: skip
    height = top - GAP if below else middle.y + RADIUS + 4
    return svg.picture(f"{child}: family and network", description, (width, int(height)), parts, small=narrow)


def _box(
    parts: list[SafeString], group: Group, top: float, width: float, columns: int, *, hangs_down: bool
) -> float:
    """Draw a group from this height; give where it ends. Its people hang on a line that runs to the trunk."""
    rows = [group.drawn[start : start + columns] for start in range(0, len(group.drawn), columns)]
    rest = len(group.people) - len(group.drawn)
    head = HEAD if hangs_down else HEAD + 16
    bottom = top + head + len(rows) * ROW + 6
    frame = {"stroke": svg.INK, "stroke_width": 2, "stroke_dasharray": "6 4"} if group.of_concern else {}
    parts.append(
        svg.rectangle(Point(0, top), width, bottom - top, svg.WHITE if group.of_concern else TINT, **frame)
    )
    title = f"{group.title} (and {rest} more in the table)" if rest else group.title
    parts.append(svg.text(title, Point(12, top + 21), 14, font_weight="bold"))
    trunk, lines = width / 2, []
    offset = BUS_BELOW if hangs_down else -BUS_ABOVE
    dash = DOTTED if group.of_concern else ""
    for number, row in enumerate(rows):
        y = top + head + number * ROW + 20
        bus = y + offset
        places = [Point(_left(at, columns, width) + 17, y) for at in range(len(row))]
        ends = [place.x for place in places] + [trunk]
        along = Point(min(ends), bus), Point(max(ends), bus)
        lines.append(svg.line(*along, svg.AXIS, stroke_width=1.5, stroke_dasharray=dash))
        for person, place in zip(row, places, strict=True):
            lines.append(_tie(person, place, bus))
            parts += _person(person, place, width / columns - 50)
    first = top + head + 20 + offset
    last = first + (len(rows) - 1) * ROW
    start, end = (first, bottom) if hangs_down else (top, last)
    down = Point(trunk, start), Point(trunk, end)
    lines.append(svg.line(*down, svg.AXIS, stroke_width=1.5, stroke_dasharray=dash))
    parts += lines
    return bottom


def _left(number: int, columns: int, width: float) -> float:
    """Where a cell begins; the middle is free for the trunk."""
    return 10 + number * (width / columns) + (6 if number >= columns / 2 else 0)


def _tie(person: Person, at: Point, bus: float) -> SafeString:
    edge = at.y + 15 if bus > at.y else at.y - 15
    if person.kind:
        dotted = {"stroke_width": 2.5, "stroke_dasharray": DOTTED}
        return svg.line(Point(at.x, edge), Point(at.x, bus), svg.INK, **dotted)
    if person.lives_with:
        return svg.line(Point(at.x, edge), Point(at.x, bus), BRAND, stroke_width=7)
    if person.is_trusted:
        return svg.line(Point(at.x, edge), Point(at.x, bus), BRAND, stroke_width=3.5)
    return svg.line(Point(at.x, edge), Point(at.x, bus), svg.AXIS, stroke_width=1.5)


def _person(person: Person, at: Point, room: float) -> list[SafeString]:
    x, y, words = at.x, at.y, at.x + 24
    outline = {"stroke": svg.INK, "stroke_width": 2}
    path, colour = SHAPES.get(person.kind, ("", ""))
    match person.sex:
        case _ if path:
            shape = svg.element(
                "path", d=path, fill=colour, transform=f"translate({x:.0f} {y:.0f}) scale(0.8)"
            )
        case Sex.MALE:
            shape = svg.rectangle(Point(x - 14, y - 14), 28, 28, svg.WHITE, **outline)
        case Sex.FEMALE:
            shape = svg.element("circle", cx=x, cy=y, r=15, fill=svg.WHITE, **outline)
        case _:
            shape = svg.element("path", d=f"M{x} {y - 16}l16 16-16 16-16-16z", fill=svg.WHITE, **outline)
    ties = [
        word for word, holds in (("lives with", person.lives_with), ("trusts", person.is_trusted)) if holds
    ]
    below = ("Do not contact", RED) if person.contact_unsafe else (", ".join(ties), BRAND)
    return [
        shape,
        svg.text(svg.fitted(person.name, room), Point(words, y - 5), 13, font_weight="bold"),
        svg.text(svg.fitted(person.role, room, 12), Point(words, y + 10), 12, fill=svg.MUTED),
        svg.text(svg.fitted(below[0], room, 12), Point(words, y + 25), 12, fill=below[1]),
    ]
