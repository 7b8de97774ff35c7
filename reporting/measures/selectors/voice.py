"""J2: what children said, by what it is about; never their words."""

from django.db.models import Exists, OuterRef, Q

from cases.record.models.case import Case
from cases.voice.models import VoiceEntry
from cse_portal.reference import selectors as reference
from reporting.measures.models import CountedThing, Dimension, MeasureKind, Unit
from reporting.measures.selectors import groups
from reporting.measures.selectors.periods import Period
from reporting.measures.selectors.registry import Better, Headline, Measure, register
from reporting.measures.selectors.tables import Count, Table
from reporting.measures.selectors.tally import Flags, Rows, Scope

THEMES = "voice-theme"


def heard_children(period: Period, scope: Scope) -> Rows:
    """The children whose words were written down, by what the words are about."""
    entries = VoiceEntry.objects.filter(period.has_day("heard_on"), case=OuterRef("pk"))
    themes = {
        each.code: Q(Exists(entries.filter(themes__contains=[each.code]))) for each in reference.codes(THEMES)
    }
    return Rows(scope.of(Case).filter(Exists(entries)), {Dimension.THEME: Flags(themes)})


register(
    Measure(
        code="J2",
        name="What children said",
        kind=MeasureKind.FLOW,
        definition="Children whose own words were written down in the quarter, and what the words are about. A child "
        "may count in several lines.",
        source="What children said",
        note="The person who wrote them down says what they are about. No words of a child are in a return.",
        headlines=[
            Headline("Children who were heard", Dimension.ALL, better=Better.MORE),
        ],
        counts=[
            Count(
                fact="heard@{quarter}",
                label="Children",
                unit=Unit.CHILDREN,
                thing=CountedThing.CHILDREN,
                tally=heard_children,
                tables=[
                    Table(Dimension.ALL),
                    Table(Dimension.THEME, rows=groups.listed(THEMES), total_row=False),
                ],
            )
        ],
    )
)
