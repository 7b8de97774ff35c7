"""A file of ward boundaries, as the Office for National Statistics publishes it: wards about where their tiles are."""

import json
import math
from collections.abc import Iterable
from typing import Any

from cse_portal.reference.services import DATA

_PLACES = json.loads((DATA / "packs" / "sandwell" / "codes" / "wards.json").read_text())
WARDS: dict[str, Any] = {
    code["code"]: code
    for entry in _PLACES
    if entry["code"] == "ward"
    for code in entry["codes"]
    if "tile" in code.get("extra", {})
}
NAMES = {code: ward["label"] for code, ward in WARDS.items()}
FINE = 40  # points along one side of a ward
WEST, NORTH, ACROSS, DOWN = -2.1, 52.57, 0.026, 0.017  # degrees

Feature = dict[str, Any]


def features(named: str = "WD24CD") -> list[Feature]:
    """Every ward with winding borders, which it has in common with its neighbours to the last digit."""
    return [
        {
            "type": "Feature",
            "properties": {named: code, "WD24NM": ward["label"], "OBJECTID": number},
            "geometry": {"type": "Polygon", "coordinates": [_ring(*ward["extra"]["tile"])]},
        }
        for number, (code, ward) in enumerate(WARDS.items(), 1)
    ]


def geojson(listed: Iterable[Feature] | None = None) -> bytes:
    """The file of these wards; of all, where none are given."""
    found = features() if listed is None else list(listed)
    return json.dumps({"type": "FeatureCollection", "features": found}).encode()


def _ring(across: int, down: int) -> list[list[float]]:
    corners = [(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)]
    ring = []
    for (x, y), (to_x, to_y) in zip(corners, corners[1:], strict=False):
        for step in range(FINE):
            part = step / FINE
            ring.append(_winding(across + x + (to_x - x) * part, down + y + (to_y - y) * part))
    return [*ring, ring[0]]


def _winding(x: float, y: float) -> list[float]:
    """The same point for every ward that it borders."""
    x, y = round(x, 6), round(y, 6)
    aside = 0.16 * math.sin(5 * y + x) + 0.03 * math.sin(31 * y)
    above = 0.14 * math.sin(4 * x + 2 * y) + 0.03 * math.sin(37 * x)
    return [WEST + (x + aside) * ACROSS, NORTH - (y + above) * DOWN]
