"""H3: the young people who turn 18 soon, and whether adult services are ready for them."""

from django.db.models import Exists, OuterRef, Q

from cse_portal.reference.working_days import add_months
from mase.transition.models import TransitionEntry, TransitionPart
from reporting.measures.models import CountedThing, Dimension, MeasureKind, Unit
from reporting.measures.selectors import groups
from reporting.measures.selectors.figures import TOTAL, Key
from reporting.measures.selectors.periods import Period
from reporting.measures.selectors.population import open_children
from reporting.measures.selectors.registry import Headline, Measure, register
from reporting.measures.selectors.tables import Count, Share, Table
from reporting.measures.selectors.tally import Rows, Scope

ADULT_IN_MONTHS, SOON_IN_MONTHS = 18 * 12, 6


def turning_18(period: Period, scope: Scope) -> Rows:
    """The children open at the end who turn 18 within six months of it, by whether an adult worker is named."""
    found = open_children(period, scope)
    first = add_months(period.after, -ADULT_IN_MONTHS)
    last = add_months(period.ends_on, SOON_IN_MONTHS - ADULT_IN_MONTHS)
    workers = TransitionEntry.objects.filter(
        case=OuterRef("pk"), part=TransitionPart.WORKER, recorded_at__lt=period.end
    )
    soon = found.things.filter(child__date_of_birth__gte=first, child__date_of_birth__lte=last)
    return Rows(soon, {**found.traits, "planned": groups.either(Q(Exists(workers)), "yes", "no")})


register(
    Measure(
        code="H3",
        name="Turning 18 within six months",
        kind=MeasureKind.STOCK,
        definition="Children whose case was open at the end of the quarter and who turn 18 in the six months after "
        "it; and those of them for whom a worker of adult services had been named by then.",
        source="Children's records and the way into adulthood",
        headlines=[
            Headline("Turning 18 within six months", Dimension.ALL, column=TOTAL),
        ],
        counts=[
            Count(
                fact="turning_18@{end}",
                label="Children",
                unit=Unit.CHILDREN,
                thing=CountedThing.CHILDREN,
                tally=turning_18,
                tables=[
                    Table(
                        Dimension.ALL,
                        across="planned",
                        columns=(Key("yes", "Adult worker named"), Key("no", "Not yet")),
                        share=Share("yes", "Share with an adult worker"),
                    )
                ],
            )
        ],
    )
)
