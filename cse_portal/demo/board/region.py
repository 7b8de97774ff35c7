"""Stories of the region: the other authorities send fictional returns each quarter, and the analyst uploads them."""

import datetime as dt
from random import Random

from django.conf import settings

from cse_portal.demo.board.clockwork import Story, working_moment
from cse_portal.demo.board.scene import Scene
from cse_portal.keys import new_key
from cse_portal.reference.quarters import Quarter
from reporting.measures.models import Unit
from reporting.measures.selectors import registry
from reporting.measures.selectors.figures import PERCENT
from reporting.measures.selectors.population import CLOSED, NEW, REOPENED
from reporting.region import services
from reporting.region.selectors.reading import Place, ReadReturn, Told
from reporting.region.selectors.region import authorities
from reporting.returns.models import ReturnFigure

TIMES_OURS = {"Birmingham": 3.2, "Coventry": 1.1, "Dudley": 0.9, "Solihull": 0.6, "Walsall": 0.8}
USUAL = 84  # what shares of the others are about
SMALL = range(1, 6)


def stories(scene: Scene) -> list[Story]:
    """One for each quarter that ended on the board's watch; of the last one a return is still to come."""
    quarter, made = Quarter.containing(scene.begins_on), []
    while quarter.ends_on < scene.today:
        made.append(quarter_end(scene, quarter, is_last=quarter.next().ends_on >= scene.today))
        quarter = quarter.next()
    return made


def quarter_end(scene: Scene, quarter: Quarter, *, is_last: bool) -> Story:
    """Six files, before the board's pack is sent to its second reader."""
    yield working_moment(quarter.next().starts_on + dt.timedelta(days=12), hour=9)
    ours = _ours(quarter)
    others = [(code, name) for code, name in authorities() if name != settings.BOARD_AREA]
    for code, name in others[: -1 if is_last else None]:
        file_name = f"{name.lower()}-{quarter.slug}.json"
        lots = Random(file_name)
        figures = {place: _theirs(*each, TIMES_OURS.get(name, 1), lots) for place, each in ours.items()}
        found = ReadReturn(code, quarter.slug, figures)
        services.upload(
            found=found,
            file_name=file_name,
            content=repr(found).encode(),
            by=scene.cast("analyst"),
            key=new_key(),
        )


def _ours(quarter: Quarter) -> dict[Place, tuple[float, str]]:
    """Our own headlines but for those that come and go, whose like the others tell."""
    places = {each.cell(about) for about, each in registry.headlines(quarter.ends_on).values()}
    figures = ReturnFigure.objects.filter(measure__regional_return__quarter=quarter.slug, value__isnull=False)
    found = {
        (each.measure.code, each.dimension, each.row, each.column): (float(each.value or 0), each.unit)
        for each in figures.exclude(column__in=(NEW, REOPENED, CLOSED)).select_related("measure")
    }
    return {place: found[place] for place in sorted(places & found.keys())}


def _theirs(value: float, unit: str, times: float, lots: Random) -> Told:
    """A number like ours, for an authority so many times as large; a small one of children is withheld."""
    if unit == PERCENT:
        return Told(min(round((value + USUAL) / 2) + lots.randint(-9, 9), 100), unit)
    number = round(value * times * lots.uniform(0.8, 1.2))
    is_small = unit == Unit.CHILDREN and number in SMALL
    return Told(None if is_small else number, unit, withheld=is_small)
