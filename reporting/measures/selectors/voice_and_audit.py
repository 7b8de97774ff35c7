"""J1 and J2: the case files that were audited, and what children said, by what it is about; never their words."""

from django.db.models import Exists, F, OuterRef, Q

from cases.record.models.case import Case
from cases.voice.models import VoiceEntry
from reporting.measures.models import Dimension, MeasureKind, Unit
from reporting.measures.selectors import groups
from reporting.measures.selectors.figures import keys_of
from reporting.measures.selectors.periods import Period
from reporting.measures.selectors.registry import Better, Headline, Measure, register
from reporting.measures.selectors.tables import Across, Table, counted
from reporting.measures.selectors.tally import Flags, Rows, Scope
from reporting.quality.models import GRADES, CaseAudit

THEMES = "voice-theme"
_GRADES = groups.listed(GRADES, used_only=True)


@counted("audited@{quarter}", "Case files", Unit.AUDITS)
def audited(period: Period, scope: Scope) -> Rows:
    """The audits that were completed in the period: their grade, and the agency that led the case."""
    rows = scope.of(CaseAudit).filter(period.has("completed_at"))
    return Rows(rows, {Dimension.GRADE: F("grade"), Dimension.AGENCY: F("lead_agency__code")})


@counted("heard@{quarter}", "Children")
def heard_children(period: Period, scope: Scope) -> Rows:
    """The children whose words were written down, by what the words are about."""
    entries = VoiceEntry.objects.filter(period.has_day("heard_on"), case=OuterRef("pk"))
    themes = {each: Q(Exists(entries.filter(themes__contains=[each.code]))) for each in keys_of(THEMES)}
    return Rows(scope.of(Case).filter(Exists(entries)), {Dimension.THEME: Flags(themes)})


register(
    Measure(
        code="J1",
        name="Case files audited",
        kind=MeasureKind.FLOW,
        definition="Audits of case files that were completed in the quarter, by the grade of the whole file and by the "
        "agency that led the case when the sample was drawn. Samples are drawn by lot from open cases.",
        source="Audits of case files",
        headlines=[Headline("Case files audited", Dimension.GRADE, better=Better.MORE)],
        counts=[
            audited.by(
                Table(Dimension.GRADE, rows=_GRADES),
                Table(Dimension.AGENCY, across=Across(Dimension.GRADE, _GRADES)),
            )
        ],
    ),
    Measure(
        code="J2",
        name="What children said",
        kind=MeasureKind.FLOW,
        definition="Children whose own words were written down in the quarter, and what the words are about. A child "
        "may count in several lines.",
        source="What children said",
        note="The person who wrote them down says what they are about. No words of a child are in a return.",
        headlines=[Headline("Children who were heard", Dimension.ALL, better=Better.MORE)],
        counts=[heard_children.by(Table(Dimension.ALL), Table(Dimension.THEME))],
    ),
)
