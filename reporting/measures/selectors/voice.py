"""J2: what children said, by what it is about; never their words."""

import uuid
from collections import defaultdict

from cases.voice.models import VoiceEntry
from reporting.measures.models import Dimension, MeasureKind
from reporting.measures.selectors.figures import TOTAL, Figure, Subject, keys_of, lines, total_only
from reporting.measures.selectors.population import CHILDREN, SINCE
from reporting.measures.selectors.registry import Measure, Period, measure


@measure(
    Measure(
        code="J2",
        version=1,
        valid_from=SINCE,
        name="What children said",
        kind=MeasureKind.FLOW,
        definition="Children to whom somebody listened in the quarter, as their own words were written down, and what "
        "the words are about. A child counts once in each line, and may count in several.",
        source="What children said",
        note="The themes are ticked by the person who wrote the words down. No words of a child are in a return.",
    )
)
def voices(period: Period) -> list[Figure]:
    """Children heard, and by theme."""
    heard: dict[str, set[uuid.UUID]] = defaultdict(set)
    rows = VoiceEntry.objects.filter(
        heard_on__gte=period.quarter.starts_on, heard_on__lte=period.quarter.ends_on
    )
    for case, themes in rows.values_list("case", "themes"):
        for theme in (TOTAL, *themes):
            heard[theme].add(case)
    numbers = {theme: len(cases) for theme, cases in heard.items()}
    subject = Subject(f"heard@{period.quarter.slug}", "Children", CHILDREN)
    return [
        total_only(subject, numbers.pop(TOTAL, 0), Dimension.ALL),
        *lines(subject, Dimension.THEME, keys_of("voice-theme", numbers), numbers),
    ]
