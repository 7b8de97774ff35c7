"""Boundaries of wards as the Office for National Statistics publishes them: checked, projected and simplified.

Degrees are drawn about true to scale; metres of the national grid as they are. Neighbours keep one border.
"""

import json
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

MEGABYTE = 1024 * 1024
LARGEST = 10 * MEGABYTE
WIDE, TALL = 424, 400  # the drawing that they fit into, with a margin of one
FINE = 0.7  # of it: what is nearer to a straight line is drawn straight
GRID = 24  # places across a ward where its name may go
CODE = re.compile(r"WD\d\dCD|CODE", re.IGNORECASE)

Point = tuple[float, float]
Ring = list[Point]
Shapes = dict[str, list[Ring]]


class NotBoundaries(ValueError):
    """What is wrong with the file, for the operator."""


def read(content: bytes, wards: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Of each of these wards its rings, a place for its name, and the room there."""
    shapes: Shapes = {}
    for number, feature in enumerate(_features(content), 1):
        code = _code(feature, number)
        if code in shapes:
            raise NotBoundaries(f"The file has {code} twice.")
        shapes[code] = _rings(feature, f"{wards.get(code, 'The ward')} ({code})")
    if unknown := sorted(set(shapes) - set(wards)):
        some = f"{', '.join(unknown[:5])}: {len(unknown)} in all"
        raise NotBoundaries(f"The portal does not know {some}. Keep only your wards in the file.")
    if missing := [f"{name} ({code})" for code, name in wards.items() if code not in shapes]:
        raise NotBoundaries(f"The file does not have {', '.join(missing)}.")
    drawn = _simplified(_projected(shapes))
    if lost := [wards[code] for code, rings in drawn.items() if not rings]:
        raise NotBoundaries(f"Too small to draw: {', '.join(lost)}.")
    return {code: {"rings": rings, **_middle(rings)} for code, rings in drawn.items()}


def _features(content: bytes) -> list[Any]:
    if len(content) > LARGEST:
        size = len(content) / MEGABYTE
        raise NotBoundaries(f"The file has {size:.1f} MB, of at most 10. Take the generalised boundaries.")
    try:
        found = json.loads(content, parse_int=float)
    except (ValueError, RecursionError) as problem:
        raise NotBoundaries("The file is not GeoJSON: it cannot be read as JSON.") from problem
    features = found.get("features") if isinstance(found, dict) else None
    if not isinstance(features, list):
        raise NotBoundaries("The file is not GeoJSON: it has no list of features.")
    return features


def _code(feature: Any, number: int) -> str:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    named = properties if isinstance(properties, dict) else {}
    for name, value in named.items():
        if CODE.fullmatch(name) and isinstance(value, str) and value.strip():
            return value.strip()[:40]
    raise NotBoundaries(f"Feature {number} has no code of a ward: a property such as WD24CD or code.")


def _rings(feature: dict[str, Any], ward: str) -> list[Ring]:
    geometry = feature.get("geometry")
    found: Any = geometry if isinstance(geometry, dict) else {}
    polygons = [found.get("coordinates")] if found.get("type") == "Polygon" else found.get("coordinates")
    if found.get("type") not in ("Polygon", "MultiPolygon"):
        raise NotBoundaries(f"{ward} has no polygon.")
    try:
        rings = [[(float(x), float(y)) for x, y, *_ in ring] for polygon in polygons for ring in polygon]
    except (TypeError, ValueError) as problem:
        raise NotBoundaries(f"{ward} has a point that is not two numbers.") from problem
    if not rings or min(len(ring) for ring in rings) < 4:
        raise NotBoundaries(f"{ward} has a polygon of fewer than four points.")
    if not all(math.isfinite(number) for ring in rings for point in ring for number in point):
        raise NotBoundaries(f"{ward} has a point that is not two numbers.")
    return [ring[:-1] if ring[0] == ring[-1] else ring for ring in rings]


def _projected(shapes: Shapes) -> Shapes:
    """Onto the drawing, north up; the same point of two wards stays the same."""
    points = [point for rings in shapes.values() for ring in rings for point in ring]
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    in_degrees = max(-west, east) <= 180 and max(-south, north) <= 90
    narrow = math.cos(math.radians((south + north) / 2)) if in_degrees else 1.0
    if west == east or south == north:
        raise NotBoundaries("All wards are on one line.")
    scale = min((WIDE - 2) / (east - west) / narrow, (TALL - 2) / (north - south))
    left = (WIDE - (east - west) * narrow * scale) / 2

    def drawn(x: float, y: float) -> Point:
        return round(left + (x - west) * narrow * scale, 1), round((north - y) * scale + 1, 1)

    return {
        code: [_without_repeats(drawn(*p) for p in ring) for ring in rings] for code, rings in shapes.items()
    }


def _without_repeats(points: Iterable[Point]) -> Ring:
    ring: Ring = []
    for point in points:
        if not ring or point != ring[-1]:
            ring.append(point)
    return ring[:-1] if len(ring) > 1 and ring[0] == ring[-1] else ring


def _simplified(shapes: Shapes) -> Shapes:
    """Without what is too fine to see; a ring of which no area is left is gone."""
    wards: dict[Point, set[str]] = defaultdict(set)
    for code, rings in shapes.items():
        for ring in rings:
            for point in ring:
                wards[point].add(code)
    thinned = {code: [_thinned(ring, wards) for ring in rings] for code, rings in shapes.items()}
    return {code: [ring for ring in rings if len(ring) > 2] for code, rings in thinned.items()}


def _thinned(ring: Ring, wards: Mapping[Point, set[str]]) -> Ring:
    """Straightened between the points where another ward begins, so that both wards straighten it alike."""
    fixed = {
        place
        for place, point in enumerate(ring)
        if not wards[ring[place - 1]] == wards[point] == wards[ring[(place + 1) % len(ring)]]
    }
    if len(fixed) < 2:
        fixed |= {ring.index(min(ring)), ring.index(max(ring))}
    places = sorted(fixed)
    kept: Ring = []
    for start, end in zip(places, [*places[1:], places[0] + len(ring)], strict=True):
        kept += _straightened([ring[place % len(ring)] for place in range(start, end + 1)])[:-1]
    return kept


def _straightened(line: Ring) -> Ring:
    """By Douglas and Peucker: of what is between two points the farthest is kept. The same from either end."""
    if line[0] > line[-1]:
        return _straightened(line[::-1])[::-1]
    kept, waiting = {0, len(line) - 1}, [(0, len(line) - 1)]
    while waiting:
        start, end = waiting.pop()
        between = range(start + 1, end)
        far, place = max(((_distance(line[n], line[start], line[end]), n) for n in between), default=(0.0, 0))
        if far > FINE:
            kept.add(place)
            waiting += [(start, place), (place, end)]
    return [line[place] for place in sorted(kept)]


def _distance(point: Point, start: Point, end: Point) -> float:
    """From a point to a straight line between two others."""
    (x, y), (x1, y1), (x2, y2) = point, start, end
    long = (x2 - x1) ** 2 + (y2 - y1) ** 2
    share = max(0.0, min(1.0, ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / long)) if long else 0.0
    return math.hypot(x - x1 - share * (x2 - x1), y - y1 - share * (y2 - y1))


def _middle(rings: list[Ring]) -> dict[str, Any]:
    """The place within, of many, that is farthest from every border, and how far that is."""
    sides = [side for ring in rings for side in pairwise([*ring, ring[0]])]
    across, down = ([point[axis] for ring in rings for point in ring] for axis in (0, 1))
    left, top, wide, tall = min(across), min(down), max(across) - min(across), max(down) - min(down)
    best, at = 0.0, rings[0][0]
    for number in range(GRID * GRID):
        row, column = divmod(number, GRID)
        point = left + (column + 0.5) * wide / GRID, top + (row + 0.5) * tall / GRID
        if _within(point, sides):
            best, at = max((best, at), (min(_distance(point, *side) for side in sides), point))
    return {"middle": [round(number, 1) for number in at], "room": round(best, 1)}


def _within(point: Point, sides: Iterable[tuple[Point, Point]]) -> bool:
    """Whether a line from it to the right crosses an odd number of borders."""
    x, y = point
    return bool(
        sum(
            (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1) for (x1, y1), (x2, y2) in sides
        )
        % 2
    )
