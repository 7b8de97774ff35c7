"""J2: what children said, by what it is about; never their words."""

import uuid
from collections import defaultdict

from cases.voice.models import VoiceEntry
from reporting.measures.models import Dimension, MeasureKind, Unit
from reporting.measures.selectors.figures import Figure, Key, Subject, keys_of, lines
from reporting.measures.selectors.population import SINCE
from reporting.measures.selectors.registry import Measure, Period, measure

HEARD = Key("heard", "All who were heard")


@measure(
    Measure(
        code="J2",
        version=1,
        valid_from=SINCE,
        name="What children said",
        kind=MeasureKind.FLOW,
        definition="Children whose own words were written down in the quarter, and what the words are about. A child "
        "may count in several lines.",
        source="What children said",
        note="The person who wrote them down says what they are about. No words of a child are in a return.",
    )
)
def voices(period: Period) -> list[Figure]:
    """Children heard, and by theme."""
    heard: dict[str, set[uuid.UUID]] = defaultdict(set)
    rows = VoiceEntry.objects.filter(
        heard_on__gte=period.quarter.starts_on, heard_on__lte=period.quarter.ends_on
    )
    for case, themes in rows.values_list("case", "themes"):
        for theme in (HEARD.code, *themes):
            heard[theme].add(case)
    numbers = {theme: len(cases) for theme, cases in heard.items()}
    themes_said = keys_of("voice-theme", set(numbers) - {HEARD.code})
    subject = Subject(f"heard@{period.quarter.slug}", "Children", Unit.CHILDREN)
    return lines(subject, Dimension.THEME, [HEARD, *themes_said], numbers)
