"""I1: who attended training in the period, and how many of the workforce are trained for their role at its end."""

from django.db.models import F

from reporting.measures.models import CountedThing, Dimension, MeasureKind, Unit
from reporting.measures.selectors import groups
from reporting.measures.selectors.figures import RATE, TOTAL, Key
from reporting.measures.selectors.periods import Period
from reporting.measures.selectors.registry import Better, Headline, Measure, register
from reporting.measures.selectors.tables import Count, Share, Table, Words
from reporting.measures.selectors.tally import Rows, Scope, Things, things
from reporting.workforce.models import LEVELS, NEEDS, Attendance
from reporting.workforce.selectors.people import everybody

TRAINED = "trained"


def attended(period: Period, scope: Scope) -> Rows:
    """Each attendance of a course in the period: the agency that the person worked for, and the level."""
    rows = scope.of(Attendance).filter(period.has_day("on"))
    return Rows(rows, {Dimension.AGENCY: F("agency__code"), "level": F("course__level")})


def workforce(period: Period, scope: Scope) -> Things:
    """Everybody who works for a partner on the last day, and whether they are trained for their role."""
    return things(
        (
            each.key,
            {
                Dimension.STAFF_AGENCY: each.agency.code,
                Dimension.STAFF_ROLE: each.role,
                TRAINED: "yes" if each.is_trained else "no",
            },
        )
        for each in everybody(period.ends_on)
    )


def _table(dimension: Dimension, rows: Words) -> Table:
    columns = (Key("yes", "Trained"), Key("no", "Not trained"))
    return Table(dimension, rows=rows, across=TRAINED, columns=columns, share=Share("yes", "Share trained"))


register(
    Measure(
        code="I1",
        name="Training of the workforce",
        kind=MeasureKind.FLOW,
        definition="Attendances of courses of the training plan in the quarter, by the agency of who attended and by "
        "level. Trained: at the end of the quarter somebody had attended a course of the level that their role needs "
        "or of a higher one, and it was still valid. Everybody counts who works for a partner in a role that needs "
        "training, with an account or without.",
        source="Lists of attendance that agencies upload",
        headlines=[
            Headline("Share of the workforce trained", Dimension.STAFF_AGENCY, TOTAL, RATE, Better.MORE),
        ],
        counts=[
            Count(
                fact="training@{quarter}",
                label="Attendances",
                unit=Unit.ATTENDANCES,
                thing=CountedThing.TRAINING,
                tally=attended,
                tables=[Table(Dimension.AGENCY, across="level", columns=groups.listed(LEVELS))],
            ),
            Count(
                fact="workforce@{end}",
                label="People",
                unit=Unit.STAFF,
                thing=CountedThing.STAFF,
                tally=workforce,
                tables=[
                    _table(Dimension.STAFF_AGENCY, groups.agencies),
                    _table(Dimension.STAFF_ROLE, groups.listed(NEEDS, used_only=True)),
                ],
            ),
        ],
    )
)
